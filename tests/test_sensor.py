"""What the sensors of an avatar and of its account show."""

import asyncio

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EntityCategory
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
import pytest

from custom_components.streaming_avatar.const import DOMAIN
from custom_components.streaming_avatar.services import REASONS
from simulator.faults import ErrorFault
from tests.home import Card, Home

PHASE = "sensor.ava_phase"
MINUTES = "sensor.ava_minutes_used_today"
VIEWERS = "sensor.ava_viewers"
LATENCY = "sensor.ava_time_to_first_sound"
ERROR = "sensor.ava_last_error"
SESSION_END = "sensor.ava_session_end"
CREDITS = "sensor.konpro_127_0_0_1_credits"


async def stay(home: Home, card: Card, freezer: FrozenDateTimeFactory, seconds: int) -> None:
    """Let time pass with somebody before the screen, who answers each ping."""
    for _ in range(seconds // 10):
        await card.report("pong")
        await home.pass_time(freezer, 10)


async def test_the_phases_are_gone_through(home: Home, ava: str) -> None:
    phases: list[str] = []
    home.follow(PHASE, lambda state: phases.append(state.state))
    await home.go_live()
    await home.act("stop_session")
    await home.settle()
    assert phases == ["starting", "connecting", "live", "ending", "off"]
    assert home.attributes(PHASE)["options"] == ["off", "starting", "connecting", "live", "ending"]


async def test_viewers_are_counted(home: Home, ava: str) -> None:
    assert home.state(VIEWERS) == "0"
    await home.open_card()
    card = await home.open_card(name="Hall tablet", visible=False)
    await home.settle()
    assert home.state(VIEWERS) == "2"
    await card.client.close()
    await home.settle()
    assert home.state(VIEWERS) == "1"
    registered = er.async_get(home.hass).async_get(VIEWERS)
    assert registered is not None
    assert registered.entity_category is EntityCategory.DIAGNOSTIC


async def test_the_minutes_grow_while_a_session_is_open_and_agree_with_the_bill(
    freezer: FrozenDateTimeFactory, home: Home, entry: ConfigEntry
) -> None:
    await home.add_avatar(entry, costs={"idle_timeout": 600})
    assert home.state(MINUTES) == "0.0"
    card = await home.go_live()
    await stay(home, card, freezer, 30)
    assert float(home.state(MINUTES)) * 60 == pytest.approx(30, abs=1)
    await stay(home, card, freezer, 60)
    assert float(home.state(MINUTES)) * 60 == pytest.approx(90, abs=1)
    freezer.tick(4)
    await home.act("stop_session")
    await home.settle()
    billed = home.simulator.ledger[0].open_seconds
    assert billed == pytest.approx(94, abs=1)
    assert float(home.state(MINUTES)) * 60 == pytest.approx(billed, abs=1)


async def test_the_minutes_rest_while_no_session_is_open(
    freezer: FrozenDateTimeFactory, home: Home, ava: str
) -> None:
    await home.go_live()
    await home.act("stop_session")
    await home.settle()
    written = home.hass.states.get(MINUTES)
    assert written is not None
    await home.pass_time(freezer, 300)
    again = home.hass.states.get(MINUTES)
    assert again is not None
    assert again.last_reported == written.last_reported


@pytest.fixture
def evening(freezer: FrozenDateTimeFactory) -> FrozenDateTimeFactory:
    """Two minutes before midnight where the tests live, on the west coast of America."""
    freezer.move_to("2026-11-25 07:58:00+00:00")
    return freezer


async def test_the_minutes_begin_anew_at_local_midnight(
    evening: FrozenDateTimeFactory, home: Home, entry: ConfigEntry
) -> None:
    await home.add_avatar(entry, costs={"idle_timeout": 600})
    card = await home.go_live()
    yesterday = home.attributes(MINUTES)["last_reset"]
    assert yesterday == "2026-11-24T00:00:00-08:00"
    await stay(home, card, evening, 110)
    assert float(home.state(MINUTES)) * 60 == pytest.approx(110, abs=1)
    await stay(home, card, evening, 20)
    assert float(home.state(MINUTES)) * 60 == pytest.approx(10, abs=1)
    assert home.attributes(MINUTES)["last_reset"] == "2026-11-25T00:00:00-08:00"
    assert home.attributes(MINUTES)["state_class"] == "total"


async def test_what_only_helps_to_find_faults_is_disabled(home: Home, ava: str) -> None:
    registry = er.async_get(home.hass)
    for entity_id in (LATENCY, ERROR, SESSION_END, "binary_sensor.ava_paid_session"):
        known = registry.async_get(entity_id)
        assert known is not None
        assert known.disabled_by is er.RegistryEntryDisabler.INTEGRATION
        assert known.entity_category is EntityCategory.DIAGNOSTIC


async def test_the_last_error_stays_until_it_works_again(
    home: Home, entry: ConfigEntry, ava: str
) -> None:
    await home.enable(ERROR)
    assert home.state(ERROR) == "none"
    assert set(home.attributes(ERROR)["options"]) == {"none", *REASONS}
    card = await home.go_live()
    home.simulator.fault(
        ErrorFault(kind="error", operation="task", status=400, code=400105, message="Blocked words")
    )
    with pytest.raises(HomeAssistantError):
        await home.ask("speak", text="Hello.", task_mode="sync")
    assert home.state(ERROR) == "invalid_text"
    speaking = asyncio.create_task(home.ask("speak", text="Hello.", task_mode="sync"))
    await card.relay("avatar_stop_talking")
    await speaking
    await home.settle()
    assert home.state(ERROR) == "none"


async def test_the_time_to_the_first_sound_is_measured(
    home: Home, entry: ConfigEntry, ava: str
) -> None:
    await home.enable(LATENCY)
    assert home.state(LATENCY) == "unknown"
    card = await home.go_live()
    await home.act("speak", text="Hello.")
    await card.relay("avatar_stop_talking")
    await home.settle()
    assert 0 <= float(home.state(LATENCY)) < 5
    assert home.attributes(LATENCY)["device_class"] == "duration"
    assert home.attributes(LATENCY)["unit_of_measurement"] == "s"


async def test_the_end_of_the_session_is_told_ahead_and_rests(
    freezer: FrozenDateTimeFactory, home: Home, entry: ConfigEntry
) -> None:
    await home.add_avatar(entry, costs={"idle_timeout": 600})
    await home.enable(SESSION_END)
    assert home.state(SESSION_END) == "unknown"
    card = await home.go_live()
    told = home.state(SESSION_END)
    ends_in = dt_util.parse_datetime(told, raise_on_error=True) - dt_util.utcnow()
    assert ends_in.total_seconds() == pytest.approx(600, abs=2)
    await stay(home, card, freezer, 30)
    assert home.state(SESSION_END) == told
    await home.act("stop_session")
    await home.settle()
    assert home.state(SESSION_END) == "unknown"


async def test_the_account_shows_its_credits(home: Home, entry: ConfigEntry, ava: str) -> None:
    assert float(home.state(CREDITS)) == home.simulator.world.limits.quota
    known = er.async_get(home.hass).async_get(CREDITS)
    assert known is not None
    assert known.config_subentry_id is None
    assert known.device_id is not None
    device = dr.async_get(home.hass).async_get(known.device_id)
    assert device is not None
    assert device.identifiers == {(DOMAIN, entry.entry_id)}


async def test_an_avatar_that_costs_nothing_has_no_sensors_about_costs(home: Home) -> None:
    flows = home.hass.config_entries.flow
    flow = await flows.async_init(DOMAIN, context={"source": "user"})
    await flows.async_configure(flow["flow_id"], {"provider": "builtin"})
    await home.hass.async_block_till_done()
    registry = er.async_get(home.hass)
    ours = {entity.unique_id.split("_", 1)[1] for entity in registry.entities.values()}
    assert "latency" in ours
    costs = {"credits", "session_end", "minutes_today", "paid", "keep_alive", "paid_sessions"}
    assert not ours & {*costs, "refresh_lists"}
