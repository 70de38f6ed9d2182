"""Text to sound with Home Assistant's text-to-speech, and other sounds, for the cards and for speakers."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import Context
from dataclasses import dataclass
from functools import partial
import json
from typing import Any, Final

from homeassistant.components import media_source, tts
from homeassistant.components.media_player.browse_media import async_process_play_media_url
from homeassistant.components.media_player.const import (
    ATTR_MEDIA_ANNOUNCE,
    ATTR_MEDIA_CONTENT_ID,
    ATTR_MEDIA_CONTENT_TYPE,
    DOMAIN as MEDIA_PLAYER,
    SERVICE_PLAY_MEDIA,
    MediaType,
)
from homeassistant.const import ATTR_ENTITY_ID, SERVICE_MEDIA_STOP, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.network import is_hass_url
from yarl import URL

from .const import DOMAIN, LOGGER
from .voices import SpeechChoice, choice_of, similar_languages, with_voice

__all__ = [
    "Sound",
    "SpeechChoice",
    "SpeechError",
    "async_play_on_speaker",
    "async_resolve_media",
    "async_say_on_speaker",
    "async_stop_speaker",
    "async_synthesize",
    "choice_of",
    "text_of_tts",
    "with_voice",
]

SPEAKER_SECONDS: Final = 60.0
"""How long a speaker may take to begin."""
MEDIA_SECONDS: Final = 20.0
"""How long a media source may take to find its sound; some ask the internet."""
WAV: Final = {tts.ATTR_PREFERRED_FORMAT: "wav"}
"""A stream that needs no decoder: it sounds before it is complete.

Rate and channels are left as the engine makes them. To change those, Home Assistant would start a converter for every
sentence, which takes longer than a good engine takes to begin; the card plays them all.
"""
TTS_PREFIX: Final = "media-source://tts/"


class SpeechError(Exception):
    """There is no sound. `reason` says why, one of the keys of `services.REASONS`."""

    def __init__(self, reason: str) -> None:
        """Keep the reason; no text that was to be said."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class Sound:
    """Something that a card can play."""

    url: str
    """A path of Home Assistant, or an address somewhere else."""
    speech: bool
    """It was made from a text."""


async def async_synthesize(hass: HomeAssistant, text: str, choice: SpeechChoice) -> Sound:
    """Have a text spoken; the sound can be fetched while it is being made.

    Raises:
        SpeechError: there is no engine, the chosen one is gone, or it does not speak the language.

    """
    engine = _engine(hass, choice)
    with _failures_named("speech_failed", engine):
        language = _language(hass, engine, choice)
        try:
            stream = tts.async_create_stream(
                hass, engine, language=language, options={**_options(choice), **WAV}
            )
        except HomeAssistantError as err:
            # Home Assistant says which language or option it is; that is no secret, the text would be.
            LOGGER.warning("%s does not take this language or voice: %s", engine, err)
            raise SpeechError("speech_language") from err
        stream.async_set_message(text)
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


@callback
def _language(hass: HomeAssistant, engine: str, choice: SpeechChoice) -> str | None:
    """Return the chosen language as the engine names it ("en" may be its "en_GB"); None: its default."""
    if choice.language is None:
        return None
    similar = similar_languages(hass, engine, choice.language)
    if not similar:
        LOGGER.warning("%s does not speak %s", engine, choice.language)
        raise SpeechError("speech_language")
    return similar[0]


@contextmanager
def _failures_named(reason: str, what: str) -> Iterator[None]:
    """Turn whatever others' code raises into a reason: an utterance waits for one."""
    try:
        yield
    except SpeechError:
        raise
    except Exception as err:
        # No message: it may hold the text.
        LOGGER.info("No sound from %s: %s", what, type(err).__name__)
        raise SpeechError(reason) from err


def _options(choice: SpeechChoice) -> dict[str, Any]:
    options = dict(choice.options)
    if choice.voice is not None:
        options.setdefault(tts.ATTR_VOICE, choice.voice)
    return options


async def async_resolve_media(hass: HomeAssistant, media_id: str, entity_id: str) -> Sound:
    """Return a sound of Home Assistant's media sources, of its own server, or from elsewhere.

    Raises:
        SpeechError: there is no such media, or it is no sound.

    """
    if not media_source.is_media_source_id(media_id):
        if not _is_address(media_id):
            raise SpeechError("media_not_found")
        with _failures_named("media_not_found", "an address"):
            return Sound(url=_local(hass, media_id), speech=False)
    with _failures_named("media_not_found", "a media source"):
        async with asyncio.timeout(MEDIA_SECONDS):
            media = await media_source.async_resolve_media(hass, media_id, entity_id or None)
    kind = media.mime_type.split("/")[0]
    if kind not in {"", "audio", "application", "video"} or not _is_address(media.url):
        raise SpeechError("media_unsupported")
    with _failures_named("media_not_found", "a media source"):
        return Sound(url=_local(hass, media.url), speech=media_id.startswith(TTS_PREFIX))


def _is_address(media_id: str) -> bool:
    if media_id.startswith("/"):
        return True
    try:
        return URL(media_id).scheme in {"http", "https"}
    except ValueError:
        return False


def _local(hass: HomeAssistant, url: str) -> str:
    """Return a signed path where the sound is ours: every browser reaches it by its own address."""
    if is_hass_url(hass, url):
        url = str(URL(url).relative())
    if url.startswith("/"):
        # Signed for nobody in particular: a sound that waited is delivered while somebody else's command is handled.
        sign = partial(async_process_play_media_url, hass, url, allow_relative_url=True)
        return Context().run(sign)
    return url


async def async_say_on_speaker(
    hass: HomeAssistant, speaker: str, text: str, choice: SpeechChoice
) -> None:
    """Have a media player say a text; returns when it has taken it.

    Raises:
        SpeechError: there is no voice, or the speaker did not take it.

    """
    engine = _engine(hass, choice)
    with _failures_named("speech_language", engine):
        language = _language(hass, engine, choice)
        media_id = tts.generate_media_source_id(
            hass, text, engine=engine, language=language, options=_options(choice)
        )
    await async_play_on_speaker(hass, speaker, media_id)


async def async_play_on_speaker(hass: HomeAssistant, speaker: str, media_id: str) -> None:
    """Have a media player play a sound as an announcement.

    Raises:
        SpeechError: the speaker did not take it.

    """
    state = hass.states.get(speaker)
    if state is None or state.state == STATE_UNAVAILABLE:
        raise SpeechError("speaker_failed")
    if _is_avatar(hass, speaker):
        raise SpeechError("speaker_is_avatar")
    data = {
        ATTR_ENTITY_ID: speaker,
        ATTR_MEDIA_CONTENT_ID: media_id,
        ATTR_MEDIA_CONTENT_TYPE: MediaType.MUSIC,
        ATTR_MEDIA_ANNOUNCE: True,
    }
    with _failures_named("speaker_failed", speaker):
        async with asyncio.timeout(SPEAKER_SECONDS):
            await hass.services.async_call(MEDIA_PLAYER, SERVICE_PLAY_MEDIA, data, blocking=True)


@callback
def _is_avatar(hass: HomeAssistant, entity_id: str) -> bool:
    """Return whether a media player is an avatar, or a group that holds one: it would pass a text back for ever."""
    registry = er.async_get(hass)
    waiting, seen = [entity_id], set[str]()
    while waiting:
        member = waiting.pop()
        entry = registry.async_get(member)
        if entry is not None and entry.platform == DOMAIN:
            return True
        seen.add(member)
        state = hass.states.get(member)
        members = () if state is None else state.attributes.get(ATTR_ENTITY_ID) or ()
        names = (members,) if isinstance(members, str) else members
        waiting.extend(name for name in names if name not in seen)
    return False


async def async_stop_speaker(hass: HomeAssistant, speaker: str) -> None:
    """Have a media player be silent, if it can."""
    with suppress(SpeechError), _failures_named("speaker_failed", speaker):
        await hass.services.async_call(
            MEDIA_PLAYER, SERVICE_MEDIA_STOP, {ATTR_ENTITY_ID: speaker}, blocking=True
        )


def text_of_tts(media_id: str) -> tuple[str, SpeechChoice] | None:
    """Return the text, and the engine that is to speak it, of what `tts.speak` plays; None for other media.

    Home Assistant: components/tts/media_source.py; a stream names no text, for it may not be known yet.
    """
    if not media_id.startswith(TTS_PREFIX):
        return None
    url = URL(media_id)
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
