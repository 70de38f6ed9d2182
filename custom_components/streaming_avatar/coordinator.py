"""One account: its runtime data, its slow poll, its catalogues."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, override

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed, ConfigEntryError
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from pydantic import SecretStr

from .account_issues import TROUBLES, AccountIssues
from .const import (
    CONF_BASE_URL,
    CONF_INSECURE_ALLOWED,
    CONF_PAID_ALLOWED,
    CONF_PROVIDER,
    CONF_REMEMBERED,
    DOMAIN,
    LOGGER,
)
from .providers import PROVIDERS
from .providers.base import CatalogueItem, Credentials, Provider, ProviderSpec
from .providers.errors import (
    AuthenticationError,
    PermissionDeniedError,
    PlanError,
    ProviderConnectionError,
    ProviderError,
    QuotaError,
    RateLimitError,
    SuspendedError,
)
from .providers.settings import Catalogue
from .session import issues
from .session.runtime import AvatarRuntime, Phase
from .stale import StaleSettings

UPDATE_INTERVAL = timedelta(minutes=30)
CATALOGUE_LIFETIME = 24 * 3600.0
"""Seconds; vendors add avatars and voices rarely, and the lists are long."""

type AvatarConfigEntry = ConfigEntry[AccountRuntime]
type AddAvatar = Callable[[AvatarRuntime], None]


def credentials_from(spec: ProviderSpec, data: Mapping[str, Any]) -> Credentials:
    """Return what an account's stored data says about its address and keys."""
    return Credentials(
        base_url=data[CONF_BASE_URL],
        secrets={
            setting.key: SecretStr(data[setting.key])
            for setting in spec.credentials
            if setting.key in data
        },
        insecure_allowed=data[CONF_INSECURE_ALLOWED],
        remembered=data[CONF_REMEMBERED],
    )


def client_of(hass: HomeAssistant, data: Mapping[str, Any]) -> tuple[ProviderSpec, Provider]:
    """Return what an account with this stored data is and can do, and a client for it."""
    spec = PROVIDERS[data[CONF_PROVIDER]]
    credentials = credentials_from(spec, data)
    return (
        replace(spec, capabilities=spec.capabilities_for(credentials)),
        spec.factory(async_get_clientsession(hass), credentials),
    )


@dataclass(frozen=True, kw_only=True)
class AccountData:
    """What the account says about itself."""

    credits: float | None = None
    """In the vendor's own unit; None where it does not tell."""


class AccountCoordinator(DataUpdateCoordinator[AccountData]):
    """Looks after an account slowly, and keeps its catalogues for the dialogs."""

    config_entry: AvatarConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: AvatarConfigEntry,
        spec: ProviderSpec,
        provider: Provider,
    ) -> None:
        """Poll nothing before the first refresh."""
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=f"{spec.name} account",
            update_interval=UPDATE_INTERVAL,
            always_update=False,
        )
        self._spec = spec
        self._provider = provider
        catalogues = {setting.catalogue: setting.key for setting in spec.settings}
        self._portrait_key = catalogues.get(Catalogue.AVATARS, "")
        self._issues = AccountIssues(hass, entry, spec.name)
        self._stale = StaleSettings(hass, entry, spec)
        self._catalogues: dict[Catalogue, tuple[float, tuple[CatalogueItem, ...]]] = {}
        self._locks: defaultdict[Catalogue, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._fetch: Mapping[Catalogue, Callable[[], Awaitable[tuple[CatalogueItem, ...]]]] = {
            Catalogue.AVATARS: provider.list_avatars,
            Catalogue.VOICES: provider.list_voices,
            Catalogue.LANGUAGES: provider.list_languages,
            Catalogue.KNOWLEDGE_BASES: provider.list_knowledge_bases,
        }

    @override
    async def _async_setup(self) -> None:
        await self._stale.async_load()

    @override
    async def _async_update_data(self) -> AccountData:
        try:
            await self._provider.verify()
            left = await self._async_get_credits()
        except QuotaError:
            left = 0.0
        except ProviderError as err:
            if err.reason in TROUBLES:
                self._issues.polled(err.reason)
            if isinstance(err, SuspendedError):
                # Asking on would only be held against the account; the user says when it is over.
                self.update_interval = None
            raise self._translated(err) from err
        self.update_interval = UPDATE_INTERVAL
        self._issues.polled("quota" if left is not None and left <= 0 else None)
        self._run(self.async_get_catalogues(self._stale.wanted))
        return AccountData(credits=left)

    async def async_recheck(self) -> bool:
        """Ask the account anew, for the user says that what was wrong is over; returns whether it answered well."""
        await self.async_refresh()
        if self.last_update_success:
            self._issues.settled()
        return self.last_update_success

    @callback
    def async_follow(self, avatar: AvatarRuntime) -> None:
        """Learn from an avatar's sessions how the account is, where there is one that could have trouble."""
        if self._spec.asks_nothing:
            return
        told: tuple[Phase, str | None] | None = None

        @callback
        def follow() -> None:
            nonlocal told
            snapshot = avatar.snapshot
            if told == (told := (snapshot.phase, snapshot.reason)):
                return
            if snapshot.phase in {Phase.CONNECTING, Phase.LIVE}:
                self._issues.settled()
                self._stale.accepted(avatar.avatar_id)
            elif snapshot.reason == "not_found":
                self._run(self._async_look_again(avatar))
            elif snapshot.reason is not None and self._issues.met(snapshot.reason):
                self._run(self.async_refresh())

        avatar.async_subscribe(follow)

    async def _async_look_again(self, avatar: AvatarRuntime) -> None:
        """Find out what it is that the vendor does not know any more."""
        self._catalogues.clear()
        await self.async_get_catalogues(self._stale.wanted)
        self._stale.tell_refused(avatar.avatar_id, avatar.name)

    @callback
    def async_avatar_changed(self, avatar_id: str) -> None:
        """Compare an avatar that is new, or set to something else, with the lists that are known."""
        self._stale.accepted(avatar_id)
        self._stale.look(self._lists())

    def _run(self, work: Coroutine[Any, Any, object]) -> None:
        self.config_entry.async_create_background_task(self.hass, work, f"care of {self.name}")

    async def _async_get_credits(self) -> float | None:
        """Return the credits, None where this account may not ask for them: that is no reason to do without avatars."""
        if not self._spec.capabilities.has_credits:
            return None
        try:
            return await self._provider.get_credits()
        except AuthenticationError, QuotaError, SuspendedError:
            raise
        except ProviderError as err:
            LOGGER.debug("No credits known: %s", err)
            return None

    def _translated(
        self, err: ProviderError
    ) -> ConfigEntryAuthFailed | ConfigEntryError | UpdateFailed:
        """Return what Home Assistant is to be told; the reason stays in the log as the cause."""
        placeholders = {"provider": self._spec.name}
        match err:
            case AuthenticationError():
                return ConfigEntryAuthFailed(
                    translation_domain=DOMAIN,
                    translation_key="account_authentication",
                    translation_placeholders=placeholders,
                )
            case SuspendedError():
                return ConfigEntryError(
                    translation_domain=DOMAIN,
                    translation_key="account_suspended",
                    translation_placeholders=placeholders,
                )
            case PlanError():
                key = "account_plan"
            case PermissionDeniedError():
                key = "account_permission"
            case ProviderConnectionError():
                key = "account_connection"
            case RateLimitError():
                key = "account_rate_limit"
            case _:
                key = "account_answer"
        return UpdateFailed(
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders=placeholders,
            retry_after=err.retry_after if isinstance(err, RateLimitError) else None,
        )

    async def async_get_catalogue(self, catalogue: Catalogue) -> tuple[CatalogueItem, ...]:
        """Return a list of the account, at most a day old.

        Raises:
            ProviderError: it is not known and cannot be fetched.

        """
        # Many avatars may ask at once for what one answer tells all of them.
        async with self._locks[catalogue]:
            now = self.hass.loop.time()
            if (known := self._catalogues.get(catalogue)) and now - known[0] < CATALOGUE_LIFETIME:
                return known[1]
            items = await self._fetch[catalogue]()
            self._catalogues[catalogue] = (now, items)
        self._stale.look(self._lists())
        if catalogue is Catalogue.AVATARS:
            self._async_show_portraits()
        return items

    def _lists(self) -> dict[Catalogue, tuple[CatalogueItem, ...]]:
        return {catalogue: items for catalogue, (_, items) in self._catalogues.items()}

    @property
    def lists_known(self) -> dict[str, dict[str, float]]:
        """Return how many items each list that is known has, and how old it is in seconds."""
        now = self.hass.loop.time()
        return {
            catalogue: {"items": len(items), "age": round(now - at)}
            for catalogue, (at, items) in self._catalogues.items()
        }

    @callback
    def async_forget_catalogues(self) -> None:
        """Have the lists fetched anew: those that avatars need at once, the others when they are asked for."""
        self._catalogues.clear()
        self._run(self.async_get_catalogues(self._stale.wanted))

    async def async_get_portrait(self, settings: Mapping[str, Any]) -> str | None:
        """Return the address of an avatar's picture, None where the account's list shows none."""
        if self._portrait_key not in settings:
            return None
        await self.async_get_catalogues({Catalogue.AVATARS})
        return self._portrait(settings)

    def _portrait(self, settings: Mapping[str, Any]) -> str | None:
        """Return the address of an avatar's picture, as far as is known without asking."""
        chosen = settings.get(self._portrait_key)
        avatars = self._lists().get(Catalogue.AVATARS, ())
        return next((item.preview_url for item in avatars if item.id == chosen), None)

    @callback
    def _async_show_portraits(self) -> None:
        """Follow the list: a picture may be new, or have another address."""
        account: AccountRuntime | None = getattr(self.config_entry, "runtime_data", None)
        for avatar in account.avatars.values() if account is not None else ():
            avatar.async_show_portrait(self._portrait(avatar.settings))

    async def async_get_catalogues(
        self, wanted: set[Catalogue]
    ) -> dict[Catalogue, tuple[CatalogueItem, ...]]:
        """Return those of the wanted lists that can be had, fetched side by side."""
        found: dict[Catalogue, tuple[CatalogueItem, ...]] = {}

        async def find(catalogue: Catalogue) -> None:
            try:
                found[catalogue] = await self.async_get_catalogue(catalogue)
            except ProviderError as err:
                LOGGER.debug("No list of %s: %s", catalogue, err)

        await asyncio.gather(*map(find, wanted))
        return found


@dataclass(kw_only=True)
class AccountRuntime:
    """What lives as long as the account is loaded."""

    spec: ProviderSpec
    provider: Provider
    coordinator: AccountCoordinator
    data: Mapping[str, Any]
    """The entry's data that all this was made from."""
    avatars: dict[str, AvatarRuntime] = field(default_factory=dict)
    """By subentry id."""
    closing: set[str] = field(default_factory=set)
    leftovers: dict[str, AvatarRuntime] = field(default_factory=dict)
    """Removed avatars whose session is still to be ended."""
    _made_from: dict[str, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)
    """Name and settings that the avatars have. Home Assistant changes subentries in place."""
    _platforms: list[AddAvatar] = field(default_factory=list)

    @property
    def paid_allowed(self) -> bool:
        """Return whether sessions that cost money may be started: the account's switch, kept with the account."""
        return bool(self.coordinator.config_entry.options.get(CONF_PAID_ALLOWED, True))

    @callback
    def async_set_paid_allowed(self, allowed: bool) -> None:  # noqa: FBT001 - the state of a switch
        """Allow sessions that cost money; not allowed, those that are open are ended at once."""
        entry = self.coordinator.config_entry
        self.coordinator.hass.config_entries.async_update_entry(
            entry, options={**entry.options, CONF_PAID_ALLOWED: allowed}
        )
        for avatar in self.avatars.values():
            avatar.async_set_paid_allowed(allowed)

    @callback
    def async_add_platform(self, add: AddAvatar) -> None:
        """Call `add` with every avatar that there is, and with each that comes later."""
        self._platforms.append(add)
        for avatar in self.avatars.values():
            add(avatar)

    @callback
    def async_add_avatar(self, subentry: ConfigSubentry, avatar: AvatarRuntime) -> None:
        """Take in an avatar and tell the platforms."""
        self.avatars[avatar.avatar_id] = avatar
        self._made_from[avatar.avatar_id] = (subentry.title, subentry.data)
        self.coordinator.async_follow(avatar)
        if self._platforms:  # those that are there from the start, the first poll looks at
            self.coordinator.async_avatar_changed(avatar.avatar_id)
        for add in self._platforms:
            add(avatar)

    def is_changed(self, subentry: ConfigSubentry) -> bool:
        """Return whether an avatar has not been told yet what its subentry says now."""
        return self._made_from[subentry.subentry_id] != (subentry.title, subentry.data)

    @callback
    def async_update_avatar(self, subentry: ConfigSubentry) -> None:
        """Hand an avatar its changed settings."""
        self._made_from[subentry.subentry_id] = (subentry.title, subentry.data)
        self.avatars[subentry.subentry_id].async_update(subentry.title, subentry.data)
        issues.async_clear_settings(self.coordinator.hass, subentry.subentry_id)
        self.coordinator.async_avatar_changed(subentry.subentry_id)

    @callback
    def async_remove_avatar(self, avatar_id: str) -> AvatarRuntime:
        """Forget an avatar and return it, to be closed."""
        del self._made_from[avatar_id]
        return self.avatars.pop(avatar_id)
