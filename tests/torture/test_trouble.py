"""A thousand lives full of trouble: every session is ended, every sentence has its outcome, nothing breaks.

A failure names its seed; `TORTURE_SEED=17 pytest tests/torture/test_trouble.py` lives that one again.
"""

import os
import random
from types import ModuleType
from typing import Any

import pytest

from custom_components.streaming_avatar.const import DATA_STORE
from custom_components.streaming_avatar.session import ending, keeping, speaking
from simulator.settings import Limits

from .cloud import Cloud
from .house import ACCOUNT, Alarm, House
from .timeless import Time
from .trouble import Trouble

SEED = os.environ.get("TORTURE_SEED")
BATCH = 50
BATCHES = [range(first, first + BATCH) for first in range(0, 1000, BATCH)]
CALM_SECONDS = 1000.0
"""After which all is over that can be over: the vendor ends nothing by itself within that time."""


def circumstances(chance: random.Random) -> tuple[Limits, dict[str, dict[str, Any]], bool]:
    """Return the vendor's limits, the avatars, and whether there are voices besides."""
    limits = Limits(
        quota=10**6,
        session_duration_seconds=chance.choice((86_400, 86_400, 600, 120)),
        clock_offset_seconds=chance.choice((0.0, 0.0, 5000.0)),
        no_viewer_seconds=chance.choice((86_400.0, 300.0)),
    )
    voices = chance.random() < 0.25
    settings: dict[str, Any] = {
        "idle_timeout": chance.choice((15, 60, 600)),
        "activity_idle_timeout": chance.choice((3599, 3599, 120)),
        "max_minutes_per_day": chance.choice((60, 60, 3)),
        "stand_in": voices,
        "share_text": chance.random() < 0.2,
    }
    if chance.random() < 0.3:
        settings["max_minutes_per_session"] = chance.choice((1, 5))
    if voices and chance.random() < 0.5:
        settings["fallback_speaker"] = "media_player.hall"
    names = ("Ava", "Ben") if chance.random() < 0.25 else ("Ava",)
    return limits, dict.fromkeys(names, settings), voices


async def live(seed: int, time: Time, patch: pytest.MonkeyPatch) -> None:
    """Live one life full of trouble."""
    random.seed(seed)  # the pauses between two tries of a request are random, too
    limits, avatars, voices = circumstances(random.Random(seed))
    cloud = Cloud(time, limits)
    await cloud.open()
    house = House(time, cloud, patch, avatars=avatars, voices=voices)
    alarm = Alarm()
    trouble = Trouble(house, seed)
    try:
        with alarm.on():
            await house.start()
            if trouble.chance.random() < 0.95:
                house.open_screen()
            await trouble.happen(trouble.chance.randint(6, 15))
            await trouble.end(CALM_SECONDS)
            judge(house, trouble)
            await house.stop()
        assert not alarm.records, "\n".join(alarm.records)
    except BaseException as err:
        err.add_note("\n".join([f"This was seed {seed}:", *trouble.steps]))
        raise
    finally:
        await house.stop()
        await cloud.close()


def judge(house: House, trouble: Trouble) -> None:
    """Look whether all is over."""
    assert not house.cloud.sessions, "A session is open"
    assert house.cloud.stage.most_open <= len(house.avatars), "Two sessions of one avatar"
    assert {runtime.snapshot.phase for runtime in house.runtimes} == {"off"}
    assert not trouble.waiting, "A caller waits"
    untold = [utterance for utterance, outcome in house.asked.items() if outcome is None]
    assert not untold, "An utterance has no outcome"
    assert not house.told_twice, "An utterance has two outcomes"
    assert not house.hass.data[DATA_STORE].leftovers(ACCOUNT), "A record is left"


@pytest.mark.no_fail_on_log_exception  # it is told with its seed
@pytest.mark.parametrize(
    "seeds", BATCHES if SEED is None else [[int(SEED)]], ids=lambda seeds: f"{seeds[0]}-{seeds[-1]}"
)
def test_a_life_full_of_trouble_ends_well(seeds: range, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in seeds:
        with monkeypatch.context() as patch:
            time = Time(patch)
            time.run(live(seed, time, patch))
            time.close()


@pytest.mark.no_fail_on_log_exception
@pytest.mark.parametrize(
    ("place", "name", "told"),
    [
        (ending, "call_failed", "A session is open|assert .* == {'off'}"),
        (speaking, "expire", "An utterance has no outcome|A caller waits"),
        (keeping, "_must_end", "A session is open"),
    ],
)
def test_trouble_that_is_not_seen_to_is_noticed(
    place: ModuleType, name: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, name, lambda *_: None)

    def lives() -> None:
        for seed in range(BATCH):
            with monkeypatch.context() as patch:
                time = Time(patch)
                try:
                    time.run(live(seed, time, patch))
                finally:
                    time.close()

    with pytest.raises(AssertionError, match=told):
        lives()
