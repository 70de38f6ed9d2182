"""Phase, minutes and viewers."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EntityCategory
from homeassistant.helpers import entity_registry as er
import pytest

from tests.home import Card, Home

PHASE = "sensor.ava_phase"
MINUTES = "sensor.ava_minutes_used_today"
VIEWERS = "sensor.ava_viewers"


async def stay(home: Home, card: Card, freezer: FrozenDateTimeFactory, seconds: int) -> None:
    """Let time pass with somebody before the screen, who answers each ping."""
    for _ in range(seconds // 10):
        await card.report("pong")
        await home.pass_time(freezer, 10)


async def test_the_phases_are_gone_through(home: Home, ava: str) -> None:
    phases: list[str] = []
    home.hass.bus.async_listen(
        "state_changed",
        lambda event: (
            phases.append(event.data["new_state"].state)
            if event.data["entity_id"] == PHASE
            else None
        ),
    )
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
