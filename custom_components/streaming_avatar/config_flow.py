"""The dialogs: an account with its address and key, and the avatars below it."""

from collections.abc import Mapping
from logging import DEBUG, ERROR
from typing import Any, Final, override

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentryData,
    ConfigSubentryFlow,
    FlowType,
    SubentryFlowContext,
)
from homeassistant.core import callback
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import (
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import voluptuous as vol
from yarl import URL

from .const import (
    CONF_BASE_URL,
    CONF_INSECURE_ALLOWED,
    CONF_PROVIDER,
    CONF_REMEMBERED,
    DOMAIN,
    LOGGER,
    SUBENTRY_AVATAR,
)
from .coordinator import AvatarConfigEntry, credentials_from
from .providers import PROVIDERS
from .providers.base import ProviderSpec, VerifiedAccount
from .providers.errors import InvalidAddressError, ProviderError
from .providers.http import is_secure, parse_base_url
from .providers.settings import (
    Section,
    Setting,
    SettingError,
    SettingKind,
    clean_settings,
)
from .settings_form import (
    FormError,
    cleaned_settings,
    error_fields,
    error_placeholders,
    flatten,
    sectioned_schema,
)
from .subentry_flow import AvatarSubentryFlow

BASE_URL: Final = Setting(
    key=CONF_BASE_URL,
    kind=SettingKind.TEXT,
    section=Section.AVATAR,
    required=True,
    max_length=2048,
)

_PROVIDER_SELECTOR: Final = SelectSelector(
    SelectSelectorConfig(
        options=list(PROVIDERS), mode=SelectSelectorMode.LIST, translation_key=CONF_PROVIDER
    )
)

VERIFY_ERRORS: Final = {
    "authentication": "invalid_auth",
    "bad_response": "not_an_api",
    "busy": "rate_limit",
    "connection": "cannot_connect",
    "not_found": "not_an_api",
    "permission": "permission",
    "plan": "permission",
    "quota": "quota",
    "rate_limit": "rate_limit",
    "room_server": "room_server",
    "suspended": "suspended",
}
"""What a failed check means to the one who fills in the form, by the error's reason."""


class AvatarConfigFlow(ConfigFlow, domain=DOMAIN):
    """Set up an account, give it a new key, or change it: one form for all three."""

    VERSION = 1
    MINOR_VERSION = 1

    def __init__(self) -> None:
        self._spec: ProviderSpec = next(iter(PROVIDERS.values()))
        self._data: dict[str, Any] = {}
        self._confirmed: str | None = None

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask whose avatar it is to be; the first provider needs nothing more."""
        if user_input is None:
            return self.async_show_form(
                step_id="user",
                data_schema=vol.Schema(
                    {vol.Required(CONF_PROVIDER, default=self._spec.id): _PROVIDER_SELECTOR}
                ),
            )
        self._spec = PROVIDERS[user_input[CONF_PROVIDER]]
        if self._spec.asks_nothing:
            return await self._async_finish_free()
        return await self.async_step_account()

    async def _async_finish_free(self) -> ConfigFlowResult:
        """Create an account that has nothing to ask, together with its first avatar."""
        self._data = {
            CONF_PROVIDER: self._spec.id,
            CONF_BASE_URL: "",
            CONF_INSECURE_ALLOWED: False,
            CONF_REMEMBERED: {},
        }
        await self.async_set_unique_id(self._spec.id)
        self._abort_if_unique_id_configured(error="free_already_configured")
        settings = self._spec.avatar_settings
        defaults = {s.key: s.default for s in settings if s.default is not None}
        avatar = ConfigSubentryData(
            subentry_type=SUBENTRY_AVATAR,
            title=self._spec.default_avatar or self._spec.name,
            data=clean_settings(settings, defaults),
            unique_id=None,
        )
        return self.async_create_entry(title=self._spec.name, data=self._data, subentries=[avatar])

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Begin with an account whose key is no longer accepted."""
        return self._begin_with(self._get_reauth_entry())

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Begin with an account that is to be changed."""
        return self._begin_with(self._get_reconfigure_entry())

    def _begin_with(self, entry: AvatarConfigEntry) -> ConfigFlowResult:
        self._spec = PROVIDERS[entry.data[CONF_PROVIDER]]
        if self._spec.asks_nothing:
            return self.async_abort(reason="nothing_to_change")
        if entry.data[CONF_INSECURE_ALLOWED]:
            self._confirmed = entry.data[CONF_BASE_URL]
        return self._show_account(entry.data)

    async def async_step_account(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for address and key, and check them."""
        if user_input is None:
            return self._show_account({CONF_BASE_URL: self._spec.default_base_url})
        user_input = flatten(user_input)
        try:
            self._data = self._cleaned(user_input)
        except FormError as err:
            return self._show_account(user_input, err)
        url = parse_base_url(self._data[CONF_BASE_URL])
        if not is_secure(url) and self._confirmed != self._data[CONF_BASE_URL]:
            return self._show_confirm()
        return await self._async_verify()

    async def async_step_confirm_insecure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Have it confirmed that the key may travel in the clear; nothing has been sent before."""
        if user_input is None:
            return self._show_confirm()
        self._confirmed = self._data[CONF_BASE_URL]
        return await self._async_verify()

    @property
    def _settings(self) -> tuple[Setting, ...]:
        return (BASE_URL, *self._spec.credentials)

    def _show_account(
        self, values: Mapping[str, Any], err: FormError | None = None
    ) -> ConfigFlowResult:
        return self.async_show_form(
            step_id="account",
            data_schema=sectioned_schema(
                self._settings,
                values,
                open_sections=frozenset(
                    {
                        *(setting.section for setting in self._settings if values.get(setting.key)),
                        *(err.errors if err else ()),
                    }
                ),
            ),
            errors=err.errors if err else None,
            description_placeholders={
                "provider": self._spec.name,
                **(err.placeholders if err else {}),
            },
        )

    def _show_confirm(self) -> ConfigFlowResult:
        return self.async_show_form(
            step_id="confirm_insecure",
            data_schema=vol.Schema({}),
            description_placeholders={
                "provider": self._spec.name,
                "host": parse_base_url(self._data[CONF_BASE_URL]).host or "",
            },
        )

    def _cleaned(self, user_input: Mapping[str, Any]) -> dict[str, Any]:
        """Return an entry's data, with what is still to be found out left empty."""
        values = cleaned_settings(self._settings, user_input)
        url = _parsed_url(str(values[CONF_BASE_URL]))
        try:
            for setting in self._spec.credentials:
                _check_key(setting, str(values.get(setting.key, "")))
            values = dict(self._spec.complete(values, self._stored()))
        except SettingError as err:
            errors = error_fields(self._settings, err)
            raise FormError(errors, error_placeholders(self._settings, err)) from err
        return {
            **values,
            CONF_PROVIDER: self._spec.id,
            CONF_BASE_URL: str(url),
            CONF_INSECURE_ALLOWED: False,
            CONF_REMEMBERED: {},
        }

    def _stored(self) -> Mapping[str, Any]:
        """Return what is known of an account that is changed."""
        if self.source == SOURCE_REAUTH:
            return self._get_reauth_entry().data
        return self._get_reconfigure_entry().data if self.source == SOURCE_RECONFIGURE else {}

    async def _async_verify(self) -> ConfigFlowResult:
        self._data[CONF_INSECURE_ALLOWED] = self._confirmed == self._data[CONF_BASE_URL]
        provider = self._spec.factory(
            async_get_clientsession(self.hass), credentials_from(self._spec, self._data)
        )
        try:
            verified = await provider.verify_entered()
        except ProviderError as err:
            key = VERIFY_ERRORS.get(err.reason, "unknown")
            detail = str(err)
            LOGGER.log(ERROR if key == "unknown" else DEBUG, "Account not accepted: %s", err)
        except Exception as err:  # noqa: BLE001 - whatever happens, the dialog must say something
            # Neither message nor stack: the exceptions of a request hold its headers, and so the key.
            LOGGER.error(
                "Unexpected %s while checking an account of %s", type(err).__name__, self._spec.name
            )
            key, detail = "unknown", type(err).__name__
        else:
            return await self._async_finish(verified)
        return self._show_account(self._data, FormError({"base": key}, {"detail": detail}))

    async def _async_finish(self, verified: VerifiedAccount) -> ConfigFlowResult:
        self._data[CONF_REMEMBERED] = dict(verified.remember)
        unique_id = f"{self._spec.id}_{verified.unique_id}"
        if self.source in {SOURCE_REAUTH, SOURCE_RECONFIGURE}:
            return self._update(unique_id)
        await self.async_set_unique_id(unique_id)
        self._abort_if_unique_id_configured()
        return self.async_create_entry(title=self._title(), data=self._data)

    def _update(self, unique_id: str) -> ConfigFlowResult:
        """Store what was changed. A new key may well stand for the same account, so it is not held against it."""
        entry = (
            self._get_reauth_entry()
            if self.source == SOURCE_REAUTH
            else self._get_reconfigure_entry()
        )
        other = self.hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, unique_id)
        if other not in {None, entry}:
            raise AbortFlow("already_configured")
        if entry.update_listeners:  # of an account that is set up: it reloads itself
            if entry.data == self._data:
                # After a key that was refused it asks no more by itself; its sessions go on.
                entry.async_create_task(
                    self.hass, entry.runtime_data.coordinator.async_refresh(), "look again"
                )
            return self.async_update_and_abort(entry, unique_id=unique_id, data=self._data)
        return self.async_update_reload_and_abort(entry, unique_id=unique_id, data=self._data)

    def _title(self) -> str:
        """Return the provider's name, with the host where it is not the provider's own."""
        if self._data[CONF_BASE_URL] == self._spec.default_base_url:
            return self._spec.name
        return f"{self._spec.name} ({parse_base_url(self._data[CONF_BASE_URL]).host})"

    @override
    async def async_on_create_entry(self, result: ConfigFlowResult) -> ConfigFlowResult:
        """Go on with the first avatar: an account alone does nothing."""
        if self._spec.asks_nothing:
            return result
        flow = await self.hass.config_entries.subentries.async_init(
            (result["result"].entry_id, SUBENTRY_AVATAR),
            context=SubentryFlowContext(source=SOURCE_USER),
        )
        result["next_flow"] = (FlowType.CONFIG_SUBENTRIES_FLOW, flow["flow_id"])
        return result

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: AvatarConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        return {SUBENTRY_AVATAR: AvatarSubentryFlow}


def _check_key(setting: Setting, text: str) -> None:
    """Refuse what a header could not carry; no vendor's key looks like it."""
    if setting.kind is SettingKind.SECRET and not (text.isascii() and text.isprintable()):
        raise SettingError(setting.key, "invalid_key")


def _parsed_url(text: str) -> URL:
    try:
        if text.isprintable():
            return parse_base_url(text)
    except InvalidAddressError:
        pass
    raise FormError({CONF_BASE_URL: "invalid_url"})
