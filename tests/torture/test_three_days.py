"""Three days of an avatar: the minutes are those of the bill, and nothing grows."""

import asyncio
from collections import Counter, defaultdict
from datetime import datetime, timedelta
import gc
import logging
from random import Random
import tracemalloc

from homeassistant.util import dt as dt_util
import pytest

from simulator.ledger import EndedBy, LedgerRow
from simulator.settings import Limits

from .cloud import Cloud
from .house import AVA, Alarm, House
from .timeless import Time

UTTERANCES = 500
HOURS = 72
EACH = 10
"""Utterances of one gathering before the screen."""
SPAN = HOURS * 3600.0 * EACH / UTTERANCES
"""Seconds from one gathering to the next."""
PACKAGE = "custom_components.streaming_avatar"
GROWTH = 250_000
"""Bytes that our own lines may hold more after two days: this test's own book of 300 utterances, and what a log keeps.

One leaked `Utterance` with its session for each of them would be twice as much.
"""


class Days:
    """Three days, told apart by local midnight."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.counted: dict[str, float] = {}
        """Seconds that the avatar says it has used, by day."""
        self.said = 0
        self._chance = Random(72)

    @property
    def day(self) -> str:
        return dt_util.now().date().isoformat()

    async def gathering(self, number: int) -> None:
        """Say ten sentences; every other time people stay until the vendor's own limit is long over."""
        stays = number % 2 == 1
        if stays:
            await self.house.act("start_session", hold=EACH * 100.0)
        for place in range(EACH):
            # The last one is waited for, since Home Assistant may be restarted after it.
            is_last = place == EACH - 1
            mode = "sync" if is_last else self._chance.choice(("sync", "async"))
            await self.house.speak(f"This is sentence {self.said}.", task_mode=mode)
            self.said += 1
            await self._wait(100.0 if stays else self._chance.choice((1.0, 20.0, 90.0)))

    async def night(self, until: float) -> None:
        """Wait for the next gathering."""
        await self._wait(max(0.0, until - self.house.time.passed))

    async def _wait(self, seconds: float) -> None:
        """Let time pass, and note what was counted right before each midnight."""
        loop = self.house.time.loop
        end = loop.time() + seconds
        while (midnight := self._next_midnight()) < end:
            await asyncio.sleep(midnight - loop.time() - 1e-4)
            self.note()
            await asyncio.sleep(2e-4)
        await asyncio.sleep(max(0.0, end - loop.time()))

    def _next_midnight(self) -> float:
        """Return the loop's time at the end of the local day."""
        now = dt_util.now()
        tomorrow = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), now.tzinfo)
        return self.house.time.loop.time() + (tomorrow - now).total_seconds()

    def note(self) -> None:
        self.counted[self.day] = self.house.minutes_used


def billed(rows: list[LedgerRow]) -> dict[str, float]:
    """Return the seconds that sessions were open, by local day."""
    days: dict[str, float] = defaultdict(float)
    for row in rows:
        assert row.ended_at is not None
        begin = row.created_at
        while begin < row.ended_at:
            day = dt_util.as_local(dt_util.utc_from_timestamp(begin))
            midnight = datetime.combine(
                day.date() + timedelta(days=1), datetime.min.time(), day.tzinfo
            )
            end = min(row.ended_at, midnight.timestamp())
            days[day.date().isoformat()] += end - begin
            begin = end
    return days


def ours(house: House) -> Counter[str]:
    """Count the objects of the integration, and what hangs on it."""
    gc.collect()
    counts = Counter(
        type(item).__qualname__
        for item in gc.get_objects()
        if type(item).__module__.startswith(PACKAGE)
    )
    counts["tasks"] = len(asyncio.all_tasks())
    counts["listeners"] = sum(map(len, house.hass.bus._listeners.values()))
    return counts


def memory() -> int:
    """Return the bytes that our own lines have allocated."""
    gc.collect()
    traces = tracemalloc.take_snapshot().filter_traces(
        [tracemalloc.Filter(inclusive=True, filename_pattern="*/streaming_avatar/*")]
    )
    return sum(trace.size for trace in traces.traces)


async def three_days(time: Time, patch: pytest.MonkeyPatch) -> None:
    cloud = Cloud(time, Limits(quota=10**7, session_duration_seconds=600))
    await cloud.open()
    house = House(time, cloud, patch, avatars={"Ava": {"max_minutes_per_day": 1440}})
    await house.start()
    house.open_screen()
    days = Days(house)
    before: tuple[Counter[str], int] | None = None
    for number in range(UTTERANCES // EACH):
        await days.gathering(number)
        if number % 5 == 2:
            await days.night(house.time.passed + 31.0)  # less than that costs as much
            if before is None and number < UTTERANCES // EACH // 3:
                days.note()
                await house.stop()
                await house.start()
                house.open_screen()
            else:
                await house.reload()
                house.screens.pop().close()
                house.open_screen()
        await days.night((number + 1) * SPAN)
        if number == UTTERANCES // EACH // 3:
            tracemalloc.start()
        elif number == UTTERANCES // EACH // 3 + 4:
            before = ours(house), memory()
    assert before is not None
    after = ours(house), memory()
    tracemalloc.stop()
    days.note()
    assert house.state(AVA) == "off"
    bill = billed(cloud.ledger)  # by the local time of this house
    await house.stop()
    await cloud.close()

    grown = {kind: (before[0][kind], n) for kind, n in after[0].items() if n > before[0][kind] + 40}
    assert not grown
    assert after[1] - before[1] < GROWTH
    assert days.said == UTTERANCES
    assert Counter(house.asked.values()) == {"spoken": UTTERANCES}
    assert {row.ended_by for row in cloud.ledger} == {EndedBy.CLIENT}
    # Renewed shortly before the limit, while people stay.
    assert sum(row.open_seconds > 550 for row in cloud.ledger) >= UTTERANCES // EACH // 2
    assert days.counted.keys() == bill.keys()
    assert {day: pytest.approx(seconds, abs=1.0) for day, seconds in bill.items()} == days.counted


@pytest.mark.timeout(300)
def test_three_days_are_billed_to_the_second_and_nothing_grows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    time = Time(monkeypatch)
    alarm = Alarm()
    # What a log keeps is not what the integration keeps.
    monkeypatch.setattr(logging.root.manager, "disable", logging.INFO)
    with alarm.on():
        time.run(three_days(time, monkeypatch))
    time.close()
    assert not alarm.records
    assert time.passed >= HOURS * 3600
