"""Waiting for what must come, without a guess how long it takes."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
import time
from typing import Any

from demo.connection import Connection, Subscription
from demo.vendor import Vendor

PATIENCE = 30.0
"""Seconds; it only bounds a failure."""

_POLL_SECONDS = 0.1


async def eventually[T](
    get: Callable[[], Awaitable[T]], wanted: Callable[[T], object], seconds: float = PATIENCE
) -> T:
    """Return a value as soon as it is as wanted."""
    give_up_at = time.monotonic() + seconds
    while not wanted(value := await get()):
        if time.monotonic() > give_up_at:
            raise AssertionError(f"not within {seconds:.0f} s; last seen: {value!r}")
        await asyncio.sleep(_POLL_SECONDS)
    return value


def in_order(wanted: Iterable[str], seen: Iterable[str]) -> bool:
    """Return whether all of `wanted` come one after the other in `seen`, whatever stands between."""
    rest = iter(seen)
    return all(item in rest for item in wanted)


@dataclass(frozen=True)
class StateChange:
    """A state and when it came, in Unix seconds."""

    state: str
    at: float


class StateLog:
    """Every state of one entity, from the beginning of the log on."""

    def __init__(self, entity_id: str, subscription: Subscription) -> None:
        """Use `watch_states`."""
        self.changes: list[StateChange] = []
        self._entity_id = entity_id
        self._subscription = subscription

    @property
    def states(self) -> list[str]:
        """The states, in order, without repetitions."""
        return [change.state for change in self.changes]

    async def until(self, state: str, seconds: float = PATIENCE) -> StateChange:
        """Wait for a state that comes after all that was waited for before."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    event = await self._subscription.next(seconds)
                    if self._take(event) and self.changes[-1].state == state:
                        return self.changes[-1]
        except TimeoutError:
            raise AssertionError(
                f"{self._entity_id} did not become {state} within {seconds:.0f} s: {self.states}"
            ) from None

    def _take(self, event: dict[str, Any]) -> bool:
        new, old = event["data"]["new_state"], event["data"]["old_state"]
        if event["data"]["entity_id"] != self._entity_id or new is None:
            return False
        if old is not None and old["state"] == new["state"]:
            return False
        self.changes.append(StateChange(new["state"], time.time()))
        return True


async def watch_states(connection: Connection, entity_id: str) -> StateLog:
    """Begin a log."""
    subscription = await connection.subscribe("subscribe_events", event_type="state_changed")
    return StateLog(entity_id, subscription)


async def ledger(vendor: Vendor) -> list[dict[str, Any]]:
    """Return all sessions that the vendor would bill."""
    rows: list[dict[str, Any]] = (await vendor.get("ledger"))["sessions"]
    return rows
