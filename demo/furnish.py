"""What makes an empty Home Assistant a home with avatars: accounts, avatars, rooms, dashboard."""

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
FLOWS: Final = "config/config_entries/flow"
_DASHBOARDS = Path(__file__).parent / "dashboards"

_ROOMS: Final = {
    "Living room": ("mdi:sofa", ["media_player.mira"]),
    "Entrance": ("mdi:door", ["input_button.doorbell", "binary_sensor.front_door"]),
    "Kitchen": ("mdi:silverware-fork-knife", ["light.kitchen_light"]),
    "Laundry": ("mdi:washing-machine", ["binary_sensor.washing_machine"]),
}
_ROOMS_WITH_CLOUD: Final = {"Office": ("mdi:desk-lamp", ["media_player.ava"])}
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


async def add_built_in(connection: Connection) -> Avatar:
    """Set the built-in avatar up, as a user does with two clicks."""
    step = await begin_account(connection, "builtin")
    _expect_entry(step)
    entry_id: str = step["result"]["entry_id"]
    (subentry,) = await connection.command("config_entries/subentries/list", entry_id=entry_id)
    return await find_avatar(connection, entry_id, subentry["title"])


async def add_account(connection: Connection, vendor: Vendor, **parts: Mapping[str, str]) -> str:
    """Set an account at the simulated cloud up, with folded `parts` of its form; return the id of its entry."""
    step = await begin_account(connection, "konpro")
    account = {"base_url": vendor.url, "api_key": vendor.key, **parts}
    step = await connection.rest("POST", f"{FLOWS}/{step['flow_id']}", account)
    _expect_entry(step)
    # A dialog would go on with the first avatar; nobody looks at it here.
    next_flow = step.get("next_flow")
    if next_flow:
        await connection.rest("DELETE", f"config/config_entries/subentries/flow/{next_flow[1]}")
    entry_id: str = step["result"]["entry_id"]
    return entry_id


async def begin_account(connection: Connection, provider: str) -> dict[str, Any]:
    """Begin the dialog of an account, and choose whose avatars it is about; return the next step."""
    step = await connection.rest("POST", FLOWS, {"handler": DOMAIN})
    answer: dict[str, Any] = await connection.rest(
        "POST", f"{FLOWS}/{step['flow_id']}", {"provider": provider}
    )
    return answer


async def add_avatar(
    connection: Connection, entry_id: str, name: str, settings: Mapping[str, Any]
) -> Avatar:
    """Add an avatar to an account, with some settings other than the dialog proposes."""
    flows = "config/config_entries/subentries/flow"
    step = await connection.rest("POST", flows, {"handler": [entry_id, "avatar"]})
    values = _filled(step["data_schema"], {"name": name, **settings})
    step = await connection.rest("POST", f"{flows}/{step['flow_id']}", values)
    _expect_entry(step)
    return await find_avatar(connection, entry_id, name)


def _filled(fields: list[dict[str, Any]], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form with sections is answered: its proposals, and the settings where they belong."""
    values: dict[str, Any] = {}
    for field in fields:
        name, proposed = field["name"], field.get("description", {}).get("suggested_value")
        if field.get("type") == "expandable":
            values[name] = _filled(field["schema"], settings)
        elif name in settings:
            values[name] = settings[name]
        elif (value := field.get("default", proposed)) is not None:
            values[name] = value
    return values


async def find_avatar(connection: Connection, entry_id: str, name: str) -> Avatar:
    """Return the avatar of that name."""
    subentries = await connection.command("config_entries/subentries/list", entry_id=entry_id)
    subentry_id = next(item["subentry_id"] for item in subentries if item["title"] == name)
    entity_id = await find_entity(connection, subentry_id, "media_player")
    return Avatar(entry_id, subentry_id, entity_id)


async def find_entity(
    connection: Connection, subentry_id: str, domain: str, key: str | None = None
) -> str:
    """Return an avatar's entity; its id need not follow from the avatar's name, which others may have."""
    entity_id: str = next(
        entity["entity_id"]
        for entity in await connection.command("config/entity_registry/list")
        if entity["config_subentry_id"] == subentry_id
        and entity["entity_id"].startswith(f"{domain}.")
        and key in {None, entity["translation_key"]}
    )
    return entity_id


async def furnish(connection: Connection, *, with_cloud: bool) -> None:
    """Put the things of the sample home into rooms."""
    # Home Assistant begins with a living room, a kitchen and a bedroom.
    areas = await connection.command("config/area_registry/list")
    rooms = {area["name"].casefold(): area for area in areas}
    wanted = {**_ROOMS, **(_ROOMS_WITH_CLOUD if with_cloud else {})}
    for name, (icon, entities) in wanted.items():
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


def home_dashboard(*, with_cloud: bool) -> dict[str, Any]:
    """Return the dashboard of the sample home."""
    dashboard: dict[str, Any] = json.loads((_DASHBOARDS / "home.json").read_text("utf-8"))
    if with_cloud:
        cards = json.loads((_DASHBOARDS / "cloud.json").read_text("utf-8"))
        dashboard["views"][0]["sections"][-1]["cards"].extend(cards)
    return dashboard


async def add_dashboard(
    connection: Connection, path: str, title: str, configuration: Mapping[str, Any]
) -> None:
    """Add a dashboard that is kept in storage."""
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
