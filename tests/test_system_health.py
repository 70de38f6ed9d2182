"""What Home Assistant's system information says of this integration."""

from typing import Any

from aiohttp import ClientSession
from homeassistant.components.system_health import get_info
from homeassistant.config_entries import ConfigEntry
from homeassistant.setup import async_setup_component
import pytest

from custom_components.streaming_avatar import frontend
from custom_components.streaming_avatar.const import DOMAIN
from simulator.faults import ErrorFault
from tests.home import Home
from tests.test_translations import TEXTS


async def told(home: Home) -> dict[str, Any]:
    await async_setup_component(home.hass, "system_health", {})
    info: dict[str, Any] = (await get_info(home.hass))[DOMAIN]
    return info


async def test_it_counts_what_there_is(home: Home, entry: ConfigEntry, ava: str) -> None:
    await home.add_avatar(entry, "Bob")
    await home.go_live()
    info = await told(home)
    assert set(info) == set(TEXTS["system_health"]["info"])
    assert info["card"].startswith(frontend.CARD_URL)
    assert {key: info[key] for key in info if key != "card"} == {
        "version": "0.1.0",
        "accounts": "1/1",
        "avatars": 2,
        "open_sessions": 1,
        "viewers": 1,
        "can_reach_servers": "ok",
    }


async def test_a_server_is_asked_without_the_key(
    home: Home, entry: ConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[object, dict[str, Any]]] = []
    get = ClientSession.get

    def note(session: ClientSession, url: Any, **kwargs: Any) -> Any:
        asked.append((url, kwargs))
        return get(session, url, **kwargs)

    monkeypatch.setattr(ClientSession, "get", note)
    assert (await told(home))["can_reach_servers"] == "ok"
    ((url, kwargs),) = asked
    assert url == home.simulator.url
    assert "headers" not in kwargs


async def test_a_server_that_gives_no_answer_is_told(
    home: Home, entry: ConfigEntry, unused_tcp_port: int
) -> None:
    home.simulator.fault(ErrorFault(kind="error", status=503, count=None))
    dead = f"http://127.0.0.1:{unused_tcp_port}"
    home.hass.config_entries.async_update_entry(entry, data={**entry.data, "base_url": dead})
    await home.settle()
    info = await told(home)
    assert info["can_reach_servers"] == "Failed: unreachable"
    assert info["accounts"] == "0/1"


async def test_without_an_account_there_is_no_server_to_reach(home: Home) -> None:
    assert await async_setup_component(home.hass, DOMAIN, {})
    info = await told(home)
    assert "can_reach_servers" not in info
    assert info["card"] == "Failed: not_registered"


async def test_a_card_of_dashboards_in_yaml_is_found_too(home: Home) -> None:
    yaml = {"lovelace": {"resource_mode": "yaml"}}
    assert await async_setup_component(home.hass, "lovelace", yaml)
    await home.add_account()
    assert (await told(home))["card"].startswith(frontend.CARD_URL)
