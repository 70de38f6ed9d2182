"""What an avatar says, one text after the other, in its room."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from enum import StrEnum
import logging

from simulator.clock import Clock
from simulator.media.speech import Speech, Voice, VoiceError
from simulator.room.base import Room
from simulator.tasks import stop

_LOGGER = logging.getLogger(__name__)


class Outcome(StrEnum):
    """How a text ended."""

    SPOKEN = "spoken"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    """The voice could not speak it."""
    ABANDONED = "abandoned"
    """The session ended first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What is to be said, and what will go wrong."""

    task_id: str
    text: str
    thinking_seconds: float = 0.0
    """How long the answer takes before the voice gets it."""
    fails: bool = False
    """The voice cannot speak it."""
    hangs: bool = False
    """Its end never comes."""


@dataclass(slots=True, eq=False)
class Utterance:
    """One text to be said."""

    task_id: str
    text: str
    prepared: asyncio.Task[Speech]
    done: asyncio.Future[Outcome]
    hangs: bool = False
    """Its end never comes."""
    cut: asyncio.Event = field(default_factory=asyncio.Event)
    duration_seconds: float = 0.0
    """How long it was heard; known when it is done."""

    def finish(self, outcome: Outcome) -> None:
        """Tell whoever waits."""
        if not self.done.done():
            self.done.set_result(outcome)


@dataclass(frozen=True, slots=True)
class Started:
    """Its sound begins."""

    task_id: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A word is being said."""

    task_id: str
    text: str


@dataclass(frozen=True, slots=True)
class TextEnded:
    """Its last word is being said."""

    task_id: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """Its sound ended."""

    task_id: str
    duration_seconds: float
    interrupted: bool


@dataclass(frozen=True, slots=True)
class Dropped:
    """It ended without ever being heard."""

    task_id: str
    interrupted: bool


type SpeechEvent = Started | Piece | TextEnded | Stopped | Dropped
type Listener = Callable[[SpeechEvent], Awaitable[None]]


class Speaker:
    """The queue of one avatar: first in, first out."""

    def __init__(self, room: Room, voice: Voice, clock: Clock, listener: Listener) -> None:
        """Speak into `room`; `listener` is told in step with the sound."""
        self._room = room
        self._voice = voice
        self._clock = clock
        self._listener = listener
        self._waiting: deque[Utterance] = deque()
        self._wake = asyncio.Event()
        self._current: Utterance | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        """Whether something is being said or waits to be."""
        return self._current is not None or bool(self._waiting)

    @property
    def queue_length(self) -> int:
        """How many texts wait behind the current one."""
        return len(self._waiting)

    def say(self, line: Line, rate: float) -> Utterance:
        """Put `line` behind the others; the voice begins with it at once."""
        loop = asyncio.get_running_loop()
        prepared = loop.create_task(self._prepare(line, rate))
        utterance = Utterance(
            line.task_id, line.text, prepared, loop.create_future(), hangs=line.hangs
        )
        self._waiting.append(utterance)
        self._wake.set()
        if self._task is None:
            self._task = loop.create_task(self._run(), name="speaker")
        return utterance

    def interrupt(self) -> bool:
        """Cut the current text; the next one follows. Return whether there was one."""
        current = self._current or (self._waiting[0] if self._waiting else None)
        if current is None:
            return False
        current.cut.set()
        return True

    async def close(self) -> None:
        """Say nothing more; whoever waits is told that it was abandoned."""
        await stop(self._task)
        self._task = None
        left = [self._current] if self._current is not None else []
        left.extend(self._waiting)
        self._waiting.clear()
        self._current = None
        for utterance in left:
            await _drop(utterance.prepared)
            utterance.finish(Outcome.ABANDONED)

    async def _prepare(self, line: Line, rate: float) -> Speech:
        if line.thinking_seconds:
            await self._clock.sleep(line.thinking_seconds)
        if line.fails:
            raise VoiceError("The voice was told to fail")
        return await self._voice.speak(line.text, rate)

    async def _run(self) -> None:
        while True:
            while not self._waiting:
                self._wake.clear()
                await self._wake.wait()
            self._current = utterance = self._waiting.popleft()
            outcome = await self._perform(utterance)
            self._current = None
            utterance.finish(outcome)

    async def _perform(self, utterance: Utterance) -> Outcome:
        try:
            speech = await _unless_cut(utterance)
        except VoiceError:
            _LOGGER.warning("Task %s could not be spoken", utterance.task_id, exc_info=True)
            await self._listener(Dropped(utterance.task_id, interrupted=False))
            return Outcome.FAILED
        if speech is None:
            await self._listener(Dropped(utterance.task_id, interrupted=True))
            return Outcome.INTERRUPTED
        return await self._play(utterance, speech)

    async def _play(self, utterance: Utterance, speech: Speech) -> Outcome:
        task_id = utterance.task_id
        begin = self._clock.monotonic()
        await self._listener(Started(task_id))
        async with aclosing(self._room.play(speech, utterance.cut)) as marks:
            async for index in marks:
                await self._listener(Piece(task_id, speech.words[index].text))
                if index == len(speech.words) - 1:
                    await self._listener(TextEnded(task_id))
        if utterance.hangs:
            await utterance.cut.wait()
        utterance.duration_seconds = self._clock.monotonic() - begin
        interrupted = utterance.cut.is_set()
        await self._listener(Stopped(task_id, utterance.duration_seconds, interrupted))
        return Outcome.INTERRUPTED if interrupted else Outcome.SPOKEN


async def _unless_cut(utterance: Utterance) -> Speech | None:
    """Wait for the voice; None: it was interrupted before a sound was heard."""
    cut = asyncio.ensure_future(utterance.cut.wait())
    try:
        await asyncio.wait({utterance.prepared, cut}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        cut.cancel()
    if utterance.cut.is_set():
        await _drop(utterance.prepared)
        return None
    return await utterance.prepared


async def _drop(prepared: asyncio.Task[Speech]) -> None:
    """Let go of speech that nobody will hear."""
    prepared.cancel()
    with suppress(asyncio.CancelledError, VoiceError):
        await prepared
