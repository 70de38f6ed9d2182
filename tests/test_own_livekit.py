"""An account with a LiveKit server of one's own: its dialog, and an avatar that every screen shows."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER, ConfigEntry
from homeassistant.data_entry_flow import FlowResultType
from livekit.api.access_token import TokenVerifier
import pytest

from custom_components.streaming_avatar.const import DOMAIN
from simulator.settings import DEFAULT_API_KEY
from tests.home import Home

KEY, SECRET = "APIkey", "s3cret-that-must-not-leak-to-anybody"
FIELDS = ("livekit_url", "livekit_api_key", "livekit_api_secret")


@pytest.fixture
async def server(home: Home) -> AsyncIterator[dict[str, str]]:
    """A LiveKit server that lets in who knows its key; as it is typed into the dialog."""

    async def rooms(request: web.Request) -> web.StreamResponse:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        try:
            TokenVerifier(KEY, SECRET).verify(token)
        except Exception:  # noqa: BLE001 - whatever is wrong with it, it opens nothing
            return web.json_response({"code": "unauthenticated"}, status=401)
        return web.json_response({"rooms": []})

    app = web.Application()
    app.router.add_post("/twirp/livekit.RoomService/ListRooms", rooms)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    url = str(server.make_url("")).replace("http", "ws").rstrip("/")
    yield dict(zip(FIELDS, (url, KEY, SECRET), strict=True))
    await server.close()


async def submit(home: Home, flow_id: str, **room: str) -> Mapping[str, Any]:
    account = {"base_url": home.simulator.url, "api_key": DEFAULT_API_KEY}
    return await home.hass.config_entries.flow.async_configure(flow_id, {**account, "room": room})


async def new_dialog(home: Home) -> str:
    flows = home.hass.config_entries.flow
    flow = await flows.async_init(DOMAIN, context={"source": SOURCE_USER})
    await flows.async_configure(flow["flow_id"], {"provider": "konpro"})
    return flow["flow_id"]


@pytest.fixture
async def entry(home: Home, server: dict[str, str]) -> ConfigEntry:
    result = await submit(home, await new_dialog(home), **server)
    assert result["type"] is FlowResultType.CREATE_ENTRY, result
    home.hass.config_entries.subentries.async_abort(result["next_flow"][1])
    await home.hass.async_block_till_done()
    entry: ConfigEntry = result["result"]
    return entry


async def reconfigure(home: Home, entry: ConfigEntry) -> Mapping[str, Any]:
    return await home.hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
    )


def kept(entry: ConfigEntry) -> dict[str, str]:
    return {key: entry.data[key] for key in FIELDS if key in entry.data}


def shown(result: Mapping[str, Any]) -> dict[str, Any]:
    """What the folded part of the dialog shows, and under "collapsed" whether it is folded."""
    part = result["data_schema"].schema["room"]
    fields = {
        str(key): (key.description or {}).get("suggested_value") for key in part.schema.schema
    }
    return {**fields, "collapsed": part.options["collapsed"]}


async def test_the_server_is_asked_before_it_is_saved(home: Home, server: dict[str, str]) -> None:
    flow_id = await new_dialog(home)
    wrong = {**server, "livekit_api_secret": "wrong-secret-of-some-other-server-here"}
    result = await submit(home, flow_id, **wrong)
    assert result["errors"] == {"base": "room_server"}
    assert shown(result) == {
        "livekit_url": server["livekit_url"],
        "livekit_api_key": None,
        "livekit_api_secret": None,
        "collapsed": False,
    }
    result = await submit(home, flow_id, **server)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert kept(result["result"]) == server


@pytest.mark.parametrize("missing", FIELDS)
async def test_two_of_three_are_refused_where_the_third_is_missing(
    home: Home, server: dict[str, str], missing: str
) -> None:
    two = {key: value for key, value in server.items() if key != missing}
    result = await submit(home, await new_dialog(home), **two)
    assert result["errors"] == {missing: "livekit_incomplete", "room": "livekit_incomplete"}
    assert shown(result)["collapsed"] is False


@pytest.mark.parametrize(
    ("field", "text", "error"),
    [
        ("livekit_url", "rooms.example", "livekit_url"),
        ("livekit_url", "https://user:pass@rooms.example", "livekit_url"),
        ("livekit_url", "wss://" + "x" * 2000, "too_long"),
        ("livekit_api_key", "🔑", "invalid_key"),
        ("livekit_api_secret", "a\x00b", "invalid_key"),
    ],
)
async def test_what_cannot_be_is_refused_at_its_field(
    home: Home, server: dict[str, str], field: str, text: str, error: str
) -> None:
    result = await submit(home, await new_dialog(home), **server | {field: text})
    assert result["errors"] == {field: error, "room": error}


async def test_without_a_server_the_part_stays_folded(home: Home) -> None:
    flows = home.hass.config_entries.flow
    flow = await flows.async_init(DOMAIN, context={"source": SOURCE_USER})
    result = await flows.async_configure(flow["flow_id"], {"provider": "konpro"})
    assert shown(result) == dict.fromkeys(FIELDS) | {"collapsed": True}


async def test_a_change_keeps_what_the_dialog_does_not_show(
    home: Home, entry: ConfigEntry, server: dict[str, str]
) -> None:
    result = await reconfigure(home, entry)
    assert shown(result)["livekit_url"] == server["livekit_url"]
    assert SECRET not in repr(result)
    result = await submit(home, result["flow_id"], livekit_url=server["livekit_url"])
    assert result["reason"] == "reconfigure_successful"
    assert kept(entry) == server


async def test_an_emptied_address_takes_the_server_away(home: Home, entry: ConfigEntry) -> None:
    result = await submit(home, (await reconfigure(home, entry))["flow_id"])
    assert result["reason"] == "reconfigure_successful"
    assert kept(entry) == {}


async def test_every_screen_shows_the_avatar_with_a_token_of_its_own(
    home: Home, entry: ConfigEntry, server: dict[str, str]
) -> None:
    await home.add_avatar(entry)
    cards = [await home.open_card(name=name) for name in ("Kitchen", "Hall")]
    await home.act("start_session", entity_id="media_player.ava")
    joins = [await card.event("join") for card in cards]
    tokens = [join["transport"]["token"] for join in joins]
    assert {join["transport"]["url"] for join in joins} == {server["livekit_url"]}
    claims = [TokenVerifier(KEY, SECRET).verify(token) for token in tokens]
    videos = [claim.video for claim in claims if claim.video]
    assert len({claim.identity for claim in claims}) == 2
    assert len({video.room for video in videos}) == 1
    # The seat alone may send into the room.
    assert sorted(video.can_publish_data for video in videos) == [False, True]
    [asked] = home.simulator.calls("new")
    assert isinstance(asked, dict)
    assert asked["livekit_settings"]["room"] == videos[0].room


def may_send(join: Mapping[str, Any]) -> bool:
    video = TokenVerifier(KEY, SECRET).verify(join["transport"]["token"]).video
    return video is not None and bool(video.can_publish_data)


async def test_who_takes_the_seat_joins_anew_to_be_allowed_to_send(
    home: Home, entry: ConfigEntry
) -> None:
    await home.add_avatar(entry)
    first, second = [await home.open_card(name=name) for name in ("Kitchen", "Hall")]
    await home.act("start_session", entity_id="media_player.ava")
    assert may_send(await first.event("join"))
    joined = await second.event("join")
    assert not may_send(joined)

    take = {"type": f"{DOMAIN}/take_seat"}
    assert (await second.command({**take, "attachment": second.attachment}))["success"]
    anew = await second.event("join")
    assert anew["epoch"] != joined["epoch"]
    assert may_send(anew)

    # Nobody is sent out of the room, and who was allowed to send still is.
    assert (await first.command({**take, "attachment": first.attachment}))["success"]
    await home.settle()
    assert (await first.state_with(seat={"mine": True, "name": "Kitchen"}))["phase"] != "off"
    assert not [event for event in first.events if event["type"] in {"join", "leave"}]


async def test_the_seat_hears_of_the_server_before_the_room_is_there(
    home: Home, entry: ConfigEntry, server: dict[str, str]
) -> None:
    await home.add_avatar(entry)
    first, second = [await home.open_card(name=name) for name in ("Kitchen", "Hall")]
    await home.act("start_session", entity_id="media_player.ava")
    prepare = await first.event("prepare")
    assert prepare == {"type": "prepare", "kind": "livekit", "url": server["livekit_url"]}
    await second.event("join")
    assert not [event for event in second.events if event["type"] == "prepare"]
