"""Whether an avatar speaks, whether it is allowed to sound, and whether its session is paid for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import AvatarConfigEntry
from .entity import AvatarEntity
from .session.runtime import AvatarRuntime, Snapshot

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class AvatarBinarySensorDescription(BinarySensorEntityDescription):
    """Something that is so or not."""

    is_on_fn: Callable[[Snapshot], bool | None]
    needs_costs: bool = False
    """There is none where sessions are free."""


DESCRIPTIONS: Final = (
    AvatarBinarySensorDescription(
        key="speaking",
        translation_key="speaking",
        is_on_fn=lambda snapshot: snapshot.speaking,
    ),
    AvatarBinarySensorDescription(
        key="sound_blocked",
        translation_key="sound_blocked",
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
        is_on_fn=lambda snapshot: snapshot.sound_blocked,
    ),
    AvatarBinarySensorDescription(
        key="paid",
        translation_key="paid",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        is_on_fn=lambda snapshot: snapshot.is_paid,
        needs_costs=True,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AvatarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the binary sensors of each avatar."""
    costs_money = entry.runtime_data.spec.capabilities.costs_money

    @callback
    def add(avatar: AvatarRuntime) -> None:
        sensors = [
            AvatarBinarySensor(avatar, description)
            for description in DESCRIPTIONS
            if costs_money or not description.needs_costs
        ]
        async_add_entities(sensors, config_subentry_id=avatar.avatar_id)

    entry.runtime_data.async_add_platform(add)


class AvatarBinarySensor(AvatarEntity, BinarySensorEntity):
    """A yes or no of the avatar's snapshot."""

    entity_description: AvatarBinarySensorDescription

    def __init__(self, avatar: AvatarRuntime, description: AvatarBinarySensorDescription) -> None:
        super().__init__(avatar, description.key)
        self.entity_description = description

    @property
    @override
    def is_on(self) -> bool | None:
        return self.entity_description.is_on_fn(self.avatar.snapshot)
