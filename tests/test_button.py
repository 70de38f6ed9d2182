"""The buttons of an avatar and of its account."""

import asyncio

from homeassistant.config_entries import ConfigEntry
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest

from simulator.faults import ErrorFault
from tests.home import AVATAR, Home

KEEP_ALIVE = "button.ava_keep_alive"
REFRESH = "button.konpro_127_0_0_1_refresh_lists"


async def press(home: Home, entity_id: str) -> None:
    await home.hass.services.async_call("button", "press", {"entity_id": entity_id}, blocking=True)


async def test_pressing_it_interrupts(home: Home, ava: str) -> None:
    home.simulator.slow_speech()
    card = await home.open_card()
    speaking = asyncio.create_task(
        home.ask("speak", text="A long story, told slowly.", task_mode="sync")
    )
    await card.join()
    await card.relay("avatar_start_talking")
    await press(home, "button.ava_interrupt")
    assert (await speaking)[AVATAR]["outcome"] == "interrupted"


async def test_pressing_it_while_the_avatar_is_off_is_no_error(home: Home, ava: str) -> None:
    await press(home, "button.ava_interrupt")
    assert home.simulator.calls("interrupt") == []


async def test_keep_alive_reaches_the_cloud(home: Home, ava: str) -> None:
    await home.go_live()
    await press(home, KEEP_ALIVE)
    await home.settle()
    assert len(home.simulator.calls("keep_alive")) == 1


async def test_keep_alive_without_a_session_says_so(home: Home, ava: str) -> None:
    with pytest.raises(ServiceValidationError, match="Ava has no open session"):
        await press(home, KEEP_ALIVE)
    assert home.simulator.ledger == []


async def test_the_lists_are_fetched_anew(home: Home, entry: ConfigEntry) -> None:
    coordinator = entry.runtime_data.coordinator
    wanted = {setting.catalogue for setting in entry.runtime_data.spec.settings} - {None}
    await coordinator.async_get_catalogues(wanted)
    asked = len(home.simulator.calls("avatar_list"))
    await press(home, REFRESH)
    await home.settle()
    assert len(home.simulator.calls("avatar_list")) == asked + 1


async def test_lists_that_cannot_be_had_are_an_error(home: Home, entry: ConfigEntry) -> None:
    home.simulator.fault(ErrorFault(kind="error", operation="*", status=500, count=None))
    with pytest.raises(HomeAssistantError, match="lists of KonPro could not be loaded"):
        await press(home, REFRESH)
