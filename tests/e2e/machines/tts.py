"""Text-to-speech engines as they should not be."""

import asyncio
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from typing import Any, Final

from homeassistant.components.tts import TextToSpeechEntity, TtsAudioType
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

_TO_MP3: Final = ("ffmpeg", "-loglevel", "error", "-i", "pipe:0", "-f", "mp3", "pipe:1")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ConfigEntry[None],
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add one engine of each kind."""
    async_add_entities([OnlyMp3("Only MP3"), Failing("Failing"), Hanging("Hanging")])


class _Engine(TextToSpeechEntity):
    """An English engine."""

    _attr_default_language = "en"
    _attr_supported_languages: list[str] = ["en"]  # noqa: RUF012 - as the base class has it

    def __init__(self, name: str) -> None:
        """Take a name."""
        self._attr_name = name
        self._attr_unique_id = name.casefold().replace(" ", "_")


class OnlyMp3(_Engine):
    """An engine that knows one format, and does not stream."""

    async def async_get_tts_audio(
        self, message: str, language: str, options: dict[str, Any]
    ) -> TtsAudioType:
        """Return what eSpeak says, as an MP3 file."""
        spoken = await _run(("espeak-ng", "--stdin", "--stdout"), message.encode())
        return "mp3", await _run(_TO_MP3, spoken)


class Failing(_Engine):
    """An engine whose cloud is down."""

    async def async_get_tts_audio(
        self, message: str, language: str, options: dict[str, Any]
    ) -> TtsAudioType:
        """Fail as integrations do."""
        raise HomeAssistantError("The cloud of this engine is down")


class Hanging(_Engine):
    """An engine that never answers."""

    async def async_get_tts_audio(
        self, message: str, language: str, options: dict[str, Any]
    ) -> TtsAudioType:
        """Wait for an answer that does not come."""
        await asyncio.Event().wait()
        return None, None


async def _run(command: Sequence[str], given: bytes) -> bytes:
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    answer, _ = await process.communicate(given)
    return answer
