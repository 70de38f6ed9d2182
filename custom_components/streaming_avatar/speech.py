"""Text to sound with Home Assistant's text-to-speech, and other sounds, for the cards and for speakers."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
import json
from typing import Any, Final

from homeassistant.components import media_source, tts
from homeassistant.components.assist_pipeline import async_get_pipeline
from homeassistant.components.assist_pipeline.error import PipelineNotFound
from homeassistant.components.media_player.browse_media import async_process_play_media_url
from homeassistant.components.media_player.const import (
    ATTR_MEDIA_ANNOUNCE,
    ATTR_MEDIA_CONTENT_ID,
    ATTR_MEDIA_CONTENT_TYPE,
    DOMAIN as MEDIA_PLAYER,
    SERVICE_PLAY_MEDIA,
    MediaType,
)
from homeassistant.components.tts.helper import get_engine_instance
from homeassistant.const import ATTR_ENTITY_ID, SERVICE_MEDIA_STOP, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from yarl import URL

from .const import LOGGER
from .providers.base import CatalogueItem
from .providers.settings import SettingValue

SPEAKER_SECONDS: Final = 60.0
"""How long a speaker may take to begin."""
SAMPLE_RATE: Final = 22_050
"""What most engines make; others are brought to it, so that every card gets the same."""
WAV: Final = {
    tts.ATTR_PREFERRED_FORMAT: "wav",
    tts.ATTR_PREFERRED_SAMPLE_RATE: SAMPLE_RATE,
    tts.ATTR_PREFERRED_SAMPLE_CHANNELS: 1,
    tts.ATTR_PREFERRED_SAMPLE_BYTES: 2,
}
"""A stream that needs no decoder: it sounds before it is complete."""
TTS_PREFIX: Final = "media-source://tts/"


class SpeechError(Exception):
    """There is no sound. `reason` says why, one of the keys of `services.REASONS`."""

    def __init__(self, reason: str) -> None:
        """Keep the reason; no text that was to be said."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class SpeechChoice:
    """Which engine speaks, and how; None: what is usual for the level above."""

    engine: str | None = None
    language: str | None = None
    voice: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    """Further options of the engine, as a caller gave them."""


@dataclass(frozen=True, kw_only=True)
class Sound:
    """Something that a card can play."""

    url: str
    """A path of Home Assistant, or an address somewhere else."""
    speech: bool
    """It was made from a text."""


@callback
def choice_of(hass: HomeAssistant, settings: Mapping[str, SettingValue]) -> SpeechChoice:
    """Return the voice that the user set; where he set no engine, that of the preferred Assist pipeline.

    A voice and a language belong to an engine, so they are not carried over to another one.
    """
    if engine := settings.get("speech_engine"):
        return SpeechChoice(
            engine=str(engine),
            language=_text(settings.get("speech_language")),
            voice=_text(settings.get("speech_voice")),
        )
    preferred = _preferred(hass)
    return with_voice(
        preferred, _text(settings.get("speech_language")), _text(settings.get("speech_voice"))
    )


def with_voice(choice: SpeechChoice, language: str | None, voice: str | None) -> SpeechChoice:
    """Return the choice with another language or voice, where they are given."""
    return replace(choice, language=language or choice.language, voice=voice or choice.voice)


@callback
def _preferred(hass: HomeAssistant) -> SpeechChoice:
    """Return the voice of the preferred Assist pipeline, if it has one."""
    try:
        pipeline = async_get_pipeline(hass)
    except PipelineNotFound, KeyError:
        return SpeechChoice()
    if not pipeline.tts_engine or tts.async_resolve_engine(hass, pipeline.tts_engine) is None:
        return SpeechChoice()
    return SpeechChoice(
        engine=pipeline.tts_engine, language=pipeline.tts_language, voice=pipeline.tts_voice
    )


def _text(value: SettingValue | None) -> str | None:
    return None if value is None else str(value)


async def async_synthesize(hass: HomeAssistant, text: str, choice: SpeechChoice) -> Sound:
    """Have a text spoken; the sound can be fetched while it is being made.

    Raises:
        SpeechError: there is no engine, the chosen one is gone, or it does not speak the language.

    """
    engine = _engine(hass, choice)
    try:
        stream = tts.async_create_stream(
            hass, engine, language=choice.language, options={**_options(choice), **WAV}
        )
        stream.async_set_message(text)
    except HomeAssistantError as err:
        # Home Assistant says which language or option it is; that is no secret, the text would be.
        LOGGER.warning("%s does not take this language or voice: %s", engine, err)
        raise SpeechError("speech_language") from err
    return Sound(url=stream.url, speech=True)


@callback
def _engine(hass: HomeAssistant, choice: SpeechChoice) -> str:
    engine = tts.async_resolve_engine(hass, choice.engine)
    if engine is None:
        raise SpeechError("speech_engine_gone" if choice.engine else "no_speech_engine")
    state = hass.states.get(engine)
    if state is not None and state.state == STATE_UNAVAILABLE:
        raise SpeechError("speech_engine_gone")
    return engine


def _options(choice: SpeechChoice) -> dict[str, Any]:
    options = dict(choice.options)
    if choice.voice is not None:
        options.setdefault(tts.ATTR_VOICE, choice.voice)
    return options


@callback
def async_list_voices(
    hass: HomeAssistant, settings: Mapping[str, SettingValue]
) -> tuple[CatalogueItem, ...]:
    """Return the voices of the engine that these settings choose; empty where it names none."""
    choice = choice_of(hass, settings)
    engine = tts.async_resolve_engine(hass, choice.engine)
    instance = None if engine is None else get_engine_instance(hass, engine)
    if instance is None:
        return ()
    language = choice.language or instance.default_language
    voices = instance.async_get_supported_voices(language) if language else None
    return tuple(CatalogueItem(id=voice.voice_id, name=voice.name) for voice in voices or ())


async def async_resolve_media(hass: HomeAssistant, media_id: str, entity_id: str) -> Sound:
    """Return a sound of Home Assistant's media sources, of its own server, or from elsewhere.

    Raises:
        SpeechError: there is no such media, or it is no sound.

    """
    if not media_source.is_media_source_id(media_id):
        if not _is_address(media_id):
            raise SpeechError("media_not_found")
        return Sound(url=_local(hass, media_id), speech=False)
    try:
        media = await media_source.async_resolve_media(hass, media_id, entity_id or None)
    except HomeAssistantError as err:
        LOGGER.info("Media cannot be played: %s", err)
        raise SpeechError("media_not_found") from err
    if media.mime_type and media.mime_type.split("/")[0] not in {"audio", "application", "video"}:
        raise SpeechError("media_unsupported")
    is_speech = media_id.startswith(TTS_PREFIX)
    return Sound(url=_local(hass, media.url), speech=is_speech)


def _is_address(media_id: str) -> bool:
    if media_id.startswith("/"):
        return True
    try:
        return URL(media_id).scheme in {"http", "https"}
    except ValueError:
        return False


def _local(hass: HomeAssistant, url: str) -> str:
    """Return a signed path where the sound is ours: every browser reaches it by its own address."""
    if url.startswith("/"):
        return async_process_play_media_url(hass, url, allow_relative_url=True)
    return url


async def async_say_on_speaker(
    hass: HomeAssistant, speaker: str, text: str, choice: SpeechChoice
) -> None:
    """Have a media player say a text; returns when it has taken it.

    Raises:
        SpeechError: there is no voice, or the speaker did not take it.

    """
    engine = _engine(hass, choice)
    try:
        media_id = tts.generate_media_source_id(
            hass, text, engine=engine, language=choice.language, options=_options(choice)
        )
    except HomeAssistantError as err:
        raise SpeechError("speech_language") from err
    await async_play_on_speaker(hass, speaker, media_id)


async def async_play_on_speaker(hass: HomeAssistant, speaker: str, media_id: str) -> None:
    """Have a media player play a sound as an announcement.

    Raises:
        SpeechError: the speaker did not take it.

    """
    state = hass.states.get(speaker)
    if state is None or state.state == STATE_UNAVAILABLE:
        raise SpeechError("speaker_failed")
    data = {
        ATTR_ENTITY_ID: speaker,
        ATTR_MEDIA_CONTENT_ID: media_id,
        ATTR_MEDIA_CONTENT_TYPE: MediaType.MUSIC,
        ATTR_MEDIA_ANNOUNCE: True,
    }
    try:
        async with asyncio.timeout(SPEAKER_SECONDS):
            await hass.services.async_call(MEDIA_PLAYER, SERVICE_PLAY_MEDIA, data, blocking=True)
    except (HomeAssistantError, TimeoutError) as err:
        LOGGER.info("%s did not take a sound: %s", speaker, type(err).__name__)
        raise SpeechError("speaker_failed") from err


async def async_stop_speaker(hass: HomeAssistant, speaker: str) -> None:
    """Have a media player be silent, if it can."""
    try:
        await hass.services.async_call(
            MEDIA_PLAYER, SERVICE_MEDIA_STOP, {ATTR_ENTITY_ID: speaker}, blocking=True
        )
    except HomeAssistantError as err:
        LOGGER.debug("%s cannot be stopped: %s", speaker, err)


def text_of_tts(media_id: str) -> tuple[str, SpeechChoice] | None:
    """Return the text, and the engine that is to speak it, of what `tts.speak` plays; None for other media.

    Home Assistant: components/tts/media_source.py; a stream names no text, for it may not be known yet.
    """
    if not media_id.startswith(TTS_PREFIX):
        return None
    try:
        url = URL(media_id)
    except ValueError:
        return None
    text = url.query.get("message")
    if text is None:
        return None
    options = _tts_options(url)
    voice = options.pop(tts.ATTR_VOICE, None)
    return text, SpeechChoice(
        engine=url.name or None,
        language=url.query.get("language"),
        voice=None if voice is None else str(voice),
        options=options,
    )


def _tts_options(url: URL) -> dict[str, Any]:
    packed = url.query.get("tts_options")
    if packed is None:
        known = {"message", "language", "cache"}
        return {key: value for key, value in url.query.items() if key not in known}
    try:
        options = json.loads(packed)
    except json.JSONDecodeError:
        return {}
    return dict(options) if isinstance(options, dict) else {}
