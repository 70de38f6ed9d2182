"""A loudspeaker that tells what it was given to play."""

from typing import Any

from homeassistant.components.media_player import (
    ATTR_MEDIA_ANNOUNCE,
    MediaPlayerEntity,
    MediaPlayerEntityFeature,
    MediaPlayerState,
    MediaType,
)
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ConfigEntry[None],
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the speaker."""
    async_add_entities([HallwaySpeaker()])


class HallwaySpeaker(MediaPlayerEntity):
    """A speaker in the hallway."""

    _attr_name = "Hallway speaker"
    _attr_unique_id = "hallway_speaker"
    _attr_state = MediaPlayerState.IDLE
    _attr_supported_features = (
        MediaPlayerEntityFeature.PLAY_MEDIA
        | MediaPlayerEntityFeature.MEDIA_ANNOUNCE
        | MediaPlayerEntityFeature.STOP
    )

    def __init__(self) -> None:
        """Begin with nothing played."""
        self._attr_extra_state_attributes: dict[str, Any] = {"played": []}

    async def async_play_media(
        self, media_type: MediaType | str, media_id: str, **kwargs: Any
    ) -> None:
        """Remember what is to be played."""
        played = {"media_id": media_id, "announce": bool(kwargs.get(ATTR_MEDIA_ANNOUNCE))}
        self._attr_extra_state_attributes = {
            "played": [*self._attr_extra_state_attributes["played"], played]
        }
        self.async_write_ha_state()

    async def async_media_stop(self) -> None:
        """Be silent, as it was all the time."""
