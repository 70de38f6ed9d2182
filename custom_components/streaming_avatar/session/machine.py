"""The session machine: state and event in, state and effects out. Pure: time is an argument.

`step` lets the event change the facts, then `_settle` does what facts and time make due. So every
rule stands in one place, whichever event makes it apply. The rules are numbered as in
docs/session-rules.md.
"""

from copy import copy
from dataclasses import dataclass

from . import ending, hearing, keeping, opening, speaking, standing_in
from .budget import Now
from .draft import Draft
from .effects import Effect, KeepAlive
from .events import (
    AudienceChanged,
    Checked,
    Created,
    CreateFailed,
    CreateSkipped,
    Delivered,
    DeliveryFailed,
    Ended,
    EndFailed,
    Event,
    Heard,
    Interrupt,
    Listed,
    Listening,
    ListFailed,
    Measured,
    PlaybackFailed,
    Restored,
    RoomLost,
    Speak,
    Start,
    Started,
    StartFailed,
    Stop,
    Tick,
    Unblock,
    UseKeepAlive,
    VendorEnded,
    Withdraw,
)
from .model import Phase, Rules, State
from .utterances import Mouth, Outcome

MOST_ROUNDS = 10
"""A chain of rules that set each other off is shorter; the tests see to it."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """The result of a step."""

    state: State
    effects: tuple[Effect, ...]
    """To be begun in this order."""
    wake_at: float | None
    """Monotonic time at which the machine wants a `Tick`."""


def step(state: State, event: Event, now: Now, rules: Rules) -> Step:
    """Return what follows from an event; the given state stays as it is."""
    draft = Draft.of(state, now, rules)
    keeping.meter(draft)
    _apply(draft, event)
    _settle(draft)
    return Step(state=draft.state, effects=tuple(draft.effects), wake_at=draft.wake_at)


def _apply(draft: Draft, event: Event) -> None:  # noqa: C901, PLR0912, PLR0915 - a table of events
    state = draft.state
    match event:
        case Speak():
            speaking.add(draft, event)
        case Withdraw():
            speaking.withdraw(draft, event.utterance_id)
        case Interrupt():
            speaking.interrupt(draft)
        case Start():
            opening.want(draft, event)
        case Stop():
            _stop(draft, event)
        case UseKeepAlive():
            state.used_at = state.kept_alive_at = draft.now.mono
            if state.phase in {Phase.CONNECTING, Phase.LIVE} and draft.rules.can_keep_alive:
                draft.do(KeepAlive())
        case Unblock():
            opening.unblock(draft)
        case Listening():
            hearing.listens(draft, event)
        case AudienceChanged():
            state.audience = event.audience
        case RoomLost():
            keeping.room_lost(draft)
        case Restored():
            ending.restored(draft, event)
        case Created():
            opening.created(draft, event)
        case CreateFailed():
            opening.create_failed(draft, event)
        case CreateSkipped():
            opening.create_skipped(draft)
        case Started():
            opening.started(draft)
        case StartFailed():
            # A new one is for what waits to be said, not for those who only wanted a session.
            state.calling = state.wanted = False
            standing_in.take_over(draft, event.reason)
            ending.begin(draft, event.reason)
        case Checked():
            keeping.checked(draft, event)
        case Listed():
            ending.listed(draft, event)
        case Ended():
            ending.ended(draft, event.session_id)
        case ListFailed() | EndFailed():
            ending.call_failed(draft)
        case VendorEnded():
            if state.phase in {Phase.CONNECTING, Phase.LIVE}:
                ending.begin(draft, event.reason)
        case Delivered():
            speaking.delivered(draft, event)
        case DeliveryFailed():
            if speaking.delivery_failed(draft, event):
                ending.begin(draft, event.reason)
        case Heard():
            hearing.heard(draft, event.event)
        case Measured():
            hearing.measured(draft, event)
        case PlaybackFailed():
            hearing.playback_failed(draft, event)
        case Tick():
            pass


def _stop(draft: Draft, event: Stop) -> None:
    state = draft.state
    state.closed = state.closed or event.final
    state.wanted = state.without_viewer = False
    state.hold_until = None
    state.asleep = True
    state.renewing = False
    speaking.empty_queue(draft, Outcome.INTERRUPTED, event.reason)
    speaking.hush(draft)
    is_of_session = state.current is not None and state.current.mouth is Mouth.SESSION
    if not is_of_session or state.phase not in {Phase.CONNECTING, Phase.LIVE}:
        speaking.cut(draft)
    if state.phase is Phase.ENDING:
        return  # it ends for a reason of its own
    state.end_requested = True
    state.end_reason = event.reason
    if state.phase is Phase.STARTING and not state.calling:
        opening.give_up(draft)
    elif state.phase in {Phase.CONNECTING, Phase.LIVE}:
        ending.begin(draft, event.reason, requested=True)
    elif state.phase is Phase.OFF:
        state.end_requested = False


def _settle(draft: Draft) -> None:
    """Do what is due until nothing is, so that what one rule changes is seen by all."""
    draft.state.budget = draft.state.budget.turn(draft.now)
    for _ in range(MOST_ROUNDS):
        before = copy(draft.state)
        draft.wake_at = None
        speaking.expire(draft)
        keeping.settle(draft)
        ending.settle(draft)
        if draft.state.closed:
            speaking.empty_queue(draft, Outcome.INTERRUPTED, "removed")
        standing_in.settle(draft)
        opening.settle(draft)
        speaking.settle(draft)
        if draft.state == before:
            return
