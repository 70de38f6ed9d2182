"""Home Assistant's REST and websocket interfaces, as a user of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
import itertools
from typing import Any, Self

import aiohttp


class CommandError(Exception):
    """Home Assistant refused a command."""

    def __init__(self, command: str, code: str, message: str) -> None:
        """Say which command, and why."""
        super().__init__(f"{command}: {code}: {message}")
        self.code = code
        self.message = message


class Subscription:
    """Events that a command brings, in order."""

    def __init__(self, number: int) -> None:
        """Take the events of one message id."""
        self.number = number
        self.result: Any = None
        self._events: asyncio.Queue[Any] = asyncio.Queue()

    def put(self, event: Any) -> None:
        """Add an event."""
        self._events.put_nowait(event)

    async def next(self, seconds: float = 30) -> Any:
        """Wait for the next event."""
        async with asyncio.timeout(seconds):
            return await self._events.get()

    def taken(self) -> list[Any]:
        """Return what has come and was not waited for."""
        events = []
        while not self._events.empty():
            events.append(self._events.get_nowait())
        return events


class Connection:
    """One user's connection to a Home Assistant."""

    def __init__(self, url: str, token: str, http: aiohttp.ClientSession) -> None:
        """Use `connect` instead."""
        self.url = url
        self._http = http
        self._headers = {"Authorization": f"Bearer {token}"}
        self._socket: aiohttp.ClientWebSocketResponse
        self._reader: asyncio.Task[None]
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._subscriptions: dict[int, Subscription] = {}

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, token: str) -> AsyncIterator[Self]:
        """Connect for as long as the context lasts."""
        async with aiohttp.ClientSession() as http:
            connection = cls(url, token, http)
            async with http.ws_connect(f"{url}/api/websocket", max_msg_size=0) as socket:
                await _authenticate(socket, token)
                connection._socket = socket
                connection._reader = asyncio.create_task(connection._read())
                try:
                    yield connection
                finally:
                    connection._reader.cancel()
                    with suppress(asyncio.CancelledError):
                        await connection._reader

    async def command(self, command: str, **fields: Any) -> Any:
        """Return the result of a command.

        Raises:
            CommandError: Home Assistant refused it.
            ConnectionError: the connection has ended.

        """
        return await self._send(next(self._numbers), command, fields)

    async def subscribe(self, command: str, **fields: Any) -> Subscription:
        """Send a command that brings events; errors as `command`."""
        subscription = Subscription(next(self._numbers))
        self._subscriptions[subscription.number] = subscription
        subscription.result = await self._send(subscription.number, command, fields)
        return subscription

    async def action(
        self, domain: str, name: str, *, entity_id: str | None = None, **data: Any
    ) -> Any:
        """Run an action; errors as `command`."""
        target = {"target": {"entity_id": entity_id}} if entity_id else {}
        return await self.command(
            "call_service", domain=domain, service=name, service_data=data, **target
        )

    async def action_with_response(
        self, domain: str, name: str, *, entity_id: str, **data: Any
    ) -> Any:
        """Run an action and return what it answers for that entity; errors as `command`."""
        result = await self.command(
            "call_service",
            domain=domain,
            service=name,
            service_data=data,
            target={"entity_id": entity_id},
            return_response=True,
        )
        return result["response"][entity_id]

    async def rest(self, method: str, path: str, body: Any = None) -> Any:
        """Return the answer of a REST call, which must be a success."""
        async with self._http.request(
            method, f"{self.url}/api/{path}", json=body, headers=self._headers
        ) as response:
            if not response.ok:
                raise ConnectionError(f"{method} {path}: {response.status} {await response.text()}")
            return await response.json()

    async def state(self, entity_id: str) -> str:
        """Return the state of an entity."""
        answer = await self.rest("GET", f"states/{entity_id}")
        state: str = answer["state"]
        return state

    async def _send(self, number: int, command: str, fields: dict[str, Any]) -> Any:
        answer = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        if self._reader.done():
            raise ConnectionError("the connection to Home Assistant has ended")
        await self._socket.send_json({"id": number, "type": command, **fields})
        message = await answer
        if not message["success"]:
            error = message["error"]
            raise CommandError(command, error["code"], error["message"])
        return message["result"]

    async def _read(self) -> None:
        try:
            async for message in self._socket:
                content = message.json()
                for item in content if isinstance(content, list) else [content]:
                    self._take(item)
        finally:
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(
                        ConnectionError("the connection to Home Assistant has ended")
                    )

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "event" and message["id"] in self._subscriptions:
            self._subscriptions[message["id"]].put(message["event"])
        elif message["type"] == "result" and message["id"] in self._answers:
            answer = self._answers.pop(message["id"])
            if not answer.done():
                answer.set_result(message)


async def _authenticate(socket: aiohttp.ClientWebSocketResponse, token: str) -> None:
    await socket.receive_json()  # auth_required
    await socket.send_json({"type": "auth", "access_token": token})
    answer = await socket.receive_json()
    if answer["type"] != "auth_ok":
        raise ConnectionError(f"Home Assistant refused the token: {answer.get('message')}")
