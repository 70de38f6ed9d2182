"""Rooms that exist in memory only: everything runs, nobody sees or hears."""

import asyncio
from collections.abc import AsyncGenerator, Callable
import secrets
from typing import override

from simulator.clock import Clock
from simulator.media.speech import MeasuredVoice, Speech
from simulator.room.base import AGENT_IDENTITY, VIEWER_IDENTITY, Room, RoomSpec, Stage
from simulator.room.token import refuse_unless_welcome, room_token

_NOWHERE = "ws://127.0.0.1:1"


class SilentRoom(Room):
    """A room without sound and picture; its viewer is declared."""

    def __init__(self, spec: RoomSpec, clock: Clock, secret: str) -> None:
        """Sign tokens with `secret`."""
        super().__init__(spec)
        self._clock = clock
        self._secret = secret

    @property
    @override
    def url(self) -> str:
        return _NOWHERE if self.spec.own is None else self.spec.own.url

    @override
    def viewer_token(self, valid_seconds: float) -> str:
        own = self.spec.own
        return self._token(VIEWER_IDENTITY, valid_seconds) if own is None else own.token

    @override
    def agent_token(self, valid_seconds: float) -> str | None:
        return None if self.spec.own else self._token(AGENT_IDENTITY, valid_seconds)

    @override
    async def open(self) -> None:
        return

    @override
    async def enter(self) -> None:
        if self.spec.own is not None:
            refuse_unless_welcome(self.spec.own.token, self.spec.name)

    @override
    async def play(self, speech: Speech, cut: asyncio.Event) -> AsyncGenerator[int]:
        begin = self._clock.monotonic()
        for index, word in enumerate(speech.words):
            if await self._cut_before(begin + word.start_seconds, cut):
                return
            yield index
        await self._cut_before(begin + speech.duration_seconds, cut)

    @override
    async def send(self, payload: bytes) -> None:
        return

    @override
    async def remove_viewer(self) -> None:
        self.note_viewer(present=False)

    @override
    async def lose(self) -> None:
        self.lost = True
        self.note_viewer(present=False)

    @override
    async def close(self) -> None:
        self.note_viewer(present=False)

    def _token(self, identity: str, valid_seconds: float) -> str:
        return room_token(
            api_key="silent",
            api_secret=self._secret,
            identity=identity,
            room=self.spec.name,
            valid_seconds=valid_seconds,
        )

    async def _cut_before(self, moment: float, cut: asyncio.Event) -> bool:
        """Wait for `moment`; return True as soon as the sound is cut."""
        wait = moment - self._clock.monotonic()
        if wait > 0 and not cut.is_set():
            sleeping = asyncio.ensure_future(self._clock.sleep(wait))
            cutting = asyncio.ensure_future(cut.wait())
            try:
                await asyncio.wait({sleeping, cutting}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                sleeping.cancel()
                cutting.cancel()
        return cut.is_set()


class SilentStage(Stage):
    """Makes silent rooms."""

    def __init__(self, clock: Clock, characters_per_second: Callable[[], float | None]) -> None:
        """Time speech by its length."""
        self._clock = clock
        self._secret = secrets.token_hex(32)
        self.voice = MeasuredVoice(characters_per_second)

    @override
    def make_room(self, spec: RoomSpec) -> Room:
        return SilentRoom(spec, self._clock, self._secret)
