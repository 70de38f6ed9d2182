"""What an avatar is to say, and how it gets there."""

from dataclasses import dataclass
from enum import StrEnum


class TaskType(StrEnum):
    """What the avatar does with a text."""

    REPEAT = "repeat"
    """Say it as it is."""
    TALK = "talk"
    """Answer it, with the provider's language model."""


@dataclass(frozen=True, kw_only=True)
class Speech:
    """One text for the avatar, no longer than `Capabilities.max_text`."""

    text: str
    task_type: TaskType = TaskType.REPEAT
    emotion: str | None = None


@dataclass(frozen=True, kw_only=True)
class Sent:
    """The vendor took it over its own API."""

    task_id: str | None = None
    """By which the vendor's events name this speech."""
    duration: float | None = None
    """Seconds that the speech will take, where the vendor says so."""


@dataclass(frozen=True, kw_only=True)
class RoomMessage:
    """Bytes for the room's data channel."""

    payload: bytes
    topic: str | None = None


@dataclass(frozen=True, kw_only=True)
class Publish:
    """The seat's viewer publishes these into the room, in order, one by one."""

    messages: tuple[RoomMessage, ...]
    task_id: str | None = None
    pace: float = 0.0
    """Seconds to wait between two messages."""
    ack: str | None = None
    """Key of the `Ack` that the room answers; None: none is awaited."""


@dataclass(frozen=True, kw_only=True)
class Synthesize:
    """Home Assistant's text-to-speech makes the sound and the viewers play it."""

    text: str
    voice: str | None = None
    language: str | None = None
    emotion: str | None = None


type Delivery = Sent | Publish | Synthesize
