"""A LiveKit server of one's own: who may enter, and what the server is asked."""

import ast
from datetime import timedelta
from pathlib import Path
import time
from typing import Any

from aiohttp import ClientSession, web
import jwt
from livekit.api.access_token import Claims, TokenVerifier
from pydantic import SecretStr
import pytest

from custom_components.streaming_avatar.providers import livekit
from custom_components.streaming_avatar.providers.base import Credentials, Viewer
from custom_components.streaming_avatar.providers.errors import RoomServerError
from custom_components.streaming_avatar.providers.konpro import SPEC
from custom_components.streaming_avatar.providers.livekit import (
    CREDENTIALS,
    OwnLiveKit,
    complete,
)
from custom_components.streaming_avatar.providers.settings import SettingError, SettingValue

from .vendor import Answer, Handler, Vendor, drop

ADDRESS, KEY, SECRET = "wss://rooms.example", "APIkey", "s3cret-that-must-not-leak-to-anybody"
FIELDS = ("livekit_url", "livekit_api_key", "livekit_api_secret")
ALL = dict(zip(FIELDS, (ADDRESS, KEY, SECRET), strict=True))
ROOMS = "POST /twirp/livekit.RoomService/ListRooms"
PEOPLE = "POST /twirp/livekit.RoomService/ListParticipants"


def server(url: str = ADDRESS, secret: str = SECRET) -> OwnLiveKit:
    return OwnLiveKit(url=url, key=SecretStr(KEY), secret=SecretStr(secret))


def claims(token: str) -> Claims:
    """What a token says, to a server that knows the secret."""
    return TokenVerifier(KEY, SECRET, leeway=timedelta()).verify(token)


class RoomService:
    """The server's side: it looks at the token, and answers one thing."""

    def __init__(self, answer: object) -> None:
        self.answer = answer
        self.seen: list[tuple[Claims, Any]] = []

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        kind, _, token = request.headers["Authorization"].partition(" ")
        assert kind == "Bearer"
        try:
            seen = claims(token)
        except Exception:  # noqa: BLE001 - whatever is wrong with it, it opens nothing
            return web.json_response({"code": "unauthenticated", "msg": SECRET}, status=401)
        self.seen.append((seen, await request.json()))
        return web.json_response(self.answer)


async def test_the_avatar_is_seen_and_heard_in_one_room() -> None:
    token = await server().avatar_token("room-1")
    said = claims(token.get_secret_value())
    assert said.identity == "avatar"
    assert said.video is not None
    assert (said.video.room_join, said.video.room) == (True, "room-1")
    assert (said.video.can_publish, said.video.can_publish_data) == (True, True)
    assert not any((said.video.room_admin, said.video.room_list, said.video.room_create))


@pytest.mark.parametrize("publishes", [True, False])
async def test_a_viewer_watches_and_sends_only_if_it_may(*, publishes: bool) -> None:
    transport = await server().viewer_access("room-1", Viewer(id="avatar", publishes=publishes))
    assert transport.url == ADDRESS
    said = claims(transport.token.get_secret_value())
    assert said.identity == "viewer-avatar"
    assert said.video is not None
    assert (said.video.room_join, said.video.room) == (True, "room-1")
    assert (said.video.can_subscribe, said.video.can_publish) == (True, False)
    assert said.video.can_publish_data is publishes
    assert not any((said.video.room_admin, said.video.room_list, said.video.room_create))


async def test_a_token_is_for_an_hour() -> None:
    token = (await server().avatar_token("room-1")).get_secret_value()
    later = time.time() + 3600
    expiry = jwt.decode(token, SECRET, algorithms=["HS256"], issuer=KEY)["exp"]
    assert later - 60 <= expiry <= later + 1


def test_no_two_rooms_have_one_name() -> None:
    assert len({OwnLiveKit.new_room() for _ in range(100)}) == 100


async def test_nothing_shows_a_secret() -> None:
    own = server()
    transport = await own.viewer_access("room-1", Viewer(id="x", publishes=True))
    said = f"{own!r} {transport!r} {await own.avatar_token('room-1')!r}"
    for secret in (SECRET, KEY, "eyJ"):
        assert secret not in said


@pytest.mark.parametrize("missing", FIELDS)
def test_a_server_needs_all_three(missing: str) -> None:
    secrets = {key: SecretStr(value) for key, value in ALL.items()}
    assert OwnLiveKit.of(Credentials(secrets=secrets)) == server()
    del secrets[missing]
    assert OwnLiveKit.of(Credentials(secrets=secrets)) is None


def test_with_a_server_everybody_sees_the_avatar() -> None:
    secrets = {key: SecretStr(value) for key, value in ALL.items()}
    own = SPEC.capabilities_for(Credentials(secrets=secrets))
    assert own.viewers_per_session is None
    assert SPEC.capabilities_for(Credentials()) == SPEC.capabilities
    assert SPEC.capabilities.viewers_per_session == 1


@pytest.mark.parametrize(
    ("entered", "stored", "expected"),
    [
        ({"api_key": "k"}, {}, {"api_key": "k"}),
        ({"api_key": "k"} | ALL, {}, {"api_key": "k"} | ALL),
        # An address alone: the dialog does not show the rest, so it is as it was.
        ({"livekit_url": "ws://new.example:7880"}, ALL, ALL | {"livekit_url": "ws://new.example:7880"}),
        ({"livekit_url": ADDRESS, "livekit_api_secret": "new"}, ALL, ALL | {"livekit_api_secret": "new"}),
        # The address was emptied: the server is not to be used any more.
        ({"api_key": "k"}, ALL, {"api_key": "k"}),
    ],
)  # fmt: skip
def test_what_a_dialog_never_shows_stays(
    entered: dict[str, SettingValue],
    stored: dict[str, SettingValue],
    expected: dict[str, SettingValue],
) -> None:
    assert complete(entered, stored) == expected


@pytest.mark.parametrize(
    ("entered", "stored", "missing"),
    [
        ({"livekit_url": ADDRESS}, {}, "livekit_api_key"),
        ({"livekit_url": ADDRESS, "livekit_api_key": KEY}, {}, "livekit_api_secret"),
        ({"livekit_api_key": KEY, "livekit_api_secret": SECRET}, {}, "livekit_url"),
        # Who types a key and empties the address has forgotten one of them.
        ({"livekit_api_key": KEY}, ALL, "livekit_url"),
    ],
)
def test_some_of_three_are_not_enough(
    entered: dict[str, SettingValue], stored: dict[str, SettingValue], missing: str
) -> None:
    with pytest.raises(SettingError) as caught:
        complete(entered, stored)
    assert (caught.value.key, caught.value.reason) == (missing, "livekit_incomplete")


@pytest.mark.parametrize(
    "url",
    ["rooms.example", "ftp://rooms.example", "wss://", "wss://u:p@rooms.example", "wss://[",
     "wss://rooms.example?x=1", "wss://rooms.example#x", "wss://rooms.example:99999", "wss://a\n"],
)  # fmt: skip
def test_an_address_names_a_server(url: str) -> None:
    with pytest.raises(SettingError) as caught:
        complete(ALL | {"livekit_url": url}, {})
    assert (caught.value.key, caught.value.reason) == ("livekit_url", "livekit_url")


@pytest.mark.parametrize("scheme", ["ws", "http"])
async def test_a_server_that_knows_the_key_lists_its_rooms(
    vendor: Vendor, session: ClientSession, scheme: str
) -> None:
    rooms = RoomService({"rooms": []})
    vendor.on(ROOMS, rooms)
    await server(vendor.url.replace("http", scheme)).verify(session)
    [(said, body)] = rooms.seen
    assert said.video is not None
    assert said.video.room_list
    assert not said.video.room_join
    assert list(body) == ["names"]


@pytest.mark.parametrize(
    "answer", [RoomService({}), Answer(raw=b"<html>"), Answer({}, status=500), drop]
)
async def test_a_server_that_does_not_agree_is_told(
    vendor: Vendor, session: ClientSession, answer: Handler
) -> None:
    vendor.on(ROOMS, answer)
    with pytest.raises(RoomServerError) as caught:
        await server(vendor.url, secret="another-secret-of-some-other-server").verify(session)
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None
    assert len(vendor.requests) == 1


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"participants": [{"identity": "viewer-x"}, {"identity": "avatar"}]}, True),
        ({"participants": [{"identity": "viewer-avatar"}, "avatar", None]}, False),
        ({"participants": None}, False),
        ({}, False),
        ([], False),
    ],
)
async def test_the_avatar_is_found_in_its_room(
    vendor: Vendor, session: ClientSession, answer: object, *, expected: bool
) -> None:
    people = RoomService(answer)
    vendor.on(PEOPLE, people)
    assert await server(vendor.url).is_avatar_in(session, "room-1") is expected
    [(said, body)] = people.seen
    assert body == {"room": "room-1"}
    assert said.video is not None
    assert (said.video.room_admin, said.video.room) == (True, "room-1")


def test_who_has_no_server_loads_nothing_for_it() -> None:
    """The library takes longer to load than the rest of the integration."""
    at_once = [
        ast.unparse(node)
        for path in Path(livekit.__file__).parent.rglob("*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert len(at_once) > 50
    assert not [line for line in at_once if "livekit.api" in line or "livekit.protocol" in line]


def test_the_three_are_optional() -> None:
    assert tuple(setting.key for setting in CREDENTIALS) == FIELDS
    assert not any(setting.required for setting in CREDENTIALS)
