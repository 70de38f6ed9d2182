"""Time as the simulated cloud sees it; a test can hold the hands."""

from abc import ABC, abstractmethod
import asyncio
from collections.abc import Callable
import heapq
import itertools
import time
from typing import Protocol, override

_SETTLING_ROUNDS = 25


class Timer(Protocol):
    """A call that has been put off."""

    def cancel(self) -> None:
        """Drop the call; harmless when it was made already."""


class Clock(ABC):
    """The only source of time in the simulator. All durations are seconds."""

    offset_seconds: float = 0.0
    """How far the vendor's calendar is ahead of this machine's."""

    @abstractmethod
    def monotonic(self) -> float:
        """Return seconds that never jump; the origin means nothing."""

    @abstractmethod
    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        """Call `callback` in the event loop after `seconds`."""

    @abstractmethod
    def _machine_unix(self) -> float:
        """Return this machine's calendar as Unix seconds."""

    def unix(self) -> float:
        """Return the vendor's calendar as Unix seconds."""
        return self._machine_unix() + self.offset_seconds

    async def sleep(self, seconds: float) -> None:
        """Wait; a duration of zero or less only lets the others run."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def wake() -> None:
            if not woken.done():
                woken.set_result(None)

        timer = self.call_later(seconds, wake)
        try:
            await woken
        finally:
            timer.cancel()


class SystemClock(Clock):
    """The machine's own time."""

    @override
    def monotonic(self) -> float:
        return time.monotonic()

    @override
    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        return asyncio.get_running_loop().call_later(seconds, callback)

    @override
    def _machine_unix(self) -> float:
        return time.time()


class ManualClock(Clock):
    """A clock that stands still until `advance` is awaited."""

    def __init__(self, start_unix: float = 1_800_000_000.0) -> None:
        """Start at `start_unix` (Unix seconds)."""
        self._start_unix = start_unix
        self._elapsed = 0.0
        self._order = itertools.count()
        self._pending: list[tuple[float, int, _ManualTimer]] = []

    @override
    def monotonic(self) -> float:
        return self._elapsed

    @override
    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        timer = _ManualTimer(callback)
        due = self._elapsed + max(0.0, seconds)
        heapq.heappush(self._pending, (due, next(self._order), timer))
        return timer

    @override
    def _machine_unix(self) -> float:
        return self._start_unix + self._elapsed

    async def advance(self, seconds: float) -> None:
        """Let `seconds` pass: every timer fires at its own moment, in order."""
        target = self._elapsed + seconds
        await _settle()
        while self._pending and self._pending[0][0] <= target:
            due, _, timer = heapq.heappop(self._pending)
            self._elapsed = max(self._elapsed, due)
            timer.fire()
            await _settle()
        self._elapsed = target
        await _settle()


class _ManualTimer:
    """One call that waits for the manual clock."""

    def __init__(self, callback: Callable[[], object]) -> None:
        self._callback: Callable[[], object] | None = callback

    def cancel(self) -> None:
        self._callback = None

    def fire(self) -> None:
        callback, self._callback = self._callback, None
        if callback is not None:
            callback()


async def _settle() -> None:
    """Let tasks that are ready run on, and those that they wake."""
    for _ in range(_SETTLING_ROUNDS):
        await asyncio.sleep(0)
