"""The simulated cloud within the process: its rooms can be visited, its line can be cut."""

import asyncio
from collections.abc import Awaitable, Callable
import socket
from typing import Any, override

from aiohttp import BaseConnector, ClientConnectorError, ClientSession, ClientTimeout, web
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ClientRequest, ConnectionKey
from aiohttp.tracing import Trace

from simulator.app import create_app
from simulator.faults import Fault
from simulator.ledger import LedgerRow
from simulator.room.base import Room, RoomSpec
from simulator.room.silent import SilentRoom, SilentStage
from simulator.session import Session
from simulator.settings import Limits, Settings
from simulator.world import WORLD, World

from .timeless import LoopClock, Time


class PublicRoom(SilentRoom):
    """A room that a screen of a test is in."""

    on_data: Callable[[bytes], None] | None = None
    on_lost: Callable[[], None] | None = None

    @override
    async def send(self, payload: bytes) -> None:
        if self.on_data is not None and self.viewer_present:
            self.on_data(payload)

    @override
    def note_viewer(self, *, present: bool) -> None:
        super().note_viewer(present=present)
        if not present:
            on_lost, self.on_data, self.on_lost = self.on_lost, None, None
            if on_lost is not None:
                on_lost()


class PublicStage(SilentStage):
    """Knows its rooms by their names."""

    def __init__(self, world: World) -> None:
        super().__init__(world.clock, lambda: world.limits.characters_per_second)
        self.rooms: dict[str, PublicRoom] = {}
        self.most_open = 0
        """How many sessions have been open at once at most."""
        self._world = world

    @override
    def make_room(self, spec: RoomSpec) -> Room:
        self.most_open = max(self.most_open, len(self._world.sessions.open()) + 1)
        room = self.rooms[spec.name] = PublicRoom(spec, self._clock, self._secret)
        return room


class Line(BaseConnector):
    """The way from one Home Assistant to the cloud; it may be cut."""

    def __init__(self, answer: Callable[[], asyncio.BaseProtocol]) -> None:
        super().__init__()
        self.cut = False
        self._answer = answer
        self._ends: set[asyncio.Transport] = set()

    def cut_now(self) -> None:
        """Cut it in the middle of whatever goes over it."""
        self.cut = True
        for end in self._ends:
            end.abort()
        self._ends.clear()

    @override
    async def _create_connection(
        self, req: ClientRequest, traces: list[Trace], timeout: ClientTimeout
    ) -> ResponseHandler:
        if self.cut:
            raise ClientConnectorError(_key(req), OSError("The line is cut"))
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        await loop.connect_accepted_socket(self._answer, theirs)
        transport, protocol = await loop.create_connection(self._factory, sock=ours)
        self._ends = {end for end in self._ends if not end.is_closing()} | {transport}
        return protocol


def _key(request: ClientRequest) -> ConnectionKey:
    return request.connection_key


class Cloud:
    """One vendor's cloud; it outlives every Home Assistant."""

    def __init__(self, time: Time, limits: Limits | None = None) -> None:
        self._app = create_app(
            Settings(limits=limits or Limits()), clock=LoopClock(time.loop, time.vendor_unix)
        )
        self.world = self._app[WORLD]
        self.stage = PublicStage(self.world)
        self.world.stage = self.stage
        self._runner = web.AppRunner(self._app, access_log=None)

    async def open(self) -> None:
        await self._runner.setup()

    async def close(self) -> None:
        await self._runner.cleanup()

    def connect(self) -> tuple[ClientSession, Line]:
        """Return a client of this cloud and its line."""
        server = self._runner.server
        assert server is not None
        line = Line(server)
        return ClientSession(connector=line), line

    @property
    def sessions(self) -> list[Session]:
        """The open sessions, oldest first."""
        return self.world.sessions.open()

    @property
    def ledger(self) -> list[LedgerRow]:
        return self.world.ledger.rows

    def fault(self, fault: Fault) -> None:
        self.world.faults.add(fault)

    def limit(self, **changes: Any) -> None:
        """Change the vendor's limits and manners."""
        self.world.set_limits(self.world.limits.model_copy(update=changes))

    def calls(self, operation: str) -> int:
        """How often an operation was called."""
        return sum(call.operation == operation for call in self.world.calls.calls)


type Work = Callable[[], Awaitable[None]]
