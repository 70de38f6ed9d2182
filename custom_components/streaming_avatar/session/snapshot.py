"""What entities and cards see of an avatar."""

from dataclasses import dataclass, replace

from .budget import Now
from .model import Activity, Phase, State
from .utterances import Stage
from .viewers import Viewers


@dataclass(frozen=True, kw_only=True)
class SoundSettings:
    """How loud the cards sound, on top of what each of them is set to."""

    volume: float = 1.0
    """From 0 to 1."""
    muted: bool = False


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """One moment of an avatar."""

    phase: Phase
    activity: Activity
    reason: str | None
    """Key of the last failure or refusal."""
    queue: int
    speaking: bool
    seconds_today: float
    """Counted up to now."""
    viewers: int
    watching: int
    seat: str | None
    """Name of the screen that sounds."""
    ends_at: float | None
    """Unix seconds at which the session ends at the latest."""
    ends_soon: bool
    """That is less than about a minute ahead."""
    renewing: bool
    """A new session takes over from one that came to the vendor's limit."""
    is_paid: bool | None
    """Whether the vendor says that this session is paid for; None: it does not say, or there is none."""
    listening: bool
    latency: float | None
    """Seconds from the turn of the last utterance to its first sound."""
    error: str | None
    """Reason of the last failure, until the avatar speaks well again."""
    open_since: float | None
    """Unix seconds since when it is charged."""
    portrait: str | None
    """Address of a picture of the avatar."""
    volume: float
    muted: bool
    sound_blocked: bool
    """The screen that should sound is not allowed to before somebody touches it."""
    stand_in: bool
    """What is being said, or comes next, is not said by the avatar itself."""


def without_time(snapshot: Snapshot) -> Snapshot:
    """Return it without what changes by the mere passing of time: two that are equal show the same."""
    return replace(
        snapshot,
        seconds_today=0.0,
        open_since=None if snapshot.open_since is None else 0.0,
        ends_at=None if snapshot.ends_at is None else float(round(snapshot.ends_at)),
    )


def activity_of(state: State) -> Activity:
    """Return what the avatar does."""
    current = state.current
    if current is not None and current.stage is Stage.SPEAKING:
        return Activity.RESPONDING
    if current is not None or state.queue:
        return Activity.PROCESSING
    return Activity.LISTENING if state.listening else Activity.IDLE


def snapshot_of(
    state: State,
    now: Now,
    viewers: Viewers,
    sound: SoundSettings,
    *,
    portrait: str | None,
    error: str | None,
    is_paid: bool | None,
) -> Snapshot:
    """Return this moment of an avatar."""
    uncounted = 0.0 if state.metered_at is None else max(0.0, now.mono - state.metered_at)
    seat = viewers.seat
    opened = None if state.opened_at is None else now.wall - (now.mono - state.opened_at)
    ends_at = None
    if opened is not None and state.duration_limit is not None:
        ends_at = opened + state.duration_limit
    activity = activity_of(state)
    return Snapshot(
        phase=state.phase,
        activity=activity,
        reason=state.reason,
        queue=len(state.queue),
        speaking=activity is Activity.RESPONDING,
        seconds_today=state.budget.turn(now).used + uncounted,
        viewers=len(viewers),
        watching=viewers.watching,
        seat=None if seat is None else seat.client.name,
        ends_at=ends_at,
        ends_soon=state.ends_soon,
        renewing=state.renewing,
        is_paid=is_paid,
        listening=state.listening,
        latency=state.latency,
        error=error,
        open_since=opened if state.metered_at is not None else None,
        portrait=portrait,
        volume=sound.volume,
        muted=sound.muted,
        sound_blocked=seat is not None and seat.client.audio == "blocked",
        stand_in=_is_standing_in(state),
    )


def _is_standing_in(state: State) -> bool:
    following = state.queue.waiting[0] if state.queue else None
    utterance = state.current.utterance if state.current is not None else following
    return utterance is not None and utterance.stand_in is not None
