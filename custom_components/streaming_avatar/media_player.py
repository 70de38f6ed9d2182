"""The avatar as a media player: its main entity, and the target of the actions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self, override

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
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import ExtraStoredData, RestoreEntity
from homeassistant.helpers.translation import async_get_cached_translations
from homeassistant.util import dt as dt_util

from .const import CONF_BASE_URL, DOMAIN
from .coordinator import AvatarConfigEntry
from .entity import AvatarEntity
from .event import UTTERANCE_ENDED
from .portrait import Portrait
from .providers.base import AvatarEventType, TaskType
from .services import checked_text, raise_unless_well, refusals_translated
from .session.requests import SpeakRequest
from .session.runtime import AvatarRuntime, Outcome, Phase, Priority, TaskMode
from .sound_board import SENTENCE, SoundBoard
from .speech import SpeechChoice, text_of_tts

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
    account_url = entry.data[CONF_BASE_URL]

    @callback
    def add(avatar: AvatarRuntime) -> None:
        player = AvatarMediaPlayer(avatar, Portrait(hass, account_url))
        async_add_entities([player], config_subentry_id=avatar.avatar_id)

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
    # Of music, stock cards show the title; of other media the app, which says less.
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

    def __init__(self, avatar: AvatarRuntime, portrait: Portrait) -> None:
        super().__init__(avatar, "avatar")
        self._portrait = portrait
        self._sound_board = SoundBoard()
        self._began: datetime | None = None
        self._duration: float | None = None
        self._attr_app_name = avatar.spec.name

    @override
    async def async_added_to_hass(self) -> None:
        stored = await self.async_get_last_extra_data()
        sound = None if stored is None else StoredSound.from_dict(stored.as_dict())
        if sound is not None:
            self.avatar.async_set_volume(sound.volume)
            self.avatar.async_set_muted(sound.muted)
        await super().async_added_to_hass()

    @callback
    @override
    def _async_subscribe(self) -> Iterable[CALLBACK_TYPE]:
        return (
            *super()._async_subscribe(),
            self.avatar.async_subscribe_events(self._async_happened),
        )

    @callback
    def _async_happened(self, event_type: str, attributes: dict[str, Any]) -> None:
        """Note how long the sound takes that begins, and what was said: the text is there if the user shares it."""
        if event_type == AvatarEventType.AVATAR_START_TALKING:
            self._began, self._duration = dt_util.utcnow(), attributes.get("duration")
        elif event_type == UTTERANCE_ENDED and "text" in attributes:
            is_said = attributes["outcome"] == Outcome.SPOKEN
            if is_said and attributes["task_type"] == TaskType.REPEAT and attributes["text"]:
                self._sound_board.remember(attributes["text"])

    @callback
    @override
    def _async_snapshot_changed(self) -> None:
        if not self.settings.get("share_text"):
            self._sound_board.forget()
        super()._async_snapshot_changed()

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
    def media_title(self) -> str | None:
        """Return what the avatar does, in words: what it says is private, and stock cards show a title, not a state."""
        if self.state not in {MediaPlayerState.PLAYING, MediaPlayerState.BUFFERING}:
            return None
        texts = async_get_cached_translations(
            self.hass, self.hass.config.language, "entity", DOMAIN
        )
        return texts.get(f"component.{DOMAIN}.entity.media_player.avatar.state.{self.state}")

    @property
    @override
    def media_duration(self) -> int | None:
        """Return how many seconds the sound takes, where that is known."""
        if self._duration is None or not self.avatar.snapshot.speaking:
            return None
        return max(1, round(self._duration))

    @property
    @override
    def media_position(self) -> int | None:
        """Return where the sound was when it began; whoever shows it counts on."""
        return None if self.media_duration is None else 0

    @property
    @override
    def media_position_updated_at(self) -> datetime | None:
        return None if self.media_duration is None else self._began

    @property
    @override
    def media_image_url(self) -> str | None:
        """Return where the portrait is; browsers get it from Home Assistant."""
        return self.avatar.snapshot.portrait

    @property
    @override
    def entity_picture(self) -> str | None:
        """Return the portrait; other players show their picture only while they are on."""
        return self.media_image_local

    @override
    async def async_get_media_image(self) -> tuple[bytes | None, str | None]:
        picture = await self._portrait.async_get(self.avatar.snapshot.portrait)
        return (None, None) if picture is None else (picture.content, picture.content_type)

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
        """Say a text of `tts.speak` or of the sound board, play any other sound; return when it has ended.

        An announcement comes next without cutting what is being said; anything else takes its place, unless it is to
        be added to the queue.
        """
        is_announcement = bool(kwargs.get(ATTR_MEDIA_ANNOUNCE))
        enqueue: MediaPlayerEnqueue | None = kwargs.get(ATTR_MEDIA_ENQUEUE)
        is_added = enqueue in {MediaPlayerEnqueue.ADD, MediaPlayerEnqueue.NEXT}
        is_first = is_announcement or enqueue in {MediaPlayerEnqueue.NEXT, MediaPlayerEnqueue.PLAY}
        spoken = _text_of(media_type, media_id)
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
        """Show the sound board, and the sounds that Home Assistant's voice can play."""
        has_voice = self.avatar.spec.capabilities.synthesizes or self.settings.get("stand_in", True)
        return await self._sound_board.async_browse(
            self.hass,
            self.avatar.name,
            (media_content_type, media_content_id),
            saved=str(self.settings.get("saved_sentences", "")),
            plays_sounds=bool(has_voice),
        )


def _text_of(media_type: str, media_id: str) -> tuple[str, SpeechChoice | None] | None:
    """Return the text to say, and the engine that was named for it; None: it is a sound."""
    return (media_id, None) if media_type == SENTENCE else text_of_tts(media_id)
