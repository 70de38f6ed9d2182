"""The whole way of a sentence: from an automation to the ears of who stands before the screen."""

import asyncio
import time

from playwright.async_api import expect

from demo.connection import Connection
from demo.furnish import DOMAIN, Avatar
from tests.e2e.acting import SENTENCE, speak
from tests.e2e.conftest import AvatarMaker, ScreenOpener
from tests.e2e.watching import in_order, watch_states


async def test_doorbell_rings_and_the_avatar_says_so(
    hass: Connection, make_avatar: AvatarMaker, show: ScreenOpener
) -> None:
    # As the automation calls it, whose avatar need not come from a cloud.
    avatar = await make_avatar("Mira")
    states = await watch_states(hass, avatar.entity_id)
    screen = await show()
    await screen.until_mode("portrait")
    pressed_at = time.time()

    await hass.action("input_button", "press", entity_id="input_button.doorbell")

    began = await states.until("playing")
    await expect(screen.caption).to_have_text("Somebody is at the front door.")
    await screen.until_video_runs()
    ended = await states.until("idle")
    await screen.until_recorded(ended.at)
    recording = await screen.recording()
    assert in_order(["buffering", "playing", "idle"], states.states)
    assert recording.began_at < pressed_at
    assert recording.between(recording.began_at, began.at - 2).is_silent
    recording.expect_said("Somebody is at the front door.")


async def test_a_live_avatar_moves_in_silence_until_it_is_to_speak(
    hass: Connection, avatar: Avatar, show: ScreenOpener
) -> None:
    screen = await show()
    await hass.action(DOMAIN, "start_session", entity_id=avatar.entity_id)
    await screen.until_mode("live")
    await screen.until_video_runs()
    live_at = time.time()
    await asyncio.sleep(3)  # time in which it could speak
    asked_at = time.time()
    assert (await speak(hass, avatar))["outcome"] == "spoken"
    spoken_at = time.time()
    await screen.until_recorded(spoken_at)
    recording = await screen.recording()
    assert recording.between(live_at, asked_at).is_silent
    recording.between(asked_at, spoken_at).expect_said(SENTENCE)
