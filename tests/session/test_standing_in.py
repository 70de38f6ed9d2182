"""The session rules where a stand-in says what the avatar cannot; and that a broken one is noticed."""

import pytest

from custom_components.streaming_avatar.session import (
    effects,
    events,
    machine,
    speaking,
    standing_in,
)
from custom_components.streaming_avatar.session.budget import Budget
from custom_components.streaming_avatar.session.draft import Draft
from custom_components.streaming_avatar.session.model import Rules
from custom_components.streaming_avatar.session.utterances import Mouth, Outcome, Queue

from . import laws
from .life import lives_under
from .stand_in import (
    AlwaysSaid,
    NobodyAsked,
    OneOutcomeOfAny,
    SilenceOfAny,
    StandInLife,
    StandInWorld,
)
from .test_mutants import Break, sets, skips, tries
from .world import Observer

TestRule1OneSession = lives_under(laws.OneSession, StandInLife)
TestRule3Watching = lives_under(laws.Watched, StandInLife)
TestRule4OneOutcome = lives_under(OneOutcomeOfAny, StandInLife)
TestRule5Interrupt = lives_under(SilenceOfAny, StandInLife)
TestRule7Caps = lives_under(laws.Caps, StandInLife)
TestRule8NobodyAskedForMoney = lives_under(NobodyAsked, StandInLife)
TestRule9AlwaysSaidAndOnce = lives_under(AlwaysSaid, StandInLife)
TestRule10NoRunaway = lives_under(laws.NoRunaway, StandInLife)
TestTheMachineIsPure = lives_under(laws.Pure, StandInLife)


def refuses(draft: Draft, reason: str) -> None:
    speaking.empty_queue(draft, Outcome.FAILED, reason)


def anything(self: Queue) -> bool:
    return bool(self.waiting)


def announcements_count(patch: pytest.MonkeyPatch) -> None:
    """Two rules see to it: what may not start a session does not wait for one, and does not count as if it could."""
    patch.setattr(standing_in, "_settle_unpaid", lambda _draft: None)
    patch.setattr(Queue, "may_start_session", Queue.needs_session)


BROKEN: list[tuple[str, type[Observer], Break]] = [
    ("the stand-in keeps silent", AlwaysSaid, sets(standing_in, "refuse", refuses)),
    ("nobody steps in for a slow one", AlwaysSaid, skips(standing_in, "_pass_on")),
    ("announcements open sessions", NobodyAsked, announcements_count),
    ("the cards go on", SilenceOfAny, skips(speaking, "cut")),
    ("a card that never starts is waited for", OneOutcomeOfAny, skips(speaking, "_end_by_time")),
    (
        "a stand-in opens a session",
        NobodyAsked,
        sets(Queue, "may_start_session", property(anything)),
    ),
    ("a step stops half-way", laws.Pure, sets(machine, "MOST_ROUNDS", 1)),
]


@pytest.mark.parametrize(
    ("law", "broken"), [pytest.param(law, broken, id=name) for name, law, broken in BROKEN]
)
def test_a_broken_stand_in_is_noticed(
    law: type[Observer], broken: Break, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch)
    with pytest.raises(AssertionError):
        tries(type(law.__name__, (StandInLife,), {"law": law}))


def test_a_speaker_takes_a_notification_without_a_stand_in() -> None:
    world = StandInWorld(rules=Rules(stand_in=False, speaker=True))
    diary = laws.Diary(world)
    world.observers.append(diary)
    world.send(events.Restored(record=None, budget=Budget()))
    world.speak(may_start=False)
    world.advance(10.0)
    told = [effect for _, effect in diary.seen]
    assert [e.mouth for e in told if isinstance(e, effects.Deliver)] == [Mouth.SPEAKER]
    assert [e.outcome for e in told if isinstance(e, effects.Report)] == [Outcome.SPOKEN]
