"""The avatar as a media player: its main entity, and the target of the actions."""

from dataclasses import dataclass
from typing import Any, Final, Self, override

from homeassistant.components import media_source
from homeassistant.components.media_player import (
    BrowseMedia,
    MediaPlayerEnqueue,
    MediaPlayerEntity,
)
from homeassistant.components.media_player.const import (
    ATTR_MEDIA_ANNOUNCE,
    ATTR_MEDIA_ENQUEUE,
    MediaPlayerEntityFeature,
    MediaPlayerState,
    MediaType,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import ExtraStoredData, RestoreEntity

from .coordinator import AvatarConfigEntry
from .entity import AvatarEntity
from .services import checked_text, raise_unless_well, refusals_translated
from .session.requests import SpeakRequest
from .session.runtime import AvatarRuntime, Phase, Priority, TaskMode
from .speech import text_of_tts

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


@dataclass(frozen=True, kw_only=True)
class StoredSound(ExtraStoredData):
    """The loudness, kept over a restart: an avatar that is off does not show it in its state."""

    volume: float
    muted: bool

    @override
    def as_dict(self) -> dict[str, Any]:
        return {"volume": self.volume, "muted": self.muted}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self | None:
        """Return what was stored, None where it is not ours."""
        volume, muted = data.get("volume"), data.get("muted")
        if isinstance(volume, int | float) and isinstance(muted, bool):
            return cls(volume=float(volume), muted=muted)
        return None


class AvatarMediaPlayer(AvatarEntity, MediaPlayerEntity, RestoreEntity):
    """An avatar. Turning it off ends its session, media stop only cuts what it says."""

    _attr_name = None
    _attr_translation_key = "avatar"
    _attr_media_content_type = MediaType.MUSIC
    _attr_supported_features = (
        MediaPlayerEntityFeature.TURN_ON
        | MediaPlayerEntityFeature.TURN_OFF
        | MediaPlayerEntityFeature.STOP
        | MediaPlayerEntityFeature.PLAY_MEDIA
        | MediaPlayerEntityFeature.MEDIA_ANNOUNCE
        | MediaPlayerEntityFeature.MEDIA_ENQUEUE
        | MediaPlayerEntityFeature.BROWSE_MEDIA
        | MediaPlayerEntityFeature.VOLUME_SET
        | MediaPlayerEntityFeature.VOLUME_MUTE
    )

    def __init__(self, avatar: AvatarRuntime) -> None:
        super().__init__(avatar, "avatar")

    @override
    async def async_added_to_hass(self) -> None:
        stored = await self.async_get_last_extra_data()
        sound = None if stored is None else StoredSound.from_dict(stored.as_dict())
        if sound is not None:
            self.avatar.async_set_volume(sound.volume)
            self.avatar.async_set_muted(sound.muted)
        await super().async_added_to_hass()

    @property
    @override
    def extra_restore_state_data(self) -> StoredSound:
        snapshot = self.avatar.snapshot
        return StoredSound(volume=snapshot.volume, muted=snapshot.muted)

    @property
    @override
    def state(self) -> MediaPlayerState:
        snapshot = self.avatar.snapshot
        # The stand-in speaks in every phase.
        if snapshot.speaking and (snapshot.phase is Phase.LIVE or snapshot.stand_in):
            return MediaPlayerState.PLAYING
        return STATES[snapshot.phase]

    @property
    @override
    def volume_level(self) -> float:
        return self.avatar.snapshot.volume

    @property
    @override
    def is_volume_muted(self) -> bool:
        return self.avatar.snapshot.muted

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

    @override
    async def async_set_volume_level(self, volume: float) -> None:
        self.avatar.async_set_volume(volume)

    @override
    async def async_mute_volume(self, mute: bool) -> None:
        self.avatar.async_set_muted(mute)

    @override
    async def async_play_media(
        self, media_type: MediaType | str, media_id: str, **kwargs: Any
    ) -> None:
        """Say a text that comes from `tts.speak`, play any other sound; return when it has ended.

        An announcement comes next without cutting what is being said; anything else takes its place, unless it is to
        be added to the queue.
        """
        is_announcement = bool(kwargs.get(ATTR_MEDIA_ANNOUNCE))
        enqueue: MediaPlayerEnqueue | None = kwargs.get(ATTR_MEDIA_ENQUEUE)
        is_added = enqueue in {MediaPlayerEnqueue.ADD, MediaPlayerEnqueue.NEXT}
        is_first = is_announcement or enqueue in {MediaPlayerEnqueue.NEXT, MediaPlayerEnqueue.PLAY}
        spoken = text_of_tts(media_id)
        if enqueue is MediaPlayerEnqueue.REPLACE:
            self.avatar.async_interrupt()
        result = await self.avatar.async_speak(
            SpeakRequest(
                text="" if spoken is None else checked_text(spoken[0]),
                media=media_id if spoken is None else None,
                speech=None if spoken is None else spoken[1],
                task_mode=TaskMode.ASYNC if is_added else TaskMode.SYNC,
                priority=Priority.URGENT if is_first else Priority.NORMAL,
                interrupt=not is_announcement and not is_added,
            )
        )
        raise_unless_well(self.avatar, result)

    @override
    async def async_browse_media(
        self,
        media_content_type: MediaType | str | None = None,
        media_content_id: str | None = None,
    ) -> BrowseMedia:
        """Show the sounds of Home Assistant's media sources."""
        return await media_source.async_browse_media(
            self.hass,
            media_content_id,
            content_filter=lambda item: item.media_content_type.startswith("audio/"),
        )
