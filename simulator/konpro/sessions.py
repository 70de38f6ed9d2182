"""What the vendor does and refuses (vendor reference, streaming sessions and error codes)."""

from dataclasses import dataclass, replace
import math
import re
import uuid

from simulator.brain import answer
from simulator.faults import (
    EndAtOnceFault,
    LateInListFault,
    LeaveWithViewerFault,
    NoEventsFault,
    SessionFault,
    ShortLimitsFault,
    SpeechFailsFault,
    SpeechHangsFault,
    StaysInListFault,
)
from simulator.konpro import catalogue
from simulator.konpro.errors import (
    AUDIO_FAILED,
    AVATAR_MISSING,
    BLOCKED_WORDS,
    CONCURRENCY,
    INTERNAL,
    INVALID_PARAMETER,
    INVALID_TEXT,
    PERMISSION_DENIED,
    QUOTA_EXHAUSTED,
    SESSION_MISSING,
    SESSION_NOT_READY,
    STATE_CLOSED,
    STATE_CONNECTED,
    STATE_CONNECTING,
    VOICE_FORBIDDEN,
    RefusedError,
)
from simulator.konpro.events import encode
from simulator.konpro.history import HistoryQuery, history
from simulator.konpro.knowledge import KnowledgeBook
from simulator.konpro.models import NewSession, Quality, SdkSession, Task, TaskMode, TaskType
from simulator.ledger import EndedBy
from simulator.room.base import OwnRoom, RoomError, RoomSpec
from simulator.session import Mishaps, Phase, Session, Terms
from simulator.speaker import Line, Outcome, Utterance
from simulator.world import World

MAXIMUM_TEXT = 1000
"""Characters of one task."""

_TOKEN_MARGIN_SECONDS = 600
_SILENCE_PROMPT = "Are you still there?"


@dataclass(frozen=True, slots=True)
class _Picture:
    width: int
    height: int
    bitrate: int


_PICTURES = {
    Quality.HIGH: _Picture(1280, 720, 2_000_000),
    Quality.MEDIUM: _Picture(854, 480, 1_000_000),
    Quality.LOW: _Picture(640, 360, 500_000),
}


class Konpro:
    """The vendor's operations. Each raises RefusedError where the vendor refuses."""

    def __init__(self, world: World) -> None:
        """Act on `world`."""
        self.knowledge = KnowledgeBook()
        self._world = world

    async def new(self, wish: NewSession) -> Session:
        """Make a session; the charge starts."""
        avatar = self._check(wish)
        sessions = self._world.sessions
        sessions.take_place()
        session_id = str(uuid.uuid4())
        own = wish.livekit_settings
        picture = _PICTURES[wish.quality]
        room = self._world.stage.make_room(
            RoomSpec(
                name=session_id if own is None else own.room,
                width=picture.width,
                height=picture.height,
                video_bitrate=picture.bitrate,
                video_codec=wish.video_encoding,
                look=avatar.look,
                own=None if own is None else OwnRoom(url=own.url, token=own.access_token),
            )
        )
        try:
            await room.open()
        except RoomError as error:
            sessions.give_place_back()
            raise RefusedError(INTERNAL) from error
        session = Session(
            self._world.ledger.open(session_id, wish.avatar_id),
            self._terms(wish),
            room=room,
            voice=self._world.stage.voice,
            clock=self._world.clock,
            tasks=self._world.tasks,
            encode=encode,
            message_faults=self._world.faults.take_for_message,
            on_end=sessions.on_end,
        )
        sessions.add(session)
        return session

    async def start(self, session_id: str) -> Session:
        """Let the avatar enter the room."""
        session = self._open_session(session_id)
        if session.starting:
            raise RefusedError(STATE_CONNECTING)
        if session.phase is not Phase.NEW:
            raise RefusedError(STATE_CONNECTED)
        try:
            await session.start()
        except RoomError as error:
            raise RefusedError(INTERNAL) from error
        if session.row.started_at is None:
            raise RefusedError(STATE_CLOSED)
        return session

    async def task(self, task: Task) -> dict[str, object]:
        """Queue a text; in sync mode wait until it was said. Return the answer's data."""
        session = self._open_session(task.session_id)
        if not task.text.strip():
            raise RefusedError(INVALID_TEXT)
        if len(task.text) > MAXIMUM_TEXT:
            raise RefusedError(INVALID_TEXT, f"more than {MAXIMUM_TEXT} characters")
        if self._is_blocked(task.text):
            raise RefusedError(BLOCKED_WORDS)
        _refuse_unless_connected(session)
        line = self._line(task, session)
        utterance = session.say(line, sent=task.text, task_type=task.task_type)
        data: dict[str, object] = {"task_id": line.task_id}
        if task.task_mode is TaskMode.SYNC:
            await _until_said(utterance, session)
        if task.task_type is TaskType.REPEAT:
            data["duration_ms"] = self._duration_ms(utterance)
        return data

    def interrupt(self, session_id: str) -> None:
        """Cut what is being said; nothing to cut is no error."""
        self._open_session(session_id).interrupt()

    def keep_alive(self, session_id: str) -> None:
        """Reset the idle limit."""
        self._open_session(session_id).touch()

    def listen(self, session_id: str, *, begin: bool) -> None:
        """Let the avatar look as if it listened, or not any more; it is no activity."""
        session = self._open_session(session_id)
        _refuse_unless_connected(session)
        session.listen(begin=begin)

    async def stop(self, session_id: str) -> None:
        """End a session and its charge. A closed one does not exist any more."""
        session = self._world.sessions.get(session_id)
        if session is None or not await session.end(EndedBy.CLIENT, "stop"):
            raise RefusedError(SESSION_MISSING, session_id)

    def list_open(self) -> list[dict[str, object]]:
        """Return the open sessions."""
        return [
            {
                "session_id": session.session_id,
                "status": session.listed_phase,
                "created_at": int(session.row.created_at),
                "api_key_type": "regular",
            }
            for session in self._world.sessions.listed()
        ]

    def history(self, query: HistoryQuery) -> dict[str, object]:
        """Return a page of all sessions."""
        return history(self._world.sessions.all(), query)

    def remaining_quota(self) -> int:
        """Return what is left; sixty are one credit."""
        limits = self._world.limits
        return max(0, math.floor(limits.quota - self._world.ledger.billed_quota))

    def answer_to_new(self, session: Session) -> dict[str, object]:
        """Return the data of `new`."""
        limit = int(session.terms.duration_seconds)
        valid = limit + _TOKEN_MARGIN_SECONDS
        return {
            "session_id": session.session_id,
            "sdp": None,
            "access_token": session.room.viewer_token(valid),
            "url": session.room.url,
            "ice_servers": None,
            "ice_servers2": None,
            "is_paid": self._world.limits.is_paid,
            "session_duration_limit": limit,
            "realtime_endpoint": None,
            "livekit_agent_token": session.room.agent_token(valid),
        }

    def _check(self, wish: NewSession) -> catalogue.Avatar:
        """Return the avatar of a wish that can be granted."""
        if wish.livekit_settings is not None and not self._world.limits.own_livekit:
            raise RefusedError(PERMISSION_DENIED, "livekit_settings")
        if "knowledge_base_id" in wish.model_fields_set:
            self.knowledge.get(wish.knowledge_base_id)
        avatar = catalogue.find_avatar(wish.avatar_id)
        if avatar is None:
            raise RefusedError(AVATAR_MISSING)
        if "voice_id" in wish.voice.model_fields_set:
            voice = catalogue.find_voice(wish.voice.voice_id)
            if voice is None:
                raise RefusedError(VOICE_FORBIDDEN)
            if not voice.support_interactive_avatar:
                raise RefusedError(INVALID_PARAMETER, "voice does not support streaming")
        if self.remaining_quota() <= 0:
            raise RefusedError(QUOTA_EXHAUSTED)
        if self._world.sessions.places_taken >= self._world.limits.concurrent_sessions:
            raise RefusedError(CONCURRENCY)
        return avatar

    def _terms(self, wish: NewSession) -> Terms:
        limits = self._world.limits
        voice = catalogue.find_voice(wish.voice.voice_id)
        return Terms(
            idle_seconds=None if wish.disable_idle_timeout else wish.activity_idle_timeout,
            duration_seconds=limits.session_duration_seconds,
            no_viewer_seconds=limits.no_viewer_seconds,
            silence_seconds=limits.silence_seconds,
            silence_prompt=_SILENCE_PROMPT if wish.silence_response else None,
            speech_rate=wish.voice.rate,
            voice_name="" if voice is None else voice.name,
            prompt=self._prompt(wish),
            mishaps=_mishaps(self._world.faults.take_for_session()),
        )

    def _prompt(self, wish: NewSession) -> str:
        """Return what the avatar knows of itself; a base by its id counts in v1 only, and for the SDK."""
        if wish.knowledge_base_id and (wish.version == "v1" or isinstance(wish, SdkSession)):
            return self.knowledge.get(wish.knowledge_base_id).prompt
        return wish.knowledge_base

    def _line(self, task: Task, session: Session) -> Line:
        """Return what is said to `task`."""
        limits = self._world.limits
        spoken, thinking = task.text, 0.0
        if task.task_type is TaskType.TALK:
            thinking = limits.answer_delay_seconds
            if limits.answer is None:
                spoken = answer(task.text, session.terms.prompt)
            else:
                spoken = limits.answer.replace("{text}", task.text)
        faults = self._world.faults.take_for_speech()
        return Line(
            task_id=str(uuid.uuid4()),
            text=spoken,
            thinking_seconds=thinking,
            fails=any(isinstance(fault, SpeechFailsFault) for fault in faults),
            hangs=any(isinstance(fault, SpeechHangsFault) for fault in faults),
        )

    def _is_blocked(self, text: str) -> bool:
        words = set(re.findall(r"\w+", text.casefold()))
        return any(word.casefold() in words for word in self._world.limits.blocked_words)

    def _open_session(self, session_id: str) -> Session:
        session = self._world.sessions.get(session_id)
        if session is None:
            raise RefusedError(SESSION_MISSING, session_id)
        if session.closed:
            raise RefusedError(STATE_CLOSED)
        return session

    def _duration_ms(self, utterance: Utterance) -> float:
        """Return how long it was heard; before that, the vendor can only guess."""
        if utterance.done.done():
            return round(utterance.duration_seconds * 1000, 1)
        speed = self._world.limits.characters_per_second
        return 0.0 if speed is None else round(len(utterance.text) * 1000 / speed, 1)


async def _until_said(utterance: Utterance, session: Session) -> None:
    match await utterance.done:
        case Outcome.FAILED:
            raise RefusedError(AUDIO_FAILED)
        case Outcome.ABANDONED:
            raise RefusedError(STATE_CLOSED if session.closed else SESSION_NOT_READY)
        case _:
            return


def _refuse_unless_connected(session: Session) -> None:
    if session.phase is not Phase.CONNECTED or session.room.lost:
        raise RefusedError(SESSION_NOT_READY)


def _mishaps(faults: list[SessionFault]) -> Mishaps:
    """Put together what strikes one session; of limits and lists the last one counts."""
    mishaps = Mishaps()
    for fault in faults:
        match fault:
            case NoEventsFault():
                mishaps = replace(mishaps, sends_events=False)
            case LeaveWithViewerFault():
                mishaps = replace(mishaps, leaves_with_viewer=True)
            case EndAtOnceFault():
                mishaps = replace(mishaps, ends_at_once=True)
            case ShortLimitsFault():
                mishaps = replace(
                    mishaps,
                    idle_seconds=fault.idle_seconds,
                    duration_seconds=fault.duration_seconds,
                )
            case LateInListFault():
                mishaps = replace(mishaps, listed_after_seconds=fault.seconds)
            case StaysInListFault():
                mishaps = replace(mishaps, listed_past_end_seconds=fault.seconds)
            case _:
                pass
    return mishaps
