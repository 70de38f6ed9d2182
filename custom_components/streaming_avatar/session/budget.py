"""Minutes used and what is left of them. Pure: time is an argument.

Seconds are measured with a monotonic clock, so that a clock that is set does not create or swallow any. Which day they
belong to is the wall clock's to say: local midnight divides days.
"""

from dataclasses import dataclass, replace

SECONDS_PER_DAY = 86_400.0


@dataclass(frozen=True, kw_only=True)
class Now:
    """One reading of all clocks."""

    mono: float
    """Seconds of a clock that never jumps."""
    wall: float
    """Unix seconds of the local clock; may jump."""
    day: str
    """The local date, ISO 8601."""
    since_midnight: float
    """Seconds since the local day began."""
    vendor: float | None = None
    """Unix seconds of the vendor's clock, where one of its answers carried it."""


@dataclass(frozen=True, kw_only=True)
class Budget:
    """What one avatar has used on one day."""

    day: str = ""
    used: float = 0.0
    """Seconds."""
    behind_since: float | None = None
    """Monotonic time since when the wall clock has shown an earlier day than `day`."""

    def turn(self, now: Now) -> Budget:
        """Return the budget of today.

        A new day begins at zero. A clock that jumped back (a Raspberry Pi without a battery starts in the past) does
        not: the known day counts on until the wall clock reaches it, or for a day at most.
        """
        if now.day == self.day:
            return self if self.behind_since is None else replace(self, behind_since=None)
        if now.day > self.day:
            return Budget(day=now.day)
        if self.behind_since is None:
            return replace(self, behind_since=now.mono)
        if now.mono - self.behind_since >= SECONDS_PER_DAY:
            return Budget(day=now.day)
        return self

    def spend(self, seconds: float, now: Now) -> Budget:
        """Count the seconds that ended now; those before midnight belong to yesterday, which nobody asks about."""
        today = self.turn(now)
        if today.day == now.day and self.behind_since is None:
            seconds = min(seconds, now.since_midnight)
        return replace(today, used=today.used + max(seconds, 0.0))

    def left(self, minutes: float | None, now: Now) -> float:
        """Return the seconds left of a cap in minutes; infinity without one, never below zero."""
        if minutes is None:
            return float("inf")
        return max(0.0, minutes * 60.0 - self.turn(now).used)
