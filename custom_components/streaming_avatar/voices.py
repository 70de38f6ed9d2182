"""Which engine, language and voice of Home Assistant's text-to-speech speak for an avatar."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from homeassistant.components import tts
from homeassistant.components.assist_pipeline import async_get_pipeline
from homeassistant.components.assist_pipeline.error import PipelineNotFound
from homeassistant.components.tts.helper import get_engine_instance
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import language as language_util

from .providers.base import CatalogueItem
from .providers.settings import SettingValue


@dataclass(frozen=True, kw_only=True)
class SpeechChoice:
    """Which engine speaks, and how; None: what is usual for the level above."""

    engine: str | None = None
    language: str | None = None
    voice: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    """Further options of the engine, as a caller gave them."""


@callback
def choice_of(hass: HomeAssistant, settings: Mapping[str, SettingValue]) -> SpeechChoice:
    """Return the voice that the user set; where he set no engine, that of the preferred Assist pipeline.

    A voice and a language belong to an engine, so they are not carried over to another one.
    """
    chosen = _text(settings.get("speech_engine"))
    choice = with_voice(
        SpeechChoice(engine=chosen) if chosen else _preferred(hass),
        _text(settings.get("speech_language")),
        _text(settings.get("speech_voice")),
    )
    if choice.language is None:
        return replace(choice, language=_home_language(hass, choice.engine))
    return choice


def with_voice(choice: SpeechChoice, language: str | None, voice: str | None) -> SpeechChoice:
    """Return the choice with another language or voice, where they are given; a voice speaks its language only."""
    if language is not None and language != choice.language:
        return replace(choice, language=language, voice=voice)
    return choice if voice is None else replace(choice, voice=voice)


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


@callback
def _home_language(hass: HomeAssistant, engine: str | None) -> str | None:
    """Return the language of the home as the engine names it; None: it does not speak it, its own default has to do."""
    return next(iter(similar_languages(hass, engine, hass.config.language)), None)


@callback
def similar_languages(hass: HomeAssistant, engine: str | None, language: str) -> list[str]:
    """Return what the engine calls a language, and its dialects; the closest first."""
    supported = _languages(hass, engine)
    if language in supported:
        return [language]
    return language_util.matches(language, supported, country=hass.config.country)


@callback
def _languages(hass: HomeAssistant, engine: str | None) -> list[str]:
    resolved = tts.async_resolve_engine(hass, engine)
    instance = None if resolved is None else get_engine_instance(hass, resolved)
    return [] if instance is None else list(instance.supported_languages or ())


@callback
def _voices(hass: HomeAssistant, choice: SpeechChoice) -> dict[str, str]:
    """Return the names of the voices, by their ids; empty where the engine has no list."""
    resolved = tts.async_resolve_engine(hass, choice.engine)
    instance = None if resolved is None else get_engine_instance(hass, resolved)
    if instance is None:
        return {}
    language = choice.language or instance.default_language
    similar = similar_languages(hass, resolved, language) if language else []
    voices = instance.async_get_supported_voices(similar[0]) if similar else None
    return {voice.voice_id: voice.name for voice in voices or ()}


def _text(value: SettingValue | None) -> str | None:
    return None if value is None else str(value)


@callback
def async_list_voices(
    hass: HomeAssistant, settings: Mapping[str, SettingValue]
) -> tuple[CatalogueItem, ...]:
    """Return the voices of the engine that these settings choose; empty where it names none."""
    voices = _voices(hass, choice_of(hass, settings))
    return tuple(CatalogueItem(id=voice, name=name) for voice, name in voices.items())


@callback
def async_list_languages(
    hass: HomeAssistant, settings: Mapping[str, SettingValue]
) -> tuple[CatalogueItem, ...]:
    """Return the languages of the engine that these settings choose, and the one that they have; without names."""
    languages = set(_languages(hass, choice_of(hass, settings).engine))
    known = _text(settings.get("speech_language"))
    if languages and known is not None:
        languages.add(known)
    return tuple(CatalogueItem(id=language, name="") for language in sorted(languages))


@callback
def without_old_voice(
    hass: HomeAssistant,
    settings: Mapping[str, SettingValue],
    before: Mapping[str, SettingValue],
) -> dict[str, SettingValue]:
    """Return changed settings without the language and voice of an engine that is not theirs any more.

    The dialog shows the lists of the engine of before. What was entered anew stays: lists may be incomplete.
    """
    kept = dict(settings)
    is_other_engine = kept.get("speech_engine") != before.get("speech_engine")
    is_other_language = kept.get("speech_language") != before.get("speech_language")
    voice = kept.pop("speech_voice", None)
    language = "" if is_other_language else str(kept.get("speech_language", ""))
    if is_other_engine and language and not _knows(hass, kept, language):
        del kept["speech_language"]
    if voice is None:
        return kept
    is_left_over = (is_other_engine or is_other_language) and voice == before.get("speech_voice")
    if not is_left_over or voice in _voices(hass, choice_of(hass, kept)):
        kept["speech_voice"] = voice
    return kept


@callback
def _knows(hass: HomeAssistant, settings: Mapping[str, SettingValue], language: str) -> bool:
    return bool(similar_languages(hass, choice_of(hass, settings).engine, language))
