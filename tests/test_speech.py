"""Text to sound, and other sounds: engines, languages, voices, media, speakers, and all that is wrong with them."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, override

from homeassistant.components import tts
from homeassistant.components.assist_pipeline import async_get_pipeline
from homeassistant.components.assist_pipeline.pipeline import async_update_pipeline
from homeassistant.components.media_source import PlayMedia
from homeassistant.components.tts import TTSAudioRequest, TTSAudioResponse, TtsAudioType
from homeassistant.const import STATE_UNAVAILABLE, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.streaming_avatar import speech
from custom_components.streaming_avatar.const import DOMAIN
from custom_components.streaming_avatar.services import REASONS
from custom_components.streaming_avatar.speech import (
    Sound,
    SpeechChoice,
    SpeechError,
    async_play_on_speaker,
    async_resolve_media,
    async_say_on_speaker,
    async_stop_speaker,
    async_synthesize,
    choice_of,
    text_of_tts,
    with_voice,
)
from custom_components.streaming_avatar.voices import (
    async_list_languages,
    async_list_voices,
    without_old_voice,
)
from tests.voices import (
    ENGINE,
    SPEAKER,
    Engine,
    Speaker,
    add_engine,
    add_entity,
    add_speaker,
    silence,
)

PIPER = SpeechChoice(engine=ENGINE)


@pytest.fixture(autouse=True)
async def parts(
    hass: HomeAssistant,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    enable_custom_integrations: None,
) -> None:
    """Home Assistant's own parts; text-to-speech keeps nothing from one test to the next."""
    monkeypatch.setattr(tts, "_init_tts_cache_dir", lambda _hass, _folder: str(tmp_path))
    assert await async_setup_component(hass, "tts", {})
    assert await async_setup_component(hass, "media_source", {})
    hass.config.language = "en"
    hass.config.country = None


@pytest.fixture
async def engine(hass: HomeAssistant) -> Engine:
    return await add_engine(hass)


@pytest.fixture
async def speaker(hass: HomeAssistant) -> Speaker:
    return await add_speaker(hass)


async def prefer(
    hass: HomeAssistant, engine: str = ENGINE, language: str = "en", voice: str = "amy"
) -> None:
    """Have the preferred Assist pipeline speak with a voice."""
    assert await async_setup_component(hass, "homeassistant", {})
    assert await async_setup_component(hass, "assist_pipeline", {})
    await async_update_pipeline(
        hass,
        async_get_pipeline(hass),
        tts_engine=engine,
        tts_language=language,
        tts_voice=voice,
    )


async def fails(reason: str, work: Any) -> None:
    with pytest.raises(SpeechError) as caught:
        await work
    assert caught.value.reason == reason
    assert reason in REASONS


# --- which voice


async def test_without_any_engine_there_is_no_voice(hass: HomeAssistant) -> None:
    assert choice_of(hass, {}) == SpeechChoice()
    await fails("no_speech_engine", async_synthesize(hass, "Hello.", choice_of(hass, {})))


async def test_without_a_pipeline_the_first_engine_speaks_the_language_of_the_home(
    hass: HomeAssistant, engine: Engine
) -> None:
    hass.config.language = "de"
    assert choice_of(hass, {}) == SpeechChoice(language="de")
    hass.config.language = "fi"
    assert choice_of(hass, {}) == SpeechChoice()


async def test_the_preferred_pipeline_lends_its_voice(hass: HomeAssistant, engine: Engine) -> None:
    await prefer(hass)
    assert choice_of(hass, {}) == SpeechChoice(engine=ENGINE, language="en", voice="amy")


@pytest.mark.parametrize(
    ("settings", "language", "voice"),
    [
        ({"speech_voice": "joe"}, "en", "joe"),
        ({"speech_language": "en"}, "en", "amy"),
        # A voice speaks its own language, so it does not come along.
        ({"speech_language": "de"}, "de", None),
        ({"speech_language": "de", "speech_voice": "greta"}, "de", "greta"),
    ],
)
async def test_what_is_set_counts_before_the_pipeline(
    hass: HomeAssistant,
    engine: Engine,
    settings: dict[str, str],
    language: str,
    voice: str | None,
) -> None:
    await prefer(hass)
    chosen = SpeechChoice(engine=ENGINE, language=language, voice=voice)
    assert choice_of(hass, dict(settings)) == chosen


async def test_another_engine_takes_nothing_of_the_pipelines(
    hass: HomeAssistant, engine: Engine
) -> None:
    await prefer(hass)
    assert choice_of(hass, {"speech_engine": "tts.other"}) == SpeechChoice(engine="tts.other")


async def test_a_pipeline_whose_engine_is_gone_lends_nothing(
    hass: HomeAssistant, engine: Engine
) -> None:
    await prefer(hass, engine="tts.gone")
    assert choice_of(hass, {}) == SpeechChoice(language="en")


def test_a_caller_may_want_another_voice() -> None:
    choice = SpeechChoice(engine=ENGINE, language="en", voice="amy", options={"speed": 2})
    assert with_voice(choice, None, None) == choice
    joe = SpeechChoice(engine=ENGINE, language="en", voice="joe", options={"speed": 2})
    assert with_voice(choice, None, "joe") == joe
    german = SpeechChoice(engine=ENGINE, language="de", options={"speed": 2})
    assert with_voice(choice, "de", None) == german


# --- text to sound


async def fetched(hass_client: ClientSessionGenerator, sound: Sound) -> tuple[int, bytes]:
    response = await (await hass_client()).get(sound.url)
    return response.status, await response.read()


async def test_a_wav_arrives_as_the_engine_made_it(
    hass: HomeAssistant,
    engine: Engine,
    hass_client: ClientSessionGenerator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No converter is started, for that would take longer than the engine."""
    monkeypatch.setattr(tts, "_async_convert_audio", None)
    choice = SpeechChoice(engine=ENGINE, language="en", voice="amy")
    sound = await async_synthesize(hass, "Hello.", choice)
    assert sound.url.startswith("/api/tts_proxy/")
    assert sound.url.endswith(".wav")
    assert sound.speech
    assert await fetched(hass_client, sound) == (200, silence())
    assert engine.asked == [("Hello.", "en", {"voice": "amy"})]


@dataclass(eq=False)
class Mp3Engine(Engine):
    """Knows one format."""

    @override
    async def async_get_tts_audio(
        self, message: str, language: str, options: dict[str, Any]
    ) -> TtsAudioType:
        return "mp3", b"an mp3"


async def test_another_format_is_converted(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []

    async def convert(
        hass: HomeAssistant, was: str, data: Any, to_extension: str, **options: Any
    ) -> AsyncGenerator[bytes]:
        asked.append((was, to_extension))
        yield silence()

    monkeypatch.setattr(tts, "_async_convert_audio", convert)
    await add_entity(hass, Platform.TTS, Mp3Engine())
    sound = await async_synthesize(hass, "Hello.", PIPER)
    assert await fetched(hass_client, sound) == (200, silence())
    assert asked == [("mp3", "wav")]


@dataclass(eq=False)
class StreamingEngine(Engine):
    """Makes the second half when it is told to."""

    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    @override
    async def async_stream_tts_audio(self, request: TTSAudioRequest) -> TTSAudioResponse:
        async def halves() -> AsyncGenerator[bytes]:
            yield b"first half, "
            await self.go_on.wait()
            yield b"second half"

        return TTSAudioResponse("wav", halves())


async def test_it_sounds_before_all_of_it_is_made(
    hass: HomeAssistant, hass_client: ClientSessionGenerator
) -> None:
    engine = StreamingEngine()
    await add_entity(hass, Platform.TTS, engine)
    sound = await async_synthesize(hass, "Hello.", PIPER)
    async with asyncio.timeout(5):
        response = await (await hass_client()).get(sound.url)
        assert await response.content.readany() == b"first half, "
        engine.go_on.set()
        assert await response.content.read() == b"second half"


async def test_an_engine_that_fails_is_no_sound(
    hass: HomeAssistant, engine: Engine, hass_client: ClientSessionGenerator
) -> None:
    """Fetching it fails at once, so that the card can say so."""
    engine.fails = True
    async with asyncio.timeout(5):
        status, _ = await fetched(hass_client, await async_synthesize(hass, "Hello.", PIPER))
    assert status == 500


@pytest.mark.parametrize(
    ("choice", "reason"),
    [
        (SpeechChoice(engine="tts.gone"), "speech_engine_gone"),
        (SpeechChoice(engine=ENGINE, language="fi"), "speech_language"),
        (SpeechChoice(engine=ENGINE, options={"speed": 2}), "speech_language"),
    ],
)
async def test_what_the_engine_does_not_have_is_told(
    hass: HomeAssistant, engine: Engine, speaker: Speaker, choice: SpeechChoice, reason: str
) -> None:
    await fails(reason, async_synthesize(hass, "Hello.", choice))
    await fails(reason, async_say_on_speaker(hass, SPEAKER, "Hello.", choice))
    assert speaker.played == []


async def test_an_engine_that_is_unavailable_is_told(hass: HomeAssistant, engine: Engine) -> None:
    hass.states.async_set(ENGINE, STATE_UNAVAILABLE)
    await fails("speech_engine_gone", async_synthesize(hass, "Hello.", PIPER))


async def test_an_engine_that_breaks_is_told_and_its_words_are_not_logged(
    hass: HomeAssistant,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("cannot say: the code of the alarm is 1234")

    monkeypatch.setattr(tts, "async_create_stream", broken)
    await fails("speech_failed", async_synthesize(hass, "Hello.", PIPER))
    assert "RuntimeError" in caplog.text
    assert "1234" not in caplog.text


class Dialects(Engine):
    """Names languages with their regions, as most engines do."""

    @property
    @override
    def supported_languages(self) -> list[str]:
        return ["de_DE", "de_CH", "en_GB", "en_US"]

    @property
    @override
    def default_language(self) -> str:
        return "de_DE"

    @override
    def async_get_supported_voices(self, language: str) -> list[tts.Voice] | None:
        return [tts.Voice("heidi", "Heidi")] if language == "de_CH" else None


@pytest.mark.parametrize(
    ("language", "country", "spoken"),
    [
        ("de", "CH", "de_CH"),
        ("de", None, "de_DE"),
        ("en-GB", None, "en_GB"),
        ("en_US", "GB", "en_US"),
        (None, None, "de_DE"),
    ],
)
async def test_a_language_is_found_by_any_of_its_names(
    hass: HomeAssistant, language: str | None, country: str | None, spoken: str
) -> None:
    hass.config.country = country
    engine = Dialects()
    await add_entity(hass, Platform.TTS, engine)
    await async_synthesize(hass, "Hello.", SpeechChoice(engine=ENGINE, language=language))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert [asked[1] for asked in engine.asked] == [spoken]


# --- the lists of the dialog


async def test_the_lists_are_those_of_the_engine(hass: HomeAssistant) -> None:
    await add_entity(hass, Platform.TTS, Dialects())
    hass.config.language, hass.config.country = "de", "CH"
    settings = {"speech_engine": ENGINE}
    languages = [item.id for item in async_list_languages(hass, settings)]
    assert languages == ["de_CH", "de_DE", "en_GB", "en_US"]
    (heidi,) = async_list_voices(hass, settings)
    assert (heidi.id, heidi.name) == ("heidi", "Heidi")
    assert async_list_voices(hass, {**settings, "speech_language": "en_GB"}) == ()


async def test_a_language_that_is_set_is_always_in_the_list(
    hass: HomeAssistant, engine: Engine
) -> None:
    languages = async_list_languages(hass, {"speech_engine": ENGINE, "speech_language": "fi"})
    assert [item.id for item in languages] == ["de", "en", "fi"]


async def test_without_an_engine_the_lists_are_empty(hass: HomeAssistant) -> None:
    settings = {"speech_engine": "tts.gone", "speech_language": "en"}
    assert async_list_languages(hass, settings) == ()
    assert async_list_voices(hass, settings) == ()


@pytest.mark.parametrize(
    ("change", "language", "voice"),
    [
        ({}, "fi", "aino"),
        # Another engine, which knows neither.
        ({"speech_engine": ENGINE}, None, None),
        # Entered anew: lists may be incomplete.
        ({"speech_engine": ENGINE, "speech_language": "de"}, "de", None),
        ({"speech_engine": ENGINE, "speech_voice": "greta"}, None, "greta"),
        # Another language of the same engine.
        ({"speech_language": "sv"}, "sv", None),
    ],
)
async def test_an_exchanged_engine_takes_its_voice_along(
    hass: HomeAssistant,
    engine: Engine,
    change: dict[str, str],
    language: str | None,
    voice: str | None,
) -> None:
    before = {"speech_engine": "tts.old", "speech_language": "fi", "speech_voice": "aino"}
    kept = without_old_voice(hass, {**before, **change}, before)
    assert (kept.get("speech_language"), kept.get("speech_voice")) == (language, voice)


async def test_what_the_new_engine_has_too_is_kept(hass: HomeAssistant, engine: Engine) -> None:
    before = {"speech_engine": "tts.old", "speech_language": "en", "speech_voice": "amy"}
    settings = {**before, "speech_engine": ENGINE, "look": "nova"}
    assert without_old_voice(hass, settings, before) == settings


# --- other sounds


@pytest.mark.parametrize(
    ("media_id", "url"),
    [
        ("/local/chime.mp3", "/local/chime.mp3"),
        ("http://home.test:8123/local/chime.mp3?x=1", "/local/chime.mp3?x=1"),
        ("https://radio.test/live.mp3", "https://radio.test/live.mp3"),
        ("http://radio.test:8123/live.mp3", "http://radio.test:8123/live.mp3"),
        ("//radio.test/live.mp3", "//radio.test/live.mp3"),
    ],
)
async def test_an_address_is_what_a_browser_can_reach(
    hass: HomeAssistant, media_id: str, url: str
) -> None:
    hass.config.internal_url = "http://home.test:8123"
    assert await async_resolve_media(hass, media_id, "") == Sound(url=url, speech=False)


@pytest.mark.parametrize("prefix", ["", "http://home.test:8123"])
async def test_a_protected_address_of_our_own_is_signed(hass: HomeAssistant, prefix: str) -> None:
    hass.config.internal_url = "http://home.test:8123"
    sound = await async_resolve_media(hass, f"{prefix}/media/local/a chime.mp3", "")
    assert sound.url.startswith("/media/local/a%20chime.mp3?authSig=")


@pytest.mark.parametrize(
    "media_id",
    ["", "doorbell", "file:///etc/passwd", "http://[", "media-source://nothing/there", "x://y"],
)
async def test_what_is_no_media_is_told(hass: HomeAssistant, media_id: str) -> None:
    await fails("media_not_found", async_resolve_media(hass, media_id, "media_player.ava"))


def resolve_to(monkeypatch: pytest.MonkeyPatch, result: Any) -> None:
    """Have media sources answer this, raise it, or take for ever."""

    async def resolve(*_: Any) -> Any:
        if result is None:
            await asyncio.Event().wait()
        if isinstance(result, Exception):
            raise result
        return result

    monkeypatch.setattr("homeassistant.components.media_source.async_resolve_media", resolve)


@pytest.mark.parametrize(
    ("url", "mime_type", "reason"),
    [
        ("/media/a.jpg", "image/jpeg", "media_unsupported"),
        ("/media/a.txt", "text/plain", "media_unsupported"),
        ("rtsp://camera.test/live", "audio/mpeg", "media_unsupported"),
    ],
)
async def test_what_is_no_sound_is_told(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, url: str, mime_type: str, reason: str
) -> None:
    resolve_to(monkeypatch, PlayMedia(url, mime_type))
    await fails(reason, async_resolve_media(hass, "media-source://x/y", ""))


@pytest.mark.parametrize("mime_type", ["audio/mpeg", "application/x-mpegURL", "video/mp4", ""])
async def test_everything_else_is_tried(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, mime_type: str
) -> None:
    resolve_to(monkeypatch, PlayMedia("https://radio.test/live", mime_type))
    sound = await async_resolve_media(hass, "media-source://x/y", "")
    assert sound == Sound(url="https://radio.test/live", speech=False)


@pytest.mark.parametrize("result", [None, RuntimeError("broken"), KeyError("x")])
async def test_a_media_source_that_breaks_or_hangs_is_told(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, result: Exception | None
) -> None:
    monkeypatch.setattr(speech, "MEDIA_SECONDS", 0.01)
    resolve_to(monkeypatch, result)
    await fails("media_not_found", async_resolve_media(hass, "media-source://x/y", ""))


async def test_speech_of_home_assistants_own_is_known_as_speech(
    hass: HomeAssistant, engine: Engine
) -> None:
    """What an Assist pipeline says has no text that could be read from its id."""
    stream = tts.async_create_stream(hass, ENGINE)
    stream.async_set_message("Hello.")
    sound = await async_resolve_media(hass, stream.media_source_id, "")
    assert sound == Sound(url=stream.url, speech=True)
    await hass.async_block_till_done(wait_background_tasks=True)


# --- speakers


async def test_a_speaker_is_given_an_announcement(
    hass: HomeAssistant, engine: Engine, speaker: Speaker
) -> None:
    choice = SpeechChoice(engine=ENGINE, language="en", voice="amy")
    await async_say_on_speaker(hass, SPEAKER, "Hello & goodbye?", choice)
    ((media_id, announce),) = speaker.played
    assert announce
    assert text_of_tts(media_id) == ("Hello & goodbye?", choice)


@pytest.mark.parametrize("entity_id", ["media_player.gone", "media_player.off"])
async def test_a_speaker_that_is_not_there_is_told(hass: HomeAssistant, entity_id: str) -> None:
    hass.states.async_set("media_player.off", STATE_UNAVAILABLE)
    await fails("speaker_failed", async_play_on_speaker(hass, entity_id, "/local/chime.mp3"))


async def test_an_avatar_is_no_speaker(hass: HomeAssistant) -> None:
    """Two of them could pass a text to and fro for ever."""
    ava = er.async_get(hass).async_get_or_create("media_player", DOMAIN, "x", object_id_base="ava")
    hass.states.async_set(ava.entity_id, "idle")
    await fails("speaker_is_avatar", async_play_on_speaker(hass, ava.entity_id, "/local/x.mp3"))


@pytest.mark.parametrize("error", [None, RuntimeError("broken"), OSError("no route")])
async def test_a_speaker_that_breaks_or_hangs_is_told(
    hass: HomeAssistant,
    speaker: Speaker,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception | None,
) -> None:
    async def play(*_: Any, **__: Any) -> None:
        if error is None:
            await asyncio.Event().wait()
        else:
            raise error

    monkeypatch.setattr(speech, "SPEAKER_SECONDS", 0.01)
    monkeypatch.setattr(speaker, "async_play_media", play)
    await fails("speaker_failed", async_play_on_speaker(hass, SPEAKER, "/local/chime.mp3"))


async def test_stopping_a_speaker_never_fails(
    hass: HomeAssistant, speaker: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    await async_stop_speaker(hass, SPEAKER)
    assert speaker.stopped == 1

    async def broken() -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(speaker, "async_media_stop", broken)
    await async_stop_speaker(hass, SPEAKER)
    await async_stop_speaker(hass, "media_player.gone")
    assert speaker.stopped == 1


# --- what tts.speak sends


@pytest.mark.parametrize(
    ("media_id", "spoken"),
    [
        (
            "media-source://tts/tts.piper?message=Hi?+%26+%3Cb%3E&language=en&cache=true&tts_options=%7B%22voice%22:%22amy%22,%22speed%22:2%7D",
            (
                "Hi? & <b>",
                SpeechChoice(engine=ENGINE, language="en", voice="amy", options={"speed": 2}),
            ),
        ),
        (
            "media-source://tts/google_translate?message=Hi&language=en&cache=false&tld=co.uk",
            (
                "Hi",
                SpeechChoice(engine="google_translate", language="en", options={"tld": "co.uk"}),
            ),
        ),
        ("media-source://tts/tts.piper?message=Hi&tts_options=null", ("Hi", PIPER)),
        ("media-source://tts/tts.piper?message=Hi&tts_options=%7B", ("Hi", PIPER)),
        ("media-source://tts/tts.piper?message=", ("", PIPER)),
        ("media-source://tts/-stream-/token.wav", None),
        ("media-source://media_source/local/chime.mp3", None),
        ("https://radio.test/?message=Hi", None),
    ],
)
def test_the_text_of_tts_speak_is_found(
    media_id: str, spoken: tuple[str, SpeechChoice] | None
) -> None:
    assert text_of_tts(media_id) == spoken


async def test_home_assistant_still_writes_it_that_way(hass: HomeAssistant, engine: Engine) -> None:
    media_id = tts.generate_media_source_id(
        hass, "Häuser & Höfe + 50 %?", engine=ENGINE, language="en", options={"voice": "amy"}
    )
    choice = SpeechChoice(engine=ENGINE, language="en", voice="amy")
    assert text_of_tts(media_id) == ("Häuser & Höfe + 50 %?", choice)
