"""Whether an avatar speaks, and whether it is allowed to sound."""

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

    is_on_fn: Callable[[Snapshot], bool]


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
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AvatarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the binary sensors of each avatar."""

    @callback
    def add(avatar: AvatarRuntime) -> None:
        async_add_entities(
            [AvatarBinarySensor(avatar, description) for description in DESCRIPTIONS],
            config_subentry_id=avatar.avatar_id,
        )

    entry.runtime_data.async_add_platform(add)


class AvatarBinarySensor(AvatarEntity, BinarySensorEntity):
    """A yes or no of the avatar's snapshot."""

    entity_description: AvatarBinarySensorDescription

    def __init__(self, avatar: AvatarRuntime, description: AvatarBinarySensorDescription) -> None:
        super().__init__(avatar, description.key)
        self.entity_description = description

    @property
    @override
    def is_on(self) -> bool:
        return self.entity_description.is_on_fn(self.avatar.snapshot)
