"""One session of one avatar, whoever the vendor: its room, its deadlines, its end."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
import json
import logging

from simulator.clock import Clock, Timer
from simulator.faults import RoomLoss
from simulator.ledger import EndedBy, LedgerRow, TaskRow
from simulator.media.speech import Voice
from simulator.room.base import Room, RoomError
from simulator.speaker import Dropped, Speaker, SpeechEvent, Started, Stopped, Utterance
from simulator.tasks import TaskSet

_LOGGER = logging.getLogger(__name__)


class Phase(StrEnum):
    """How far a session has come."""

    NEW = "new"
    CONNECTING = "connecting"
    """The avatar was asked to enter the room; the viewer has not come yet."""
    CONNECTED = "connected"
    """The viewer has been in the room."""
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What was agreed when the session was made. Durations are seconds."""

    idle_seconds: float | None
    """None: idling is allowed."""
    duration_seconds: float
    no_viewer_seconds: float
    speech_rate: float = 1.0
    sends_events: bool = True
    leaves_with_viewer: bool = False
    ends_at_once: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """One data message that went into the room."""

    sent_at: float
    """Unix seconds."""
    payload: dict[str, object]


type Encoder = Callable[[SpeechEvent], dict[str, object] | None]


class Session:
    """A session from the create on. It ends exactly once."""

    def __init__(
        self,
        row: LedgerRow,
        terms: Terms,
        *,
        room: Room,
        voice: Voice,
        clock: Clock,
        tasks: TaskSet,
        encode: Encoder,
        on_end: Callable[[Session], None],
    ) -> None:
        """Count idle and duration limit from now on."""
        self.row = row
        self.terms = terms
        self.room = room
        self.phase = Phase.NEW
        self.starting = False
        """The avatar is on its way into the room."""
        self.messages: list[Message] = []
        self._clock = clock
        self._tasks = tasks
        self._encode = encode
        self._on_end = on_end
        self._speaker = Speaker(room, voice, clock, self._on_speech)
        self._rows_by_task: dict[str, TaskRow] = {}
        self._idle: Timer | None = None
        self._limits: list[Timer] = []
        room.on_viewer = self._on_viewer
        self._limits.append(clock.call_later(terms.duration_seconds, self._end_at_limit))
        self.touch()

    @property
    def session_id(self) -> str:
        """The id that the vendor gave it."""
        return self.row.session_id

    @property
    def closed(self) -> bool:
        """Whether it has ended."""
        return self.phase is Phase.CLOSED

    async def start(self) -> None:
        """Let the avatar enter the room. Raises RoomError."""
        self.starting = True
        try:
            await self.room.enter()
        except RoomError:
            await self.end(EndedBy.FAULT, "the avatar could not enter the room")
            await self.room.close()
            raise
        finally:
            self.starting = False
        if self.closed:
            await self.room.close()
            return
        self.phase = Phase.CONNECTED if self.room.viewer_present else Phase.CONNECTING
        self.row.started_at = self._clock.unix()
        if self.phase is Phase.CONNECTING:
            self._limits.append(
                self._clock.call_later(self.terms.no_viewer_seconds, self._leave_if_alone)
            )
        if self.terms.ends_at_once:
            self._end_soon(EndedBy.FAULT, "end_session_at_once")

    def say(self, task_id: str, *, sent: str, spoken: str, task_type: str) -> Utterance:
        """Queue `spoken`, the answer to what the client `sent` or the same."""
        task = TaskRow(
            task_id=task_id, text=sent, task_type=task_type, accepted_at=self._clock.unix()
        )
        self.row.tasks.append(task)
        self._rows_by_task[task_id] = task
        utterance = self._speaker.say(task_id, spoken, self.terms.speech_rate)
        self.touch()
        return utterance

    def interrupt(self) -> bool:
        """Cut the current text; return whether there was one."""
        return self._speaker.interrupt()

    def touch(self) -> None:
        """Note activity: the idle limit counts from now."""
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        if self.terms.idle_seconds is not None and not self.closed:
            self._idle = self._clock.call_later(self.terms.idle_seconds, self._end_if_idle)

    async def lose_room(self, what: RoomLoss) -> None:
        """Lose viewer or room; the session stays open."""
        if what is RoomLoss.VIEWER:
            await self.room.remove_viewer()
            return
        await self._speaker.close()
        self._close_tasks()
        await self.room.lose()

    async def end(self, ended_by: EndedBy, reason: str) -> bool:
        """End the session; return False when it had ended before."""
        if self.closed:
            return False
        self.phase = Phase.CLOSED
        self.row.close(ended_by, reason)
        for timer in (*self._limits, self._idle):
            if timer is not None:
                timer.cancel()
        self._on_end(self)
        _LOGGER.info("Session %s ended by %s: %s", self.session_id, ended_by, reason)
        await self._speaker.close()
        self._close_tasks()
        if not self.starting:
            await self.room.close()
        return True

    def describe(self) -> dict[str, object]:
        """Return its state as JSON values."""
        return {
            "session_id": self.session_id,
            "avatar_id": self.row.avatar_id,
            "phase": self.phase,
            "created_at": self.row.created_at,
            "viewer_present": self.room.viewer_present,
            "room_lost": self.room.lost,
            "speaking": self._speaker.busy,
            "queue_length": self._speaker.queue_length,
            "idle_seconds": self.terms.idle_seconds,
            "duration_seconds": self.terms.duration_seconds,
        }

    async def _on_speech(self, event: SpeechEvent) -> None:
        task = self._rows_by_task[event.task_id]
        match event:
            case Started():
                task.started_at = self._clock.unix()
            case Stopped() | Dropped():
                task.stopped_at = self._clock.unix()
                task.interrupted = event.interrupted
            case _:
                pass
        self.touch()
        payload = self._encode(event) if self.terms.sends_events else None
        if payload is not None:
            self.messages.append(Message(self._clock.unix(), payload))
            await self.room.send(json.dumps(payload).encode())

    def _on_viewer(self, present: bool) -> None:  # noqa: FBT001 -- signature of the callback
        if present and self.phase is Phase.CONNECTING:
            self.phase = Phase.CONNECTED
        if not present and self.terms.leaves_with_viewer:
            self._end_soon(EndedBy.FAULT, "leave_with_viewer")

    def _leave_if_alone(self) -> None:
        if self.phase is Phase.CONNECTING:
            self._end_soon(EndedBy.NO_VIEWER, "no viewer came")

    def _end_if_idle(self) -> None:
        if self._speaker.busy:
            self.touch()
            return
        self._end_soon(EndedBy.IDLE, "activity idle timeout")

    def _end_at_limit(self) -> None:
        self._end_soon(EndedBy.DURATION, "session duration limit reached")

    def _end_soon(self, ended_by: EndedBy, reason: str) -> None:
        self._tasks.spawn(self.end(ended_by, reason), f"end {self.session_id}")

    def _close_tasks(self) -> None:
        """Note that what was not said will not be."""
        for task in self.row.tasks:
            if task.stopped_at is None:
                task.stopped_at = self._clock.unix()
                task.interrupted = True


class SessionBook:
    """All sessions of one simulator, and how many places they take."""

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
