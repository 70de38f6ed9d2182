"""How long single callbacks keep an event loop."""

from asyncio import Handle
from collections.abc import Iterator
from contextlib import contextmanager
import gc
from threading import get_ident
from time import monotonic, thread_time
from typing import Any

_LIMIT = 0.005
"""Seconds; longer ones are remembered by name."""


class Blocks:
    """The longest time that one callback kept the event loop.

    Seconds of the thread's own processor time beside those of the wall clock: what another process of the machine takes
    is in the second only.
    """

    def __init__(self) -> None:
        """Count nothing before `counting` is set."""
        self.longest = 0.0
        self.longest_own = 0.0
        self.longest_code = 0.0
        """As before, without what the garbage collector took of it: any code may have made its garbage."""
        self.longest_collection = 0.0
        """Of any thread: it holds all of them."""
        self.slow: list[tuple[float, float, float, str]] = []
        """Own seconds, those of them in the garbage collector, wall seconds, and the name of each above the limit."""
        self.counting = False
        self.collected = 0.0
        """Seconds that the garbage collector has taken of the loop's thread so far."""
        self._collecting_since = 0.0
        self._thread = get_ident()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Time every callback of the loop, and what the garbage collector takes of them."""
        run = Handle._run  # noqa: SLF001 - the one place where every callback passes

        def timed(handle: Handle) -> None:
            collected, start, own_start = self.collected, monotonic(), thread_time()
            run(handle)
            if self.counting:
                own, collecting = thread_time() - own_start, self.collected - collected
                self._take(handle, monotonic() - start, own, collecting)

        Handle._run = timed  # type: ignore[method-assign,assignment] # noqa: SLF001
        gc.callbacks.append(self._collecting)
        try:
            yield
        finally:
            gc.callbacks.remove(self._collecting)
            Handle._run = run  # type: ignore[method-assign] # noqa: SLF001

    def _take(self, handle: Handle, seconds: float, own: float, collecting: float) -> None:
        self.longest = max(self.longest, seconds)
        self.longest_own = max(self.longest_own, own)
        self.longest_code = max(self.longest_code, own - collecting)
        if own > _LIMIT:
            self.slow.append((own, collecting, seconds, _name(handle)))

    def _collecting(self, phase: str, _info: dict[str, int]) -> None:
        if phase == "start":
            self._collecting_since = thread_time()
            return
        seconds = thread_time() - self._collecting_since
        if get_ident() == self._thread:
            self.collected += seconds
        if self.counting:
            self.longest_collection = max(self.longest_collection, seconds)


def _name(handle: Handle) -> str:
    """Return what a callback is, without the objects that it works on."""
    callback: Any = handle._callback  # type: ignore[attr-defined] # noqa: SLF001 - told nowhere else
    owner: Any = getattr(callback, "__self__", None)
    if hasattr(owner, "get_coro"):  # a step of a task
        return str(getattr(owner.get_coro(), "__qualname__", owner.get_name()))
    return str(getattr(callback, "__qualname__", callback))
