"""Minutes used, and what is left of them."""

from dataclasses import replace

import pytest

from custom_components.streaming_avatar.session.budget import Budget, Now

NOON = Now(mono=5000.0, wall=0.0, day="2026-11-24", since_midnight=43_200.0)
YESTERDAY = replace(NOON, day="2026-11-23")
TOMORROW = replace(NOON, day="2026-11-25", since_midnight=40.0)


def test_a_new_budget_knows_no_day() -> None:
    assert Budget() == Budget(day="", used=0.0, behind_since=None)
    assert Now(mono=0.0, wall=0.0, day="", since_midnight=0.0).vendor is None


def test_the_same_day_goes_on() -> None:
    budget = Budget(day=NOON.day, used=90.0)
    assert budget.turn(NOON) is budget


def test_a_new_day_begins_at_zero() -> None:
    assert Budget(day=NOON.day, used=90.0).turn(TOMORROW) == Budget(day=TOMORROW.day)
    assert Budget().turn(NOON) == Budget(day=NOON.day)


def test_a_clock_that_jumped_back_begins_no_new_day() -> None:
    behind = Budget(day=NOON.day, used=90.0).turn(YESTERDAY)
    assert behind == Budget(day=NOON.day, used=90.0, behind_since=5000.0)
    later = replace(YESTERDAY, mono=6000.0)
    assert behind.turn(later) is behind


def test_it_is_over_when_the_clock_has_come_back() -> None:
    behind = Budget(day=NOON.day, used=90.0, behind_since=5000.0)
    assert behind.turn(NOON) == Budget(day=NOON.day, used=90.0)


def test_after_a_day_behind_the_clock_is_believed() -> None:
    behind = Budget(day=NOON.day, used=90.0, behind_since=5000.0)
    nearly = replace(YESTERDAY, mono=5000.0 + 86_399.0)
    assert behind.turn(nearly) is behind
    assert behind.turn(replace(nearly, mono=5000.0 + 86_400.0)) == Budget(day=YESTERDAY.day)


def test_seconds_add_up() -> None:
    assert Budget(day=NOON.day, used=90.0).spend(30.0, NOON).used == 120.0
    assert Budget(day=NOON.day, used=90.0).spend(0.5, NOON).used == 90.5


def test_no_seconds_are_given_back() -> None:
    assert Budget(day=NOON.day, used=90.0).spend(-30.0, NOON).used == 90.0


def test_those_before_midnight_belong_to_yesterday() -> None:
    assert Budget(day=NOON.day, used=90.0).spend(100.0, TOMORROW) == Budget(
        day=TOMORROW.day, used=40.0
    )


def test_while_the_clock_is_behind_midnight_means_nothing() -> None:
    early = replace(YESTERDAY, since_midnight=5.0)
    behind = Budget(day=NOON.day, used=90.0, behind_since=4000.0)
    assert behind.spend(30.0, early).used == 120.0
    came_back = replace(NOON, since_midnight=5.0)
    assert behind.spend(30.0, came_back).used == 120.0
    assert Budget(day=NOON.day, used=90.0).spend(30.0, early).used == 120.0


@pytest.mark.parametrize(
    ("minutes", "used", "left"),
    [(None, 90.0, float("inf")), (2.0, 90.0, 30.0), (1.0, 90.0, 0.0), (1.5, 90.0, 0.0)],
)
def test_what_is_left(minutes: float | None, used: float, left: float) -> None:
    assert Budget(day=NOON.day, used=used).left(minutes, NOON) == left


def test_all_is_left_on_a_new_day() -> None:
    assert Budget(day=NOON.day, used=90.0).left(2.0, TOMORROW) == 120.0
