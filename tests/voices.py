"""A text-to-speech engine and a speaker for the tests, set up as any integration is."""

from dataclasses import dataclass, field
import io
from typing import Any, override
import wave

from homeassistant.components.media_player import MediaPlayerEntity
from homeassistant.components.media_player.const import (
    MediaPlayerEntityFeature,
    MediaPlayerState,
    MediaType,
)
from homeassistant.components.tts import TextToSpeechEntity, TtsAudioType, Voice
from homeassistant.config_entries import ConfigEntry, ConfigFlow
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddEntitiesCallback
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    MockPlatform,
    mock_config_flow,
    mock_integration,
    mock_platform,
)

ENGINE = "tts.piper"
SPEAKER = "media_player.hall"


def silence(seconds: float = 0.1, rate: int = 22_050) -> bytes:
    """A WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(rate)
        wav.writeframes(bytes(2 * int(seconds * rate)))
    return file.getvalue()


@dataclass(eq=False)
class Engine(TextToSpeechEntity):
    """Keeps how it was asked, and makes a moment of silence of any text."""

    asked: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    fails: bool = False

    _attr_name = "Piper"
    _attr_unique_id = "engine"

    @property
    @override
    def supported_languages(self) -> list[str]:
        return ["en", "de"]

    @property
    @override
    def default_language(self) -> str:
        return "en"

    @property
    @override
    def supported_options(self) -> list[str]:
        return ["voice"]

    @override
    def async_get_supported_voices(self, language: str) -> list[Voice] | None:
        return [Voice("joe", "Joe"), Voice("amy", "Amy")] if language == "en" else None

    @override
    async def async_get_tts_audio(
        self, message: str, language: str, options: dict[str, Any]
    ) -> TtsAudioType:
        self.asked.append((message, language, options))
        if self.fails:
            raise HomeAssistantError("The voice is gone")
        return "wav", silence()


@dataclass(eq=False)
class Speaker(MediaPlayerEntity):
    """Plays whatever it is given."""

    played: list[tuple[str, bool]] = field(default_factory=list)
    stopped: int = 0
    fails: bool = False

    _attr_name = "Hall"
    _attr_unique_id = "speaker"
    _attr_state = MediaPlayerState.IDLE
    _attr_supported_features = (
        MediaPlayerEntityFeature.PLAY_MEDIA
        | MediaPlayerEntityFeature.MEDIA_ANNOUNCE
        | MediaPlayerEntityFeature.STOP
    )

    @override
    async def async_play_media(
        self, media_type: MediaType | str, media_id: str, **kwargs: Any
    ) -> None:
        if self.fails:
            raise HomeAssistantError("It is switched off")
        self.played.append((media_id, bool(kwargs.get("announce"))))
        self.become(MediaPlayerState.PLAYING)

    @override
    async def async_media_stop(self) -> None:
        self.stopped += 1
        self.become(MediaPlayerState.IDLE)

    def become(self, state: MediaPlayerState) -> None:
        self._attr_state = state
        self.async_write_ha_state()


async def add_entity(hass: HomeAssistant, platform: Platform, entity: Entity) -> None:
    """Set up an integration that consists of one entity."""
    domain = f"test_{platform}"

    async def set_up(hass: HomeAssistant, entry: ConfigEntry) -> bool:
        await hass.config_entries.async_forward_entry_setups(entry, [platform])
        return True

    async def set_up_platform(
        hass: HomeAssistant, entry: ConfigEntry, add: AddEntitiesCallback
    ) -> None:
        add([entity])

    mock_integration(hass, MockModule(domain, async_setup_entry=set_up))
    mock_platform(hass, f"{domain}.config_flow", None)
    mock_platform(hass, f"{domain}.{platform}", MockPlatform(async_setup_entry=set_up_platform))
    entry = MockConfigEntry(domain=domain)
    entry.add_to_hass(hass)
    with mock_config_flow(domain, ConfigFlow):
        assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()


async def add_engine(hass: HomeAssistant) -> Engine:
    engine = Engine()
    await add_entity(hass, Platform.TTS, engine)
    return engine


async def add_speaker(hass: HomeAssistant) -> Speaker:
    speaker = Speaker()
    await add_entity(hass, Platform.MEDIA_PLAYER, speaker)
    return speaker
