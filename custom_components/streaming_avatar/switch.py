"""Whether an account may be charged."""

from typing import Any, override

from homeassistant.components.switch import SwitchEntity
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import AvatarConfigEntry
from .entity import AccountEntity

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AvatarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the switch of an account whose sessions cost money."""
    if entry.runtime_data.spec.capabilities.costs_money:
        async_add_entities([PaidSessionsSwitch(entry)])


class PaidSessionsSwitch(AccountEntity, SwitchEntity):
    """While it is off, no session that costs money starts, and one that is open is ended.

    It is kept with the account, not with the entity: it counts before there are any entities.
    """

    _attr_translation_key = "paid_sessions"
    _attr_entity_category = EntityCategory.CONFIG

    @property
    @override
    def available(self) -> bool:
        """Return that it can always be used, just when the account is not well."""
        return True

    @property
    @override
    def is_on(self) -> bool:
        return self.account.paid_allowed

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        self.account.async_set_paid_allowed(True)
        self.async_write_ha_state()

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        self.account.async_set_paid_allowed(False)
        self.async_write_ha_state()
