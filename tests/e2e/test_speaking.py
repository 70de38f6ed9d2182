import time

from playwright.async_api import expect

from demo.connection import Connection
from demo.furnish import Avatar
from tests.e2e.conftest import ScreenOpener
from tests.e2e.recording import plain
from tests.e2e.watching import in_order, watch_states


async def test_doorbell_rings_and_the_avatar_says_so(
    hass: Connection, avatar: Avatar, show: ScreenOpener
) -> None:
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
    assert plain("Somebody is at the front door.") in recording.words()
