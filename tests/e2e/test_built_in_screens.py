"""The built-in avatar on screens that make it hard: plain http, no sound allowed, no line, another screen beside it."""

import asyncio
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
import time
from typing import Final

from playwright.async_api import expect
import pytest

from demo.browser import ALLOW_SOUND, chromium
from demo.connection import CommandError, Connection
from demo.furnish import DOMAIN, Avatar
from tests.e2e.acting import SENTENCE, speak
from tests.e2e.conftest import DASHBOARD, House, ScreenOpener
from tests.e2e.lips import lip_sync, sounding
from tests.e2e.screen import load_screen, open_screen
from tests.e2e.watching import eventually, watch_states

LONG = (
    "The quick brown fox jumps over the lazy dog. Then it sits down under a tree and waits. "
    "After a while the dog wakes up and looks around. Nobody is there any more."
)
LIKE_SPEECH = 0.5
CUTTER: Final = (Path(__file__).parent / "cutter.js").read_text("utf-8")
INSECURE: Final = "homeassistant.local"
"""Has no https; browsers trust the loopback address even without."""
FINDS_IT: Final = (
    f"--host-resolver-rules=MAP {INSECURE} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
)


async def test_on_plain_http(house: House, hass: Connection, mira: Avatar) -> None:
    login = replace(house.login, url=f"http://{INSECURE}:{house.home.port}")
    async with chromium(flags=(ALLOW_SOUND, FINDS_IT)) as browser:
        screen = await open_screen(browser, login, f"/{DASHBOARD}/0")
        assert not await screen.page.evaluate("isSecureContext")
        await screen.until_face_is_there()
        assert (await speak(hass, mira))["outcome"] == "spoken"
        await screen.until_recorded(time.time())
        (await screen.recording()).expect_said(SENTENCE)
        assert lip_sync(sounding(await screen.frames())) > LIKE_SPEECH
        assert screen.crashes == []


async def test_sound_that_the_browser_blocks(house: House, hass: Connection, mira: Avatar) -> None:
    blocked = "binary_sensor.mira_sound_blocked"

    async def is_blocked() -> str:
        return await hass.state(blocked)

    async with chromium(flags=()) as strict:
        # Whatever playwright asks of a page counts as a touch: nothing is asked until the sentence is over.
        screen = await load_screen(strict, house.login, f"/{DASHBOARD}/0")
        with pytest.raises(CommandError, match="sound"):
            await speak(hass, mira, expiry=60)
        assert await eventually(is_blocked, lambda state: state == "on")
        frames = await screen.frames()
        assert max(frame.mouth for frame in frames) > 0.3
        assert max(frame.highlighted for frame in frames) == len(SENTENCE)
        assert max(frame.loudness for frame in frames) == 0
        chip = screen.button("Tap for sound")
        await expect(chip).to_be_visible()
        await chip.click()
        await expect(chip).to_have_count(0)
        assert await eventually(is_blocked, lambda state: state == "off")
        tapped_at = time.time()
        assert (await speak(hass, mira))["outcome"] == "spoken"
        await screen.until_recorded(time.time())
        (await screen.heard_since(tapped_at)).expect_said(SENTENCE)


async def test_a_tap_lets_in_what_is_being_said(
    house: House, hass: Connection, mira: Avatar
) -> None:
    states = await watch_states(hass, mira.entity_id)
    async with chromium(flags=()) as strict:
        screen = await load_screen(strict, house.login, f"/{DASHBOARD}/0")
        await hass.action(DOMAIN, "speak", entity_id=mira.entity_id, text=LONG, expiry=60)
        await states.until("playing")
        await screen.button("Tap for sound").click()
        tapped_at = time.time()
        await states.until("idle")
        await screen.until_recorded(time.time())
        heard = await screen.heard_since(tapped_at)
        heard.expect_said("Nobody is there any more")
        assert lip_sync(sounding(await screen.frames(), tapped_at)) > LIKE_SPEECH


async def test_with_reduced_motion(hass: Connection, mira: Avatar, show: ScreenOpener) -> None:
    screen = await show(reduced_motion="reduce")
    await screen.until_face_is_there()
    assert (await speak(hass, mira))["outcome"] == "spoken"
    await screen.until_recorded(time.time())
    (await screen.recording()).expect_said(SENTENCE)
    frames = sounding(await screen.frames())
    # The mouth still says it, in a few shapes; what moves for its own sake does not move.
    assert lip_sync(frames) > 0
    assert len({frame.mouth for frame in frames}) < 10
    assert max(frame.yaw for frame in frames) - min(frame.yaw for frame in frames) < 0.02


async def test_a_line_that_is_cut_in_mid_sentence(
    hass: Connection, mira: Avatar, show: ScreenOpener
) -> None:
    screen = await show(scripts=(CUTTER,))
    await screen.until_face_is_there()
    asked_at = time.time()
    speaking = asyncio.create_task(speak(hass, mira, text=LONG))
    await screen.until_loud()
    await screen.page.evaluate("cutter.cut()")
    await screen.until_mode("reconnecting")
    await asyncio.sleep(2)
    await screen.page.evaluate("cutter.mend()")
    answer = await speaking
    assert answer["outcome"] == "spoken"
    await screen.until_recorded(time.time())
    heard = await screen.heard_since(asked_at)
    heard.expect_said(LONG)
    times = heard.loud_times
    assert max(later - earlier for earlier, later in pairwise(times)) < 1


async def test_a_screen_that_comes_when_the_last_one_has_gone(
    hass: Connection, mira: Avatar, show: ScreenOpener
) -> None:
    for _ in range(2):
        screen = await show()
        await screen.until_face_is_there()
        assert (await speak(hass, mira))["outcome"] == "spoken"
        await screen.until_recorded(time.time())
        (await screen.recording()).expect_said(SENTENCE)
        await screen.close()


async def test_one_of_two_screens_sounds_and_the_other_moves_its_lips(
    hass: Connection, mira: Avatar, show: ScreenOpener
) -> None:
    first = await show()
    await first.until_face_is_there()
    second = await show()
    await second.until_mode("elsewhere")
    await second.until_face_is_there()
    asked_at = time.time()
    speaking = asyncio.create_task(speak(hass, mira, text=LONG))
    await first.until_loud()
    await asyncio.sleep(2.5)  # for two mouths to be compared
    await second.button("Sound here").click()
    moved_at = time.time()
    assert (await speaking)["outcome"] == "spoken"
    ended_at = time.time()
    for screen in (first, second):
        await screen.until_recorded(ended_at)
    assert (await second.heard_since(asked_at)).between(asked_at, moved_at - 0.5).is_silent
    assert (await first.heard_since(asked_at)).between(moved_at + 1, ended_at).is_silent
    (await second.heard_since(moved_at)).expect_said("Nobody is there any more")
    heard = sounding(await first.frames(), asked_at)
    mimicked = [frame for frame in await second.frames() if heard[0].at <= frame.at <= moved_at]
    assert lip_sync(mimicked, heard) > LIKE_SPEECH
