"""The portrait of an avatar, as Home Assistant hands it to browsers."""

from collections.abc import AsyncIterator
from http import HTTPStatus
import logging
from typing import Final

from aiohttp import web
from aiohttp.test_utils import TestServer
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.streaming_avatar import portrait as portrait_module
from custom_components.streaming_avatar.portrait import MAX_BYTES, Portrait
from simulator.faults import ErrorFault
from tests.home import Home

PORTRAIT: Final = "image.marcus_portrait"
PNG: Final = b"\x89PNG\r\n\x1a\n and so on"


@pytest.fixture
async def marcus(home: Home, entry: ConfigEntry) -> str:
    """An avatar that the account's list has a picture of."""
    avatar_id = await home.add_avatar(entry, "Marcus", avatar_id="Marcus_Desk_public")
    await home.settle()
    return avatar_id


async def test_home_assistant_serves_the_picture_of_the_list(
    home: Home, marcus: str, hass_client: ClientSessionGenerator
) -> None:
    assert home.state(PORTRAIT) not in {"unknown", "unavailable"}
    browser = await hass_client()
    for entity_id in (PORTRAIT, "media_player.marcus"):
        address = home.attributes(entity_id)["entity_picture"]
        assert address.startswith("/api/")
        answer = await browser.get(address)
        assert answer.status == HTTPStatus.OK
        assert answer.content_type == "image/png"
        assert (await answer.read()).startswith(b"\x89PNG")


async def test_a_picture_that_comes_later_is_shown(home: Home, entry: ConfigEntry) -> None:
    home.simulator.fault(ErrorFault(kind="error", operation="avatar_list", status=500, count=None))
    await home.hass.config_entries.async_reload(entry.entry_id)
    await home.add_avatar(entry, "Marcus", avatar_id="Marcus_Desk_public")
    await home.settle()
    assert home.state(PORTRAIT) == "unavailable"
    home.simulator.world.faults.clear()
    await home.hass.services.async_call(
        "button", "press", {"entity_id": "button.konpro_127_0_0_1_refresh_lists"}, blocking=True
    )
    await home.settle()
    assert home.state(PORTRAIT) != "unavailable"


async def test_an_avatar_of_no_list_has_no_portrait(home: Home, ava: str) -> None:
    assert home.state("image.ava_portrait") == "unavailable"
    assert "entity_picture" not in home.attributes("media_player.ava")


async def test_the_built_in_avatar_has_a_face_instead(home: Home) -> None:
    flows = home.hass.config_entries.flow
    flow = await flows.async_init("streaming_avatar", context={"source": "user"})
    await flows.async_configure(flow["flow_id"], {"provider": "builtin"})
    await home.hass.async_block_till_done()
    registry = er.async_get(home.hass)
    assert [entity for entity in registry.entities.values() if entity.domain == "image"] == []


async def test_a_picture_that_cannot_be_had_is_an_error_for_the_browser_only(
    home: Home, marcus: str, hass_client: ClientSessionGenerator
) -> None:
    browser = await hass_client()
    addresses = {
        entity_id: home.attributes(entity_id)["entity_picture"]
        for entity_id in (PORTRAIT, "media_player.marcus")
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(portrait_module, "TYPES", frozenset())
        assert (await browser.get(addresses[PORTRAIT])).status == 500
        assert (await browser.get(addresses["media_player.marcus"])).status == 404
    assert (await browser.get(addresses[PORTRAIT])).status == 200


class Gallery:
    """A host with pictures, good and bad."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        app = web.Application()
        app.router.add_get("/{name}", self._serve)
        self.server = TestServer(app, host="127.0.0.1")

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        self.asked.append(name)
        match name:
            case "good":
                return web.Response(body=PNG, content_type="image/png")
            case "moved":
                raise web.HTTPFound("/good")
            case "svg":
                return web.Response(body=b"<svg/>", content_type="image/svg+xml")
            case "page":
                return web.Response(text="<html>", content_type="text/html")
            case "large":
                return web.Response(body=bytes(MAX_BYTES + 1), content_type="image/png")
            case "largest":
                return web.Response(body=bytes(MAX_BYTES), content_type="image/png")
            case "cut":
                response = web.StreamResponse(headers={"Content-Length": "1000"})
                response.content_type = "image/png"
                await response.prepare(request)
                await response.write(PNG)
                assert request.transport is not None
                request.transport.abort()
                return response
        raise web.HTTPNotFound

    def url(self, name: str) -> str:
        return str(self.server.make_url(f"/{name}"))


@pytest.fixture
async def gallery(socket_enabled: None) -> AsyncIterator[Gallery]:
    gallery = Gallery()
    await gallery.server.start_server()
    yield gallery
    await gallery.server.close()


async def test_a_picture_is_fetched_once(gallery: Gallery, hass: HomeAssistant) -> None:
    portrait = Portrait(hass, gallery.url(""))
    for _ in range(2):
        picture = await portrait.async_get(gallery.url("good"))
        assert picture is not None
        assert (picture.content, picture.content_type) == (PNG, "image/png")
    assert gallery.asked == ["good"]
    largest = await portrait.async_get(gallery.url("largest"))
    assert largest is not None
    assert len(largest.content) == MAX_BYTES
    assert await portrait.async_get(None) is None


@pytest.mark.parametrize("name", ["moved", "svg", "page", "large", "cut", "missing"])
async def test_what_is_no_picture_is_not_passed_on(
    gallery: Gallery, hass: HomeAssistant, name: str
) -> None:
    portrait = Portrait(hass, gallery.url(""))
    assert await portrait.async_get(gallery.url(name)) is None
    assert gallery.asked == [name]


async def test_what_failed_is_tried_again(gallery: Gallery, hass: HomeAssistant) -> None:
    portrait = Portrait(hass, gallery.url(""))
    for _ in range(2):
        assert await portrait.async_get(gallery.url("missing")) is None
    assert gallery.asked == ["missing", "missing"]


@pytest.mark.parametrize("account", ["https://127.0.0.1", "http://127.0.0.1:1", "", "nonsense"])
async def test_only_the_accounts_own_host_is_asked_without_encryption(
    gallery: Gallery, hass: HomeAssistant, account: str
) -> None:
    assert await Portrait(hass, account).async_get(gallery.url("good")) is None
    assert gallery.asked == []


@pytest.mark.parametrize(
    "address", ["", "good", "//host/good", "file:///etc/passwd", "http://[", "https://", "data:,x"]
)
async def test_an_address_that_is_none_is_not_asked(
    gallery: Gallery, hass: HomeAssistant, address: str
) -> None:
    assert await Portrait(hass, gallery.url("")).async_get(address) is None


async def test_any_host_may_be_asked_over_https(
    gallery: Gallery, hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    """The gallery speaks no TLS: that it was called is seen by the kind of failure alone."""
    secure = gallery.url("good").replace("http://", "https://")
    caplog.set_level(logging.DEBUG, "custom_components.streaming_avatar")
    assert await Portrait(hass, "https://other.example").async_get(secure) is None
    tried = [text for text in caplog.messages if "portrait" in text]
    assert [text.startswith("No portrait: Client") for text in tried] == [True]
