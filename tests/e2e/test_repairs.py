"""What the repairs dashboard offers is clicked by hand, and does what it says."""

import re

from playwright.async_api import Browser, Locator, Page, expect

from demo.browser import new_context
from demo.connection import Connection
from demo.furnish import DOMAIN, Avatar
from demo.vendor import Vendor
from tests.e2e.acting import issues
from tests.e2e.conftest import AvatarMaker, House
from tests.e2e.watching import eventually

DIALOG_SECONDS = 30_000


async def expect_issue(hass: Connection, avatar: Avatar, key: str) -> None:
    """Start a session that is refused, and wait until that is told."""
    await hass.action(DOMAIN, "start_session", entity_id=avatar.entity_id, without_viewer=True)
    await eventually(lambda: issues(hass), lambda keys: key in keys)


async def open_fix(page: Page, house: House, title: str) -> Locator:
    """Click on what is told, and return the dialog that opens."""
    await page.goto(f"{house.home.url}/config/repairs")
    await page.get_by_text(title).first.click(timeout=DIALOG_SECONDS)
    return page.locator("dialog-data-entry-flow")


async def test_credits_are_added_and_home_assistant_asks_again(
    house: House, hass: Connection, vendor: Vendor, avatar: Avatar, browser: Browser
) -> None:
    await vendor.post("settings", {"quota": 0})
    await expect_issue(hass, avatar, "account_quota")
    context = await new_context(browser, house.login)
    dialog = await open_fix(await context.new_page(), house, "has no credits left")
    again = dialog.get_by_role("button", name="Check again")
    await again.click(timeout=DIALOG_SECONDS)
    await expect(dialog.get_by_text("It is still so")).to_be_visible(timeout=DIALOG_SECONDS)
    await vendor.post("settings", {"quota": 600})
    await again.click()
    await expect(again).to_be_hidden(timeout=DIALOG_SECONDS)
    await context.close()
    assert "account_quota" not in await issues(hass)


async def test_an_avatar_that_nobody_knows_is_set_to_another_one(
    house: House, hass: Connection, make_avatar: AvatarMaker, browser: Browser
) -> None:
    nobody = await make_avatar("Nobody", avatar_id="an-avatar-that-is-gone")
    await expect_issue(hass, nobody, "settings_unknown")
    context = await new_context(browser, house.login)
    page = await context.new_page()
    dialog = await open_fix(page, house, "avatar or voice of Nobody")
    await dialog.get_by_role("button", name="Open the settings").click(timeout=DIALOG_SECONDS)
    settings = page.locator("dialog-data-entry-flow")
    name = settings.get_by_role("textbox", name="Name", exact=True)
    await expect(name).to_have_value("Nobody", timeout=DIALOG_SECONDS)
    await settings.get_by_role("button", name=re.compile("^Avatar")).first.click()
    await settings.get_by_role("option", name="Clara at home", exact=True).click()
    await settings.get_by_role("button", name="Submit").click()
    await eventually(lambda: issues(hass), lambda keys: "settings_unknown" not in keys)
    await context.close()
