"""What goes wrong between cloud, room and browser: what is heard, what it costs, what the user is told.

Every fault in every phase is tried without a browser in tests/torture. These are the ones that a browser decides.
"""

import time

import pytest

from demo.connection import CommandError, Connection
from demo.furnish import Avatar
from demo.vendor import Vendor
from tests.e2e.acting import SENTENCE, expect_off, issues, speak
from tests.e2e.conftest import AvatarMaker, ScreenOpener
from tests.e2e.watching import eventually, ledger

NEXT = "The window is still open."


async def enders(vendor: Vendor) -> list[str]:
    """Who ended the sessions, in the order in which they began."""
    return [row["ended_by"] for row in await ledger(vendor)]


async def test_the_browser_tells_the_end_where_the_cloud_is_silent(
    hass: Connection, vendor: Vendor, avatar: Avatar, show: ScreenOpener
) -> None:
    await vendor.post("faults", {"kind": "no_events"})
    screen = await show()
    answer = await speak(hass, avatar)
    assert (answer["outcome"], answer["confirmed"]) == ("spoken", True)
    await screen.until_recorded(time.time())
    (await screen.recording()).expect_said(SENTENCE)


async def test_a_viewer_who_is_thrown_out_comes_back(
    hass: Connection, vendor: Vendor, avatar: Avatar, show: ScreenOpener
) -> None:
    screen = await show()
    assert (await speak(hass, avatar))["outcome"] == "spoken"
    (row,) = await ledger(vendor)
    phase = f"sensor.{avatar.entity_id.partition('.')[2]}_phase"
    await vendor.post(f"sessions/{row['session_id']}/room_loss", {"what": "viewer"})
    # What is sent before anybody knows of the loss begins without this screen: it is on its way, and not sent twice.
    await eventually(lambda: hass.state(phase), lambda state: state == "connecting")
    began_at = time.time()
    assert (await speak(hass, avatar, text=NEXT))["outcome"] == "spoken"
    await screen.until_recorded(time.time())
    (await screen.heard_since(began_at)).expect_said(NEXT)
    assert len(await ledger(vendor)) == 1


async def test_a_session_that_the_cloud_ended_is_followed_by_another_when_there_is_something_to_say(
    hass: Connection, vendor: Vendor, make_avatar: AvatarMaker, show: ScreenOpener
) -> None:
    avatar = await make_avatar(idle_timeout=15)
    screen = await show()
    assert (await speak(hass, avatar))["outcome"] == "spoken"
    (row,) = await ledger(vendor)
    await vendor.post(f"sessions/{row['session_id']}/end", {"ended_by": "fault"})
    await expect_off(hass, avatar, 30)
    assert len(await ledger(vendor)) == 1
    began_at = time.time()
    assert (await speak(hass, avatar, text=NEXT))["outcome"] == "spoken"
    await screen.until_recorded(time.time())
    (await screen.heard_since(began_at)).expect_said(NEXT)
    await expect_off(hass, avatar, 60)
    assert await enders(vendor) == ["fault", "client"]


async def test_a_create_whose_reply_was_lost_is_ended_and_not_made_again(
    hass: Connection, vendor: Vendor, make_avatar: AvatarMaker, show: ScreenOpener
) -> None:
    avatar = await make_avatar(stand_in=False)
    await vendor.post("faults", {"kind": "drop_reply", "operation": "new"})
    screen = await show()
    await screen.until_mode("portrait")
    with pytest.raises(CommandError, match="KonPro"):
        await speak(hass, avatar)
    await expect_off(hass, avatar, 60)
    (row,) = await ledger(vendor)
    assert (row["ended_by"], row["tasks"]) == ("client", [])


async def test_a_suspended_account_is_told_in_the_repairs(
    hass: Connection, vendor: Vendor, make_avatar: AvatarMaker, show: ScreenOpener
) -> None:
    avatar = await make_avatar(stand_in=False)
    await vendor.post(
        "faults", {"kind": "refusal", "operation": "new", "name": "account_suspended"}
    )
    screen = await show()
    await screen.until_mode("portrait")
    with pytest.raises(CommandError, match="suspended"):
        await speak(hass, avatar)
    assert "account_suspended" in await issues(hass)
    assert await ledger(vendor) == []
    # The next session that opens takes it back.
    assert (await speak(hass, avatar))["outcome"] == "spoken"
    assert "account_suspended" not in await issues(hass)
