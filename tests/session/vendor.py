"""A vendor as the session machine meets it: sessions that cost money, speech that takes time. Nothing else is true."""

from dataclasses import dataclass, field
from enum import StrEnum

CLOCK = 1_764_000_000.0
"""Unix seconds of the vendor's clock at the beginning of the world."""


class Fault(StrEnum):
    """What becomes of a call instead of its doing."""

    LOST = "lost"
    """Done, but the reply is lost."""
    VANISHED = "vanished"
    """Not done, and no reply tells so."""
    UNSENT = "unsent"
    """No connection: it never left."""
    REFUSED = "refused"
    """A permanent no."""
    BUSY = "busy"
    """A no for now."""


@dataclass(eq=False)
class Sound:
    """One part of an utterance in the avatar's mouth."""

    task_id: str
    key: tuple[str, int]
    """Utterance and part."""
    begins: float
    ends: float


@dataclass(eq=False)
class VendorSession:
    """A session, open or not. Times are seconds since the beginning of the world."""

    id: str
    ours: bool
    created: float
    idle_limit: float
    duration_limit: float | None
    used: float
    ended: float | None = None
    ended_by: str = ""
    accepted: float | None = None
    """When an end call for it was accepted first, also one that came late."""
    sounds: list[Sound] = field(default_factory=list)

    @property
    def closes_at(self) -> float:
        """When it ends by itself."""
        quiet = max([self.used, *(sound.ends for sound in self.sounds)])
        idle = quiet + self.idle_limit
        return (
            idle if self.duration_limit is None else min(idle, self.created + self.duration_limit)
        )

    def seconds(self, time: float) -> float:
        """How long it has been open."""
        return (time if self.ended is None else self.ended) - self.created


@dataclass(kw_only=True)
class Vendor:
    """One account at a vendor."""

    idle_limit: float = 120.0
    duration_limit: float | None = None
    minimum_charge: float = 30.0
    list_lag: float = 0.0
    """Seconds until a new session appears in its list."""
    tells_times: bool = True
    """Its list says when each session was created."""
    time: float = 0.0
    sessions: list[VendorSession] = field(default_factory=list)
    tasks: int = 0

    @property
    def clock(self) -> float:
        return CLOCK + self.time

    def of(self, session_id: str) -> VendorSession | None:
        return next((s for s in self.sessions if s.id == session_id), None)

    @property
    def open(self) -> list[VendorSession]:
        return [session for session in self.sessions if session.ended is None]

    @property
    def ours(self) -> list[VendorSession]:
        return [session for session in self.sessions if session.ours]

    @property
    def next_end(self) -> float:
        return min((session.closes_at for session in self.open), default=float("inf"))

    def create(self, *, ours: bool) -> VendorSession:
        session = VendorSession(
            id=f"session-{len(self.sessions) + 1}",
            ours=ours,
            created=self.time,
            idle_limit=self.idle_limit if ours else float("inf"),
            duration_limit=self.duration_limit if ours else None,
            used=self.time,
        )
        self.sessions.append(session)
        return session

    def end(self, session: VendorSession, by: str) -> None:
        """End a session and its sound; one that is over stays as it is."""
        if session.ended is None:
            session.ended, session.ended_by = self.time, by
            self.silence(session)
        if by == "us" and session.accepted is None:
            session.accepted = self.time

    def end_due(self) -> None:
        """End what has reached its limits."""
        for session in self.open:
            if session.closes_at <= self.time:
                self.end(session, "limit")

    def listed(self) -> tuple[tuple[str, float | None], ...]:
        """What a list says; times are whole seconds."""
        return tuple(
            (s.id, float(int(CLOCK + s.created)) if self.tells_times else None)
            for s in self.open
            if self.time - s.created >= self.list_lag
        )

    def speak(self, session: VendorSession, key: tuple[str, int], seconds: float) -> Sound:
        self.tasks += 1
        begins = max([self.time + 0.3, *(sound.ends for sound in session.sounds)])
        sound = Sound(f"task-{self.tasks}", key, begins, begins + seconds)
        session.sounds.append(sound)
        session.used = self.time
        return sound

    def silence(self, session: VendorSession) -> list[Sound]:
        """Cut what sounds or waits to; returns what had begun."""
        begun = []
        for sound in session.sounds:
            if sound.ends > self.time:
                if sound.begins < self.time:
                    begun.append(sound)
                sound.begins = min(sound.begins, self.time)
                sound.ends = self.time
        return begun
