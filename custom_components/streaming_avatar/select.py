"""What a user can choose of an avatar and see at once, as in its dialog."""

from typing import Final, override

from homeassistant.components.select import SelectEntity
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import AvatarConfigEntry
from .entity import AvatarEntity
from .providers.settings import Applies, Setting, SettingKind
from .session.runtime import AvatarRuntime

PARALLEL_UPDATES = 0

UNSET: Final = "default"
"""The option that leaves a setting empty."""


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AvatarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up a select for each of the provider's settings that is a choice and takes effect at once."""

    @callback
    def add(avatar: AvatarRuntime) -> None:
        selects = [
            AvatarSelect(avatar, setting)
            for setting in avatar.spec.settings
            if setting.kind is SettingKind.OPTION and setting.applies is Applies.IMMEDIATE
        ]
        async_add_entities(selects, config_subentry_id=avatar.avatar_id)

    entry.runtime_data.async_add_platform(add)


class AvatarSelect(AvatarEntity, SelectEntity):
    """One setting. It is stored where the dialog stores it, so the two always agree."""

    _attr_entity_category = EntityCategory.CONFIG

    def __init__(self, avatar: AvatarRuntime, setting: Setting) -> None:
        super().__init__(avatar, setting.key)
        self._setting = setting
        self._attr_translation_key = setting.key
        unset = [UNSET] if setting.default is None else []
        self._attr_options = [*unset, *setting.options]
        self._shown: str | None = None

    @property
    @override
    def current_option(self) -> str:
        return str(self.settings.get(self._setting.key) or self._setting.default or UNSET)

    @callback
    @override
    def _async_snapshot_changed(self) -> None:
        """Write only what was chosen in the dialog: most changes of an avatar are about other things."""
        if self._shown != (option := self.current_option):
            self._shown = option
            self.async_write_ha_state()

    @override
    async def async_select_option(self, option: str) -> None:
        settings = {key: value for key, value in self.settings.items() if key != self._setting.key}
        if option != UNSET:
            settings[self._setting.key] = option
        entry = self.hass.config_entries.async_get_known_entry(self.avatar.account_id)
        self.hass.config_entries.async_update_subentry(
            entry, entry.subentries[self.avatar.avatar_id], data=settings
        )
        self.async_write_ha_state()
