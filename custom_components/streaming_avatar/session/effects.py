"""What the session machine wants done. Pure data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..providers.base import AvatarEvent
from .utterances import Mouth, Outcome, Utterance


@dataclass(frozen=True, kw_only=True)
class Save:
    """Store record and budget."""


@dataclass(frozen=True, kw_only=True)
class CreateSession:
    """Store the record, then ask for a session, once."""

    max_duration: float
    """Seconds that the caps leave."""


@dataclass(frozen=True, kw_only=True)
class StartSession:
    """Bring the created session to where viewers can join."""


@dataclass(frozen=True, kw_only=True)
class CheckSession:
    """Ask whether the session is still open."""

    session_id: str


@dataclass(frozen=True, kw_only=True)
class ListSessions:
    """Ask which sessions are open: one of them may be that of a create whose reply was lost."""


@dataclass(frozen=True, kw_only=True)
class EndSession:
    """End it at the vendor."""

    session_id: str


@dataclass(frozen=True, kw_only=True)
class KeepAlive:
    """Reset the vendor's idle timer."""


@dataclass(frozen=True, kw_only=True)
class OpenRoom:
    """Let viewers join."""


@dataclass(frozen=True, kw_only=True)
class CloseRoom:
    """Send the viewers out of the room."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Deliver:
    """Hand a part to what is to say it."""

    utterance: Utterance
    part: int
    mouth: Mouth = Mouth.SESSION


@dataclass(frozen=True, kw_only=True)
class SendInterrupt:
    """Tell the avatar to be silent."""


@dataclass(frozen=True, kw_only=True)
class Silence:
    """Have cards and speaker be silent, and forget what is being prepared for them."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """An utterance has ended: tell the caller, the event entity and the card."""

    utterance: Utterance
    outcome: Outcome
    reason: str | None = None
    confirmed: bool = True
    delivery: str | None = None


@dataclass(frozen=True, kw_only=True)
class Tell:
    """Pass news from the avatar on; `utterance` is the one it is about, where that is known."""

    event: AvatarEvent
    utterance: Utterance | None = None
    part: int = 0


@dataclass(frozen=True, kw_only=True)
class RaiseIssue:
    """Tell the user in the repairs dashboard."""

    key: str
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ClearIssue:
    """What an issue said is no longer so."""

    key: str


type Effect = (
    Save
    | CreateSession
    | StartSession
    | CheckSession
    | ListSessions
    | EndSession
    | KeepAlive
    | OpenRoom
    | CloseRoom
    | Deliver
    | SendInterrupt
    | Silence
    | Report
    | Tell
    | RaiseIssue
    | ClearIssue
)
