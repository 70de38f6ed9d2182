"""What the vendor would put on the bill, and who ended what."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from enum import StrEnum
import math

from simulator.clock import Clock

_CLOCK_NOISE_DIGITS = 6


class EndedBy(StrEnum):
    """Who ended a session."""

    CLIENT = "client"
    IDLE = "idle"
    DURATION = "duration"
    NO_VIEWER = "no_viewer"
    FAULT = "fault"
    SHUTDOWN = "shutdown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """What a session costs, as agreed when it was made."""

    minimum_seconds: int
    quota_per_second: float


@dataclass(slots=True, kw_only=True)
class TaskRow:
    """One thing said or asked for. Times are Unix seconds."""

    task_id: str
    text: str
    """What the client sent."""
    task_type: str
    accepted_at: float
    started_at: float | None = None
    stopped_at: float | None = None
    interrupted: bool = False


@dataclass(slots=True, kw_only=True)
class LedgerRow:
    """One session. Times are Unix seconds."""

    session_id: str
    avatar_id: str
    created_at: float
    tariff: Tariff
    clock: Clock = field(repr=False)
    started_at: float | None = None
    ended_at: float | None = None
    ended_by: EndedBy | None = None
    end_reason: str | None = None
    tasks: list[TaskRow] = field(default_factory=list)
    _opened: float = field(init=False)
    _closed: float | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Start to count."""
        self._opened = self.clock.monotonic()

    @property
    def open_seconds(self) -> float:
        """How long the session was open, or has been so far."""
        until = self.clock.monotonic() if self._closed is None else self._closed
        return round(until - self._opened, _CLOCK_NOISE_DIGITS)

    @property
    def billed_seconds(self) -> int:
        """Whole seconds, begun ones included, the tariff's minimum at least."""
        return max(self.tariff.minimum_seconds, math.ceil(self.open_seconds))

    @property
    def billed_quota(self) -> float:
        """What the billed seconds take from the quota."""
        return round(self.billed_seconds * self.tariff.quota_per_second, _CLOCK_NOISE_DIGITS)

    def close(self, ended_by: EndedBy, reason: str) -> None:
        """Stop to count."""
        self._closed = self.clock.monotonic()
        self.ended_at = self.clock.unix()
        self.ended_by = ended_by
        self.end_reason = reason


class Ledger:
    """All sessions since the start or the last reset, oldest first."""

    def __init__(self, clock: Clock, tariff: Callable[[], Tariff]) -> None:
        """Count by `clock`; `tariff` is asked for every new session."""
        self._clock = clock
        self._tariff = tariff
        self.rows: list[LedgerRow] = []

    def open(self, session_id: str, avatar_id: str) -> LedgerRow:
        """Add the row of a session that is open from now on."""
        row = LedgerRow(
            session_id=session_id,
            avatar_id=avatar_id,
            created_at=self._clock.unix(),
            tariff=self._tariff(),
            clock=self._clock,
        )
        self.rows.append(row)
        return row

    @property
    def billed_quota(self) -> float:
        """Sum of all rows, open ones as far as they have come."""
        return sum(row.billed_quota for row in self.rows)

    def clear(self) -> None:
        """Forget every row."""
        self.rows.clear()

    def as_json(self) -> list[dict[str, object]]:
        """Return the rows as JSON values."""
        return [
            {
                "session_id": row.session_id,
                "avatar_id": row.avatar_id,
                "created_at": row.created_at,
                "started_at": row.started_at,
                "ended_at": row.ended_at,
                "ended_by": row.ended_by,
                "end_reason": row.end_reason,
                "open_seconds": row.open_seconds,
                "minimum_billed_seconds": row.tariff.minimum_seconds,
                "billed_seconds": row.billed_seconds,
                "billed_quota": row.billed_quota,
                "tasks": [asdict(task) for task in row.tasks],
            }
            for row in self.rows
        ]
