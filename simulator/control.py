"""The control endpoint: what a test sees of the cloud and does to it. It has no key."""

from collections.abc import Awaitable, Callable
from functools import partial
import ipaddress
from typing import Annotated
import uuid

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from simulator.chaos import Chaos, UnknownKindError, draw
from simulator.faults import Fault, RoomLoss
from simulator.faults.box import UnknownNameError
from simulator.faults.requests import VendorsEnd
from simulator.ledger import EndedBy
from simulator.session import Session
from simulator.settings import Limits
from simulator.user import heard
from simulator.world import World

PREFIX = "/_control"

_FAULT: TypeAdapter[Fault] = TypeAdapter(Fault)
_FAULTS: TypeAdapter[list[Fault]] = TypeAdapter(list[Fault])

type _Handler = Callable[[web.Request], Awaitable[object]]


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _ViewerBody(_Body):
    present: bool


class _EndBody(_Body):
    reason: Annotated[str, Field(min_length=1)] = "ended by the vendor"
    ended_by: VendorsEnd = EndedBy.FAULT


class _RoomLossBody(_Body):
    what: RoomLoss = RoomLoss.VIEWER


class _UserSpeechBody(_Body):
    text: str


class _ChaosBody(_Body):
    seed: int
    count: Annotated[int, Field(ge=1, le=1000)]
    kinds: tuple[str, ...] | None = None
    max_seconds: Annotated[float, Field(ge=0.1)] = 5.0


def add_control_routes(app: web.Application, world: World) -> None:
    """Serve the control endpoint under `PREFIX`."""
    control = _Control(world)
    routes: list[tuple[str, str, _Handler]] = [
        ("GET", "/ledger", control.ledger),
        ("GET", "/calls", control.calls),
        ("GET", "/sessions", control.sessions),
        ("POST", "/sessions/{id}/viewer", control.viewer),
        ("GET", "/sessions/{id}/messages", control.messages),
        ("POST", "/sessions/{id}/end", control.end),
        ("POST", "/sessions/{id}/room_loss", control.room_loss),
        ("POST", "/sessions/{id}/user_speech", control.user_speech),
        ("GET", "/refusals", control.refusals),
        ("GET", "/faults", control.list_faults),
        ("POST", "/faults", control.add_fault),
        ("DELETE", "/faults", control.clear_faults),
        ("POST", "/faults/random", control.add_random_faults),
        ("GET", "/settings", control.settings),
        ("POST", "/settings", control.change_settings),
        ("POST", "/reset", control.reset),
    ]
    for method, path, handler in routes:
        app.router.add_route(method, PREFIX + path, partial(_answer, handler))


class _Control:
    """The operations of the control endpoint."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ledger(self, _request: web.Request) -> object:
        return {"sessions": self._world.ledger.as_json()}

    async def calls(self, _request: web.Request) -> object:
        return {"calls": self._world.calls.as_json()}

    async def sessions(self, _request: web.Request) -> object:
        return {"sessions": [session.describe() for session in self._world.sessions.all()]}

    async def viewer(self, request: web.Request) -> object:
        session = self._session(request)
        body = await _read(request, _ViewerBody)
        if self._world.settings.livekit is not None:
            raise _problem(web.HTTPConflict, "Viewers come and go in the real room")
        if session.closed:
            raise _problem(web.HTTPConflict, "The session has ended")
        session.room.note_viewer(present=body.present)
        await self._world.tasks.join()
        return session.describe()

    async def messages(self, request: web.Request) -> object:
        return {"messages": [message.as_json() for message in self._session(request).messages]}

    async def end(self, request: web.Request) -> object:
        session = self._session(request)
        body = await _read(request, _EndBody)
        return {"ended": await session.end(body.ended_by, body.reason)}

    async def room_loss(self, request: web.Request) -> object:
        session = self._session(request)
        body = await _read(request, _RoomLossBody)
        await session.lose_room(body.what)
        return session.describe()

    async def user_speech(self, request: web.Request) -> object:
        session = self._session(request)
        body = await _read(request, _UserSpeechBody)
        if not session.room.viewer_present:
            raise _problem(web.HTTPConflict, "There is no viewer")
        await session.hear(heard(str(uuid.uuid4()), body.text))
        return session.describe()

    async def refusals(self, _request: web.Request) -> object:
        known = self._world.refusals.items()
        return {"refusals": {name: refusal._asdict() for name, refusal in known}}

    async def list_faults(self, _request: web.Request) -> object:
        waiting = [fault for fault in self._world.faults.waiting if not fault.spent]
        return {"faults": _FAULTS.dump_python(waiting, mode="json")}

    async def add_fault(self, request: web.Request) -> object:
        fault = await _read_with(request, _FAULT)
        try:
            self._world.faults.add(fault)
        except UnknownNameError as error:
            raise _problem(web.HTTPBadRequest, str(error)) from error
        return fault.model_dump(mode="json")

    async def add_random_faults(self, request: web.Request) -> object:
        body = await _read(request, _ChaosBody)
        chaos = Chaos(
            operations=set(self._world.operations.values()),
            refusals=self._world.refusals,
            events=self._world.events,
            kinds=body.kinds,
            max_seconds=body.max_seconds,
        )
        try:
            drawn = draw(body.seed, body.count, chaos)
        except UnknownKindError as error:
            raise _problem(web.HTTPBadRequest, str(error)) from error
        for fault in drawn:
            self._world.faults.add(fault)
        return {"faults": _FAULTS.dump_python(drawn, mode="json")}

    async def clear_faults(self, _request: web.Request) -> object:
        self._world.faults.clear()
        return {}

    async def settings(self, _request: web.Request) -> object:
        return self._world.limits.model_dump(mode="json", exclude={"api_keys"})

    async def change_settings(self, request: web.Request) -> object:
        changes = await _read(request, Limits)
        changed = {name: getattr(changes, name) for name in changes.model_fields_set}
        self._world.set_limits(self._world.limits.model_copy(update=changed))
        return await self.settings(request)

    async def reset(self, _request: web.Request) -> object:
        await self._world.reset()
        return {}

    def _session(self, request: web.Request) -> Session:
        session = self._world.sessions.get(request.match_info["id"])
        if session is None:
            raise _problem(web.HTTPNotFound, "No such session")
        return session


async def _answer(handler: _Handler, request: web.Request) -> web.Response:
    if not _from_here(request.remote):
        raise _problem(web.HTTPForbidden, "The control endpoint answers this machine only")
    return web.json_response(await handler(request))


def _from_here(remote: str | None) -> bool:
    return remote is not None and ipaddress.ip_address(remote).is_loopback


def _problem(kind: type[web.HTTPException], text: str) -> web.HTTPException:
    return kind(text=text)


async def _read[Body: BaseModel](request: web.Request, model: type[Body]) -> Body:
    return await _read_with(request, TypeAdapter(model))


async def _read_with[Value](request: web.Request, adapter: TypeAdapter[Value]) -> Value:
    """Return the JSON body; a page of another origin cannot send one without being asked."""
    if request.content_type != "application/json":
        raise _problem(web.HTTPUnsupportedMediaType, "Send application/json")
    try:
        return adapter.validate_json(await request.read())
    except ValidationError as error:
        raise _problem(web.HTTPBadRequest, str(error)) from error
