"""What an avatar does at one press."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import AvatarConfigEntry
from .entity import AvatarEntity
from .session.runtime import AvatarRuntime

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class AvatarButtonDescription(ButtonEntityDescription):
    """Something to press."""

    press_fn: Callable[[AvatarRuntime], None]


DESCRIPTIONS: Final = (
    AvatarButtonDescription(
        key="interrupt",
        translation_key="interrupt",
        press_fn=lambda avatar: avatar.async_interrupt(),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AvatarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the buttons of each avatar."""

    @callback
    def add(avatar: AvatarRuntime) -> None:
        async_add_entities(
            [AvatarButton(avatar, description) for description in DESCRIPTIONS],
            config_subentry_id=avatar.avatar_id,
        )

    entry.runtime_data.async_add_platform(add)


class AvatarButton(AvatarEntity, ButtonEntity):
    """A button of the avatar; it shows nothing of the snapshot."""

    entity_description: AvatarButtonDescription

    def __init__(self, avatar: AvatarRuntime, description: AvatarButtonDescription) -> None:
        super().__init__(avatar, description.key)
        self.entity_description = description

    @callback
    @override
    def _async_subscribe(self) -> Iterable[CALLBACK_TYPE]:
        return ()

    @override
    async def async_press(self) -> None:
        self.entity_description.press_fn(self.avatar)
