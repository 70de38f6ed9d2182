"""What makes an empty Home Assistant a home with an avatar: account, avatar, rooms, dashboard."""

from collections.abc import Mapping
from dataclasses import dataclass
import json
from pathlib import Path
from typing import Any, Final

from demo.connection import Connection
from demo.processes import PartError
from demo.vendor import Vendor

DOMAIN: Final = "streaming_avatar"
DASHBOARD: Final = "avatar-home"
_DASHBOARD_FILE = Path(__file__).parent / "dashboard.json"

_ROOMS: Final = {
    "Living room": ("mdi:sofa", ["media_player.ava"]),
    "Entrance": ("mdi:door", ["input_button.doorbell", "binary_sensor.front_door"]),
    "Kitchen": ("mdi:silverware-fork-knife", ["light.kitchen_light"]),
    "Laundry": ("mdi:washing-machine", ["binary_sensor.washing_machine"]),
}
_BEHIND_THE_SCENES: Final = (
    "input_boolean.front_door",
    "input_boolean.kitchen_light",
    "input_boolean.washing_machine",
)


@dataclass(frozen=True)
class Avatar:
    """An avatar that was set up."""

    entry_id: str
    subentry_id: str
    entity_id: str


async def add_account(connection: Connection, vendor: Vendor) -> str:
    """Set an account at the simulated cloud up; return the id of its entry."""
    flows = "config/config_entries/flow"
    step = await connection.rest("POST", flows, {"handler": DOMAIN})
    account = {"base_url": vendor.url, "api_key": vendor.key}
    step = await connection.rest("POST", f"{flows}/{step['flow_id']}", account)
    _expect_entry(step)
    # A dialog would go on with the first avatar; nobody looks at it here.
    next_flow = step.get("next_flow")
    if next_flow:
        await connection.rest("DELETE", f"config/config_entries/subentries/flow/{next_flow[1]}")
    entry_id: str = step["result"]["entry_id"]
    return entry_id


async def add_avatar(
    connection: Connection, entry_id: str, name: str, settings: Mapping[str, Mapping[str, Any]]
) -> Avatar:
    """Add an avatar to an account; `settings` are grouped by the sections of the dialog."""
    flows = "config/config_entries/subentries/flow"
    step = await connection.rest("POST", flows, {"handler": [entry_id, "avatar"]})
    sections: dict[str, Any] = {
        field["name"]: {} for field in step["data_schema"] if field.get("type") == "expandable"
    }
    costs = {"idle_timeout": 60, "max_minutes_per_day": 60}
    values: dict[str, Any] = {"name": name, **sections, "costs": costs}
    for section, fields in settings.items():
        if section in sections:
            values[section] = {**values[section], **fields}
        else:
            values.update(fields)
    step = await connection.rest("POST", f"{flows}/{step['flow_id']}", values)
    _expect_entry(step)
    return await find_avatar(connection, entry_id, name)


async def find_avatar(connection: Connection, entry_id: str, name: str) -> Avatar:
    """Return the avatar of that name."""
    subentries = await connection.command("config_entries/subentries/list", entry_id=entry_id)
    subentry_id = next(item["subentry_id"] for item in subentries if item["title"] == name)
    entities = await connection.command("config/entity_registry/list")
    entity_id = next(
        entity["entity_id"]
        for entity in entities
        if entity["config_subentry_id"] == subentry_id
        and entity["entity_id"].startswith("media_player.")
    )
    return Avatar(entry_id, subentry_id, entity_id)


async def furnish(connection: Connection) -> None:
    """Put the things of the sample home into rooms."""
    # Home Assistant begins with a living room, a kitchen and a bedroom.
    areas = await connection.command("config/area_registry/list")
    rooms = {area["name"].casefold(): area for area in areas}
    for name, (icon, entities) in _ROOMS.items():
        area = rooms.get(name.casefold()) or await connection.command(
            "config/area_registry/create", name=name, icon=icon
        )
        for entity_id in entities:
            await _place(connection, entity_id, area["area_id"])
    for entity_id in _BEHIND_THE_SCENES:
        await connection.command(
            "config/entity_registry/update", entity_id=entity_id, hidden_by="user"
        )


async def _place(connection: Connection, entity_id: str, area_id: str) -> None:
    """Put an entity into a room; one that stands for a device takes the whole device there."""
    entity = await connection.command("config/entity_registry/get", entity_id=entity_id)
    if device_id := entity["device_id"]:
        await connection.command(
            "config/device_registry/update", device_id=device_id, area_id=area_id
        )
    else:
        await connection.command(
            "config/entity_registry/update", entity_id=entity_id, area_id=area_id
        )


async def add_dashboard(
    connection: Connection,
    path: str = DASHBOARD,
    title: str = "Avatar home",
    configuration: Mapping[str, Any] | None = None,
) -> None:
    """Add a dashboard that is kept in storage, the one of the sample home unless told otherwise."""
    if configuration is None:
        configuration = json.loads(_DASHBOARD_FILE.read_text("utf-8"))
    await connection.command(
        "lovelace/dashboards/create",
        url_path=path,
        title=title,
        icon="mdi:account-voice",
        show_in_sidebar=True,
        require_admin=False,
    )
    await connection.command("lovelace/config/save", url_path=path, config=configuration)


async def show_first(connection: Connection, path: str = DASHBOARD) -> None:
    """Make a dashboard the one that opens after the login."""
    await connection.command("frontend/set_system_data", key="core", value={"default_panel": path})


def _expect_entry(step: Mapping[str, Any]) -> None:
    if step["type"] != "create_entry":
        raise PartError(f"Home Assistant did not take the settings: {step.get('errors') or step}")
