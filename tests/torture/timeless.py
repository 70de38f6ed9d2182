"""An event loop whose time passes as fast as there is something to do, and the clocks that go by it.

Nothing is left to chance: no thread, no network but sockets of this machine that deliver at once. When nothing is
ready, the next timer is due, be it an hour away. The same beginning leads to the same end.
"""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
import contextvars
from datetime import UTC, datetime, tzinfo
import selectors
import sys
import time
from typing import Any, override

from homeassistant.util import dt as dt_util
import pytest

from custom_components.streaming_avatar.providers.http import HttpClient
from simulator.clock import Clock, Timer

DAWN = datetime(2026, 11, 24, 6, 0, tzinfo=UTC).timestamp()
"""Unix seconds at which the time of a test begins."""


class _Selector(selectors.DefaultSelector):
    """Never waits: lets time pass instead."""

    loop: TimelessLoop

    @override
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        if timeout is None:
            raise AssertionError("Nothing is due any more, and something still waits")
        self.loop.pass_time(timeout)
        return []


class TimelessLoop(asyncio.SelectorEventLoop):
    """Runs what is ready; then the time of the next timer has come."""

    def __init__(self) -> None:
        selector = _Selector()
        selector.loop = self
        self._time = 1000.0
        super().__init__(selector)

    @override
    def time(self) -> float:
        return self._time

    def pass_time(self, seconds: float) -> None:
        self._time += seconds

    @override
    def run_in_executor[*Ts, T](
        self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        """Do it at once: a thread would take the time that it likes."""
        future: asyncio.Future[T] = self.create_future()
        try:
            future.set_result(contextvars.copy_context().run(func, *args))
        except Exception as error:  # noqa: BLE001 - it belongs to whoever waits
            future.set_exception(error)
        return future


class LoopClock(Clock):
    """The simulator's clock, by the loop's time."""

    def __init__(self, loop: TimelessLoop, unix: Callable[[], float]) -> None:
        self._loop = loop
        self._unix = unix

    @override
    def monotonic(self) -> float:
        return self._loop.time()

    @override
    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        return self._loop.call_later(max(seconds, 0.0), callback)

    @override
    def _machine_unix(self) -> float:
        return self._unix()


class Time:
    """The time of a test: one loop, and every clock of the integration by it."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.loop = TimelessLoop()
        self.ahead = 0.0
        """Seconds by which the local clock is ahead of the vendor's."""
        self._begin = self.loop.time()
        clocks: dict[object, Callable[[], float]] = {
            time.monotonic: self.loop.time,
            time.time: self.unix,
        }
        for name, module in tuple(sys.modules.items()):
            if name.startswith("custom_components.streaming_avatar"):
                for clock in ("monotonic", "time"):
                    if (ours := clocks.get(getattr(module, clock, None))) is not None:
                        patch.setattr(module, clock, ours)
        patch.setitem(_defaults(HttpClient.__init__), "monotonic", self.loop.time)
        patch.setattr(dt_util, "now", self.now)
        patch.setattr(dt_util, "utcnow", lambda: self.now(UTC))

    @property
    def passed(self) -> float:
        """Seconds since the beginning."""
        return self.loop.time() - self._begin

    def vendor_unix(self) -> float:
        return DAWN + self.passed

    def unix(self) -> float:
        """Return the local clock."""
        return self.vendor_unix() + self.ahead

    def now(self, zone: tzinfo | None = None) -> datetime:
        return datetime.fromtimestamp(self.unix(), zone or dt_util.get_default_time_zone())

    def run[T](self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def close(self) -> None:
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.close()


def _defaults(function: Callable[..., object]) -> dict[str, Any]:
    defaults = function.__kwdefaults__
    assert isinstance(defaults, dict)
    return defaults
