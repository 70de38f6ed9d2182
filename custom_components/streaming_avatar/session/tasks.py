"""The work of one avatar under way, and the alarm that wakes it."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from datetime import datetime
from time import monotonic
from typing import Any

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

SHORTEST_SECONDS = 0.01


class Tasks:
    """Tasks of its own: whoever asked for something may be cancelled, what follows is done all the same."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Do nothing yet."""
        self._hass = hass
        self._tasks: set[asyncio.Task[Any]] = set()
        self._cancel_alarm: CALLBACK_TYPE | None = None

    def run[T](self, work: Coroutine[Any, Any, T], name: str) -> asyncio.Task[T]:
        """Begin a piece of work."""
        task = self._hass.async_create_background_task(work, name)
        if not task.done():
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return task

    @callback
    def wake_at(self, times: Iterable[float | None], then: Callable[[], None]) -> None:
        """Call `then` at the first of some monotonic times, instead of what was agreed before."""
        self._stop_alarm()

        @callback
        def ring(_now: datetime) -> None:
            self._cancel_alarm = None
            then()

        if wakes := [at - monotonic() for at in times if at is not None]:
            delay = max(SHORTEST_SECONDS, min(wakes))
            self._cancel_alarm = async_call_later(self._hass, delay, ring)

    async def close(self) -> None:
        """Cancel all of it."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._stop_alarm()

    def _stop_alarm(self) -> None:
        if self._cancel_alarm is not None:
            self._cancel_alarm()
            self._cancel_alarm = None
