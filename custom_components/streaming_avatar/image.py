"""The portrait of an avatar."""

from collections.abc import Iterable
from typing import override

from homeassistant.components.image import ImageEntity
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .const import CONF_BASE_URL
from .coordinator import AvatarConfigEntry
from .entity import AvatarEntity
from .portrait import Portrait
from .providers.settings import Catalogue
from .session.runtime import AvatarRuntime

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AvatarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up a portrait for each avatar whose provider has a list of them."""
    portrait_url = entry.data[CONF_BASE_URL]

    @callback
    def add(avatar: AvatarRuntime) -> None:
        if any(setting.catalogue is Catalogue.AVATARS for setting in avatar.spec.settings):
            async_add_entities(
                [AvatarImage(hass, avatar, Portrait(hass, portrait_url))],
                config_subentry_id=avatar.avatar_id,
            )

    entry.runtime_data.async_add_platform(add)


class AvatarImage(AvatarEntity, ImageEntity):
    """The picture that the account's list shows of the avatar; unavailable where it shows none."""

    _attr_translation_key = "portrait"

    def __init__(self, hass: HomeAssistant, avatar: AvatarRuntime, portrait: Portrait) -> None:
        AvatarEntity.__init__(self, avatar, "portrait")
        ImageEntity.__init__(self, hass)
        self._portrait = portrait
        self._shown: str | None = None
        self._attr_image_last_updated = dt_util.utcnow()

    @callback
    @override
    def _async_subscribe(self) -> Iterable[CALLBACK_TYPE]:
        self._shown = self.avatar.snapshot.portrait
        return super()._async_subscribe()

    @property
    @override
    def available(self) -> bool:
        return self._shown is not None

    @callback
    @override
    def _async_snapshot_changed(self) -> None:
        """Write only that there is another picture; its time is the state."""
        if self._shown != (address := self.avatar.snapshot.portrait):
            self._shown = address
            self._attr_image_last_updated = dt_util.utcnow()
            self.async_write_ha_state()

    @override
    async def async_image(self) -> bytes | None:
        picture = await self._portrait.async_get(self._shown)
        if picture is None:
            return None
        self._attr_content_type = picture.content_type
        return picture.content
