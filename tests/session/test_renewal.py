"""Rule 6 by example: what happens when a session comes to the vendor's own limit."""

from collections import deque

import pytest

from custom_components.streaming_avatar.session import effects, events
from custom_components.streaming_avatar.session.budget import Budget
from custom_components.streaming_avatar.session.model import Rules
from custom_components.streaming_avatar.session.utterances import Mouth, Outcome

from .laws import Diary
from .vendor import Fault, Vendor
from .world import World

LIMIT = 100.0
SENTENCE = "Mind the step, it is wet. " * 10
"""Some 17 seconds of speech."""


def world(**rules: bool | float) -> tuple[World, Diary]:
    """A live session, with somebody watching."""
    made = World(
        rules=Rules(minimum_charge=30.0, renews=bool(rules.pop("renews", True)), **rules),  # type: ignore[arg-type] # the fields have their types
        vendor=Vendor(duration_limit=LIMIT),
    )
    diary = Diary(made)
    made.observers.append(diary)
    made.send(events.Restored(record=None, budget=Budget()))
    made.watch()
    return made, diary


def phase(made: World) -> str:
    return made.state.phase


def renewing(made: World) -> bool:
    return made.state.renewing


def ends_soon(made: World) -> bool:
    return made.state.ends_soon


def outcomes(diary: Diary) -> list[tuple[Outcome, str | None]]:
    return [(e.outcome, e.reason) for _, e in diary.seen if isinstance(e, effects.Report)]


def sounds(made: World) -> list[int]:
    """How many sounds each session made to their end."""
    return [sum(s.ends - s.begins > 10 for s in session.sounds) for session in made.vendor.ours]


def test_a_text_longer_than_a_session_is_said_in_two() -> None:
    made, diary = world()
    made.speak(parts=(SENTENCE,) * 7)
    made.advance(200.0)
    assert outcomes(diary) == [(Outcome.SPOKEN, None)]
    assert len(made.vendor.ours) == 2
    assert sum(sounds(made)) == 7
    assert sounds(made)[0] >= 3
    keys = [sound.key for session in made.vendor.ours for sound in session.sounds]
    assert len(set(keys)) == len(keys) == 7


def test_without_the_option_the_limit_cuts_it() -> None:
    made, diary = world(renews=False)
    made.speak(parts=(SENTENCE,) * 7)
    made.advance(200.0)
    assert outcomes(diary) == [(Outcome.FAILED, "session_ended")]
    assert len(made.vendor.ours) == 1


def test_what_waits_is_said_in_the_next_session() -> None:
    made, diary = world(idle_timeout=90.0)
    made.speak()
    made.advance(70.0)
    made.speak(parts=(SENTENCE,))
    made.advance(0.1)
    assert phase(made) == "ending"
    assert renewing(made)
    made.advance(60.0)
    assert outcomes(diary) == [(Outcome.SPOKEN, None)] * 2
    assert [session.ended_by for session in made.vendor.ours] == ["us", ""]
    assert not renewing(made)


def test_a_hold_outlives_the_session() -> None:
    made, _ = world(max_minutes_per_day=60.0)
    made.send(events.Start(hold=250.0))
    made.advance(240.0)
    assert len(made.vendor.ours) >= 3
    assert phase(made) == "live"
    made.advance(100.0)
    assert phase(made) == "off"
    assert made.state.blocked_until is None


def test_nothing_is_renewed_for_nobody() -> None:
    made, _ = world(idle_timeout=90.0)
    made.speak()
    made.advance(200.0)
    assert len(made.vendor.ours) == 1


def test_the_cap_runs_on() -> None:
    made, diary = world(max_minutes_per_day=2.0)
    made.speak(parts=(SENTENCE,) * 20)
    made.advance(400.0)
    assert outcomes(diary) == [(Outcome.FAILED, "cap")]
    charged = sum(session.seconds(made.time) for session in made.vendor.ours)
    assert charged == pytest.approx(made.state.budget.used, abs=2.0)
    assert charged < 120.0 + 15.0 + 2.0


@pytest.mark.parametrize(
    ("fault", "reason"), [(Fault.REFUSED, "bad_request"), (Fault.VANISHED, "connection")]
)
def test_the_rest_fails_where_no_session_follows(fault: Fault, reason: str) -> None:
    made, diary = world()
    made.habits.faults["create"] = deque([None, fault])
    made.speak(parts=(SENTENCE,) * 7)
    made.advance(200.0)
    assert outcomes(diary) == [(Outcome.FAILED, reason)]
    assert made.state.current is None


def test_it_waits_for_a_vendor_that_is_busy() -> None:
    made, diary = world()
    made.habits.faults["create"] = deque([None, Fault.BUSY])
    made.speak(parts=(SENTENCE,) * 7)
    made.advance(250.0)
    assert outcomes(diary) == [(Outcome.SPOKEN, None)]


def test_an_end_that_is_not_accepted_does_not_hold_the_rest_for_ever() -> None:
    made, diary = world()
    made.habits.latencies["end"] = 150.0
    made.speak(parts=(SENTENCE,) * 7)
    made.advance(170.0)
    assert outcomes(diary) == [(Outcome.FAILED, "session_ended")]


@pytest.mark.parametrize("event", [events.Interrupt(), events.Stop()])
def test_it_can_be_called_off(event: events.Event) -> None:
    made, diary = world()
    made.habits.latencies["end"] = 4.0
    made.speak(parts=(SENTENCE,) * 7)
    while not renewing(made):
        made.advance(0.5)
    made.send(event)
    assert [outcome for outcome, _ in outcomes(diary)] == [Outcome.INTERRUPTED]
    made.advance(60.0)
    assert len(made.vendor.ours) == 1
    assert phase(made) == "off"
    assert not renewing(made)


def test_the_cards_are_told_a_minute_before() -> None:
    made, _ = world(idle_timeout=90.0)
    made.speak()
    made.advance(30.0)
    assert not ends_soon(made)
    made.advance(10.0)
    assert ends_soon(made)
    made.advance(100.0)
    assert not ends_soon(made)


def test_the_first_sound_is_timed_from_its_turn_on() -> None:
    made, _ = world()
    made.speak(parts=(SENTENCE,))
    made.advance(10.0)
    first = made.state.latency
    made.speak()
    made.advance(30.0)
    assert first is not None
    assert 1.0 < first < 4.0
    assert made.state.latency is not None
    assert made.state.latency < 1.5


def test_listening_keeps_a_session_open() -> None:
    made, _ = world(can_keep_alive=True, renews=False, idle_timeout=30.0)
    made.vendor.duration_limit = None
    made.speak()
    made.advance(10.0)
    made.send(events.Listening(on=True))
    made.advance(100.0)
    assert phase(made) == "live"
    made.send(events.Listening(on=False))
    made.advance(29.0)
    assert phase(made) == "live"
    made.advance(5.0)
    assert phase(made) == "off"


def test_a_switch_ends_what_costs_money() -> None:
    made, diary = world()
    made.speak(parts=(SENTENCE,))
    made.speak()
    made.advance(10.0)
    made.allow_paid(allowed=False)
    assert outcomes(diary)[0] == (Outcome.INTERRUPTED, "paid_off")
    made.advance(5.0)
    assert phase(made) == "off"
    assert outcomes(diary)[1] == (Outcome.FAILED, "paid_off")
    made.speak()
    assert outcomes(diary)[2] == (Outcome.FAILED, "paid_off")
    assert len(made.vendor.ours) == 1
    made.allow_paid(allowed=True)
    made.speak()
    made.advance(20.0)
    assert outcomes(diary)[3] == (Outcome.SPOKEN, None)


def test_a_block_can_be_lifted() -> None:
    made, diary = world()
    made.habits.joins = False
    made.speak(expiry=300.0)
    made.advance(400.0)
    assert made.state.blocked_until is not None
    made.habits.joins = True
    made.send(events.Unblock())
    assert effects.ClearIssue(key="creates_blocked") in [effect for _, effect in diary.seen]
    made.speak()
    made.advance(30.0)
    assert outcomes(diary)[-1] == (Outcome.SPOKEN, None)


def with_stand_in(**rules: bool | float) -> tuple[World, Diary]:
    """As `world`, with somebody who steps in."""
    made, diary = world(stand_in=True, **rules)
    return made, diary


def mouths(diary: Diary) -> list[Mouth]:
    return [effect.mouth for _, effect in diary.seen if isinstance(effect, effects.Deliver)]


def test_what_waits_for_its_turn_is_not_taken_for_slow() -> None:
    made, diary = with_stand_in()
    made.speak(parts=(SENTENCE * 4,))
    made.advance(20.0)
    made.speak(parts=(SENTENCE,), expiry=300.0)
    made.advance(120.0)
    assert mouths(diary) == [Mouth.SESSION] * 2
    assert len(made.vendor.ours) == 2


def test_a_lost_room_makes_nothing_slow_that_waits_for_its_turn() -> None:
    made, diary = with_stand_in(renews=False)
    made.vendor.duration_limit = None
    made.speak(parts=(SENTENCE * 3,))
    made.speak(expiry=300.0)
    made.advance(30.0)
    made.lose_room()
    made.advance(60.0)
    assert mouths(diary) == [Mouth.SESSION] * 2


def test_a_notification_waits_for_a_held_session_that_is_renewed() -> None:
    made, diary = with_stand_in()
    made.send(events.Start(hold=300.0))
    made.advance(70.0)
    made.speak(parts=(SENTENCE,), may_start=False)
    made.advance(60.0)
    assert mouths(diary) == [Mouth.SESSION]


def test_the_cap_of_a_session_counts_those_that_took_over() -> None:
    made, _ = world(max_minutes_per_session=3.0)
    made.send(events.Start(hold=3000.0))
    made.advance(1500.0)
    assert sum(session.seconds(made.time) for session in made.vendor.ours) < 180.0 + 15.0 + 2.0
    assert phase(made) == "off"


@pytest.mark.parametrize("limit", [5.0, 20.0, 50.0])
def test_sessions_that_are_too_short_are_not_renewed(limit: float) -> None:
    made, _ = world()
    made.vendor.duration_limit = limit
    made.send(events.Start(hold=3000.0))
    made.advance(600.0)
    assert len(made.vendor.ours) == 1


def test_the_rest_of_a_text_does_not_wait_for_ever_when_the_screen_goes() -> None:
    made, diary = world()
    made.send(events.Start(hold=300.0))
    made.advance(20.0)
    made.speak(parts=(SENTENCE,) * 5, may_start=False)
    while not renewing(made):
        made.advance(0.1)
    made.leave()
    made.advance(120.0)
    assert [outcome for outcome, _ in outcomes(diary)] == [Outcome.FAILED]
    made.watch()
    made.advance(60.0)
    assert len(made.vendor.ours) == 1


def test_a_switch_that_is_turned_while_a_session_is_made_ends_it_unstarted() -> None:
    made, diary = world()
    made.habits.latencies["create"] = 4.0
    made.speak()
    made.advance(1.0)
    made.allow_paid(allowed=False)
    made.advance(20.0)
    assert not [effect for _, effect in diary.seen if isinstance(effect, effects.StartSession)]
    assert [session.accepted is not None for session in made.vendor.ours] == [True]
