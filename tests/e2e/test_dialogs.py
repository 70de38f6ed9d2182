"""Account and avatar, added by hand in the real dialogs."""

from collections.abc import AsyncIterator
import time

from playwright.async_api import Browser, Locator, Page, expect
import pytest_asyncio

from demo.browser import new_context
from demo.connection import Connection
from demo.furnish import DOMAIN, find_avatar
from demo.vendor import Vendor
from tests.e2e.acting import SENTENCE, expect_off, speak
from tests.e2e.conftest import House, ScreenOpener, remove_account, show_on_dashboard
from tests.e2e.watching import ledger

KEY = "the-second-key-of-the-account"
DIALOG_SECONDS = 30_000


@pytest_asyncio.fixture(loop_scope="session")
async def second_key(vendor: Vendor) -> str:
    """A key that Home Assistant does not know yet."""
    await vendor.post("settings", {"api_keys": [vendor.key, KEY]})
    return KEY


@pytest_asyncio.fixture(loop_scope="session")
async def new_accounts(hass: Connection) -> AsyncIterator[None]:
    """Remove after the test what accounts it made."""
    before = await account_ids(hass)
    yield
    for entry_id in await account_ids(hass) - before:
        await remove_account(hass, entry_id)


async def account_ids(hass: Connection) -> set[str]:
    return {entry["entry_id"] for entry in await hass.command("config_entries/get", domain=DOMAIN)}


async def fill(dialog: Locator, label: str, text: str) -> None:
    await dialog.get_by_role("textbox", name=label, exact=True).fill(text)


async def choose(dialog: Locator, label: str, option: str) -> None:
    await dialog.get_by_role("button", name=label, exact=True).click()
    await dialog.get_by_role("option", name=option, exact=True).click()


async def submit(dialog: Locator) -> None:
    await dialog.get_by_role("button", name="Submit").click()


async def test_account_and_avatar_are_added_by_clicking_and_the_avatar_speaks(
    house: House,
    hass: Connection,
    vendor: Vendor,
    second_key: str,
    new_accounts: None,
    browser: Browser,
    show: ScreenOpener,
) -> None:
    context = await new_context(browser, house.login)
    page = await context.new_page()
    dialog = await add_integration(page, house)
    await dialog.get_by_text("KonPro").first.click()
    await submit(dialog)
    await expect(dialog.get_by_text("KonPro account")).to_be_visible(timeout=DIALOG_SECONDS)
    await fill(dialog, "Address*", vendor.url)
    await fill(dialog, "API key*", "not-the-key")
    await submit(dialog)
    await expect(dialog.get_by_text("This key is not accepted.")).to_be_visible()
    await fill(dialog, "API key*", second_key)
    await submit(dialog)

    await expect(dialog.get_by_role("textbox", name="Name", exact=True)).to_be_visible()
    await fill(dialog, "Name", "Cleo")
    await choose(dialog, "Avatar", "Clara at home")
    await submit(dialog)
    await expect(dialog.get_by_text("Created configuration for Cleo.")).to_be_visible()
    await dialog.get_by_role("button", name="Finish").click()
    await context.close()

    avatar = await find_avatar(hass, await account_of(hass), "Cleo")
    await show_on_dashboard(hass, avatar)
    screen = await show()
    assert (await speak(hass, avatar))["outcome"] == "spoken"
    await screen.until_mode("live")
    await hass.action("media_player", "turn_off", entity_id=avatar.entity_id)
    await expect_off(hass, avatar, 30)
    (row,) = await ledger(vendor)
    assert row["ended_by"] == "client"


async def test_the_built_in_avatar_is_added_with_two_clicks_and_speaks(
    house: House, hass: Connection, new_accounts: None, browser: Browser, show: ScreenOpener
) -> None:
    context = await new_context(browser, house.login)
    dialog = await add_integration(await context.new_page(), house)
    # The first click chose the integration; this is the second one.
    await submit(dialog)
    # All is there. Home Assistant would only like to know in which room it stands.
    await expect(dialog.get_by_role("button", name="Skip and finish")).to_be_visible()
    await context.close()

    mira = await find_avatar(hass, await account_of(hass), "Mira")
    await show_on_dashboard(hass, mira)
    screen = await show()
    await screen.until_face_is_there()
    assert (await speak(hass, mira))["outcome"] == "spoken"
    await screen.until_recorded(time.time())
    (await screen.recording()).expect_said(SENTENCE)


async def add_integration(page: Page, house: House) -> Locator:
    """Choose the integration, and return the dialog that begins then."""
    await page.goto(f"{house.home.url}/config/integrations/dashboard")
    await page.get_by_role("button", name="Add integration").first.click()
    chooser = page.locator("dialog-add-integration")
    await chooser.get_by_role("textbox").first.fill("Streaming Avatar")
    await chooser.get_by_text("Streaming Avatar", exact=True).first.click()
    dialog = page.locator("dialog-data-entry-flow")
    await expect(dialog.get_by_text("Built-in avatar").first).to_be_visible(timeout=DIALOG_SECONDS)
    return dialog


async def account_of(hass: Connection) -> str:
    """Return the account that was added last."""
    entries = await hass.command("config_entries/get", domain=DOMAIN)
    newest = max(entries, key=lambda entry: entry["created_at"])
    entry_id: str = newest["entry_id"]
    return entry_id
