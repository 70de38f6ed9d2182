"""All sessions of one simulator, and how many places they take."""

from collections.abc import Callable

from simulator.clock import Clock, Timer
from simulator.ledger import EndedBy
from simulator.session import Session


class SessionBook:
    """The sessions, open and closed."""

    def __init__(self, clock: Clock, release_delay_seconds: Callable[[], float]) -> None:
        """Free the place of an ended session after the delay."""
        self._clock = clock
        self._release_delay = release_delay_seconds
        self._sessions: dict[str, Session] = {}
        self._places = 0
        self._releases: list[Timer] = []

    @property
    def places_taken(self) -> int:
        """Open sessions, those being made, and those whose place is not free yet."""
        return self._places

    def take_place(self) -> None:
        """Take the place of a session that is about to be made."""
        self._places += 1

    def give_place_back(self) -> None:
        """Free a place now."""
        self._places -= 1

    def add(self, session: Session) -> None:
        """Add a session whose place was taken."""
        self._sessions[session.session_id] = session

    def get(self, session_id: str) -> Session | None:
        """Return the session, open or closed."""
        return self._sessions.get(session_id)

    def all(self) -> list[Session]:
        """Return all sessions, oldest first."""
        return list(self._sessions.values())

    def open(self) -> list[Session]:
        """Return the open ones, oldest first."""
        return [session for session in self._sessions.values() if not session.closed]

    def listed(self) -> list[Session]:
        """Return those that the vendor's list shows, oldest first."""
        return [session for session in self._sessions.values() if session.listed]

    def on_end(self, _session: Session) -> None:
        """Free the place of a session when the delay has passed."""
        delay = self._release_delay()
        if delay > 0:
            self._releases.append(self._clock.call_later(delay, self.give_place_back))
        else:
            self.give_place_back()

    async def end_all(self, reason: str) -> None:
        """End every session because the simulator stops."""
        for session in self.open():
            await session.end(EndedBy.SHUTDOWN, reason)

    def clear(self) -> None:
        """Forget every session; all places are free."""
        self._sessions.clear()
        self._places = 0
        for timer in self._releases:
            timer.cancel()
        self._releases.clear()
