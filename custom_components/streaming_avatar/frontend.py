"""The card: served from www/, and made known to every dashboard."""

from asyncio import Lock
import json
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

from homeassistant.components.frontend import add_extra_js_url, remove_extra_js_url
from homeassistant.components.http.server import StaticPathConfig
from homeassistant.components.lovelace.const import LOVELACE_DATA
from homeassistant.core import HomeAssistant
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN, LOGGER

URL_BASE: Final = "/streaming_avatar/fe"
CARD_URL: Final = f"{URL_BASE}/card.js"
WWW: Final = Path(__file__).parent / "www"

DATA_EXTRA_URL: HassKey[str] = HassKey(f"{DOMAIN}_extra_url")
"""The address that was added for dashboards whose resources are not stored."""

DATA_LOCK: HassKey[Lock] = HassKey(f"{DOMAIN}_card_lock")


@runtime_checkable
class _StoredResources(Protocol):
    """What we use of the collection of dashboard resources, where it can be written."""

    async def async_get_info(self) -> dict[str, int]: ...

    def async_items(self) -> list[dict[str, str]]: ...

    async def async_create_item(self, data: dict[str, str]) -> object: ...

    async def async_update_item(self, item_id: str, updates: dict[str, str]) -> object: ...

    async def async_delete_item(self, item_id: str) -> None: ...


async def async_serve_card(hass: HomeAssistant) -> None:
    """Serve the card's files. The path cannot be taken back, hence once per run."""
    await hass.http.async_register_static_paths(
        [StaticPathConfig(URL_BASE, str(WWW), cache_headers=True)]
    )


async def async_add_card(hass: HomeAssistant) -> None:
    """Make the card known in its current version; does nothing where it already is."""
    try:
        build = await hass.async_add_executor_job(_read_hash)
    except (OSError, ValueError, KeyError, TypeError) as err:
        LOGGER.error("The card is missing (%s): install Streaming Avatar anew", type(err).__name__)
        return
    # Accounts are set up side by side, and one resource is enough for all.
    async with hass.data.setdefault(DATA_LOCK, Lock()):
        await _async_register(hass, f"{CARD_URL}?v={build}")


async def _async_register(hass: HomeAssistant, url: str) -> None:
    resources = _stored_resources(hass)
    if resources is None:
        if hass.data.get(DATA_EXTRA_URL) != url:
            await async_remove_card(hass)
            add_extra_js_url(hass, url)
            hass.data[DATA_EXTRA_URL] = url
        return
    ours = await _our_resources(resources)
    for surplus in ours[1:]:
        await resources.async_delete_item(surplus["id"])
    if not ours:
        await resources.async_create_item({"res_type": "module", "url": url})
    elif ours[0]["url"] != url:
        await resources.async_update_item(ours[0]["id"], {"url": url})


async def async_find_card(hass: HomeAssistant) -> str | None:
    """Return the address at which the dashboards find the card, None where they do not."""
    if url := hass.data.get(DATA_EXTRA_URL):
        return url
    resources = _stored_resources(hass)
    ours = [] if resources is None else await _our_resources(resources)
    return ours[0]["url"] if ours else None


async def async_remove_card(hass: HomeAssistant) -> None:
    """Take the card out of the dashboards."""
    if url := hass.data.pop(DATA_EXTRA_URL, None):
        remove_extra_js_url(hass, url)
    if resources := _stored_resources(hass):
        for resource in await _our_resources(resources):
            await resources.async_delete_item(resource["id"])


def _read_hash() -> str:
    """Return what tells this build of the card from others."""
    build: str = json.loads((WWW / "manifest.json").read_text("utf-8"))["hash"]
    return build


def _stored_resources(hass: HomeAssistant) -> _StoredResources | None:
    """Return the dashboard resources if they are stored, None if they are written in YAML."""
    lovelace = hass.data.get(LOVELACE_DATA)
    resources: object = lovelace.resources if lovelace else None
    return resources if isinstance(resources, _StoredResources) else None


async def _our_resources(resources: _StoredResources) -> list[dict[str, str]]:
    # The collection is loaded lazily; asking for its size is the public way to have it loaded.
    await resources.async_get_info()
    return [item for item in resources.async_items() if item["url"].split("?")[0] == CARD_URL]
