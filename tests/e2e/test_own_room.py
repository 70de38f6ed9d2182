"""Rooms on a LiveKit server of one's own: every screen shows the avatar, and one of them sounds."""

from collections.abc import AsyncIterator
from pathlib import Path
import time

from playwright.async_api import expect
import pytest_asyncio

from demo.connection import Connection
from demo.furnish import DOMAIN, Avatar, add_account, add_avatar
from demo.livekit import LiveKit
from demo.vendor import Vendor, simulated_vendor
from tests.e2e.acting import SENTENCE, expect_off, speak
from tests.e2e.conftest import ScreenOpener, remove_account, show_on_dashboard
from tests.e2e.screen import Screen
from tests.e2e.watching import PATIENCE, ledger


@pytest_asyncio.fixture(loop_scope="session")
async def own_vendor(livekit: LiveKit, folder: Path) -> AsyncIterator[Vendor]:
    """A cloud at which nobody has an account yet."""
    async with simulated_vendor(livekit, folder / "own") as vendor:
        yield vendor


@pytest_asyncio.fixture(loop_scope="session")
async def own_avatar(
    hass: Connection, own_vendor: Vendor, livekit: LiveKit
) -> AsyncIterator[Avatar]:
    """An avatar whose account has a LiveKit server."""
    room = {
        "livekit_url": livekit.url,
        "livekit_api_key": livekit.key,
        "livekit_api_secret": livekit.secret,
    }
    entry_id = await add_account(hass, own_vendor, room=room)
    avatar = await add_avatar(hass, entry_id, "Ava", {"stand_in": False})
    await show_on_dashboard(hass, avatar)
    yield avatar
    await remove_account(hass, entry_id)


async def expect_one_sounds(
    hass: Connection, avatar: Avatar, sounding: Screen, silent: Screen
) -> None:
    """Have a sentence said, which both screens write and one says."""
    for screen in (sounding, silent):
        await screen.until_video_runs()
    asked_at = time.time()
    assert (await speak(hass, avatar))["outcome"] == "spoken"
    for screen in (sounding, silent):
        await expect(screen.caption).to_contain_text(SENTENCE)
        await screen.until_recorded(time.time())
    (await sounding.heard_since(asked_at)).expect_said(SENTENCE)
    assert (await silent.heard_since(asked_at)).is_silent


async def test_every_screen_shows_it_and_one_sounds(
    hass: Connection, own_vendor: Vendor, own_avatar: Avatar, show: ScreenOpener
) -> None:
    first = await show()
    assert (await speak(hass, own_avatar))["outcome"] == "spoken"
    await first.until_mode("live")
    second = await show()
    await second.until_mode("elsewhere")
    await expect(second.card).to_contain_text("Sound on")
    await expect_one_sounds(hass, own_avatar, sounding=first, silent=second)

    await second.card.hover()  # the buttons have stepped back
    await second.button("Sound here").click()
    await second.until_mode("live")
    await first.until_mode("elsewhere")
    await expect_one_sounds(hass, own_avatar, sounding=second, silent=first)

    await hass.action(DOMAIN, "stop_session", entity_id=own_avatar.entity_id)
    await expect_off(hass, own_avatar, PATIENCE)
    for screen in (first, second):
        await screen.until_mode("portrait")
    (row,) = await ledger(own_vendor)
    assert row["ended_by"] == "client", row
    assert [task["text"] for task in row["tasks"]] == [SENTENCE] * 3
