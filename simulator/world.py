"""Everything that one simulator is made of; the vendors' routes and the control share it."""

from dataclasses import dataclass, field

from aiohttp import web

from simulator.calls import CallLog
from simulator.clock import Clock
from simulator.faults import FaultBox
from simulator.ledger import Ledger
from simulator.room.base import Stage
from simulator.session import SessionBook
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
    faults: FaultBox = field(default_factory=FaultBox)
    tasks: TaskSet = field(default_factory=TaskSet)
    operations: dict[str, str] = field(default_factory=dict)
    """Route path -> operation, the word that faults and calls go by."""

    def __post_init__(self) -> None:
        """Begin with the limits of the settings."""
        self.set_limits(self.settings.limits)
        self.ledger = Ledger(self.clock, lambda: self.limits.minimum_billed_seconds)
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


WORLD: web.AppKey[World] = web.AppKey("world", World)
SESSION_ID: web.RequestKey[str] = web.RequestKey("session_id", str)
"""The session that a request is about, once its body was read."""
