"""What happens to the session machine. Pure data."""

from dataclasses import dataclass

from ..providers.base import AvatarEvent
from .budget import Budget
from .model import Audience, Record
from .utterances import Utterance


@dataclass(frozen=True, kw_only=True)
class Speak:
    """Somebody wants something said; `interrupt` cuts what is being said now."""

    utterance: Utterance
    interrupt: bool = False


@dataclass(frozen=True, kw_only=True)
class Withdraw:
    """The caller is gone: what still waits is not said."""

    utterance_id: str


@dataclass(frozen=True, kw_only=True)
class Interrupt:
    """Be silent, and forget what waits."""


@dataclass(frozen=True, kw_only=True)
class Start:
    """Have a session, and keep it for `hold` seconds even if nothing is said."""

    hold: float | None = None
    without_viewer: bool = False


@dataclass(frozen=True, kw_only=True)
class Stop:
    """End the session. `final`: the avatar goes away, nothing starts again."""

    reason: str = "stopped"
    final: bool = False


@dataclass(frozen=True, kw_only=True)
class UseKeepAlive:
    """Somebody asked to reset the vendor's idle timer; it counts as use."""


@dataclass(frozen=True, kw_only=True)
class Unblock:
    """Somebody has seen to what made sessions end without a word: they may be opened again."""


@dataclass(frozen=True, kw_only=True)
class Listening:
    """The avatar took the order to listen, or to do so no more."""

    on: bool


@dataclass(frozen=True, kw_only=True)
class AudienceChanged:
    """Screens came, went, joined or left."""

    audience: Audience


@dataclass(frozen=True, kw_only=True)
class RoomLost:
    """The seat lost the room without having asked for it, or could not join it."""


@dataclass(frozen=True, kw_only=True)
class Restored:
    """The last run left a session whose end is not proven."""

    record: Record | None
    budget: Budget


@dataclass(frozen=True, kw_only=True)
class Created:
    """The provider made a session."""

    session_id: str
    duration_limit: float | None
    idle_limit: float | None
    sent_at: float
    """Monotonic time at which the create was sent: the charge begins."""


@dataclass(frozen=True, kw_only=True)
class CreateFailed:
    """The provider made none, or its reply was lost (`sent`: a session may be open)."""

    reason: str
    sent: bool
    sent_at: float
    """Monotonic time at which the create was sent."""
    retry_after: float | None = None


@dataclass(frozen=True, kw_only=True)
class CreateSkipped:
    """When its turn came, nobody wanted a session any more: the create was not sent."""


@dataclass(frozen=True, kw_only=True)
class Started:
    """Viewers can join."""


@dataclass(frozen=True, kw_only=True)
class StartFailed:
    """The session cannot be used."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The vendor told whether the session is still open; None: it did not."""

    session_id: str
    is_open: bool | None


@dataclass(frozen=True, kw_only=True)
class Listed:
    """The account's open sessions that no other record of ours names."""

    sessions: tuple[tuple[str, float | None], ...]
    """As (id, vendor's time of creation)."""
    known: frozenset[str] = frozenset()
    """Sessions of the account that other records of ours name, or named."""


@dataclass(frozen=True, kw_only=True)
class ListFailed:
    """The vendor does not tell which sessions are open."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Ended:
    """The vendor accepted the end."""

    session_id: str


@dataclass(frozen=True, kw_only=True)
class EndFailed:
    """The vendor did not take the end call."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class VendorEnded:
    """The vendor says that the session is over."""

    reason: str = "session_ended"


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """The part is on its way to the avatar's mouth."""

    utterance_id: str
    part: int
    delivery: str
    task_id: str | None = None
    duration: float | None = None


@dataclass(frozen=True, kw_only=True)
class DeliveryFailed:
    """The part was not taken, or (`sent`) it is not known whether it was."""

    utterance_id: str
    part: int
    reason: str
    sent: bool
    retry_after: float | None = None


@dataclass(frozen=True, kw_only=True)
class Heard:
    """News from the avatar itself."""

    event: AvatarEvent


@dataclass(frozen=True, kw_only=True)
class Measured:
    """The seat's browser began or ceased to hear the avatar."""

    sounding: bool


@dataclass(frozen=True, kw_only=True)
class PlaybackFailed:
    """The cards, or the speaker, cannot play on what they were given."""

    task_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Tick:
    """Time passed: `Step.wake_at` was reached."""


type Event = (
    Speak
    | Withdraw
    | Interrupt
    | Start
    | Stop
    | UseKeepAlive
    | Unblock
    | Listening
    | AudienceChanged
    | RoomLost
    | Restored
    | Created
    | CreateFailed
    | CreateSkipped
    | Started
    | StartFailed
    | Checked
    | Listed
    | ListFailed
    | Ended
    | EndFailed
    | VendorEnded
    | Delivered
    | DeliveryFailed
    | Heard
    | Measured
    | PlaybackFailed
    | Tick
)
