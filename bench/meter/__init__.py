"""An integration of the benchmarks' Home Assistant: it measures the process that it runs in."""

from homeassistant.components.websocket_api import async_register_command
from homeassistant.core import HomeAssistant
from homeassistant.helpers.typing import ConfigType

from .load import async_prepare, ws_profile, ws_profiled, ws_read, ws_watch
from .set_up import ws_set_up


async def async_setup(hass: HomeAssistant, _config: ConfigType) -> bool:
    """Wait for what a benchmark asks."""
    async_prepare(hass)
    for command in (ws_set_up, ws_watch, ws_read, ws_profile, ws_profiled):
        async_register_command(hass, command)
    return True
