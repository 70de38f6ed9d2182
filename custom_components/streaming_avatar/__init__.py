"""Streaming Avatar: a live talking avatar on a wall tablet."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HassJob, HomeAssistant, callback
from homeassistant.exceptions import (
    ConfigEntryAuthFailed,
    ConfigEntryError,
    ConfigEntryNotReady,
)
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.typing import ConfigType

from . import account_issues, stale
from .account_check import async_register_check
from .caretakers import async_appoint, async_dismiss, async_leave
from .const import DATA_STORE, DOMAIN, PLATFORMS, SUBENTRY_AVATAR
from .coordinator import (
    AccountCoordinator,
    AccountRuntime,
    AvatarConfigEntry,
    client_of,
)
from .frontend import async_add_card, async_remove_card, async_serve_card
from .services import async_register_services
from .session import issues
from .session.records import SessionStore
from .session.runtime import AvatarRuntime
from .websocket_api import async_register_commands

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up what all accounts share."""
    store = SessionStore(hass)
    await store.async_load()
    hass.data[DATA_STORE] = store
    async_register_services(hass)
    async_register_check(hass)
    async_register_commands(hass)
    await async_serve_card(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: AvatarConfigEntry) -> bool:
    """Set up an account and its avatars."""
    await async_dismiss(hass, entry)
    spec, provider = client_of(hass, entry.data)
    coordinator = AccountCoordinator(hass, entry, spec, provider)
    try:
        await coordinator.async_config_entry_first_refresh()
    except ConfigEntryNotReady, ConfigEntryAuthFailed, ConfigEntryError:
        async_appoint(hass, entry)
        raise
    # A coordinator polls only while somebody listens, and every entity of the account may be switched off.
    entry.async_on_unload(coordinator.async_add_listener(lambda: None))
    account = AccountRuntime(
        spec=spec, provider=provider, coordinator=coordinator, data=dict(entry.data)
    )
    entry.runtime_data = account
    _register_account_device(hass, entry)
    for subentry in entry.get_subentries_of_type(SUBENTRY_AVATAR):
        _add_avatar(hass, entry, subentry)
    _adopt_leftovers(hass, entry)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    entry.async_on_unload(entry.add_update_listener(_async_entry_updated))
    entry.async_on_unload(
        # Before the STOP event, which comes too late: by then the background tasks are cancelled.
        hass.async_add_shutdown_job(HassJob(partial(_async_close, account), "end sessions"))
    )
    await async_add_card(hass)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: AvatarConfigEntry) -> bool:
    """Unload an account; every session of its avatars is ended, which takes 10 s at most."""
    if not await hass.config_entries.async_unload_platforms(entry, PLATFORMS):
        return False
    await _async_close(entry.runtime_data)
    return True


async def async_remove_entry(hass: HomeAssistant, entry: AvatarConfigEntry) -> None:
    """End what is open; take the card out together with the last account."""
    await async_leave(hass, entry)
    account_issues.async_clear(hass, entry.entry_id)
    for avatar_id in entry.subentries:
        issues.async_clear_all(hass, avatar_id)
    await stale.async_forget(hass, entry.entry_id)
    if not hass.config_entries.async_entries(DOMAIN):
        await async_remove_card(hass)


async def _async_entry_updated(hass: HomeAssistant, entry: AvatarConfigEntry) -> None:
    """Carry over what changed, avatar by avatar, so that no other avatar's session is disturbed."""
    account = entry.runtime_data
    if account.data != entry.data:
        hass.config_entries.async_schedule_reload(entry.entry_id)
        return
    wanted = {
        avatar.subentry_id: avatar for avatar in entry.get_subentries_of_type(SUBENTRY_AVATAR)
    }
    for avatar_id in account.avatars.keys() - wanted.keys():
        gone = account.async_remove_avatar(avatar_id)
        entry.async_create_task(hass, _async_remove(hass, entry, gone), f"remove {avatar_id}")
    for avatar_id, subentry in wanted.items():
        if avatar_id not in account.avatars:
            _add_avatar(hass, entry, subentry)
        elif account.is_changed(subentry):
            _register_avatar_device(hass, entry, subentry)
            account.async_update_avatar(subentry)
            _show_portrait(hass, entry, account.avatars[avatar_id], subentry)


@callback
def _add_avatar(hass: HomeAssistant, entry: AvatarConfigEntry, subentry: ConfigSubentry) -> None:
    account = entry.runtime_data
    _register_avatar_device(hass, entry, subentry)
    avatar = _make_avatar(hass, entry, subentry.subentry_id, subentry.title, subentry.data)
    avatar.async_start()
    account.async_add_avatar(subentry, avatar)
    _show_portrait(hass, entry, avatar, subentry)


@callback
def _show_portrait(
    hass: HomeAssistant, entry: AvatarConfigEntry, avatar: AvatarRuntime, subentry: ConfigSubentry
) -> None:
    """Look the avatar's picture up in the background: the account's list may be long."""

    async def show() -> None:
        portrait = await entry.runtime_data.coordinator.async_get_portrait(subentry.data)
        avatar.async_show_portrait(portrait)

    entry.async_create_background_task(hass, show(), f"portrait of {subentry.title}")


def _make_avatar(
    hass: HomeAssistant,
    entry: AvatarConfigEntry,
    avatar_id: str,
    name: str,
    settings: Mapping[str, Any],
) -> AvatarRuntime:
    account = entry.runtime_data
    return AvatarRuntime(
        hass,
        store=hass.data[DATA_STORE],
        avatar_id=avatar_id,
        account_id=entry.entry_id,
        name=name,
        spec=account.spec,
        provider=account.provider,
        settings=settings,
        paid_allowed=account.paid_allowed,
    )


async def _async_remove(
    hass: HomeAssistant, entry: AvatarConfigEntry, avatar: AvatarRuntime
) -> None:
    """End what a removed avatar has open; what the vendor does not accept now is tried on."""
    account = entry.runtime_data
    account.closing.add(avatar.avatar_id)
    await avatar.async_close("removed")
    account.closing.discard(avatar.avatar_id)
    issues.async_clear_all(hass, avatar.avatar_id)
    hass.data[DATA_STORE].forget_settled(avatar.avatar_id)
    await hass.data[DATA_STORE].async_write()
    _adopt_leftovers(hass, entry)


@callback
def _adopt_leftovers(hass: HomeAssistant, entry: AvatarConfigEntry) -> None:
    """Have the sessions of removed avatars ended: a runtime without entities sees to each."""
    account = entry.runtime_data
    for avatar_id, left in hass.data[DATA_STORE].leftovers(entry.entry_id).items():
        if avatar_id not in {*account.avatars, *account.leftovers, *account.closing}:
            account.leftovers[avatar_id] = _make_avatar(hass, entry, avatar_id, left.name, {})
            account.leftovers[avatar_id].async_start()


async def _async_close(account: AccountRuntime) -> None:
    """End every session of an account, all at once."""
    avatars = (*account.avatars.values(), *account.leftovers.values())
    await asyncio.gather(*(avatar.async_close("stopped") for avatar in avatars))


@callback
def _register_account_device(hass: HomeAssistant, entry: AvatarConfigEntry) -> None:
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, entry.entry_id)},
        name=entry.title,
        manufacturer=entry.runtime_data.spec.name,
        entry_type=dr.DeviceEntryType.SERVICE,
    )


@callback
def _register_avatar_device(
    hass: HomeAssistant, entry: AvatarConfigEntry, subentry: ConfigSubentry
) -> None:
    """Make or rename the avatar's device; a name that the user gave the device itself stays."""
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        config_subentry_id=subentry.subentry_id,
        identifiers={(DOMAIN, subentry.subentry_id)},
        name=subentry.title,
        manufacturer=entry.runtime_data.spec.name,
        entry_type=dr.DeviceEntryType.SERVICE,
        via_device_id=dr.async_get_device_id_by_identifier(
            hass, (DOMAIN, entry.entry_id), config_entry_id=entry.entry_id
        ),
    )
