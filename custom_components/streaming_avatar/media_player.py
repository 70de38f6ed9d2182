"""The avatar as a media player: its main entity, and the target of the actions."""

from typing import Final, override

from homeassistant.components.media_player import MediaPlayerEntity
from homeassistant.components.media_player.const import (
    MediaPlayerEntityFeature,
    MediaPlayerState,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import AvatarConfigEntry
from .entity import AvatarEntity
from .services import refusals_translated
from .session.runtime import AvatarRuntime, Phase

PARALLEL_UPDATES = 0

STATES: Final = {
    Phase.OFF: MediaPlayerState.OFF,
    Phase.STARTING: MediaPlayerState.BUFFERING,
    Phase.CONNECTING: MediaPlayerState.BUFFERING,
    Phase.LIVE: MediaPlayerState.IDLE,
    # "off" is a promise: no session is open any more, nothing costs money.
    Phase.ENDING: MediaPlayerState.IDLE,
}


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AvatarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up one media player per avatar."""

    @callback
    def add(avatar: AvatarRuntime) -> None:
        async_add_entities([AvatarMediaPlayer(avatar)], config_subentry_id=avatar.avatar_id)

    entry.runtime_data.async_add_platform(add)


class AvatarMediaPlayer(AvatarEntity, MediaPlayerEntity):
    """An avatar. Turning it off ends its session, media stop only cuts what it says."""

    _attr_name = None
    _attr_translation_key = "avatar"
    _attr_supported_features = (
        MediaPlayerEntityFeature.TURN_ON
        | MediaPlayerEntityFeature.TURN_OFF
        | MediaPlayerEntityFeature.STOP
    )

    def __init__(self, avatar: AvatarRuntime) -> None:
        super().__init__(avatar, "avatar")

    @property
    @override
    def state(self) -> MediaPlayerState:
        snapshot = self.avatar.snapshot
        if snapshot.phase is Phase.LIVE and snapshot.speaking:
            return MediaPlayerState.PLAYING
        return STATES[snapshot.phase]

    @property
    @override
    def entity_picture(self) -> str | None:
        return self.avatar.snapshot.portrait

    @override
    async def async_turn_on(self) -> None:
        """Start a session. It is no hold: the idle timeout ends it, for scenes and voice turn on lightly."""
        with refusals_translated(self.avatar):
            self.avatar.async_start_session()

    @override
    async def async_turn_off(self) -> None:
        await self.avatar.async_stop_session()

    @override
    async def async_media_stop(self) -> None:
        self.avatar.async_interrupt()
