"""The dialog of an avatar, made from the declared settings."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigEntryState,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.const import Platform
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.translation import async_get_translations

from .const import CONF_PROVIDER, DOMAIN
from .coordinator import AccountCoordinator
from .providers import PROVIDERS
from .providers.base import ProviderSpec
from .providers.settings import Catalogue, Section, Setting, SettingKind, SettingValue
from .settings_form import Catalogues, FormError, cleaned_settings, flatten, sectioned_schema
from .voices import async_list_languages, async_list_voices, without_old_voice

CONF_NAME: Final = "name"
NAME: Final = Setting(key=CONF_NAME, kind=SettingKind.TEXT, section=Section.AVATAR, max_length=64)


class AvatarSubentryFlow(ConfigSubentryFlow):
    """Add an avatar, or change one: the form of all its settings."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Begin a new avatar."""
        return await self.async_step_avatar()

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Begin with an avatar that is to be changed."""
        return await self.async_step_avatar()

    async def async_step_avatar(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for name and settings."""
        catalogues = await self._async_get_catalogues()
        if user_input is None:
            err = None if catalogues.keys() >= self._wanted else FormError({"base": "no_lists"})
            return self._show_avatar(self._known_values(), catalogues, err)
        values = flatten(user_input)
        try:
            name = cleaned_settings((NAME,), values).get(CONF_NAME)
            cleaned = cleaned_settings(self._settings, values)
        except FormError as err:
            err.placeholders["field"] = await self._async_label(err.placeholders["field"])
            return self._show_avatar(values, catalogues, err)
        title = _printable(str(name or "")) or self._default_name(cleaned, catalogues)
        if self.source == SOURCE_USER:
            return self.async_create_entry(title=title, data=cleaned)
        changed = without_old_voice(self.hass, cleaned, before=self._known_values())
        return self.async_update_and_abort(
            self._get_entry(), self._get_reconfigure_subentry(), title=title, data=changed
        )

    @property
    def _spec(self) -> ProviderSpec:
        return PROVIDERS[self._get_entry().data[CONF_PROVIDER]]

    @property
    def _settings(self) -> tuple[Setting, ...]:
        return self._spec.avatar_settings

    @property
    def _wanted(self) -> set[Catalogue]:
        return {setting.catalogue for setting in self._settings if setting.catalogue}

    async def _async_get_catalogues(self) -> Catalogues:
        """Return the account's lists; without them the ids can still be typed."""
        entry = self._get_entry()
        known = self._known_values()
        own = {
            Catalogue.SPEECH_LANGUAGES: async_list_languages(self.hass, known),
            Catalogue.SPEECH_VOICES: async_list_voices(self.hass, known),
        }
        if entry.state is not ConfigEntryState.LOADED:
            return own
        coordinator: AccountCoordinator = entry.runtime_data.coordinator
        return {**await coordinator.async_get_catalogues(self._wanted - own.keys()), **own}

    async def _async_label(self, key: str) -> str:
        """Return what the form calls a field. Errors in a section are shown at the section, so they have to say it."""
        texts = await async_get_translations(
            self.hass, self.hass.config.language, "config_subentries", {DOMAIN}
        )
        return next((text for path, text in texts.items() if path.endswith(f".data.{key}")), key)

    def _known_values(self) -> Mapping[str, Any]:
        if self.source == SOURCE_USER:
            return {}
        subentry = self._get_reconfigure_subentry()
        return {CONF_NAME: subentry.title, **subentry.data}

    def _show_avatar(
        self, values: Mapping[str, Any], catalogues: Catalogues, err: FormError | None
    ) -> SubentryFlowResult:
        errors = err.errors if err else {}
        return self.async_show_form(
            step_id="avatar",
            data_schema=sectioned_schema(
                (NAME, *self._settings),
                values,
                catalogues=catalogues,
                open_sections=frozenset(errors),
                hidden_entities=self._avatars(),
            ),
            errors=errors,
            description_placeholders={
                "provider": self._spec.name,
                **(err.placeholders if err else {}),
            },
        )

    def _avatars(self) -> list[str]:
        """Return the media players of all avatars: none of them speaks for another."""
        entities = er.async_get(self.hass).entities.values()
        return [
            entity.entity_id
            for entity in entities
            if entity.platform == DOMAIN and entity.domain == Platform.MEDIA_PLAYER
        ]

    def _default_name(self, settings: Mapping[str, SettingValue], catalogues: Catalogues) -> str:
        """Return the name of the picked avatar as the account's list has it, else its id, else the provider's."""
        spec = self._spec
        if spec.named_by is not None:
            return str(settings.get(spec.named_by, "")).title() or spec.default_avatar or spec.name
        keys = (s.key for s in self._settings if s.catalogue is Catalogue.AVATARS)
        picked = next((str(settings[key]) for key in keys if key in settings), "")
        names = {item.id: item.name for item in catalogues.get(Catalogue.AVATARS, ())}
        return _printable(names.get(picked) or picked) or spec.name


def _printable(text: str) -> str:
    """Return a name in one line."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
