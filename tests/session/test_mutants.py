"""A law that cannot be broken says nothing: each notices a machine that was broken on purpose."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import Phase as Hypothesis, settings
from hypothesis.stateful import run_state_machine_as_test
import pytest

from custom_components.streaming_avatar.session import (
    draft as drafts,
    effects,
    ending,
    events,
    keeping,
    machine,
    opening,
    renewing,
    speaking,
)
from custom_components.streaming_avatar.session.budget import Budget
from custom_components.streaming_avatar.session.draft import Draft
from custom_components.streaming_avatar.session.model import Phase
from custom_components.streaming_avatar.session.utterances import Current, Queue, Utterance

from . import laws
from .life import Life, TalkativeLife
from .test_waking import TwoWorlds
from .world import Observer

type Break = Callable[[pytest.MonkeyPatch], None]

LIVES = 1500
"""More than any of them needs."""


def sets(target: object, name: str, value: object) -> Break:
    """Break something by giving it another value."""
    return lambda patch: patch.setattr(target, name, value)


def skips(target: object, name: str, result: object = None) -> Break:
    """Break something by not doing it."""
    return sets(target, name, lambda *_args, **_kwargs: result)


def after(target: object, name: str, change: Callable[[Any], object]) -> Break:
    """Break something by doing more afterwards, to the draft that it got."""

    def broken(patch: pytest.MonkeyPatch) -> None:
        right = getattr(target, name)

        def wrong(draft: Draft, *args: Any, **kwargs: Any) -> Any:
            result = right(draft, *args, **kwargs)
            change(draft)
            return result

        patch.setattr(target, name, wrong)

    return broken


def before(target: object, name: str, change: Callable[..., object]) -> Break:
    """Break something by doing more before it, to what it got."""

    def broken(patch: pytest.MonkeyPatch) -> None:
        right = getattr(target, name)

        def wrong(*args: Any, **kwargs: Any) -> Any:
            change(*args, **kwargs)
            return right(*args, **kwargs)

        patch.setattr(target, name, wrong)

    return broken


def forgets(name: str) -> Callable[[Draft], None]:
    """A change that clears a field of the state."""
    return lambda draft: setattr(draft.state, name, None)


def stop_is_forgotten(draft: Draft, event: events.Created) -> None:
    draft.state.end_requested = draft.state.closed = False


def room_counts_as_shown(draft: Draft) -> None:
    draft.state.audience = replace(draft.state.audience, ready=True)


def busy_is_news(draft: Draft) -> None:
    draft.state.busy_retried = False


def repeat_unwatched(patch: pytest.MonkeyPatch) -> None:
    right = opening._open_unless_refused

    def wrong(draft: Draft) -> None:
        (opening._open if draft.state.phase is Phase.STARTING else right)(draft)

    patch.setattr(opening, "_open_unless_refused", wrong)


def last_comes_first(self: Queue, utterance: Utterance) -> Queue:
    return Queue(waiting=(utterance, *self.waiting))


def urgent_waits(self: Queue, utterance: Utterance) -> Queue:
    return Queue(waiting=(*self.waiting, utterance))


def leave_out_a_part(self: Current, mono: float) -> Current:
    part = min(self.part + 2, len(self.utterance.parts) - 1)
    return replace(self, part=part, send_at=mono, replied=False)


def report_twice(draft: Draft) -> None:
    draft.do(*[effect for effect in draft.effects if isinstance(effect, effects.Report)])


def minimum_is_free(draft: Draft, *, counts: bool) -> None:
    draft.rules = replace(draft.rules, minimum_charge=0.0)


def lost_is_unsent(draft: Draft, event: events.DeliveryFailed) -> None:
    object.__setattr__(event, "sent", False)
    object.__setattr__(event, "retry_after", 2.0)


def start_anew(draft: Draft) -> None:
    draft.state.wanted = True


def renewed_at_once(draft: Draft) -> bool:
    end = renewing.ends_at(draft.state)
    is_live = draft.state.phase is Phase.LIVE and draft.rules.renews
    return is_live and end is not None and draft.due(end - 40.0)


def still_paid(patch: pytest.MonkeyPatch) -> None:
    right = keeping._must_end

    def wrong(draft: Draft) -> bool:
        draft.rules = replace(draft.rules, paid_allowed=True)
        return right(draft)

    patch.setattr(keeping, "_must_end", wrong)


def settle_soon(draft: Draft) -> float:
    return draft.now.mono + 1.0


def count_double(self: Budget, seconds: float, now: Any) -> Budget:
    today = self.turn(now)
    return replace(today, used=today.used + 2 * max(seconds, 0.0))


def in_place(state: Any, now: Any, rules: Any) -> Draft:
    return Draft(state=state, now=now, rules=rules)


def forget_the_far(self: Draft, mono: float | None) -> bool:
    """As `Draft.due`, but what is more than half a minute ahead wakes nobody."""
    if mono is None or mono <= self.now.mono:
        return mono is not None
    if mono < self.now.mono + 30.0:
        self.wake_at = mono if self.wake_at is None else min(mono, self.wake_at)
    return False


BROKEN: list[tuple[str, type[Observer], Break]] = [
    ("a lost create counts as not done", laws.OneSession, sets(ending, "LOST_CREATE_LISTS", 0)),
    ("all sessions are ours", laws.OneSession, skips(ending, "_is_of_its_time", True)),
    ("a record is forgotten", laws.OneSession, after(ending, "begin", forgets("record"))),
    ("settled too early", laws.OneSession, sets(ending, "_settle_at", settle_soon)),
    ("leftovers are ignored", laws.OneSession, skips(ending, "restored")),
    ("the answer after a stop is ignored", laws.OneSession, skips(ending, "ended")),
    (
        "busy is asked again and again",
        laws.OneSession,
        after(opening, "create_failed", busy_is_news),
    ),
    ("those who wait are not told", laws.OneSession, skips(opening, "_refuse")),
    ("idle never ends", laws.OnDemand, skips(keeping, "_idle_at", float("inf"))),
    ("idle ends at once", laws.OnDemand, skips(keeping, "_idle_at", 0.0)),
    ("a hold is forgotten", laws.OnDemand, after(opening, "want", forgets("hold_until"))),
    ("unwatched for too long", laws.Watched, sets(keeping, "UNWATCHED_SECONDS", 63.0)),
    ("unwatched for a moment", laws.Watched, sets(keeping, "UNWATCHED_SECONDS", 20.0)),
    ("unwatched creates", laws.Watched, skips(opening, "_refusal")),
    ("an unwatched repeat", laws.Watched, repeat_unwatched),
    ("nothing expires", laws.OneOutcome, skips(speaking, "expire")),
    ("last come, first served", laws.OneOutcome, sets(Queue, "add", last_comes_first)),
    ("urgent ones wait", laws.OneOutcome, sets(Queue, "add", urgent_waits)),
    ("a part is left out", laws.OneOutcome, sets(Current, "next_part", leave_out_a_part)),
    ("told twice", laws.OneOutcome, after(machine, "_settle", report_twice)),
    ("waits for an end that never comes", laws.OneOutcome, skips(speaking, "_end_by_time")),
    ("the old room counts as shown", laws.OneOutcome, after(ending, "begin", room_counts_as_shown)),
    ("nobody is told of the interrupt", laws.Silence, skips(speaking, "cut")),
    ("what is being sent is not cut", laws.Silence, after(speaking, "cut", forgets("cutting"))),
    ("the queue goes on", laws.Silence, skips(speaking, "empty_queue")),
    ("paid all the same", laws.Paid, skips(opening, "_refusal")),
    ("it stays open", laws.Paid, still_paid),
    ("nothing is counted", laws.Caps, skips(keeping, "meter")),
    ("counted double", laws.Caps, sets(Budget, "spend", count_double)),
    ("a restart is free", laws.Caps, skips(ending, "restored")),
    ("the minimum is free", laws.Caps, before(ending, "_finish", minimum_is_free)),
    ("a long grace", laws.Caps, sets(keeping, "CAP_GRACE_SECONDS", 17.0)),
    ("no cap", laws.Caps, skips(keeping, "_cap_reached", False)),
    ("a silent cap", laws.Caps, skips(keeping, "say_cap")),
    (
        "what was lost is sent again",
        laws.NothingTwice,
        before(speaking, "delivery_failed", lost_is_unsent),
    ),
    ("wordless ends do not count", laws.NoRunaway, skips(ending, "_note_wordless_end")),
    ("the block is short", laws.NoRunaway, sets(opening, "_refusal", lambda _draft: None)),
    ("a lost session is made anew", laws.NoRunaway, after(ending, "_finish", start_anew)),
    ("a step changes its input", laws.Pure, sets(drafts.Draft, "of", in_place)),
    ("a step stops half-way", laws.Pure, sets(machine, "MOST_ROUNDS", 1)),
]


def tries(kind: type[Life]) -> None:
    run_state_machine_as_test(
        kind,
        settings=settings(
            max_examples=LIVES,
            stateful_step_count=30,
            phases=[Hypothesis.generate],
            deadline=None,
            derandomize=True,
            database=None,
            report_multiple_bugs=False,
        ),
    )


@pytest.mark.parametrize(
    ("law", "broken"), [pytest.param(law, broken, id=name) for name, law, broken in BROKEN]
)
def test_a_broken_rule_is_noticed(
    law: type[Observer], broken: Break, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch)
    with pytest.raises(AssertionError):
        tries(type(law.__name__, (Life,), {"law": law}))


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(sets(renewing, "is_due", renewed_at_once), id="in mid-sentence"),
        pytest.param(skips(renewing, "_is_wanted_on", True), id="for nobody"),
    ],
)
def test_a_wrong_renewal_is_noticed(broken: Break, monkeypatch: pytest.MonkeyPatch) -> None:
    broken(monkeypatch)
    with pytest.raises(AssertionError):
        tries(type("Talkative", (TalkativeLife,), {"law": laws.Renewal}))


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(sets(drafts.Draft, "due", forget_the_far), id="far times"),
        pytest.param(sets(Queue, "next_expiry", None), id="expiry"),
    ],
)
def test_a_missing_wake_is_noticed(broken: Break, monkeypatch: pytest.MonkeyPatch) -> None:
    broken(monkeypatch)
    with pytest.raises(AssertionError):
        tries(TwoWorlds)
