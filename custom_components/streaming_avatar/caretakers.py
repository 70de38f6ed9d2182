"""Sessions of the last run while their account cannot be loaded: runtimes without entities end them."""

import asyncio

from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from .const import DATA_STORE, DOMAIN
from .coordinator import AvatarConfigEntry, client_of
from .session.issues import async_warn_of_orphan
from .session.runtime import AvatarRuntime

DATA_CARETAKERS: HassKey[dict[str, list[AvatarRuntime]]] = HassKey(f"{DOMAIN}_caretakers")
"""By the id of the account."""


@callback
def async_appoint(hass: HomeAssistant, entry: AvatarConfigEntry) -> None:
    """Have what an account left open ended, or settled by time, though it is not loaded."""
    spec, provider = client_of(hass, entry.data)
    settings = {item.subentry_id: item.data for item in entry.subentries.values()}
    caretakers = hass.data.setdefault(DATA_CARETAKERS, {})[entry.entry_id] = [
        AvatarRuntime(
            hass,
            store=hass.data[DATA_STORE],
            avatar_id=avatar_id,
            account_id=entry.entry_id,
            name=left.name,
            spec=spec,
            provider=provider,
            settings=settings.get(avatar_id, {}),
        )
        for avatar_id, left in hass.data[DATA_STORE].leftovers(entry.entry_id).items()
    ]
    for caretaker in caretakers:
        caretaker.async_start()


async def async_dismiss(hass: HomeAssistant, entry: AvatarConfigEntry) -> None:
    """Take over from the caretakers; they get 10 s to finish."""
    caretakers = hass.data.get(DATA_CARETAKERS, {}).pop(entry.entry_id, [])
    await asyncio.gather(*(caretaker.async_close("stopped") for caretaker in caretakers))


async def async_leave(hass: HomeAssistant, entry: AvatarConfigEntry) -> None:
    """End what a removed account has open, and tell what could not be ended: its key is gone now."""
    store = hass.data[DATA_STORE]
    if store.leftovers(entry.entry_id):
        if entry.entry_id not in hass.data.get(DATA_CARETAKERS, {}):
            async_appoint(hass, entry)
        await async_dismiss(hass, entry)
    for avatar_id, left in store.forget_account(entry.entry_id).items():
        if left.record is not None:
            async_warn_of_orphan(hass, avatar_id, left.name, left.record)
    await store.async_write()
