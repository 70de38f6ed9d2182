"""What a session costs, and what keeps it from costing more: beside the vendor's own ledger."""

import asyncio
import time

from playwright.async_api import expect
import pytest

from demo.connection import CommandError, Connection
from demo.furnish import DOMAIN, Avatar
from demo.vendor import Vendor
from tests.e2e.acting import (
    expect_off,
    expect_one_session_of_ours,
    expect_stand_in_says_it,
    issues,
    speak,
)
from tests.e2e.conftest import AvatarMaker, ScreenOpener
from tests.e2e.watching import ledger


async def test_sync_speak_returns_when_all_is_said(
    hass: Connection, avatar: Avatar, show: ScreenOpener
) -> None:
    await show()
    result = await speak(hass, avatar)
    assert (result["outcome"], result["confirmed"]) == ("spoken", True)
    assert await hass.state(avatar.entity_id) == "idle"


async def test_a_session_ends_after_its_hold_and_the_idle_time(
    hass: Connection, vendor: Vendor, make_avatar: AvatarMaker, show: ScreenOpener
) -> None:
    avatar = await make_avatar(idle_timeout=10)
    await show()
    await hass.action(DOMAIN, "start_session", entity_id=avatar.entity_id, hold={"seconds": 35})
    assert (await speak(hass, avatar))["outcome"] == "spoken"
    await expect_off(hass, avatar, 90)
    await expect_one_session_of_ours(vendor, hass, avatar)
    (row,) = await ledger(vendor)
    assert row["open_seconds"] >= 34


async def test_a_session_ends_when_the_last_browser_is_closed(
    hass: Connection, vendor: Vendor, make_avatar: AvatarMaker, show: ScreenOpener
) -> None:
    avatar = await make_avatar(idle_timeout=600)
    screen = await show()
    assert (await speak(hass, avatar))["outcome"] == "spoken"
    closed_at = time.time()
    await screen.close()
    await expect_off(hass, avatar, 120)
    await expect_one_session_of_ours(vendor, hass, avatar)
    (row,) = await ledger(vendor)
    assert 55 <= row["ended_at"] - closed_at <= 90


async def test_the_minutes_of_a_day_end_the_session_and_a_repair_says_so(
    hass: Connection, vendor: Vendor, make_avatar: AvatarMaker, show: ScreenOpener
) -> None:
    avatar = await make_avatar(idle_timeout=600, max_minutes_per_day=1)
    screen = await show()
    assert (await speak(hass, avatar))["delivery"] == "sent"
    await expect_off(hass, avatar, 120)
    assert "cap_reached" in await issues(hass)
    await expect_one_session_of_ours(vendor, hass, avatar)
    await expect_stand_in_says_it(hass, avatar, screen)
    # It can read out, but has no answers.
    with pytest.raises(CommandError, match=r"Ava.*minutes|minutes.*Ava"):
        await speak(hass, avatar, task_type="talk")
    assert len(await ledger(vendor)) == 1


async def test_nobody_watching_costs_nothing_and_the_error_names_the_avatar(
    hass: Connection, vendor: Vendor, avatar: Avatar
) -> None:
    began_at = time.time()
    with pytest.raises(CommandError, match="Ava"):
        await speak(hass, avatar, expiry=2)
    assert time.time() - began_at >= 2
    assert await ledger(vendor) == []


async def test_a_vendor_that_ends_every_session_at_once_gets_two_and_no_more(
    hass: Connection, vendor: Vendor, avatar: Avatar, show: ScreenOpener
) -> None:
    await vendor.post("faults", {"kind": "end_session_at_once", "count": None})
    screen = await show()
    await screen.until_mode("portrait")
    # The stand-in may lose its patience before the second session is tried for the same words.
    for _ in range(2):
        await expect_stand_in_says_it(hass, avatar, screen, expiry=120)
    async with asyncio.timeout(60):
        while "creates_blocked" not in await issues(hass):  # noqa: ASYNC110 - repairs tell nobody
            await asyncio.sleep(0.5)
    assert len(await ledger(vendor)) == 2
    await expect_stand_in_says_it(hass, avatar, screen)
    with pytest.raises(CommandError, match="Ava"):
        await speak(hass, avatar, task_type="talk")
    assert len(await ledger(vendor)) == 2


async def test_long_text_is_spoken_whole(
    hass: Connection, vendor: Vendor, avatar: Avatar, show: ScreenOpener
) -> None:
    sentences = [f"This is sentence number {number} of a long text." for number in range(1, 26)]
    text = " ".join(sentences)
    assert len(text) > 1000
    screen = await show()
    speaking = asyncio.create_task(speak(hass, avatar, text=text))
    await expect(screen.caption).to_contain_text("sentence number 2", timeout=30_000)
    assert (await speaking)["outcome"] == "spoken"

    (row,) = await ledger(vendor)
    first, second = row["tasks"]
    assert f"{first['text']} {second['text']}" == text
    assert first["stopped_at"] <= second["started_at"]
    assert not first["interrupted"]
    await screen.until_recorded(time.time())
    last_words = await screen.heard_since(second["started_at"])
    last_words.expect_said("25 of a long text")
