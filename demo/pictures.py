"""The pictures of the README, taken from the running demo."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser, Page, ViewportSize, expect

from demo.browser import chromium, chromium_program, new_context
from demo.connection import Connection
from demo.furnish import DASHBOARD, DOMAIN
from demo.house import House
from demo.processes import PartError

_PATIENCE: Final = 60_000
_INTO_THE_SENTENCE: Final = 0.7
_NO_SIDEBAR: Final = "localStorage.setItem('dockedSidebar', '\"always_hidden\"');"

_WALL: Final = ViewportSize(width=1280, height=640)
_TABLET: Final = ViewportSize(width=800, height=1080)
_PHONE: Final = ViewportSize(width=390, height=844)
_DIALOG: Final = ViewportSize(width=860, height=800)

_OF_THE_DASHBOARD: Final[dict[str, dict[str, Any]]] = {
    "dashboard.png": {"viewport": _WALL, "color_scheme": "light"},
    "dashboard-dark.png": {"viewport": _WALL, "color_scheme": "dark"},
    "tablet.png": {"viewport": _TABLET, "color_scheme": "light"},
    "phone.png": {"viewport": _PHONE, "color_scheme": "light", "device_scale_factor": 2},
    "phone-dark.png": {"viewport": _PHONE, "color_scheme": "dark", "device_scale_factor": 2},
}


async def take_pictures(house: House, folder: Path) -> None:
    """Take all pictures and write them into `folder`."""
    if chromium_program() is None:
        raise PartError("There is no Chromium. scripts/setup browser says how to get it.")
    async with chromium() as browser:
        await _take_off(browser, house, folder / "off.png")
        for name, options in _OF_THE_DASHBOARD.items():
            await _take_dashboard(browser, house, folder / name, options)
        await _take_account(browser, house, folder / "account.png")
        await _take_avatar(browser, house, folder / "avatar.png")


async def _take_off(browser: Browser, house: House, file: Path) -> None:
    """Take the dashboard before anything was said."""
    async with _page(browser, house, f"/{DASHBOARD}/home", {"viewport": _WALL}) as page:
        await expect(page.locator("ha-card.is-portrait")).to_be_visible(timeout=_PATIENCE)
        await _shoot(page, file)


async def _take_dashboard(
    browser: Browser, house: House, file: Path, options: dict[str, Any]
) -> None:
    """Take the dashboard at the moment at which the avatar says who is at the door."""
    async with (
        _page(browser, house, f"/{DASHBOARD}/home", options) as page,
        Connection.open(house.home.url, house.login.access_token) as connection,
    ):
        await expect(page.locator("streaming-avatar-view ha-card")).to_be_visible(timeout=_PATIENCE)
        await connection.action("input_button", "press", entity_id="input_button.doorbell")
        await expect(page.locator("ha-card.is-speaking")).to_be_attached(timeout=_PATIENCE)
        await asyncio.sleep(_INTO_THE_SENTENCE)
        await _shoot(page, file)
        await connection.action(DOMAIN, "stop_session", entity_id="media_player.ava")


async def _take_account(browser: Browser, house: House, file: Path) -> None:
    path = "/config/integrations/dashboard"
    async with _page(browser, house, path, {"viewport": _DIALOG}) as page:
        await page.get_by_role("button", name="Add integration").click(timeout=_PATIENCE)
        await page.get_by_role("textbox", name="Search").last.fill("Streaming Avatar")
        await page.get_by_text("Streaming Avatar", exact=True).last.click()
        await _expect_dialog(page)
        await _shoot(page, file)


async def _take_avatar(browser: Browser, house: House, file: Path) -> None:
    path = f"/config/integrations/integration/{DOMAIN}"
    async with _page(browser, house, path, {"viewport": _DIALOG}) as page:
        await page.get_by_role("button", name="Add avatar").first.click(timeout=_PATIENCE)
        await _expect_dialog(page)
        await page.locator("dialog-data-entry-flow").get_by_role("textbox", name="Name").fill("Ava")
        await _shoot(page, file)


async def _expect_dialog(page: Page) -> None:
    submit = page.locator("dialog-data-entry-flow").get_by_role("button", name="Submit")
    await expect(submit).to_be_visible(timeout=_PATIENCE)


async def _shoot(page: Page, file: Path) -> None:
    # Opening dialogs and chunks of the frontend still move for a moment.
    await page.wait_for_load_state("networkidle")
    await asyncio.to_thread(file.parent.mkdir, parents=True, exist_ok=True)
    await page.screenshot(path=file)
    print(f"Picture: {file}", flush=True)


@asynccontextmanager
async def _page(
    browser: Browser, house: House, path: str, options: dict[str, Any]
) -> AsyncIterator[Page]:
    context = await new_context(browser, house.login, **options)
    try:
        await context.add_init_script(_NO_SIDEBAR)
        page = await context.new_page()
        await page.goto(f"{house.home.url}{path}")
        yield page
    finally:
        await context.close()
