"""What all entities of an avatar, and of an account, share."""

from collections.abc import Iterable, Mapping
from typing import Any, override

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import DOMAIN
from .coordinator import AccountCoordinator, AccountRuntime, AvatarConfigEntry
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
        """Return what the user has set for this avatar; empty once it is removed."""
        entry = self.platform.config_entry
        subentry = entry.subentries.get(self.avatar.avatar_id) if entry else None
        return subentry.data if subentry else {}

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


class AccountEntity(CoordinatorEntity[AccountCoordinator]):
    """An entity of the account's device, for what all its avatars share. Its translation key tells it apart."""

    _attr_has_entity_name = True

    def __init__(self, entry: AvatarConfigEntry) -> None:
        """Belong to an account."""
        super().__init__(entry.runtime_data.coordinator)
        self._attr_unique_id = f"{entry.entry_id}_{self._attr_translation_key}"
        # The device itself is registered together with the account (see __init__.py).
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, entry.entry_id)})

    @property
    def account(self) -> AccountRuntime:
        """Return the account."""
        return self.coordinator.config_entry.runtime_data
