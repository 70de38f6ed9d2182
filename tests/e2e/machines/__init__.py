"""Machines that homes have and that make trouble: an integration of the tests' Home Assistant."""

from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant

_PLATFORMS: Final = (Platform.MEDIA_PLAYER, Platform.TTS)


async def async_setup_entry(hass: HomeAssistant, entry: ConfigEntry[None]) -> bool:
    """Set the machines up."""
    await hass.config_entries.async_forward_entry_setups(entry, _PLATFORMS)
    return True
