"""What comes back from an avatar, in one vocabulary for all providers."""

from dataclasses import dataclass
from enum import StrEnum


class AvatarEventType(StrEnum):
    """The streaming events of the avatar SDKs, by their own names."""

    AVATAR_START_TALKING = "avatar_start_talking"
    AVATAR_STOP_TALKING = "avatar_stop_talking"
    AVATAR_TALKING_MESSAGE = "avatar_talking_message"
    AVATAR_END_MESSAGE = "avatar_end_message"
    USER_TALKING_MESSAGE = "user_talking_message"
    USER_END_MESSAGE = "user_end_message"
    USER_START = "user_start"
    USER_STOP = "user_stop"
    USER_SILENCE = "user_silence"
    STREAM_READY = "stream_ready"
    STREAM_DISCONNECTED = "stream_disconnected"


@dataclass(frozen=True, kw_only=True)
class AvatarEvent:
    """News from the avatar, in one vocabulary for all providers."""

    type: AvatarEventType
    task_id: str | None = None
    text: str | None = None
    """A piece (`*_talking_message`), never to be logged."""
    duration: float | None = None
    """Seconds the speech took (`avatar_stop_talking`) or will take (`avatar_start_talking`), where that is told."""


@dataclass(frozen=True, kw_only=True)
class Ack:
    """The room's answer to a published message; `error` is None when it was accepted."""

    key: str
    error: str | None = None
