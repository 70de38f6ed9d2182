"""Account and avatar, added by hand in the real dialogs."""

from playwright.async_api import Browser, Locator, expect
import pytest_asyncio

from demo.browser import new_context
from demo.connection import Connection
from demo.furnish import DOMAIN, find_avatar
from demo.vendor import Vendor
from tests.e2e.acting import expect_off, speak
from tests.e2e.conftest import DASHBOARD, House, ScreenOpener
from tests.e2e.watching import ledger

KEY = "the-second-key-of-the-account"
DIALOG_SECONDS = 30_000


@pytest_asyncio.fixture(loop_scope="session")
async def second_key(vendor: Vendor) -> str:
    """A key that Home Assistant does not know yet."""
    await vendor.post("settings", {"api_keys": [vendor.key, KEY]})
    return KEY


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
    browser: Browser,
    show: ScreenOpener,
) -> None:
    context = await new_context(browser, house.login)
    page = await context.new_page()
    await page.goto(f"{house.home.url}/config/integrations/dashboard")
    await page.get_by_role("button", name="Add integration").first.click()
    chooser = page.locator("dialog-add-integration")
    await chooser.get_by_role("textbox").first.fill("Streaming Avatar")
    await chooser.get_by_text("Streaming Avatar", exact=True).first.click()

    dialog = page.locator("dialog-data-entry-flow")
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
    card = {"type": "custom:streaming-avatar-card", "entity": avatar.entity_id}
    views = [{"title": "Home", "type": "sections", "sections": [{"cards": [card]}]}]
    await hass.command("lovelace/config/save", url_path=DASHBOARD, config={"views": views})
    screen = await show()
    assert (await speak(hass, avatar))["outcome"] == "spoken"
    await screen.until_mode("live")
    await hass.action("media_player", "turn_off", entity_id=avatar.entity_id)
    await expect_off(hass, avatar, 30)
    (row,) = await ledger(vendor)
    assert row["ended_by"] == "client"


async def account_of(hass: Connection) -> str:
    """Return the account that was added last."""
    entries = await hass.command("config_entries/get", domain=DOMAIN)
    newest = max(entries, key=lambda entry: entry["created_at"])
    entry_id: str = newest["entry_id"]
    return entry_id
