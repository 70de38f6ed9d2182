"""The session machine's state and rules. Pure data."""

from dataclasses import dataclass, field
from enum import StrEnum

from ..providers.base import AvatarEventType
from .budget import Budget
from .utterances import Current, Queue


class Phase(StrEnum):
    """The life of the session."""

    OFF = "off"
    STARTING = "starting"
    """The provider is asked for a session."""
    CONNECTING = "connecting"
    """A session is open; no screen shows it yet, or not any more."""
    LIVE = "live"
    """A screen shows it: the avatar can speak."""
    ENDING = "ending"
    """It is to end, or it must be found out whether there is one to end."""


class Activity(StrEnum):
    """What the avatar does, in the words of Assist satellites."""

    IDLE = "idle"
    LISTENING = "listening"
    PROCESSING = "processing"
    RESPONDING = "responding"


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What the settings and the provider prescribe; seconds, and minutes where the name says so."""

    charges: bool = True
    minimum_charge: float = 0.0
    needs_viewer: bool = True
    can_keep_alive: bool = False
    idle_timeout: float = 60.0
    max_minutes_per_session: float | None = None
    max_minutes_per_day: float | None = 60.0
    unattended_limit: float = 120.0
    """After which a session that nobody uses has ended at the vendor by itself."""
    synthesizes: bool = False
    """The avatar's own speech is made by Home Assistant and played by the cards."""
    always_on: bool = False
    """A session costs nothing and needs nobody: there is one unless the avatar was turned off."""
    stand_in: bool = False
    """Where the avatar itself cannot, the built-in voice says it."""
    speaker: bool = False
    """There is a media player that says it where nobody watches."""
    renews: bool = False
    """A session that the vendor is about to end makes way for a new one, if one is still wanted."""
    paid_allowed: bool = True
    """The account may be charged; False: somebody switched that off."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """A session that is open, may be open, or is not proven to have ended. It is stored before it can cost anything."""

    session_id: str | None
    """None: it was asked for, and no reply came yet."""
    since: float
    """Unix seconds by the local clock at which the create was sent."""
    vendor_since: float | None
    """The same by the vendor's clock."""
    limit: float
    """Seconds after its last use after which the vendor has ended it by itself."""
    duration_limit: float | None = None
    """Seconds after its creation after which the vendor ends it."""
    counted: float = 0.0
    """Seconds that the budget has counted so far."""
    seen: float = 0.0
    """Seconds since its creation at which it was known to be in use last."""
    lost_at: float | None = None
    """Seconds after `since` at which the reply of the create was known to be lost; None: unknown (a crash)."""


@dataclass(frozen=True, kw_only=True)
class Audience:
    """The screens, as far as the session depends on them."""

    watching: int = 0
    joined: bool = False
    """The seat is in the room."""
    ready: bool = False
    """The seat shows the avatar."""
    audible: bool = False
    """The seat can play sound."""


@dataclass(kw_only=True, slots=True)
class State:
    """Everything the machine knows. `machine.step` works on a copy; nobody else changes it."""

    phase: Phase = Phase.OFF
    reason: str | None = None
    """Key of the last failure or refusal."""
    record: Record | None = None
    """At most one: a session is made only when the last one is proven to have ended."""
    audience: Audience = field(default_factory=Audience)
    queue: Queue = field(default_factory=Queue)
    current: Current | None = None
    free_at: float = 0.0
    """Monotonic time at which the last utterance ended."""
    latency: float | None = None
    """Seconds from the last utterance's turn to its first sound."""
    listening: bool = False
    """The avatar was told to listen."""
    plays_on: bool = False
    """The cards still play an endless sound whose utterance is over."""
    cutting: tuple[str, int] | None = None
    """Utterance and part whose sending was under way when they were interrupted."""
    budget: Budget = field(default_factory=Budget)

    wanted: bool = False
    """Somebody asked for a session without having anything to say."""
    asleep: bool = False
    """Somebody turned the avatar off, and nobody has wanted anything of it since."""
    without_viewer: bool = False
    hold_until: float | None = None
    opened_at: float | None = None
    """Monotonic time from which the session is charged."""
    metered_at: float | None = None
    """Monotonic time up to which the budget has counted it."""
    duration_limit: float | None = None
    idle_limit: float | None = None
    said: bool = False
    """A word has been heard in this session."""
    was_live: bool = False
    used_at: float = 0.0
    """Monotonic time of the last speech, delivery, or start of being live."""
    kept_alive_at: float = 0.0
    unwatched_since: float | None = None
    connecting_since: float | None = None
    check_at: float | None = None
    """Monotonic time at which to ask the vendor whether the session is still open."""
    ends_soon: bool = False
    """The vendor's own limit is near."""
    chain: float = 0.0
    """Seconds of the sessions that this one took over from: for the cap they are one."""
    renewing: bool = False
    """The session made way for a new one that has not been shown yet."""
    end_by: float | None = None
    """Monotonic time at which the cap ends the session, sentence or not."""
    busy_retry_at: float | None = None
    """Monotonic time at which a create that was refused as busy is repeated."""
    busy_retried: bool = False
    end_reason: str | None = None
    end_requested: bool = False
    calling: bool = False
    """A call about the session's life is under way (create, start, end, list)."""
    checking: bool = False
    """The vendor is being asked whether the session is still open."""
    call_again_at: float | None = None
    call_attempts: int = 0
    empty_lists: int = 0
    """How often the vendor listed no session that a lost create could have made."""
    suspects: frozenset[str] = frozenset()
    """Sessions of which one may be that of a create whose reply was lost."""
    settle_at: float | None = None
    """Monotonic time at which the vendor has ended the session by itself, as it promised."""
    wordless_ends: tuple[float, ...] = ()
    """Monotonic times at which sessions ended without a word."""
    blocked_until: float | None = None
    heard_events: tuple[tuple[AvatarEventType, str], ...] = ()
    """The last events with a task id, so that none is told twice."""
    past_tasks: tuple[str, ...] = ()
    """The last task ids whose utterance is over."""
    saved_at: float = 0.0
    closed: bool = False
    """The avatar is unloaded or removed: nothing starts any more."""
