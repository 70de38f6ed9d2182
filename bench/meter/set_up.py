"""What importing an integration and setting it up takes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from operator import attrgetter
import sys
from time import perf_counter, process_time
from types import MappingProxyType
from typing import Any

from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.decorators import async_response, websocket_command
from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigEntryState
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.loader import Integration, async_get_integration
from homeassistant.setup import async_setup_component
from homeassistant.util.async_ import gather_with_limited_concurrency
import voluptuous as vol

from .memory import settled

BEGIN, END = "bench: import begins", "bench: import ends"
"""Lines in the log, between which an import profile stands."""

_AT_ONCE = 32
"""Entries that are set up side by side; a hundred at once overflow what a small server listens to."""


@websocket_command(
    {
        vol.Required("type"): "bench_meter/set_up",
        vol.Required("domain"): str,
        vol.Required("entries"): [dict],
        vol.Optional("point"): dict,
    }
)
@async_response
async def ws_set_up(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Import an integration, then set some entries of it up; answer what each took.

    `point` lets a library whose host cannot be set ask another one: module, member of an enumeration, address.
    """
    integration = await async_get_integration(hass, msg["domain"])
    # What others need, too, is no cost of this one.
    for domain in (*integration.dependencies, *integration.after_dependencies):
        await async_setup_component(hass, domain, {})
    await hass.async_block_till_done()
    there = set(sys.modules)
    figures: dict[str, float] = {"memory_before": settled()}
    print(BEGIN, file=sys.stderr, flush=True)
    with _timed(figures, "import"):
        await _load(integration)
    print(END, file=sys.stderr, flush=True)
    figures["modules"] = len(set(sys.modules) - there)
    figures["memory_imported"] = settled()
    if point := msg.get("point"):
        attrgetter(point["member"])(import_module(point["module"]))._value_ = point["address"]
    entries = [_entry(integration.domain, content) for content in msg["entries"]]
    states = len(hass.states.async_all())
    with _timed(figures, "set_up"):
        await gather_with_limited_concurrency(
            _AT_ONCE, *(hass.config_entries.async_add(entry) for entry in entries)
        )
        await hass.async_block_till_done()
    figures["memory_set_up"] = settled()
    figures["entities"] = len(hass.states.async_all()) - states
    reasons = {
        entry.reason or str(entry.state)
        for entry in entries
        if entry.state is not ConfigEntryState.LOADED
    }
    if reasons:
        connection.send_error(msg["id"], "not_loaded", "; ".join(reasons))
    else:
        connection.send_result(msg["id"], figures)


@contextmanager
def _timed(figures: dict[str, float], name: str) -> Iterator[None]:
    wall, own = perf_counter(), process_time()
    yield
    figures[f"{name}_own"] = process_time() - own
    figures[f"{name}_wall"] = perf_counter() - wall


async def _load(integration: Integration) -> None:
    await integration.async_get_component()
    await integration.async_get_platforms(
        integration.platforms_exists(("config_flow", *(str(platform) for platform in Platform)))
    )


def _entry(domain: str, content: Mapping[str, Any]) -> ConfigEntry[Any]:
    return ConfigEntry(
        domain=domain,
        title="Bench",
        data=content["data"],
        options=content.get("options", {}),
        version=content.get("version", 1),
        minor_version=content.get("minor_version", 1),
        subentries_data=content.get("subentries_data", ()),
        discovery_keys=MappingProxyType({}),
        source=SOURCE_USER,
        unique_id=None,
    )
