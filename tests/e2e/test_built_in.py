"""The built-in avatar: from an automation to the ears and eyes of who stands before the screen."""

import asyncio
import time

from playwright.async_api import expect
import pytest

from demo.connection import Connection
from demo.furnish import DOMAIN, Avatar
from tests.e2e.acting import SENTENCE, speak
from tests.e2e.conftest import ScreenOpener
from tests.e2e.lips import lip_sync, sounding
from tests.e2e.media import ANNOUNCEMENT, CHIME_SECONDS
from tests.e2e.watching import in_order, watch_states

DOORBELL = "Somebody is at the front door."
LONG = (
    "The quick brown fox jumps over the lazy dog. Then it sits down under a tree and waits. "
    "After a while the dog wakes up and looks around. Nobody is there any more."
)
LIKE_SPEECH = 0.5


async def test_doorbell_rings_and_mira_says_so(
    hass: Connection, mira: Avatar, show: ScreenOpener
) -> None:
    states = await watch_states(hass, mira.entity_id)
    screen = await show()
    await screen.until_face_is_there()
    pressed_at = time.time()

    await hass.action("input_button", "press", entity_id="input_button.doorbell")

    await states.until("playing")
    await expect(screen.caption).to_have_text(DOORBELL)
    ended = await states.until("idle")
    await screen.until_recorded(ended.at)
    assert in_order(["playing", "idle"], states.states)
    heard = await screen.heard_since(pressed_at)
    heard.expect_said(DOORBELL)
    assert ended.at >= heard.loud_times[-1]

    frames = sounding(await screen.frames(), pressed_at)
    assert lip_sync(frames) > LIKE_SPEECH
    highlighted = [frame.highlighted for frame in frames]
    assert highlighted == sorted(highlighted)
    assert len(set(highlighted)) > len(DOORBELL.split()) // 2
    assert highlighted[len(frames) // 2] < 0.8 * len(DOORBELL)


async def test_the_mouth_is_closed_before_and_after(
    hass: Connection, mira: Avatar, show: ScreenOpener
) -> None:
    screen = await show()
    await screen.until_face_is_there()
    await asyncio.sleep(1)  # in which it could open the mouth for nothing
    assert (await speak(hass, mira))["outcome"] == "spoken"
    await asyncio.sleep(1)  # in which it could leave it open
    frames = await screen.frames()
    during = sounding(frames)
    before = [frame.mouth for frame in frames if frame.at < during[0].at - 0.4]
    after = [frame.mouth for frame in frames if frame.at > during[-1].at + 0.6]
    assert max(frame.mouth for frame in during) > 0.3
    assert before
    assert after
    # She may breathe in before she speaks.
    assert max(before + after) < 0.2


async def test_sync_speak_returns_when_the_sound_has_ended(
    hass: Connection, mira: Avatar, show: ScreenOpener
) -> None:
    screen = await show()
    answer = await speak(hass, mira, text=LONG)
    returned_at = time.time()
    assert (answer["outcome"], answer["confirmed"]) == ("spoken", True)
    assert answer["delivery"] == "synthesize"
    assert await hass.state(mira.entity_id) == "idle"
    await screen.until_recorded(returned_at + 1)
    times = (await screen.recording()).loud_times
    assert times[-1] - times[0] > 5
    assert -0.2 < returned_at - times[-1] < 2


async def test_interrupt_silences_it_at_once_and_the_rest_is_forgotten(
    hass: Connection, mira: Avatar, show: ScreenOpener
) -> None:
    states = await watch_states(hass, mira.entity_id)
    screen = await show()
    await hass.action(DOMAIN, "speak", entity_id=mira.entity_id, text=LONG)
    await hass.action(DOMAIN, "speak", entity_id=mira.entity_id, text=SENTENCE)
    await states.until("playing")
    await expect(screen.button("Interrupt")).to_be_visible()
    await asyncio.sleep(1)  # something to cut

    await hass.action(DOMAIN, "interrupt", entity_id=mira.entity_id)
    interrupted_at = time.time()
    await states.until("idle")
    await screen.until_recorded(interrupted_at + 4)
    recording = await screen.recording()
    assert not recording.between(interrupted_at - 1, interrupted_at).is_silent
    assert recording.between(interrupted_at + 0.6, interrupted_at + 4).is_silent


async def test_tts_speak_waits_and_takes_the_engine_that_it_names(
    hass: Connection, mira: Avatar, show: ScreenOpener
) -> None:
    screen = await show()
    asked_at = time.time()
    await hass.action(
        "tts",
        "speak",
        entity_id="tts.only_mp3",
        media_player_entity_id=mira.entity_id,
        message="Breakfast is ready.",
    )
    await screen.until_recorded(time.time())
    heard = await screen.heard_since(asked_at)
    heard.expect_said("Breakfast is ready.")
    assert heard.ended_at >= heard.loud_times[-1]
    await expect(screen.caption).to_have_text("Breakfast is ready.")
    assert lip_sync(sounding(await screen.frames(), asked_at)) > LIKE_SPEECH


async def test_a_notification_is_said(hass: Connection, mira: Avatar, show: ScreenOpener) -> None:
    states = await watch_states(hass, mira.entity_id)
    screen = await show()
    await hass.action("notify", "send_message", entity_id="notify.mira_read_out", message=SENTENCE)
    await states.until("playing")
    await screen.until_recorded((await states.until("idle")).at)
    (await screen.recording()).expect_said(SENTENCE)


async def play_media(hass: Connection, avatar: Avatar, file: str, **data: object) -> None:
    await hass.action(
        "media_player",
        "play_media",
        entity_id=avatar.entity_id,
        media_content_type="music",
        media_content_id=f"media-source://media_source/local/{file}",
        **data,
    )


async def test_a_chime_is_announced(hass: Connection, mira: Avatar, show: ScreenOpener) -> None:
    screen = await show()
    asked_at = time.time()
    await play_media(hass, mira, "chime.wav", announce=True)
    await screen.until_recorded(time.time())
    times = (await screen.heard_since(asked_at)).loud_times
    assert times[-1] - times[0] == pytest.approx(CHIME_SECONDS, abs=0.4)
    assert await hass.state(mira.entity_id) == "idle"


async def test_a_spoken_file_moves_the_lips(
    hass: Connection, mira: Avatar, show: ScreenOpener
) -> None:
    screen = await show()
    asked_at = time.time()
    await play_media(hass, mira, "announcement.mp3", announce=True)
    await screen.until_recorded(time.time())
    (await screen.heard_since(asked_at)).expect_said(ANNOUNCEMENT)
    assert lip_sync(sounding(await screen.frames(), asked_at)) > LIKE_SPEECH


async def test_volume_and_mute_of_the_media_player(
    hass: Connection, mira: Avatar, show: ScreenOpener
) -> None:
    screen = await show()

    async def loudness() -> float:
        asked_at = time.time()
        assert (await speak(hass, mira))["outcome"] == "spoken"
        await screen.until_recorded(time.time())
        return float((await screen.heard_since(asked_at)).loudness().max())

    whole = await loudness()
    await hass.action("media_player", "volume_set", entity_id=mira.entity_id, volume_level=0.3)
    assert 0.01 < await loudness() < 0.7 * whole
    await hass.action("media_player", "volume_mute", entity_id=mira.entity_id, is_volume_muted=True)
    assert await loudness() < 0.005
