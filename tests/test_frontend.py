"""The card is served, and made known to dashboards in its current version."""

from http import HTTPStatus
import json
from pathlib import Path
from typing import Any

from homeassistant.components.frontend import DATA_EXTRA_MODULE_URL
from homeassistant.components.lovelace.const import LOVELACE_DATA
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.streaming_avatar import frontend
from custom_components.streaming_avatar.const import DOMAIN
from custom_components.streaming_avatar.services import REASONS
from tests.home import Home

CARD = "/streaming_avatar/fe/card.js"
ROOT = Path(__file__).parents[1]


@pytest.fixture
def www(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a built card."""
    (tmp_path / "card.js").write_text("// card")
    build(tmp_path, "aaaaaaaa")
    monkeypatch.setattr(frontend, "WWW", tmp_path)
    return tmp_path


def build(www: Path, build_hash: str) -> None:
    (www / "manifest.json").write_text(json.dumps({"entry": "card.js", "hash": build_hash}))


def resources(home: Home) -> list[str]:
    """The addresses of the dashboard resources."""
    return [item["url"] for item in home.hass.data[LOVELACE_DATA].resources.async_items()]


async def test_the_card_is_served(
    www: Path, home: Home, entry: ConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    response = await (await hass_client()).get(f"{CARD}?v=aaaaaaaa")
    assert response.status == HTTPStatus.OK
    assert "max-age" in response.headers["Cache-Control"]


async def test_the_card_becomes_a_resource_once(www: Path, home: Home) -> None:
    entry = await home.add_account()
    assert resources(home) == [f"{CARD}?v=aaaaaaaa"]
    (item,) = home.hass.data[LOVELACE_DATA].resources.async_items()
    assert item["type"] == "module"
    await home.hass.config_entries.async_reload(entry.entry_id)
    assert resources(home) == [f"{CARD}?v=aaaaaaaa"]


async def test_a_new_build_takes_the_place_of_the_old_one(
    www: Path, home: Home, entry: ConfigEntry
) -> None:
    stored: Any = home.hass.data[LOVELACE_DATA].resources
    await stored.async_create_item({"res_type": "module", "url": f"{CARD}?v=doubled"})
    await stored.async_create_item({"res_type": "module", "url": "/local/other.js"})
    build(www, "bbbbbbbb")
    await home.hass.config_entries.async_reload(entry.entry_id)
    assert resources(home) == [f"{CARD}?v=bbbbbbbb", "/local/other.js"]


async def test_the_resource_goes_with_the_last_account(
    www: Path, home: Home, entry: ConfigEntry
) -> None:
    home.simulator.keys("simulator-key", "another-key")
    other = await home.add_account(api_key="another-key")
    await home.hass.config_entries.async_remove(entry.entry_id)
    assert resources(home) == [f"{CARD}?v=aaaaaaaa"]
    await home.hass.config_entries.async_remove(other.entry_id)
    assert resources(home) == []


async def test_dashboards_in_yaml_load_the_card_as_a_module(www: Path, home: Home) -> None:
    yaml = {"lovelace": {"resource_mode": "yaml"}}
    assert await async_setup_component(home.hass, "lovelace", yaml)
    entry = await home.add_account()
    modules = home.hass.data[DATA_EXTRA_MODULE_URL]
    assert [url for url in modules.urls if url.startswith(CARD)] == [f"{CARD}?v=aaaaaaaa"]
    await home.hass.config_entries.async_reload(entry.entry_id)
    build(www, "bbbbbbbb")
    await home.hass.config_entries.async_reload(entry.entry_id)
    assert [url for url in modules.urls if url.startswith(CARD)] == [f"{CARD}?v=bbbbbbbb"]
    await home.hass.config_entries.async_remove(entry.entry_id)
    assert not [url for url in modules.urls if url.startswith(CARD)]


async def test_without_the_card_everything_else_works(
    www: Path, home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    (www / "manifest.json").unlink()
    entry = await home.add_account()
    assert entry.state is ConfigEntryState.LOADED
    assert resources(home) == []
    assert "The card is missing" in caplog.text


@pytest.mark.parametrize("text", ["no json", "{}", "[]", '"card"'])
async def test_an_unreadable_build_is_told(
    www: Path, home: Home, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    (www / "manifest.json").write_text(text)
    entry = await home.add_account()
    assert entry.state is ConfigEntryState.LOADED
    assert "The card is missing" in caplog.text
    assert "Traceback" not in caplog.text


def test_the_card_has_the_version_of_the_integration() -> None:
    """The card asks for a reload where the two differ."""
    integration = ROOT / "custom_components" / DOMAIN
    versions = [
        json.loads(file.read_text("utf-8"))["version"]
        for file in (integration / "manifest.json", integration / "www" / "manifest.json")
    ]
    assert versions[0] == versions[1]


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_the_card_says_what_to_do_about_every_reason(reason: str) -> None:
    texts = json.loads((ROOT / "card/src/i18n/en-notices.json").read_text("utf-8"))
    assert texts[f"notice.{reason}.title"]
    assert texts[f"notice.{reason}.hint"]
