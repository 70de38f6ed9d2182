"""What all entities of an avatar share."""

from collections.abc import Iterable, Mapping
from typing import Any, override

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity

from .const import DOMAIN
from .session.runtime import AvatarRuntime


class AvatarEntity(Entity):
    """An entity of one avatar's device, written anew whenever the avatar's snapshot changes."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, avatar: AvatarRuntime, key: str) -> None:
        """Belong to an avatar; `key` tells its entities apart."""
        self.avatar = avatar
        self._attr_unique_id = f"{avatar.avatar_id}_{key}"
        # The device itself is registered together with the avatar (see __init__.py).
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, avatar.avatar_id)})

    @property
    def settings(self) -> Mapping[str, Any]:
        """Return what the user has set for this avatar."""
        entry = self.platform.config_entry
        return entry.subentries[self.avatar.avatar_id].data if entry else {}

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        for unsubscribe in self._async_subscribe():
            self.async_on_remove(unsubscribe)

    @callback
    def _async_subscribe(self) -> Iterable[CALLBACK_TYPE]:
        """Subscribe to what the entity shows. To be extended instead of `async_added_to_hass`."""
        return (self.avatar.async_subscribe(self._async_snapshot_changed),)

    @callback
    def _async_snapshot_changed(self) -> None:
        self.async_write_ha_state()

    @callback
    def async_entity_id_changed(self, old_entity_id: str) -> None:
        """Say that nothing of ours depends on the entity id, so that it is renamed in place.

        Without this method, beside `async_added_to_hass`, Home Assistant 2026.11 removes and adds
        the entity again. 2026.10 does not know it, hence neither `override` nor `super`.
        """
