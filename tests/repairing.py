"""What tests ask of the repairs dashboard."""

from collections.abc import Mapping
from typing import Any

from homeassistant.components.repairs import repairs_flow_manager
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component

from custom_components.streaming_avatar.const import DOMAIN


def issue(hass: HomeAssistant, issue_id: str) -> ir.IssueEntry | None:
    """An issue that is told now."""
    return ir.async_get(hass).async_get_issue(DOMAIN, issue_id)


def told(hass: HomeAssistant, issue_id: str) -> Mapping[str, str]:
    """What the text of an issue names."""
    entry = issue(hass, issue_id)
    assert entry is not None, issue_id
    assert entry.translation_placeholders is not None
    return entry.translation_placeholders


def issues(hass: HomeAssistant) -> set[str | None]:
    """The keys of all that is told now."""
    return {
        entry.translation_key
        for entry in ir.async_get(hass).issues.values()
        if entry.domain == DOMAIN
    }


async def open_fix(hass: HomeAssistant, issue_id: str) -> str:
    """Open what the user sees under Fix; returns the id of the flow."""
    await async_setup_component(hass, "repairs", {})
    flows = repairs_flow_manager(hass)
    assert flows is not None
    form = await flows.async_init(DOMAIN, context={"issue_id": issue_id})
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "confirm"
    assert form["description_placeholders"] == told(hass, issue_id)
    return form["flow_id"]


async def submit_fix(hass: HomeAssistant, flow_id: str) -> Mapping[str, Any]:
    """Submit it."""
    flows = repairs_flow_manager(hass)
    assert flows is not None
    return await flows.async_configure(flow_id, {})


async def fix(hass: HomeAssistant, issue_id: str) -> Mapping[str, Any]:
    """Open it and submit it."""
    return await submit_fix(hass, await open_fix(hass, issue_id))
