"""What callers ask of an avatar, and what they get."""

from dataclasses import dataclass

from ..providers.base import TaskType
from ..speech import SpeechChoice
from .utterances import Outcome, Priority, TaskMode


class SessionRefused(Exception):  # noqa: N818 - an answer, not a fault
    """No session may be opened; `reason` says why."""

    def __init__(self, reason: str) -> None:
        """Keep the reason, one of the keys of docs/wire.md."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class SpeakRequest:
    """What a caller wants said."""

    text: str
    task_type: TaskType = TaskType.REPEAT
    task_mode: TaskMode = TaskMode.ASYNC
    emotion: str | None = None
    priority: Priority = Priority.NORMAL
    expiry: float = 30.0
    """Seconds until which its delivery must have begun, the start of a session included."""
    interrupt: bool = False
    """Cut what is being said now."""
    may_start: bool = True
    """A session that costs money may be started for it."""
    media: str | None = None
    """A media source id or an address to play instead of a text."""
    speech: SpeechChoice | None = None
    """The text-to-speech engine and voice that the caller named, where Home Assistant makes the sound."""


@dataclass(frozen=True, kw_only=True)
class SpeakResult:
    """What became of it; `outcome` is None as long as that is open."""

    utterance_id: str
    outcome: Outcome | None = None
    reason: str | None = None
    confirmed: bool = True
    delivery: str | None = None
