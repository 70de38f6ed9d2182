"""The blueprints: Home Assistant accepts them, and they make an avatar speak when they should."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.automation.config import AUTOMATION_BLUEPRINT_SCHEMA
from homeassistant.components.blueprint import Blueprint
from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import Event, callback
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import extract_inputs, load_yaml_dict
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.streaming_avatar.const import DOMAIN
from tests.home import AVATAR, Home

ROOT = Path(__file__).parent.parent
PATHS = sorted((ROOT / "blueprints" / "automation" / "streaming_avatar").glob("*.yaml"))
SOURCE = "https://github.com/streaming-avatar/streaming-avatar/blob/main/blueprints/automation"

type Automate = Callable[..., Any]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_home_assistant_accepts_it(path: Path) -> None:
    data = load_yaml_dict(path)
    blueprint = Blueprint(
        data,
        path=path.name,
        expected_domain="automation",
        schema=AUTOMATION_BLUEPRINT_SCHEMA,
    )
    assert blueprint.validate() is None
    assert set(blueprint.inputs) == extract_inputs(data)
    assert all(value["name"] and value["selector"] for value in blueprint.inputs.values())
    assert blueprint.metadata["source_url"] == f"{SOURCE}/streaming_avatar/{path.name}"


@pytest.fixture
def automate(home: Home, ava: str, monkeypatch: pytest.MonkeyPatch) -> Automate:
    """Make an automation of a blueprint, with the avatar and these inputs."""
    monkeypatch.setattr(home.hass.config, "config_dir", str(ROOT))

    async def automate(name: str, **inputs: Any) -> None:
        made = {
            "alias": name,
            "use_blueprint": {
                "path": f"streaming_avatar/{name}.yaml",
                "input": {"avatar": AVATAR, **inputs},
            },
        }
        assert await async_setup_component(home.hass, "automation", {"automation": made})
        await home.hass.async_block_till_done()
        assert home.state(f"automation.{name}") == "on"

    return automate


@pytest.fixture
def spoken(home: Home) -> list[str]:
    """The texts that an avatar has been asked to say."""
    texts: list[str] = []

    @callback
    def listen(event: Event) -> None:
        if (event.data["domain"], event.data["service"]) == (DOMAIN, "speak"):
            texts.append(event.data["service_data"]["text"])

    home.hass.bus.async_listen(EVENT_CALL_SERVICE, listen)
    return texts


async def pass_time(home: Home, freezer: FrozenDateTimeFactory, seconds: float) -> None:
    """Let time pass for an automation that may go on waiting."""
    freezer.tick(seconds)
    await home.fire_time()


async def test_the_doorbell_is_told_when_it_rings(
    home: Home, automate: Automate, spoken: list[str]
) -> None:
    def ring(state: str) -> None:
        home.hass.states.async_set("event.front_door", state, {"device_class": "doorbell"})

    ring("unavailable")
    await automate("doorbell", doorbell=["event.front_door"], text="At the {{ 'front' }} door.")
    ring("2026-11-24T08:00:00.000+00:00")
    await home.hass.async_block_till_done()
    assert spoken == []  # it came back, nobody rang
    ring("2026-11-24T09:00:00.000+00:00")
    await home.hass.async_block_till_done()
    assert spoken == ["At the front door."]
    await home.act("interrupt")


async def test_a_doorbell_that_nobody_can_be_told_of_does_something_else(
    home: Home, automate: Automate, spoken: list[str], freezer: FrozenDateTimeFactory
) -> None:
    told = async_capture_events(home.hass, "nobody_there")
    home.hass.states.async_set("binary_sensor.bell", "off")
    await automate(
        "doorbell",
        doorbell=["binary_sensor.bell"],
        expiry=5,
        otherwise=[{"event": "nobody_there"}],
    )
    home.hass.states.async_set("binary_sensor.bell", "on")
    await home.fire_time()
    assert spoken == ["Somebody is at the front door."]
    assert not told
    await pass_time(home, freezer, 6)
    assert len(told) == 1


async def test_a_doorbell_that_was_told_is_all(home: Home, automate: Automate) -> None:
    told = async_capture_events(home.hass, "nobody_there")
    home.hass.states.async_set("input_button.bell", "unknown")
    await automate(
        "doorbell", doorbell=["input_button.bell"], otherwise=[{"event": "nobody_there"}]
    )
    card = await home.go_live()
    home.hass.states.async_set("input_button.bell", "2026-11-24T09:00:00+00:00")
    await card.relay("avatar_stop_talking")
    await home.hass.async_block_till_done()
    (task,) = home.simulator.calls("task")
    assert isinstance(task, dict)
    assert task["text"] == "Somebody is at the front door."
    assert not told


async def test_the_end_of_the_wash_is_told_once(
    home: Home, automate: Automate, spoken: list[str], freezer: FrozenDateTimeFactory
) -> None:
    async def draw(watts: float, *, minutes: int) -> None:
        home.hass.states.async_set("sensor.washer", str(watts), {"device_class": "power"})
        await home.fire_time()
        await pass_time(home, freezer, minutes * 60 + 1)

    home.hass.states.async_set("sensor.washer", "0", {"device_class": "power"})
    await automate("appliance_finished", power="sensor.washer")
    await draw(1500, minutes=2)
    await draw(1, minutes=2)  # a pause in the middle of the programme
    await draw(300, minutes=5)
    assert spoken == []
    await draw(1, minutes=4)
    assert spoken == ["The washing machine has finished."]
    await draw(0, minutes=10)
    assert len(spoken) == 1


async def test_good_morning_is_said_once_a_day(
    home: Home, automate: Automate, spoken: list[str], freezer: FrozenDateTimeFactory
) -> None:
    await home.hass.config.async_set_time_zone("UTC")

    async def enter(moment: str) -> None:
        freezer.move_to(moment)
        for state in ("off", "on"):
            home.hass.states.async_set("binary_sensor.kitchen", state)
        await home.hass.async_block_till_done()

    home.hass.states.async_set("binary_sensor.kitchen", "off")
    await automate("good_morning", presence=["binary_sensor.kitchen"])
    await enter("2026-11-25 03:00:00")
    assert spoken == []
    await enter("2026-11-25 07:05:00")
    await enter("2026-11-25 08:00:00")
    await enter("2026-11-26 07:10:00")
    assert spoken == ["Good morning! It is 07:05.", "Good morning! It is 07:10."]
