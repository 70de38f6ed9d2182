"""There is nothing to ask."""

from typing import Any

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult


class MachinesFlow(ConfigFlow, domain="odd_machines"):
    """Set the machines up at once."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Create the entry."""
        return self.async_create_entry(title="Odd machines", data={})
