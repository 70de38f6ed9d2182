"""One session of one avatar, whoever the vendor: its room, its deadlines, its end."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
import logging
import uuid

from simulator.clock import Clock, Timer
from simulator.faults import RoomLoss
from simulator.ledger import EndedBy, LedgerRow, TaskRow
from simulator.media.speech import Voice
from simulator.outbox import Encoder, Message, Outbox, RoomEvent, TakeFaults
from simulator.room.base import Room, RoomError
from simulator.speaker import Dropped, Line, Speaker, SpeechEvent, Started, Stopped, Utterance
from simulator.tasks import TaskSet
from simulator.user import UserEvent, UserSilent

SILENCE = "silence"
"""Task type of what the avatar says by itself when the user is silent."""

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
class Mishaps:
    """What goes wrong against what was agreed. Durations are seconds."""

    sends_events: bool = True
    leaves_with_viewer: bool = False
    ends_at_once: bool = False
    idle_seconds: float | None = None
    """The idle limit that is really kept."""
    duration_seconds: float | None = None
    """The duration limit that is really kept."""
    listed_after_seconds: float = 0.0
    listed_past_end_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What was agreed when the session was made. Durations are seconds."""

    idle_seconds: float | None
    """None: idling is allowed."""
    duration_seconds: float
    no_viewer_seconds: float
    silence_seconds: float = 20.0
    """A user who says nothing for so long is silent."""
    silence_prompt: str | None = None
    """What the avatar says then, once; None: nothing."""
    speech_rate: float = 1.0
    voice_name: str = ""
    prompt: str = ""
    """What the avatar was told about itself, for its answers."""
    mishaps: Mishaps = Mishaps()


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
        message_faults: TakeFaults,
        on_end: Callable[[Session], None],
    ) -> None:
        """Count idle and duration limit from now on."""
        self.row = row
        self.terms = terms
        self.room = room
        self.phase = Phase.NEW
        self.listed_phase = Phase.NEW
        """The phase as the vendor's list tells it, which knows no closed ones."""
        self.starting = False
        """The avatar is on its way into the room."""
        self.listening = False
        """The avatar looks as if it listened."""
        self._clock = clock
        self._tasks = tasks
        told = encode if terms.mishaps.sends_events else _tell_nothing
        self._outbox = Outbox(room, clock, tasks, told, message_faults)
        self._on_end = on_end
        self._speaker = Speaker(room, voice, clock, self._on_speech)
        self._rows_by_task: dict[str, TaskRow] = {}
        self._idle: Timer | None = None
        self._silence: Timer | None = None
        self._limits: list[Timer] = []
        room.on_viewer = self._on_viewer
        limit = terms.mishaps.duration_seconds or terms.duration_seconds
        self._limits.append(clock.call_later(limit, self._end_at_limit))
        self.touch()

    @property
    def session_id(self) -> str:
        """The id that the vendor gave it."""
        return self.row.session_id

    @property
    def closed(self) -> bool:
        """Whether it has ended."""
        return self.phase is Phase.CLOSED

    @property
    def messages(self) -> list[Message]:
        """What went into the room, oldest first."""
        return self._outbox.messages

    @property
    def listed(self) -> bool:
        """Whether the vendor's list shows it: while it is open, unless the list is wrong."""
        if self.row.ended_at is not None:
            past_end = self._clock.unix() - self.row.ended_at
            return past_end < self.terms.mishaps.listed_past_end_seconds
        return self.row.open_seconds >= self.terms.mishaps.listed_after_seconds

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
        self._enter(Phase.CONNECTED if self.room.viewer_present else Phase.CONNECTING)
        self.row.started_at = self._clock.unix()
        if self.phase is Phase.CONNECTING:
            self._limits.append(
                self._clock.call_later(self.terms.no_viewer_seconds, self._leave_if_alone)
            )
        if self.terms.mishaps.ends_at_once:
            self._end_soon(EndedBy.FAULT, "end_session_at_once")

    def say(self, line: Line, *, sent: str, task_type: str) -> Utterance:
        """Queue `line`, the answer to what the client `sent` or the same."""
        task = TaskRow(
            task_id=line.task_id, text=sent, task_type=task_type, accepted_at=self._clock.unix()
        )
        self.row.tasks.append(task)
        self._rows_by_task[line.task_id] = task
        utterance = self._speaker.say(line, self.terms.speech_rate)
        self.touch()
        self._await_silence()
        return utterance

    def interrupt(self) -> bool:
        """Cut the current text; return whether there was one."""
        return self._speaker.interrupt()

    def listen(self, *, begin: bool) -> None:
        """Begin or end to look as if the avatar listened."""
        self.listening = begin
        self._await_silence()

    async def hear(self, events: list[UserEvent]) -> None:
        """Notice what the user does; it is activity."""
        for event in events:
            await self._outbox.tell(event)
        self.touch()
        self._await_silence()

    def touch(self) -> None:
        """Note activity: the idle limit counts from now."""
        _cancel(self._idle)
        self._idle = None
        limit = self.terms.mishaps.idle_seconds or self.terms.idle_seconds
        if limit is not None and not self.closed:
            self._idle = self._clock.call_later(limit, self._end_if_idle)

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
        for timer in (*self._limits, self._idle, self._silence):
            _cancel(timer)
        self._outbox.close()
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
            "listening": self.listening,
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
        await self._outbox.tell(event)
        if isinstance(event, Stopped | Dropped) and task.task_type != SILENCE:
            self._await_silence()

    def _on_viewer(self, present: bool) -> None:  # noqa: FBT001 -- signature of the callback
        if present and self.phase is Phase.CONNECTING:
            self._enter(Phase.CONNECTED)
        if not present and self.terms.mishaps.leaves_with_viewer:
            self._end_soon(EndedBy.FAULT, "leave_with_viewer")

    def _enter(self, phase: Phase) -> None:
        self.phase = self.listed_phase = phase
        self._await_silence()

    def _await_silence(self) -> None:
        """Count the user's silence from now, where anybody minds it."""
        _cancel(self._silence)
        self._silence = None
        minds = self.listening or self.terms.silence_prompt is not None
        if minds and self.phase is Phase.CONNECTED:
            self._silence = self._clock.call_later(
                self.terms.silence_seconds,
                lambda: self._tasks.spawn(self._note_silence(), "note silence"),
            )

    async def _note_silence(self) -> None:
        """Tell of it once; whoever speaks now has it counted anew afterwards."""
        if self._speaker.busy or self.closed:
            return
        await self._outbox.tell(UserSilent())
        prompt = self.terms.silence_prompt
        if prompt is not None and self.room.viewer_present:
            self.say(Line(task_id=str(uuid.uuid4()), text=prompt), sent="", task_type=SILENCE)
            _cancel(self._silence)

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


def _tell_nothing(_event: RoomEvent) -> None:
    """Have no message for anything."""


def _cancel(timer: Timer | None) -> None:
    if timer is not None:
        timer.cancel()
