"""What a user does in front of an avatar, as far as an avatar notices."""

from dataclasses import dataclass

from simulator.media.speech import split_words


@dataclass(frozen=True, slots=True)
class UserStarted:
    """A voice is heard."""

    task_id: str


@dataclass(frozen=True, slots=True)
class UserPiece:
    """Some words were understood."""

    task_id: str
    text: str


@dataclass(frozen=True, slots=True)
class UserTextEnded:
    """All words were understood."""

    task_id: str


@dataclass(frozen=True, slots=True)
class UserStopped:
    """The voice is not heard any more."""

    task_id: str


@dataclass(frozen=True, slots=True)
class UserSilent:
    """Nothing was heard for long."""


type UserEvent = UserStarted | UserPiece | UserTextEnded | UserStopped | UserSilent


def heard(task_id: str, text: str) -> list[UserEvent]:
    """Return what an avatar notices of a user who says `text`."""
    pieces = [UserPiece(task_id, piece) for piece in split_words(text)]
    return [UserStarted(task_id), *pieces, UserStopped(task_id), UserTextEnded(task_id)]
