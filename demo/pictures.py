"""The pictures of the README, still and moving, taken from the running demo."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser, Page, ViewportSize, expect

from demo.animation import filmed
from demo.browser import chromium, chromium_program, new_context
from demo.connection import Connection
from demo.furnish import DASHBOARD, DOMAIN
from demo.house import House
from demo.processes import PartError

_PATIENCE: Final = 60_000
_INTO_THE_SENTENCE: Final = 0.7
_BEFORE_AND_AFTER: Final = 0.8
_MIRA: Final = "media_player.mira"
_HER_CARD: Final = "streaming-avatar-card"
_WELCOME: Final = "Good morning! The washing machine has finished, and the coffee is ready."
_NO_SIDEBAR: Final = "localStorage.setItem('dockedSidebar', '\"always_hidden\"');"

_WALL: Final = ViewportSize(width=1280, height=780)
_PHONE: Final = ViewportSize(width=390, height=844)
_FILM: Final = ViewportSize(width=520, height=760)
_DIALOG: Final = ViewportSize(width=860, height=800)

_OF_THE_DASHBOARD: Final[dict[str, dict[str, Any]]] = {
    "dashboard.png": {"viewport": _WALL, "color_scheme": "light"},
    "dashboard-dark.png": {"viewport": _WALL, "color_scheme": "dark"},
    "phone-dark.png": {"viewport": _PHONE, "color_scheme": "dark", "device_scale_factor": 2},
}
_OF_HER_SPEAKING: Final = {"speaking.webp": "light", "speaking-dark.webp": "dark"}


async def take_pictures(house: House, folder: Path) -> None:
    """Take all pictures and write them into `folder`."""
    if chromium_program() is None:
        raise PartError("There is no Chromium. scripts/setup browser says how to get it.")
    if house.cloud is None:
        raise PartError("The pictures show both avatars, so they want a LiveKit server.")
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    async with chromium() as browser:
        for name, options in _OF_THE_DASHBOARD.items():
            await _take_dashboard(browser, house, folder / name, options)
        for name, scheme in _OF_HER_SPEAKING.items():
            await _film_her(browser, house, folder / name, scheme)
        await _take_account(browser, house, folder)
        await _take_avatar(browser, house, folder / "avatar.png", "KonPro", "Ava")
        await _take_avatar(browser, house, folder / "mira.png", "Built-in avatar", "Mira")


async def _take_dashboard(
    browser: Browser, house: House, file: Path, options: dict[str, Any]
) -> None:
    """Take the dashboard at the moment at which Mira says who is at the door."""
    async with (
        _page(browser, house, f"/{DASHBOARD}/home", options) as page,
        Connection.open(house.home.url, house.login.access_token) as connection,
    ):
        await _expect_face(page)
        await connection.action("input_button", "press", entity_id="input_button.doorbell")
        await expect(page.locator("ha-card.is-speaking")).to_be_attached(timeout=_PATIENCE)
        await asyncio.sleep(_INTO_THE_SENTENCE)
        await _shoot(page, file)
        await _until_silent(page)


async def _film_her(browser: Browser, house: House, file: Path, scheme: str) -> None:
    """Film her card while she says a sentence."""
    options = {"viewport": _FILM, "color_scheme": scheme}
    async with (
        _page(browser, house, f"/{DASHBOARD}/home", options) as page,
        Connection.open(house.home.url, house.login.access_token) as connection,
    ):
        await _expect_face(page)
        await page.wait_for_load_state("networkidle")
        box = await page.locator(_HER_CARD).first.bounding_box()
        if box is None:
            raise PartError("Mira's card is not on the page.")
        async with filmed(page, box) as film:
            await asyncio.sleep(_BEFORE_AND_AFTER)
            await connection.action(
                DOMAIN, "speak", entity_id=_MIRA, text=_WELCOME, task_mode="sync"
            )
            await asyncio.sleep(_BEFORE_AND_AFTER)
        await asyncio.to_thread(film.save, file)
    print(f"Film: {file}", flush=True)


async def _expect_face(page: Page) -> None:
    await page.locator("streaming-avatar-face canvas").first.wait_for(timeout=_PATIENCE)


async def _until_silent(page: Page) -> None:
    await expect(page.locator("ha-card.is-speaking")).to_have_count(0, timeout=_PATIENCE)


async def _take_account(browser: Browser, house: House, folder: Path) -> None:
    """Take the first two dialogs of an account: whose avatar, and with which key."""
    path = "/config/integrations/dashboard"
    async with _page(browser, house, path, {"viewport": _DIALOG}) as page:
        await page.get_by_role("button", name="Add integration").click(timeout=_PATIENCE)
        await page.get_by_role("textbox", name="Search").last.fill("Streaming Avatar")
        await page.get_by_text("Streaming Avatar", exact=True).last.click()
        await _expect_dialog(page)
        await _shoot(page, folder / "whose.png")
        dialog = page.locator("dialog-data-entry-flow")
        await dialog.get_by_text("KonPro").first.click()
        await dialog.get_by_role("button", name="Submit").click()
        await expect(dialog.get_by_text("KonPro account")).to_be_visible(timeout=_PATIENCE)
        await _shoot(page, folder / "account.png")


async def _take_avatar(browser: Browser, house: House, file: Path, account: str, name: str) -> None:
    """Take the dialog of a new avatar of an account."""
    path = f"/config/integrations/integration/{DOMAIN}"
    async with _page(browser, house, path, {"viewport": _DIALOG}) as page:
        await page.get_by_role("button", name="Add avatar").first.click(timeout=_PATIENCE)
        # There are two accounts, and Home Assistant asks which one.
        await page.get_by_role("button", name=account).last.click(timeout=_PATIENCE)
        await _expect_dialog(page)
        field = page.locator("dialog-data-entry-flow").get_by_role("textbox", name="Name")
        await field.fill(name)
        await _shoot(page, file)


async def _expect_dialog(page: Page) -> None:
    submit = page.locator("dialog-data-entry-flow").get_by_role("button", name="Submit")
    await expect(submit).to_be_visible(timeout=_PATIENCE)


async def _shoot(page: Page, file: Path) -> None:
    # Opening dialogs and chunks of the frontend still move for a moment.
    await page.wait_for_load_state("networkidle")
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
