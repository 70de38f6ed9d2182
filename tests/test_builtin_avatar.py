"""The built-in avatar, from the two clicks that add it to what its cards are told to play."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.media_player.const import MediaPlayerState
from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER, ConfigEntry
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.streaming_avatar.const import DOMAIN
from tests.home import Card, Home
from tests.voices import ENGINE, SPEAKER, Engine, Speaker, add_engine, add_speaker

MIRA = "media_player.mira"


async def add_mira(home: Home) -> ConfigEntry:
    """Add it as a user does: pick it, press the button."""
    flows = home.hass.config_entries.flow
    flow = await flows.async_init(DOMAIN, context={"source": SOURCE_USER})
    result = await flows.async_configure(flow["flow_id"], {"provider": "builtin"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await home.hass.async_block_till_done()
    return result["result"]


@pytest.fixture
async def mira(home: Home) -> ConfigEntry:
    return await add_mira(home)


@pytest.fixture
async def engine(home: Home, mira: ConfigEntry) -> AsyncIterator[Engine]:
    yield await add_engine(home.hass)
    # What nobody fetched is synthesised all the same.
    await home.settle()


@pytest.fixture
async def card(home: Home, engine: Engine) -> Card:
    """A screen that shows the avatar."""
    return await open_card(home)


async def open_card(home: Home, name: str = "Kitchen tablet", **client: Any) -> Card:
    card = await home.open_card(MIRA, name, **client)
    join = await card.event("join")
    assert join["transport"] == {"kind": "none"}
    await card.report("joined", epoch=join["epoch"])
    await card.report("first_frame", epoch=join["epoch"], milliseconds=1)
    return card


async def change(home: Home, entry: ConfigEntry, **settings: Any) -> None:
    """Change the avatar's settings, as its dialog does."""
    (subentry,) = entry.subentries.values()
    home.hass.config_entries.async_update_subentry(
        entry, subentry, data={**subentry.data, **settings}
    )
    await home.hass.async_block_till_done()


@asynccontextmanager
async def speaking(
    home: Home, action: str = "speak", **data: Any
) -> AsyncIterator[asyncio.Task[Any]]:
    """Ask for something, and let it be under way."""
    domain, _, name = action.rpartition(".")
    data = {"entity_id": MIRA, **data}
    response = action == "speak"
    task = home.hass.async_create_task(
        home.hass.services.async_call(
            domain or DOMAIN, name, data, blocking=True, return_response=response
        )
    )
    try:
        yield task
    finally:
        task.cancel()


def said(**content: Any) -> dict[str, Any]:
    return {"task_mode": "sync", "text": "The door is open.", **content}


async def played(card: Card, play: dict[str, Any], seconds: float = 1.5) -> None:
    await card.report("playback_started", playback=play["id"], duration=None)
    await card.report("playback_finished", playback=play["id"], seconds=seconds, stopped=False)


async def test_it_is_there_after_two_clicks_and_asks_nothing(home: Home, mira: ConfigEntry) -> None:
    assert mira.title == "Built-in avatar"
    assert [subentry.title for subentry in mira.subentries.values()] == ["Mira"]
    assert home.state(MIRA) == "idle"
    assert home.state("sensor.mira_phase") == "live"


async def test_it_is_added_once(home: Home, mira: ConfigEntry) -> None:
    flows = home.hass.config_entries.flow
    flow = await flows.async_init(DOMAIN, context={"source": SOURCE_USER})
    result = await flows.async_configure(flow["flow_id"], {"provider": "builtin"})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "free_already_configured")


async def test_its_account_has_nothing_to_change(home: Home, mira: ConfigEntry) -> None:
    result = await home.hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_RECONFIGURE, "entry_id": mira.entry_id}
    )
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "nothing_to_change")


async def test_it_leaves_nothing_behind(
    home: Home, mira: ConfigEntry, hass_storage: dict[str, Any]
) -> None:
    await home.settle()
    assert MIRA not in str(hass_storage.get("streaming_avatar.sessions"))
    stored = hass_storage.get("streaming_avatar.sessions", {"data": {"avatars": {}}})
    assert stored["data"]["avatars"] == {}


async def test_a_sync_caller_waits_until_the_sound_has_ended(
    home: Home, card: Card, engine: Engine
) -> None:
    async with speaking(home, **said()) as task:
        play = await card.event("play")
        assert play["url"].startswith("/api/tts_proxy/")
        assert (play["role"], play["text"], play["speech"]) == ("voice", "The door is open.", True)
        await card.report("playback_started", playback=play["id"], duration=None)
        caption = await card.event("caption")
        assert (caption["text"], caption["done"]) == ("The door is open.", False)
        assert home.state(MIRA) == "playing"
        assert not task.done()
        await card.report("playback_finished", playback=play["id"], seconds=1.5, stopped=False)
        result = (await task)[MIRA]
    assert (result["outcome"], result["delivery"], result["confirmed"]) == (
        "spoken",
        "synthesize",
        True,
    )
    assert home.state(MIRA) == "idle"


async def test_the_emotion_of_a_sentence_reaches_the_card(home: Home, card: Card) -> None:
    await home.act("speak", text="Hooray!", emotion="excited", entity_id=MIRA)
    assert (await card.event("play"))["emotion"] == "excited"


async def test_an_interrupt_silences_the_cards_and_the_queue(home: Home, card: Card) -> None:
    async with speaking(home, **said()) as task:
        play = await card.event("play")
        await home.act("speak", text="And another one.", entity_id=MIRA)
        await home.act("interrupt", entity_id=MIRA)
        assert (await card.event("stop_playback"))["id"] == play["id"]
        assert (await task)[MIRA]["outcome"] == "interrupted"
    await home.settle()
    assert home.state(MIRA) == "idle"
    assert not [event for event in card.events if event["type"] == "play"]


async def test_one_screen_sounds_and_the_sound_follows_the_seat(home: Home, card: Card) -> None:
    hall = await open_card(home, "Hall")
    async with speaking(home, **said()) as task:
        first, second = await card.event("play"), await hall.event("play")
        assert (first["role"], second["role"]) == ("voice", "mimic")
        assert first["id"] == second["id"]
        await card.report("playback_started", playback=first["id"], duration=2.0)
        await hall.command({"type": f"{DOMAIN}/take_seat", "attachment": hall.attachment})
        moved, came = await card.event("play"), await hall.event("play")
        assert (moved["role"], came["role"]) == ("mimic", "voice")
        # What the first screen says does not count any more.
        await card.report("playback_finished", playback=first["id"], seconds=2.0, stopped=False)
        assert not task.done()
        await hall.report("playback_finished", playback=first["id"], seconds=2.0, stopped=False)
        assert (await task)[MIRA]["outcome"] == "spoken"


async def test_a_cut_line_does_not_cut_the_sentence(home: Home, card: Card) -> None:
    async with speaking(home, **said()) as task:
        play = await card.event("play")
        await card.report("playback_started", playback=play["id"], duration=None)
        await card.client.close()
        await home.fire_time()
        again = await home.open_card(MIRA, playback=play["id"])
        await again.report("playback_finished", playback=play["id"], seconds=2.0, stopped=False)
        assert (await task)[MIRA]["outcome"] == "spoken"
    assert not [event for event in again.events if event["type"] == "play"]


async def test_a_reloaded_page_has_lost_the_sentence(home: Home, card: Card) -> None:
    async with speaking(home, **said()) as task:
        play = await card.event("play")
        await card.report("playback_started", playback=play["id"], duration=None)
        await card.client.close()
        await open_card(home)
        with pytest.raises(HomeAssistantError, match="went away in mid-sentence"):
            await task


async def test_a_screen_that_does_not_come_back_ends_the_sentence(
    home: Home, card: Card, freezer: FrozenDateTimeFactory
) -> None:
    async with speaking(home, **said()) as task:
        play = await card.event("play")
        await card.report("playback_started", playback=play["id"], duration=None)
        await card.client.close()
        await home.fire_time()
        await pass_time(home, freezer, 9.0)
        assert not task.done()
        await pass_time(home, freezer, 2.0)
        with pytest.raises(HomeAssistantError, match="went away in mid-sentence"):
            await task


async def pass_time(home: Home, freezer: FrozenDateTimeFactory, seconds: float) -> None:
    freezer.tick(seconds)
    await home.fire_time()


async def test_a_blocked_browser_is_known_and_told(home: Home, card: Card) -> None:
    async with speaking(home, **said()) as task:
        play = await card.event("play")
        await card.report("playback_blocked", playback=play["id"])
        assert home.state("binary_sensor.mira_sound_blocked") == "on"
        await played(card, play)
        with pytest.raises(HomeAssistantError, match="does not play sound"):
            await task


async def test_sound_that_is_let_through_in_mid_sentence_was_heard(home: Home, card: Card) -> None:
    async with speaking(home, **said()) as task:
        play = await card.event("play")
        await card.report("playback_blocked", playback=play["id"])
        await card.report("playback_started", playback=play["id"], duration=None)
        await card.report("visible", visible=True, audio="ok", microphone="none")
        await card.report("playback_finished", playback=play["id"], seconds=2.0, stopped=False)
        assert (await task)[MIRA]["outcome"] == "spoken"
    assert home.state("binary_sensor.mira_sound_blocked") == "off"


async def test_a_card_that_cannot_play_it_says_so(home: Home, card: Card) -> None:
    async with speaking(home, **said()) as task:
        play = await card.event("play")
        await card.report("playback_failed", playback=play["id"], code="fetch", message="500")
        with pytest.raises(HomeAssistantError, match="gave no sound"):
            await task


async def test_without_an_engine_it_says_what_to_do(home: Home, mira: ConfigEntry) -> None:
    await open_card(home)
    with pytest.raises(HomeAssistantError, match="no text-to-speech engine"):
        await home.ask("speak", **said(), entity_id=MIRA)


async def test_an_engine_that_is_gone_is_named(home: Home, mira: ConfigEntry, card: Card) -> None:
    await change(home, mira, speech_engine="tts.gone")
    with pytest.raises(HomeAssistantError, match="engine of Mira is not available"):
        await home.ask("speak", **said(), entity_id=MIRA)


async def test_a_language_that_the_engine_lacks_is_told(
    home: Home, mira: ConfigEntry, card: Card
) -> None:
    await change(home, mira, speech_engine=ENGINE, speech_language="fi")
    with pytest.raises(HomeAssistantError, match="does not know this language"):
        await home.ask("speak", **said(), entity_id=MIRA)


async def test_its_own_voice_is_asked_for(
    home: Home, mira: ConfigEntry, card: Card, engine: Engine, hass_client: Any
) -> None:
    await change(home, mira, speech_engine=ENGINE, speech_language="en", speech_voice="amy")
    await home.act("speak", text="Hello.", entity_id=MIRA)
    play = await card.event("play")
    await (await (await hass_client()).get(play["url"])).read()
    ((text, language, options),) = engine.asked
    assert (text, language, options["voice"]) == ("Hello.", "en", "amy")


async def test_tts_speak_is_spoken_with_the_engine_that_it_names(home: Home, card: Card) -> None:
    call = {"media_player_entity_id": MIRA, "message": "Dinner is ready.", "entity_id": ENGINE}
    async with speaking(home, "tts.speak", **call) as task:
        play = await card.event("play")
        assert (play["text"], play["speech"]) == ("Dinner is ready.", True)
        assert not task.done()
        await played(card, play)
        await task


async def test_a_chime_is_played_and_waited_for(home: Home, card: Card) -> None:
    call = {
        "media_content_id": "/api/streaming_avatar/chime.mp3",
        "media_content_type": "music",
        "announce": True,
    }
    async with speaking(home, "media_player.play_media", **call) as task:
        play = await card.event("play")
        assert play["url"].startswith("/api/streaming_avatar/chime.mp3?authSig=")
        assert (play["text"], play["speech"]) == ("", False)
        await played(card, play)
        await task


async def test_what_is_no_media_is_refused(home: Home, card: Card) -> None:
    call = {"media_content_id": "doorbell", "media_content_type": "music", "entity_id": MIRA}
    with pytest.raises(HomeAssistantError, match="cannot find this sound"):
        await home.hass.services.async_call("media_player", "play_media", call, blocking=True)


async def test_a_notification_is_read_out(home: Home, card: Card) -> None:
    await home.hass.services.async_call(
        "notify",
        "send_message",
        {"entity_id": "notify.mira_read_out", "title": "Laundry", "message": "It is done."},
        blocking=True,
    )
    assert (await card.event("play"))["text"] == "Laundry. It is done."


async def test_loudness_is_told_to_the_cards_and_kept(home: Home, card: Card) -> None:
    await home.hass.services.async_call(
        "media_player", "volume_set", {"entity_id": MIRA, "volume_level": 0.4}, blocking=True
    )
    await card.state_with(volume=0.4)
    await home.hass.services.async_call(
        "media_player", "volume_mute", {"entity_id": MIRA, "is_volume_muted": True}, blocking=True
    )
    await card.state_with(muted=True)
    assert home.attributes(MIRA)["volume_level"] == 0.4


async def test_a_changed_look_is_shown_at_once(home: Home, mira: ConfigEntry, card: Card) -> None:
    await change(home, mira, look="nova", face_accent="green", emotion="serious")
    face = await card.event("face")
    assert (face["look"], face["colors"], face["emotion"]) == (
        "nova",
        {"accent": "green"},
        "serious",
    )


async def test_turned_off_it_sleeps_until_somebody_wants_it(home: Home, card: Card) -> None:
    await home.hass.services.async_call(
        "media_player", "turn_off", {"entity_id": MIRA}, blocking=True
    )
    await home.settle()
    assert home.state(MIRA) == "off"
    await home.act("speak", text="Good morning.", entity_id=MIRA)
    join = await card.event("join")
    await card.report("first_frame", epoch=join["epoch"], milliseconds=1)
    assert (await card.event("play"))["text"] == "Good morning."


async def test_a_long_text_comes_in_parts_and_has_one_outcome(home: Home, card: Card) -> None:
    sentence = "This is a sentence of some length that says nothing at all. "
    async with speaking(home, **said(text=sentence * 25)) as task:
        texts = []
        while not task.done():
            play = await card.event("play")
            texts.append(play["text"])
            await played(card, play)
            await home.fire_time()
        assert (await task)[MIRA]["outcome"] == "spoken"
    assert len(texts) == 3
    assert " ".join(texts) == (sentence * 25).strip()


class TestNobodyWatches:
    @pytest.fixture
    async def speaker(self, home: Home, mira: ConfigEntry, engine: Engine) -> Speaker:
        speaker = await add_speaker(home.hass)
        await change(home, mira, fallback_speaker=SPEAKER)
        return speaker

    async def test_it_expires_and_says_why(
        self, home: Home, engine: Engine, freezer: FrozenDateTimeFactory
    ) -> None:
        async with speaking(home, **said(expiry=5)) as task:
            await home.fire_time()
            await pass_time(home, freezer, 6.0)
            with pytest.raises(HomeAssistantError, match="Nobody is watching Mira"):
                await task

    async def test_the_speaker_says_it(
        self, home: Home, speaker: Speaker, freezer: FrozenDateTimeFactory
    ) -> None:
        async with speaking(home, **said()) as task:
            await home.fire_time()
            assert speaker.played == []
            await pass_time(home, freezer, 2.5)
            ((media_id, announce),) = speaker.played
            assert "The+door+is+open." in media_id
            assert announce
            assert not task.done()
            speaker.become(MediaPlayerState.IDLE)
            await home.fire_time()
            result = (await task)[MIRA]
        assert (result["outcome"], result["delivery"], result["confirmed"]) == (
            "spoken",
            "speaker",
            True,
        )

    async def test_an_interrupt_silences_the_speaker(
        self, home: Home, speaker: Speaker, freezer: FrozenDateTimeFactory
    ) -> None:
        async with speaking(home, **said()) as task:
            await home.fire_time()
            await pass_time(home, freezer, 2.5)
            await home.act("interrupt", entity_id=MIRA)
            assert (await task)[MIRA]["outcome"] == "interrupted"
        await home.settle()
        assert speaker.stopped == 1

    async def test_an_avatar_is_no_speaker(
        self, home: Home, mira: ConfigEntry, engine: Engine, freezer: FrozenDateTimeFactory
    ) -> None:
        await change(home, mira, fallback_speaker=MIRA)
        async with speaking(home, **said()) as task:
            await home.fire_time()
            await pass_time(home, freezer, 2.5)
            with pytest.raises(HomeAssistantError, match="is an avatar itself"):
                await task

    async def test_a_speaker_that_fails_is_told(
        self, home: Home, speaker: Speaker, freezer: FrozenDateTimeFactory
    ) -> None:
        speaker.fails = True
        async with speaking(home, **said()) as task:
            await home.fire_time()
            await pass_time(home, freezer, 2.5)
            with pytest.raises(HomeAssistantError, match="fallback speaker of Mira"):
                await task


async def test_a_cut_line_does_not_let_a_second_screen_sound(home: Home, card: Card) -> None:
    hall = await open_card(home, "Hall")
    async with speaking(home, **said()) as task:
        play = await card.event("play")
        await hall.event("play")
        await card.report("playback_started", playback=play["id"], duration=None)
        await card.client.close()
        await home.fire_time()
        await hall.report("playback_finished", playback=play["id"], seconds=1.5, stopped=False)
        assert not [event for event in hall.events if event["type"] == "play"]
        again = await home.open_card(MIRA, playback=play["id"])
        await again.report("playback_finished", playback=play["id"], seconds=1.5, stopped=False)
        assert (await task)[MIRA]["outcome"] == "spoken"


async def test_the_other_screen_takes_a_sentence_over_that_the_first_gives_up(
    home: Home, card: Card
) -> None:
    hall = await open_card(home, "Hall")
    async with speaking(home, **said()) as task:
        play = await card.event("play")
        await hall.event("play")
        await card.report("playback_started", playback=play["id"], duration=None)
        await card.report("playback_finished", playback=play["id"], seconds=0.5, stopped=True)
        assert (await hall.event("play"))["role"] == "voice"
        await hall.report("playback_finished", playback=play["id"], seconds=1.5, stopped=False)
        assert (await task)[MIRA]["outcome"] == "spoken"


@pytest.mark.parametrize(
    "media_id", ["//[", "//[x/y.mp3", "//h:99999/x", "http://xn--/x", "http://"]
)
async def test_odd_media_ids_are_refused_in_words(home: Home, card: Card, media_id: str) -> None:
    call = {"media_content_id": media_id, "media_content_type": "music", "announce": True}
    async with speaking(home, "media_player.play_media", **call) as task:
        for _ in range(200):
            await asyncio.sleep(0)
        if not task.done():
            await played(card, await card.event("play"))
            await task
        else:
            with pytest.raises(HomeAssistantError, match="sound"):
                await task


async def test_a_group_with_an_avatar_in_it_is_no_speaker(
    home: Home, mira: ConfigEntry, engine: Engine, freezer: FrozenDateTimeFactory
) -> None:
    home.hass.states.async_set("media_player.all", "idle", {"entity_id": ["media_player.tv", MIRA]})
    await change(home, mira, fallback_speaker="media_player.all")
    async with speaking(home, **said()) as task:
        await home.fire_time()
        await pass_time(home, freezer, 2.5)
        with pytest.raises(HomeAssistantError, match="is an avatar itself"):
            await task


async def test_a_screen_that_comes_when_the_seat_has_just_gone_is_heard(
    home: Home, card: Card
) -> None:
    await card.client.close()
    await home.fire_time()
    hall = await home.open_card(MIRA, "Hall")
    async with speaking(home, **said()) as task:
        await played(hall, await hall.event("play"))
        assert (await task)[MIRA]["outcome"] == "spoken"
