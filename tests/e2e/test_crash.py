"""Home Assistant ends, or dies, while a session costs money."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
import time

from playwright.async_api import Browser, expect
import pytest_asyncio

from demo.connection import Connection
from demo.furnish import DOMAIN, Avatar, add_account, add_avatar, add_dashboard
from demo.home import Home
from demo.login import Login
from demo.ports import free_port
from demo.vendor import Vendor
from tests.e2e.screen import Screen, open_screen
from tests.e2e.watching import eventually, ledger

DASHBOARD = "doomed-home"
SETTLED_SECONDS = 30
TEXT = "It is seven o'clock."


@pytest_asyncio.fixture(loop_scope="session")
async def home(folder: Path) -> AsyncIterator[Home]:
    """A Home Assistant of its own, to be killed."""
    home = Home(folder / "doomed", free_port())
    home.renew()
    try:
        await home.start()
        yield home
    finally:
        await home.stop()


async def settle_in(home: Home, vendor: Vendor) -> tuple[Login, Avatar]:
    """Set an avatar up whose vendor would keep a forgotten session open for an hour."""
    login = await home.onboard("Olivia Owner", "olivia", "end-to-end")
    async with Connection.open(home.url, login.access_token) as hass:
        entry_id = await add_account(hass, vendor)
        costs = {"idle_timeout": 600, "activity_idle_timeout": 3600}
        avatar = await add_avatar(hass, entry_id, "Ava", costs)
        card = {"type": "custom:streaming-avatar-card", "entity": avatar.entity_id}
        views = [{"title": "Home", "type": "sections", "sections": [{"cards": [card]}]}]
        await add_dashboard(hass, DASHBOARD, "Doomed", {"views": views})
    await until_stored(home, "core.config_entries", avatar.subentry_id)
    await until_stored(home, "lovelace_dashboards", DASHBOARD)
    await until_stored(home, "lovelace.doomed_home", avatar.entity_id)
    return login, avatar


async def until_stored(home: Home, file: str, text: str) -> None:
    """Wait until Home Assistant has written what it would not know any more after its death."""
    path = home.folder / ".storage" / file

    async def content() -> str:
        return path.read_text("utf-8") if path.exists() else ""

    await eventually(content, lambda content: text in content)


async def begin_to_speak(home: Home, login: Login, avatar: Avatar) -> None:
    async with Connection.open(home.url, login.access_token) as hass:
        await hass.action(DOMAIN, "speak", entity_id=avatar.entity_id, text=TEXT)


async def expect_all_ended_by_client(vendor: Vendor, since: float) -> None:
    async def open_rows() -> list[str]:
        return [str(row) for row in await ledger(vendor) if row["ended_by"] != "client"]

    await eventually(open_rows, lambda rows: not rows, SETTLED_SECONDS - (time.time() - since))


async def open_wall_tablet(browser: Browser, home: Home, login: Login) -> Screen:
    screen = await open_screen(browser, login, f"/{DASHBOARD}/0")
    await screen.until_mode("portrait")
    return screen


async def test_restarted_in_a_live_session(home: Home, vendor: Vendor, browser: Browser) -> None:
    login, avatar = await settle_in(home, vendor)
    screen = await open_wall_tablet(browser, home, login)
    try:
        await begin_to_speak(home, login, avatar)
        await screen.until_mode("live")
        await home.stop()
        await expect_all_ended_by_client(vendor, time.time())
        await screen.until_mode("reconnecting")

        await home.start()
        await home.until_running(login)
        await screen.until_mode("portrait")
        await begin_to_speak(home, login, avatar)
        await expect(screen.caption).to_have_text(TEXT)
        await screen.until_video_runs()
    finally:
        await screen.close()
    assert len(await ledger(vendor)) == 2


async def test_killed_in_a_live_session(home: Home, vendor: Vendor, browser: Browser) -> None:
    login, avatar = await settle_in(home, vendor)
    screen = await open_wall_tablet(browser, home, login)
    try:
        await begin_to_speak(home, login, avatar)
        await screen.until_mode("live")
        await home.kill()
        (row,) = await ledger(vendor)
        assert row["ended_by"] is None

        await home.start()
        await expect_all_ended_by_client(vendor, time.time())
        await home.until_running(login)
        await screen.until_mode("portrait")
    finally:
        await screen.close()
    assert len(await ledger(vendor)) == 1


async def test_killed_between_the_create_and_its_reply(
    home: Home, vendor: Vendor, browser: Browser
) -> None:
    login, avatar = await settle_in(home, vendor)
    await vendor.post(
        "faults", {"kind": "delay", "operation": "new", "seconds": 25, "after_work": True}
    )
    screen = await open_wall_tablet(browser, home, login)
    # A tablet that stays would be no help here: the next run must find the session by itself.
    speaking = asyncio.create_task(begin_to_speak(home, login, avatar))
    try:
        await eventually(lambda: ledger(vendor), lambda rows: len(rows) == 1)
        await home.kill()
    finally:
        await screen.close()
        speaking.cancel()
        with suppress(asyncio.CancelledError, ConnectionError):
            await speaking

    await home.start()
    await expect_all_ended_by_client(vendor, time.time())
    assert len(await ledger(vendor)) == 1
