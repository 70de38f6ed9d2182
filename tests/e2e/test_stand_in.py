"""A cloud that fails, or may not be paid for: the built-in voice says the words, once, and a repair says why."""

import asyncio
import time

import pytest

from demo.connection import CommandError, Connection
from demo.furnish import Avatar
from demo.vendor import Vendor
from tests.e2e.acting import SENTENCE, expect_stand_in_says_it, issues, speak
from tests.e2e.conftest import AvatarMaker, ScreenOpener
from tests.e2e.watching import eventually, ledger

DOWN = {
    "kind": "error",
    "operation": "*",
    "status": 503,
    "code": 1,
    "message": "down",
    "count": None,
}


async def expect_one_repair(hass: Connection, key: str) -> None:
    """Fail unless it is told that a stand-in speaks, once. What was told of a removed avatar goes with it, soon."""

    async def told() -> list[str]:
        return [key for key in await issues(hass) if key.startswith("stand_in")]

    await eventually(told, lambda keys: keys == [key])


async def test_the_cloud_is_down(
    hass: Connection, vendor: Vendor, avatar: Avatar, show: ScreenOpener
) -> None:
    await vendor.post("faults", DOWN)
    screen = await show()
    for _ in range(2):
        await expect_stand_in_says_it(hass, avatar, screen)
    assert await ledger(vendor) == []
    await expect_one_repair(hass, "stand_in_connection")


async def test_the_quota_is_gone(
    hass: Connection, vendor: Vendor, avatar: Avatar, show: ScreenOpener
) -> None:
    known = await issues(hass)
    await vendor.post("settings", {"quota": 0})
    screen = await show()
    for _ in range(2):
        await expect_stand_in_says_it(hass, avatar, screen)
    assert await ledger(vendor) == []
    await eventually(lambda: issues(hass), lambda keys: "account_quota" in keys)
    # The repair of the account says it, so that of the avatar need not.
    new = [key for key in await issues(hass) if key not in known]
    assert not [key for key in new if key.startswith("stand_in")]


async def test_a_session_that_is_slow_to_start(
    hass: Connection, vendor: Vendor, avatar: Avatar, show: ScreenOpener
) -> None:
    await vendor.post("faults", {"kind": "delay", "operation": "start", "seconds": 18})
    screen = await show()
    speaking = asyncio.create_task(speak(hass, avatar))
    await screen.until_face_is_there()
    answer = await speaking
    assert (answer["outcome"], answer["delivery"]) == ("spoken", "stand_in")
    said_at = time.time()
    await screen.until_mode("live")
    await screen.until_video_runs()
    # The avatar itself does not say it once more.
    await screen.until_recorded(said_at + 3)
    recording = await screen.recording()
    recording.expect_said(SENTENCE)
    assert recording.between(said_at + 0.5, said_at + 3).is_silent
    assert (await speak(hass, avatar))["delivery"] == "sent"
    (row,) = await ledger(vendor)
    assert [task["text"] for task in row["tasks"]] == [SENTENCE]


async def test_a_notification_starts_no_session(
    hass: Connection, vendor: Vendor, avatar: Avatar, show: ScreenOpener
) -> None:
    screen = await show()
    await screen.until_mode("portrait")
    asked_at = time.time()
    await hass.action("notify", "send_message", entity_id="notify.ava_read_out", message=SENTENCE)
    await screen.until_loud()
    await screen.until_silent()
    (await screen.heard_since(asked_at)).expect_said(SENTENCE)
    assert await ledger(vendor) == []


async def test_with_nobody_there_a_speaker_says_it(
    hass: Connection, vendor: Vendor, make_avatar: AvatarMaker
) -> None:
    avatar = await make_avatar(fallback_speaker="media_player.hallway_speaker")
    answer = await speak(hass, avatar)
    assert (answer["outcome"], answer["delivery"]) == ("spoken", "speaker")
    speaker = await hass.rest("GET", "states/media_player.hallway_speaker")
    played = speaker["attributes"]["played"][-1]
    assert played["announce"]
    assert "tts.piper" in played["media_id"] or "tts_proxy" in played["media_id"]
    assert await ledger(vendor) == []


async def test_without_a_stand_in_the_reason_is_told(
    hass: Connection, vendor: Vendor, make_avatar: AvatarMaker, show: ScreenOpener
) -> None:
    avatar = await make_avatar(stand_in=False)
    await vendor.post("settings", {"quota": 0})
    await show()
    with pytest.raises(CommandError, match="credit"):
        await speak(hass, avatar)
