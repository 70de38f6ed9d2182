"""What Home Assistant's system information says of this integration."""

from collections.abc import Iterable
from typing import Any

from homeassistant.components import system_health
from homeassistant.core import HomeAssistant, callback
from homeassistant.loader import async_get_integration

from .const import CONF_BASE_URL, DOMAIN
from .coordinator import AvatarConfigEntry
from .frontend import async_find_card
from .session.runtime import Phase


@callback
def async_register(hass: HomeAssistant, register: system_health.SystemHealthRegistration) -> None:
    """Register what is told."""
    register.async_register_info(_async_info)


async def _async_info(hass: HomeAssistant) -> dict[str, Any]:
    entries: list[AvatarConfigEntry] = hass.config_entries.async_entries(DOMAIN)
    loaded: list[AvatarConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    snapshots = [
        avatar.snapshot for entry in loaded for avatar in entry.runtime_data.avatars.values()
    ]
    info: dict[str, Any] = {
        "version": str((await async_get_integration(hass, DOMAIN)).version),
        "card": await async_find_card(hass) or {"type": "failed", "error": "not_registered"},
        "accounts": f"{len(loaded)}/{len(entries)}",
        "avatars": len(snapshots),
        "open_sessions": sum(snapshot.phase is not Phase.OFF for snapshot in snapshots),
        "viewers": sum(snapshot.viewers for snapshot in snapshots),
    }
    if addresses := sorted({url for entry in entries if (url := entry.data[CONF_BASE_URL])}):
        info["can_reach_servers"] = _async_reach(hass, addresses)
    return info


async def _async_reach(hass: HomeAssistant, addresses: Iterable[str]) -> str | dict[str, str]:
    """Ask each account's host for its front page, without a key; tell of the first that gives no answer."""
    for address in addresses:
        result = await system_health.async_check_can_reach_url(hass, address)
        if result != "ok":
            return result
    return "ok"
