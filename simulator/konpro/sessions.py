"""What the vendor does and refuses (vendor reference, streaming sessions and error codes)."""

from dataclasses import dataclass
import math
import uuid

from simulator.faults import EndAtOnceFault, LeaveWithViewerFault, NoEventsFault
from simulator.konpro import catalogue
from simulator.konpro.errors import (
    AUDIO_FAILED,
    AVATAR_MISSING,
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
from simulator.konpro.models import NewSession, Quality, Task, TaskMode, TaskType
from simulator.ledger import EndedBy
from simulator.room.base import RoomError, RoomSpec
from simulator.session import Phase, Session, Terms
from simulator.speaker import Outcome, Utterance
from simulator.world import World

MAXIMUM_TEXT = 1000
"""Characters of one task."""

_TOKEN_MARGIN_SECONDS = 600


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
        self._world = world

    async def new(self, wish: NewSession) -> Session:
        """Make a session; the charge starts."""
        avatar = self._check(wish)
        sessions = self._world.sessions
        sessions.take_place()
        session_id = str(uuid.uuid4())
        picture = _PICTURES[wish.quality]
        room = self._world.stage.make_room(
            RoomSpec(
                name=session_id,
                width=picture.width,
                height=picture.height,
                video_bitrate=picture.bitrate,
                video_codec=wish.video_encoding,
                look=avatar.look,
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
        if session.phase is not Phase.CONNECTED or session.room.lost:
            raise RefusedError(SESSION_NOT_READY)
        spoken = task.text
        if task.task_type is TaskType.TALK:
            spoken = self._world.limits.answer.replace("{text}", task.text)
        task_id = str(uuid.uuid4())
        utterance = session.say(task_id, sent=task.text, spoken=spoken, task_type=task.task_type)
        data: dict[str, object] = {"task_id": task_id}
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
                "status": session.phase,
                "created_at": int(session.row.created_at),
                "api_key_type": "regular",
            }
            for session in self._world.sessions.open()
        ]

    def remaining_quota(self) -> int:
        """Return what is left; sixty are one credit."""
        limits = self._world.limits
        used = self._world.ledger.billed_seconds * limits.quota_per_billed_second
        return max(0, math.floor(limits.quota - used))

    def answer_to_new(self, session: Session) -> dict[str, object]:
        """Return the data of `new`."""
        limit = int(session.terms.duration_seconds)
        return {
            "session_id": session.session_id,
            "sdp": None,
            "access_token": session.room.viewer_token(limit + _TOKEN_MARGIN_SECONDS),
            "url": session.room.url,
            "ice_servers": None,
            "ice_servers2": None,
            "is_paid": True,
            "session_duration_limit": limit,
            "realtime_endpoint": None,
            "livekit_agent_token": None,
        }

    def _check(self, wish: NewSession) -> catalogue.Avatar:
        """Return the avatar of a wish that can be granted."""
        if wish.livekit_settings is not None:
            raise RefusedError(PERMISSION_DENIED, "livekit_settings")
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
        faults = self._world.faults.take_for_session()
        limits = self._world.limits
        return Terms(
            idle_seconds=None if wish.disable_idle_timeout else wish.activity_idle_timeout,
            duration_seconds=limits.session_duration_seconds,
            no_viewer_seconds=limits.no_viewer_seconds,
            speech_rate=wish.voice.rate,
            sends_events=not any(isinstance(fault, NoEventsFault) for fault in faults),
            leaves_with_viewer=any(isinstance(fault, LeaveWithViewerFault) for fault in faults),
            ends_at_once=any(isinstance(fault, EndAtOnceFault) for fault in faults),
        )

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
