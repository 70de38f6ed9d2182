"""Sessions of the last run are ended even while their account cannot be loaded, or is removed."""

from dataclasses import replace

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.storage import Store
import pytest

from custom_components.streaming_avatar.const import DATA_STORE
from simulator.faults import ErrorFault
from simulator.ledger import EndedBy
from tests.home import Home


@pytest.fixture
async def left_open(home: Home, entry: ConfigEntry, ava: str) -> None:
    """A session at the cloud and its record here, as a crash leaves them; the account is unloaded."""
    card = await home.go_live()
    store = home.hass.data[DATA_STORE]
    stored = store.get(ava)
    assert stored is not None
    assert stored.record is not None
    await home.act("stop_session")
    await home.settle()
    await card.client.close()
    assert await home.hass.config_entries.async_unload(entry.entry_id)
    cloud = async_get_clientsession(home.hass)
    headers = {"x-api-key": entry.data["api_key"]}
    async with cloud.post(
        f"{home.simulator.url}/v1/streaming/new", json={}, headers=headers
    ) as response:
        session_id = (await response.json())["data"]["session_id"]
    store.put(ava, replace(stored, record=replace(stored.record, session_id=session_id)))
    assert home.simulator.ledger[-1].ended_by is None


async def test_though_the_account_cannot_be_loaded(
    home: Home, entry: ConfigEntry, left_open: None
) -> None:
    home.simulator.fault(ErrorFault(kind="error", operation="list", status=503, count=None))
    assert not await home.hass.config_entries.async_setup(entry.entry_id)
    await home.settle()
    state: ConfigEntryState = entry.state
    assert state is ConfigEntryState.SETUP_RETRY
    assert home.simulator.ledger[-1].ended_by is EndedBy.CLIENT
    assert await home.hass.config_entries.async_unload(entry.entry_id)


async def test_when_an_account_that_is_not_loaded_is_removed(
    home: Home, entry: ConfigEntry, left_open: None
) -> None:
    await home.hass.config_entries.async_remove(entry.entry_id)
    assert home.simulator.ledger[-1].ended_by is EndedBy.CLIENT
    assert home.hass.data[DATA_STORE].leftovers(entry.entry_id) == {}


async def test_no_session_is_opened_whose_record_cannot_be_stored(
    home: Home, ava: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_store: object, _data: object) -> None:
        """Do as Home Assistant does when the disk is full: log it, and go on."""

    monkeypatch.setattr(Store, "async_save", refuse)
    await home.open_card()
    with pytest.raises(HomeAssistantError, match="disk"):
        await home.ask("speak", text="Hello.", task_mode="sync")
    assert home.simulator.calls("new") == []
