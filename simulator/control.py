"""The control endpoint: what a test sees of the cloud and does to it. It has no key."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from functools import partial
import ipaddress
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from simulator.faults import Fault, RoomLoss
from simulator.ledger import EndedBy
from simulator.session import Session
from simulator.settings import Limits
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


class _RoomLossBody(_Body):
    what: RoomLoss = RoomLoss.VIEWER


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
        ("GET", "/faults", control.list_faults),
        ("POST", "/faults", control.add_fault),
        ("DELETE", "/faults", control.clear_faults),
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
        return {"messages": [asdict(message) for message in self._session(request).messages]}

    async def end(self, request: web.Request) -> object:
        session = self._session(request)
        body = await _read(request, _EndBody)
        return {"ended": await session.end(EndedBy.FAULT, body.reason)}

    async def room_loss(self, request: web.Request) -> object:
        session = self._session(request)
        body = await _read(request, _RoomLossBody)
        await session.lose_room(body.what)
        return session.describe()

    async def list_faults(self, _request: web.Request) -> object:
        waiting = [fault for fault in self._world.faults.waiting if not fault.spent]
        return {"faults": _FAULTS.dump_python(waiting, mode="json")}

    async def add_fault(self, request: web.Request) -> object:
        fault = await _read_with(request, _FAULT)
        self._world.faults.add(fault)
        return fault.model_dump(mode="json")

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
