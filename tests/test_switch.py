"""The switch that allows an account to be charged."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EntityCategory
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
import pytest

from simulator.ledger import EndedBy
from tests.home import AVATAR, Home

PAID_SESSIONS = "switch.konpro_127_0_0_1_allow_paid_sessions"


async def turn(home: Home, state: str) -> None:
    await home.hass.services.async_call(
        "switch", f"turn_{state}", {"entity_id": PAID_SESSIONS}, blocking=True
    )
    await home.settle()


async def test_it_is_on_and_stands_at_the_account(home: Home, entry: ConfigEntry) -> None:
    assert home.state(PAID_SESSIONS) == "on"
    known = er.async_get(home.hass).async_get(PAID_SESSIONS)
    assert known is not None
    assert known.config_subentry_id is None
    assert known.entity_category is EntityCategory.CONFIG


async def test_while_it_is_off_no_session_starts(home: Home, ava: str) -> None:
    await home.open_card()
    await turn(home, "off")
    assert home.state(PAID_SESSIONS) == "off"
    with pytest.raises(HomeAssistantError, match="Paid sessions are switched off"):
        await home.act("start_session")
    with pytest.raises(HomeAssistantError, match="Paid sessions are switched off"):
        await home.ask("speak", text="Hello.", task_mode="sync")
    assert home.simulator.calls("new") == []
    await turn(home, "on")
    await home.act("start_session")
    await home.settle()
    assert len(home.simulator.calls("new")) == 1


async def test_turning_it_off_ends_what_is_open(home: Home, ava: str) -> None:
    await home.go_live()
    await turn(home, "off")
    assert home.state(AVATAR) == "off"
    assert [row.ended_by for row in home.simulator.ledger] == [EndedBy.CLIENT]


async def test_it_counts_for_avatars_that_come_later(home: Home, entry: ConfigEntry) -> None:
    await turn(home, "off")
    await home.add_avatar(entry)
    await home.open_card()
    with pytest.raises(HomeAssistantError, match="Paid sessions are switched off"):
        await home.act("start_session")


async def test_it_outlives_a_restart_and_disturbs_nothing(
    home: Home, entry: ConfigEntry, ava: str
) -> None:
    account = entry.runtime_data
    await turn(home, "off")
    assert entry.runtime_data is account, "the account was not loaded anew"
    await home.hass.config_entries.async_reload(entry.entry_id)
    await home.settle()
    assert entry.runtime_data is not account
    assert home.state(PAID_SESSIONS) == "off"
    await home.open_card()
    with pytest.raises(HomeAssistantError, match="Paid sessions are switched off"):
        await home.act("start_session")
    assert home.simulator.ledger == []


async def test_it_can_be_used_while_the_account_is_not_well(home: Home, entry: ConfigEntry) -> None:
    home.simulator.keys("another-key")
    await entry.runtime_data.coordinator.async_refresh()
    await home.settle()
    assert home.state("sensor.konpro_127_0_0_1_credits") == "unavailable"
    await turn(home, "off")
    assert home.state(PAID_SESSIONS) == "off"
