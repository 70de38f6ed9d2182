"""What an avatar, or its account, does at one press."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .coordinator import AvatarConfigEntry
from .entity import AccountEntity, AvatarEntity
from .services import keep_alive
from .session.runtime import AvatarRuntime

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class AvatarButtonDescription(ButtonEntityDescription):
    """Something to press."""

    press_fn: Callable[[AvatarRuntime], None]
    needs_costs: bool = False
    """There is none where sessions are free."""


DESCRIPTIONS: Final = (
    AvatarButtonDescription(
        key="interrupt",
        translation_key="interrupt",
        press_fn=lambda avatar: avatar.async_interrupt(),
    ),
    AvatarButtonDescription(
        key="keep_alive",
        translation_key="keep_alive",
        press_fn=keep_alive,
        needs_costs=True,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AvatarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the buttons of the account and of each avatar."""
    spec = entry.runtime_data.spec
    if not spec.asks_nothing:
        async_add_entities([RefreshButton(entry)])

    @callback
    def add(avatar: AvatarRuntime) -> None:
        buttons = [
            AvatarButton(avatar, description)
            for description in DESCRIPTIONS
            if spec.capabilities.costs_money or not description.needs_costs
        ]
        async_add_entities(buttons, config_subentry_id=avatar.avatar_id)

    entry.runtime_data.async_add_platform(add)


class RefreshButton(AccountEntity, ButtonEntity):
    """Has the account's lists of avatars, voices and so on fetched anew, for the dialogs."""

    _attr_translation_key = "refresh_lists"
    _attr_entity_category = EntityCategory.CONFIG

    @override
    async def async_press(self) -> None:
        spec = self.account.spec
        self.coordinator.async_forget_catalogues()
        wanted = {setting.catalogue for setting in spec.settings if setting.catalogue}
        if not await self.coordinator.async_get_catalogues(wanted):
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="no_lists",
                translation_placeholders={"provider": spec.name},
            )


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
