"""Sounds and speech that other integrations play on an avatar, as on any media player."""

import asyncio
from typing import Any

from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import State
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import mock_restore_cache_with_extra_data

from custom_components.streaming_avatar.const import DOMAIN
from tests.home import Card, Home
from tests.voices import add_engine

MIRA = "media_player.mira"
PROGRESS = {"media_duration", "media_position", "media_position_updated_at"}


async def set_up(home: Home) -> None:
    flows = home.hass.config_entries.flow
    flow = await flows.async_init(DOMAIN, context={"source": SOURCE_USER})
    await flows.async_configure(flow["flow_id"], {"provider": "builtin"})
    await home.hass.async_block_till_done()


@pytest.fixture
async def card(home: Home) -> Card:
    """A screen that shows the built-in avatar."""
    await set_up(home)
    card = await home.open_card(MIRA)
    epoch = (await card.event("join"))["epoch"]
    await card.report("joined", epoch=epoch)
    await card.report("first_frame", epoch=epoch, milliseconds=1)
    return card


async def play(home: Home, name: str, **data: Any) -> None:
    """Play a sound by its name, and return when the action does."""
    call = {
        "entity_id": MIRA,
        "media_content_id": f"/local/{name}.mp3",
        "media_content_type": "music",
        **data,
    }
    await home.hass.services.async_call("media_player", "play_media", call, blocking=True)


async def begin(
    home: Home, card: Card, name: str, seconds: float | None = 1.0, **data: Any
) -> asyncio.Task[None]:
    """Play a sound, and let it sound."""
    task = home.hass.async_create_task(play(home, name, **data))
    await sounds(card, name, seconds)
    return task


async def sounds(card: Card, name: str, seconds: float | None = 1.0) -> None:
    """Expect a sound next, and begin it."""
    told = await card.event("play")
    assert told["url"] == f"/local/{name}.mp3"
    card.epoch = told["id"]
    await card.report("playback_started", playback=told["id"], duration=seconds)


async def ends(card: Card) -> None:
    """The sound has been played."""
    await card.report("playback_finished", playback=card.epoch, seconds=1.0, stopped=False)


async def test_it_plays_at_once_and_waits_for_the_end(home: Home, card: Card) -> None:
    task = await begin(home, card, "song")
    assert home.state(MIRA) == "playing"
    assert not task.done()
    await ends(card)
    await task
    assert home.state(MIRA) == "idle"


async def test_media_cards_can_show_how_far_it_is(home: Home, card: Card) -> None:
    task = await begin(home, card, "song", seconds=42.4)
    attributes = home.attributes(MIRA)
    assert (attributes["media_duration"], attributes["media_position"]) == (42, 0)
    began = attributes["media_position_updated_at"]
    assert abs((dt_util.utcnow() - began).total_seconds()) < 5
    await ends(card)
    await task
    assert not PROGRESS & home.attributes(MIRA).keys()


async def test_media_cards_name_the_provider_and_what_the_avatar_does(
    home: Home, card: Card
) -> None:
    assert "media_title" not in home.attributes(MIRA)
    task = await begin(home, card, "song")
    attributes = home.attributes(MIRA)
    assert (attributes["media_title"], attributes["app_name"]) == ("Speaking", "Built-in avatar")
    assert "song" not in repr(attributes)
    await ends(card)
    await task
    assert "media_title" not in home.attributes(MIRA)


async def test_a_sound_of_unknown_length_has_no_progress(home: Home, card: Card) -> None:
    await begin(home, card, "radio", seconds=None)
    assert home.state(MIRA) == "playing"
    assert not PROGRESS & home.attributes(MIRA).keys()


@pytest.mark.parametrize("data", [{}, {"enqueue": "replace"}, {"enqueue": "play"}])
async def test_another_sound_takes_its_place(home: Home, card: Card, data: dict[str, Any]) -> None:
    first = await begin(home, card, "song")
    second = await begin(home, card, "other", **data)
    await first
    assert not second.done()
    await ends(card)
    await second


async def test_an_announcement_comes_next_and_cuts_nothing(home: Home, card: Card) -> None:
    song = await begin(home, card, "song")
    await play(home, "later", enqueue="add")
    bell = home.hass.async_create_task(play(home, "bell", announce=True))
    await home.fire_time()
    assert not [event for event in card.events if event["type"] == "stop_playback"]
    for name in ("bell", "later"):
        await ends(card)
        await sounds(card, name)
    await ends(card)
    await asyncio.gather(song, bell)


async def test_what_is_added_waits_and_its_caller_does_not(home: Home, card: Card) -> None:
    song = await begin(home, card, "song")
    await play(home, "last", enqueue="add")
    await play(home, "first", enqueue="next")
    for name in ("first", "last"):
        await ends(card)
        await sounds(card, name)
    await ends(card)
    await song


async def test_a_sound_that_the_card_cannot_play_is_an_error(home: Home, card: Card) -> None:
    task = await begin(home, card, "broken")
    await card.report("playback_failed", playback=card.epoch, code="decode", message="no sound")
    with pytest.raises(HomeAssistantError, match="cannot play this sound"):
        await task


async def test_media_stop_ends_it_without_an_error(home: Home, card: Card) -> None:
    task = await begin(home, card, "song")
    await home.hass.services.async_call(
        "media_player", "media_stop", {"entity_id": MIRA}, blocking=True
    )
    assert (await card.event("stop_playback"))["id"] == card.epoch
    await task


async def test_tts_speak_without_a_word_is_refused(home: Home, card: Card) -> None:
    engine = await add_engine(home.hass)
    with pytest.raises(ServiceValidationError, match="nothing to say"):
        await home.hass.services.async_call(
            "media_player",
            "play_media",
            {
                "entity_id": MIRA,
                "media_content_id": "media-source://tts/tts.piper?message=%20",
                "media_content_type": "music",
            },
            blocking=True,
        )
    assert engine.asked == []


@pytest.mark.parametrize(
    ("stored", "loudness"),
    [
        ({"volume": 0.3, "muted": True}, (0.3, True)),
        ({"volume": "loud", "muted": True}, (1.0, False)),
        ({}, (1.0, False)),
    ],
)
async def test_loudness_outlives_a_restart(
    home: Home, stored: dict[str, Any], loudness: tuple[float, bool]
) -> None:
    mock_restore_cache_with_extra_data(home.hass, [(State(MIRA, "idle"), stored)])
    await set_up(home)
    attributes = home.attributes(MIRA)
    assert (attributes["volume_level"], attributes["is_volume_muted"]) == loudness
