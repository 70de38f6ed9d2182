"""The sound that the cards play: which of them sounds, and how far it has come.

Every card that shows the avatar plays it, and moves the face's lips to it; one of them aloud. That one's reports count.
Time is an argument.
"""

from collections.abc import Callable
from dataclasses import dataclass
import secrets
from typing import Any

from ..providers.base import AvatarEvent, AvatarEventType
from ..speech import Sound
from .attachment import Attachment
from .events import Event, Heard, PlaybackFailed
from .viewers import Viewers

HOLDER_SECONDS = 10.0
"""How long a card that plays aloud may be gone; the sound goes on meanwhile, without a word of it."""


@dataclass(kw_only=True)
class _Playing:
    """One sound under way."""

    id: str
    content: dict[str, Any]
    holder: str
    """Client id of the card that plays it aloud."""
    players: set[str]
    """Client ids of the cards that were told to play it."""
    speech: bool
    gone_since: float | None = None


class Playback:
    """What the cards of one avatar play. At most one sound at a time."""

    def __init__(self, viewers: Viewers, on_event: Callable[[Event], None]) -> None:
        """Play nothing; `on_event` is told what the sounding card reports."""
        self._viewers = viewers
        self._on_event = on_event
        self._playing: _Playing | None = None
        self.wake_at: float | None = None
        """Monotonic time at which `follow` is to be called."""

    def play(
        self, sound: Sound, mono: float, *, utterance: str, text: str, emotion: str | None
    ) -> str | None:
        """Have the cards play a sound; return its id, None if no card is there to sound."""
        self.stop()
        holder = self._viewers.sounding(mono)
        if holder is None:
            return None
        playing = _Playing(
            id=secrets.token_urlsafe(12),
            content={
                "utterance": utterance,
                "url": sound.url,
                "text": text,
                "emotion": emotion,
                "speech": sound.speech,
            },
            holder=holder.client.id,
            players=set(),
            speech=sound.speech,
        )
        self._playing = playing
        for attachment in self._viewers.attachments:
            playing.players.add(attachment.client.id)
            self._tell(attachment, playing)
        return playing.id

    @staticmethod
    def _tell(attachment: Attachment, playing: _Playing) -> None:
        is_voice = attachment.client.id == playing.holder
        role = "voice" if is_voice else "mimic"
        attachment.tell("play", {"id": playing.id, "role": role, **playing.content})

    def stop(self) -> None:
        """Have the cards be silent."""
        playing, self._playing = self._playing, None
        self.wake_at = None
        if playing is not None:
            self._viewers.tell_all("stop_playback", {"id": playing.id})

    @property
    def audible(self) -> bool | None:
        """Return whether what plays can be heard; None: nothing plays, or its card is away for a moment."""
        holder = None if self._playing is None else self._viewers.of_client(self._playing.holder)
        return None if holder is None else holder.client.audio == "ok"

    def follow(self, mono: float) -> None:
        """Let the sound follow the seat, and give up on a card that does not come back.

        While its card is away the sound goes on there, so no other screen may take it up at once.
        """
        playing = self._playing
        self.wake_at = None
        if playing is None:
            return
        holder = self._viewers.of_client(playing.holder)
        is_there = holder is not None and holder.alive
        if self._hand_over(playing, self._viewers.seat) or is_there:
            playing.gone_since = None
            return
        playing.gone_since = mono if playing.gone_since is None else playing.gone_since
        self.wake_at = playing.gone_since + HOLDER_SECONDS
        if mono >= self.wake_at and not self._hand_over_to_any(playing):
            self._fail(playing, "screen_lost")

    def _hand_over(self, playing: _Playing, to: Attachment | None) -> bool:
        """Have another card sound that plays along; False: it does not, or it is the same one."""
        if to is None or to.client.id == playing.holder or to.client.id not in playing.players:
            return False
        holder = self._viewers.of_client(playing.holder)
        playing.holder = to.client.id
        for attachment in (holder, to):
            if attachment is not None:
                self._tell(attachment, playing)
        return True

    def _hand_over_to_any(self, playing: _Playing) -> bool:
        playing.players.discard(playing.holder)
        playing.gone_since = self.wake_at = None
        return any(self._hand_over(playing, card) for card in self._viewers.watchers)

    def attached(self, attachment: Attachment, playback: str | None) -> None:
        """Take what a card that came back still plays; one that was loaded anew plays nothing."""
        playing = self._playing
        if playing is None or attachment.client.id not in playing.players:
            if playback is not None:
                attachment.tell("stop_playback", {"id": playback})
        elif playback == playing.id:
            # Its sound may have ended unheard of; being told again, it would begin anew.
            if attachment.client.id != playing.holder:
                self._tell(attachment, playing)
        else:
            is_holder = attachment.client.id == playing.holder
            playing.players.discard(attachment.client.id)
            if is_holder and not self._hand_over_to_any(playing):
                self._fail(playing, "screen_lost")

    def started(self, attachment: Attachment, playback: str, duration: float | None) -> None:
        """Take from a card that the sound began, and how many seconds it lasts, if that is known."""
        if self._is_voice(attachment, playback):
            kind = AvatarEventType.AVATAR_START_TALKING
            event = AvatarEvent(type=kind, task_id=playback, duration=duration)
            self._on_event(Heard(event=event))

    def finished(
        self, attachment: Attachment, playback: str, seconds: float | None, *, stopped: bool
    ) -> None:
        """Take from a card that all of the sound was played, or (`stopped`) that it was cut there."""
        if self._playing is None or not self._is_voice(attachment, playback):
            return
        if stopped:
            if not self._hand_over_to_any(self._playing):
                self._fail(self._playing, "screen_lost")
        else:
            self._forget()
            kind = AvatarEventType.AVATAR_STOP_TALKING
            event = AvatarEvent(type=kind, task_id=playback, duration=seconds)
            self._on_event(Heard(event=event))

    def failed(self, attachment: Attachment, playback: str) -> None:
        """Take from a card that it cannot play the sound."""
        if self._playing is not None and self._is_voice(attachment, playback):
            self._fail(self._playing, "speech_failed" if self._playing.speech else "media_failed")

    def _fail(self, playing: _Playing, reason: str) -> None:
        self.stop()
        self._on_event(PlaybackFailed(task_id=playing.id, reason=reason))

    def _forget(self) -> None:
        self._playing = None
        self.wake_at = None

    def _is_voice(self, attachment: Attachment, playback: str) -> bool:
        playing = self._playing
        return (
            playing is not None
            and playing.id == playback
            and playing.holder == attachment.client.id
        )
