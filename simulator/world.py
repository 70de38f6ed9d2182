"""Everything that one simulator is made of; the vendors' routes and the control share it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from simulator.book import SessionBook
from simulator.calls import CallLog
from simulator.clock import Clock
from simulator.faults.box import FaultBox
from simulator.ledger import Ledger, Tariff
from simulator.refusals import Refusal
from simulator.room.base import Stage
from simulator.settings import Limits, Settings
from simulator.tasks import TaskSet


@dataclass(slots=True, eq=False)
class World:
    """The state of one simulator."""

    settings: Settings
    clock: Clock
    stage: Stage = field(init=False)
    limits: Limits = field(init=False)
    ledger: Ledger = field(init=False)
    sessions: SessionBook = field(init=False)
    calls: CallLog = field(init=False)
    faults: FaultBox = field(init=False)
    tasks: TaskSet = field(default_factory=TaskSet)
    operations: dict[str, str] = field(default_factory=dict)
    """Route path -> operation, the word that faults and calls go by."""
    refusals: dict[str, Refusal] = field(default_factory=dict)
    """The vendor's error answers by the names that faults go by."""
    events: list[str] = field(default_factory=list)
    """Types of the vendor's room messages."""
    on_reset: list[Callable[[], None]] = field(default_factory=list)
    """What the vendor forgets when everything is to be as new."""

    def __post_init__(self) -> None:
        """Begin with the limits of the settings."""
        self.set_limits(self.settings.limits)
        self.faults = FaultBox(self.operations, self.refusals)
        self.ledger = Ledger(self.clock, self._tariff)
        self.sessions = SessionBook(self.clock, lambda: self.limits.release_delay_seconds)
        self.calls = CallLog(self.clock)

    def set_limits(self, limits: Limits) -> None:
        """Let `limits` apply from now on; sessions keep what they were made with."""
        self.limits = limits
        self.clock.offset_seconds = limits.clock_offset_seconds

    async def end_all(self, reason: str) -> None:
        """End every session and wait until its end is complete."""
        await self.sessions.end_all(reason)
        await self.tasks.join()

    async def reset(self) -> None:
        """Be as new."""
        self.faults.clear()
        await self.end_all("reset")
        self.sessions.clear()
        self.ledger.clear()
        self.calls.calls.clear()
        self.set_limits(self.settings.limits)
        for forget in self.on_reset:
            forget()

    def _tariff(self) -> Tariff:
        return Tariff(
            minimum_seconds=self.limits.minimum_billed_seconds,
            quota_per_second=self.limits.quota_per_billed_second,
        )


WORLD: web.AppKey[World] = web.AppKey("world", World)
SESSION_ID: web.RequestKey[str] = web.RequestKey("session_id", str)
"""The session that a request is about, once its body was read."""
REFUSED: web.RequestKey[str] = web.RequestKey("refused", str)
"""Code and message with which the vendor refused a request."""
