"""A running simulator, as its tests see it: over HTTP, with the hands of its clock held."""

from collections.abc import Mapping
from dataclasses import dataclass
import json
from typing import Any

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer

from simulator import ManualClock, PathStyle, Settings, create_app

KEY = "simulator-key"

type Json = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """One answer."""

    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def data(self) -> Any:
        """What the envelope holds; fails where it tells of an error."""
        assert self.status == 200, self.body
        assert self.body.get("code") == 100 or self.body.get("error", "absent") is None
        return self.body["data"]

    @property
    def error(self) -> tuple[int, int]:
        """Status and code of a refusal."""
        assert self.body.keys() == {"code", "message"}, self.body
        return self.status, self.body["code"]


class Cloud:
    """One simulator."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.clock = ManualClock()
        self.style = (settings or Settings()).path_style
        self.app = create_app(settings, clock=self.clock)
        self.client: TestClient[web.Request, web.Application] = TestClient(
            TestServer(self.app, host="127.0.0.1")
        )

    @property
    def session(self) -> ClientSession:
        return self.client.session

    async def get(self, path: str, key: str | None = KEY) -> Reply:
        headers = {} if key is None else {"x-api-key": key}
        async with self.client.get(path, headers=headers) as response:
            return Reply(response.status, json.loads(await response.text()), response.headers)

    async def send(self, path: str, data: bytes, key: str | None = KEY, **headers: str) -> Reply:
        """Post raw bytes."""
        sent = {"Content-Type": "application/json"} | headers
        if key is not None:
            sent["x-api-key"] = key
        async with self.client.post(path, data=data, headers=sent) as response:
            return Reply(response.status, json.loads(await response.text()), response.headers)

    async def call(self, operation: str, **body: object) -> Reply:
        """Call one of the vendor's POST operations."""
        return await self.send(self.path(operation), json.dumps(body).encode())

    def path(self, operation: str) -> str:
        separator = "/" if self.style is PathStyle.SLASH else "."
        return f"/v1/streaming{separator}{operation}"

    async def listed(self) -> list[Json]:
        sessions: list[Json] = (await self.get(self.path("list"))).data["sessions"]
        return sessions

    async def new(self, **wish: object) -> str:
        """Make a session and return its id."""
        session_id: str = (await self.call("new", **wish)).data["session_id"]
        return session_id

    async def live(self, **wish: object) -> str:
        """Make a session, start it, let its viewer join."""
        session_id = await self.new(**wish)
        assert (await self.call("start", session_id=session_id)).data
        await self.viewer(session_id, present=True)
        return session_id

    async def say(self, session_id: str, text: str = "Hello there.", **more: object) -> str:
        """Queue a text and return the id of the task."""
        wish = {"task_type": "repeat", "task_mode": "async"} | more
        task_id: str = (await self.call("task", session_id=session_id, text=text, **wish)).data[
            "task_id"
        ]
        return task_id

    async def control(self, path: str, **body: object) -> Json:
        async with self.client.post(f"/_control/{path}", json=body) as response:
            assert response.status == 200, await response.text()
            answer: Json = await response.json()
            return answer

    async def look(self, path: str) -> Json:
        async with self.client.get(f"/_control/{path}") as response:
            assert response.status == 200, await response.text()
            answer: Json = await response.json()
            return answer

    async def viewer(self, session_id: str, *, present: bool) -> None:
        await self.control(f"sessions/{session_id}/viewer", present=present)

    async def ledger(self) -> list[Json]:
        rows: list[Json] = (await self.look("ledger"))["sessions"]
        return rows

    async def row(self) -> Json:
        """The only row of the ledger."""
        (row,) = await self.ledger()
        return row

    async def calls(self) -> list[Json]:
        calls: list[Json] = (await self.look("calls"))["calls"]
        return calls

    async def called(self) -> None:
        """Wait for the first request."""
        while not await self.calls():
            pass

    async def taken(self, number: int) -> None:
        """Wait until the last session has so many tasks."""
        while len((await self.ledger())[-1]["tasks"]) < number:
            pass

    async def messages(self, session_id: str) -> list[Json]:
        """What went into the room."""
        sent = (await self.look(f"sessions/{session_id}/messages"))["messages"]
        return [message["payload"] for message in sent]
