"""A session that comes to the provider's limit makes way for the next one, and nobody sees the seam."""

from typing import Any, Final

from playwright.async_api import expect

from demo.connection import Connection
from demo.furnish import DOMAIN, Avatar
from demo.vendor import Vendor
from tests.e2e.conftest import ScreenOpener
from tests.e2e.watching import eventually, ledger

LIMIT: Final = 64
"""Seconds of a session; half of them are used at least."""

_WATCH: Final = """
() => {
  const find = (root, name) => {
    for (const element of root.querySelectorAll('*')) {
      if (element.localName === name) return element;
      const inner = element.shadowRoot && find(element.shadowRoot, name);
      if (inner) return inner;
    }
    return null;
  };
  const view = find(document, 'streaming-avatar-view').shadowRoot;
  const seen = (window.seen = { statuses: [], pictures: 0, without: [] });
  const look = () => {
    const card = view.querySelector('ha-card');
    const status = view.querySelector('.status > span').textContent.trim();
    if (seen.statuses.at(-1) !== status) seen.statuses.push(status);
    const video = view.querySelector('.stage video');
    const drawn = (video && video.videoWidth > 0) || view.querySelector('.stage canvas');
    if (card.classList.contains('video') && drawn) seen.pictures += 1;
    else seen.without.push(card.className);
    setTimeout(look, 20);
  };
  look();
}
"""


async def test_the_picture_stays_while_one_session_follows_another(
    hass: Connection, vendor: Vendor, avatar: Avatar, show: ScreenOpener
) -> None:
    await vendor.post("settings", {"session_duration_seconds": LIMIT})
    screen = await show()
    await hass.action(DOMAIN, "start_session", entity_id=avatar.entity_id, hold=600)
    await screen.until_mode("live")
    await screen.until_video_runs()
    await expect(screen.card).to_contain_text("The session ends in less than a minute")
    await screen.page.evaluate(_WATCH)

    async def sessions() -> list[dict[str, Any]]:
        return await ledger(vendor)

    await eventually(sessions, lambda rows: len(rows) == 2, 60)
    await screen.page.wait_for_function("seen.statuses.includes('One moment…')")
    await screen.until_mode("live")
    await screen.until_video_runs()

    seen = await screen.page.evaluate("seen")
    assert seen["without"] == []
    assert seen["pictures"] > 0
    assert not {"Off", "Ending…"} & set(seen["statuses"]), seen["statuses"]
    first, second = await ledger(vendor)
    assert (first["ended_by"], second["ended_by"]) == ("client", None)
