"""KonPro's avatars in rooms of a LiveKit server of one's own."""

from aiohttp import ClientSession
from livekit.api.access_token import TokenVerifier, VideoGrants
from pydantic import SecretStr
import pytest

from custom_components.streaming_avatar.providers.base import Viewer
from custom_components.streaming_avatar.providers.errors import (
    AuthenticationError,
    RoomServerError,
)
from custom_components.streaming_avatar.providers.konpro import KonPro

from .vendor import Answer, Sleeper, Vendor
from .wire import CREATE, DONE, LIST, NEW, SLASH_LIST, START, own_account, refused, request_for

KEY, SECRET = "APIkey", "s3cret-that-must-not-leak-to-anybody"


@pytest.fixture
def own(vendor: Vendor, session: ClientSession, sleeper: Sleeper) -> KonPro:
    return KonPro(session, own_account(vendor.url, KEY, SECRET), sleep=sleeper)


def grants(token: SecretStr) -> tuple[str, VideoGrants]:
    claims = TokenVerifier(KEY, SECRET).verify(token.get_secret_value())
    assert claims.video is not None
    return claims.identity, claims.video


async def test_the_avatar_is_asked_into_a_new_room_each_time(vendor: Vendor, own: KonPro) -> None:
    vendor.on(CREATE, Answer(NEW))
    for _ in range(2):
        await own.create_session(request_for(avatar_id="Ann_public"))
    rooms = set()
    for request in vendor.requests:
        assert isinstance(request.body, dict)
        assert request.body.keys() == {"version", "avatar_id", "livekit_settings"}
        asked = request.body["livekit_settings"]
        assert asked.keys() == {"room", "url", "access_token"}
        assert asked["url"] == vendor.url.replace("http", "ws")
        identity, video = grants(SecretStr(asked["access_token"]))
        assert identity == "avatar"
        assert video.room == asked["room"]
        rooms.add(asked["room"])
    assert len(rooms) == 2


@pytest.mark.parametrize(
    "data",
    [
        NEW["data"],
        {"session_id": "eba59f0d"},
        {"session_id": "eba59f0d", "url": None, "access_token": None, "sdp": {"type": "offer"}},
    ],
)
async def test_every_viewer_has_a_token_of_its_own(
    vendor: Vendor, own: KonPro, data: object
) -> None:
    """What the answer says of a room is not needed: it may be of ours, or of none."""
    vendor.on(CREATE, Answer({"code": 100, "data": data})).on(START, DONE)
    created = await own.create_session(request_for())
    assert own.room_address(created) == vendor.url.replace("http", "ws")
    created = await own.start_session(created)
    seat = await own.viewer_access(created, Viewer(id="tablet", publishes=True))
    other = await own.viewer_access(created, Viewer(id="phone", publishes=False))
    assert seat.url == other.url == vendor.url.replace("http", "ws")
    seat_name, seat_video = grants(seat.token)
    other_name, other_video = grants(other.token)
    assert (seat_name, other_name) == ("viewer-tablet", "viewer-phone")
    assert seat_video.room == other_video.room
    assert (seat_video.can_publish_data, other_video.can_publish_data) == (True, False)
    body = vendor.requests[0].body
    assert isinstance(body, dict)
    assert body["livekit_settings"]["room"] == seat_video.room


async def test_a_new_account_is_asked_for_both(vendor: Vendor, own: KonPro) -> None:
    vendor.on(SLASH_LIST, LIST)
    with pytest.raises(RoomServerError):
        await own.verify_entered()
    rooms = "POST /twirp/livekit.RoomService/ListRooms"
    vendor.on(rooms, Answer({"rooms": []}))
    assert await own.verify_entered() == await own.verify()
    assert len(vendor.asked(rooms)) == 2
    vendor.on(SLASH_LIST, refused(401, 400112))
    with pytest.raises(AuthenticationError):
        await own.verify_entered()
    assert len(vendor.asked(rooms)) == 2


async def test_without_a_server_of_ones_own_none_is_asked_for(
    vendor: Vendor, konpro: KonPro
) -> None:
    vendor.on(SLASH_LIST, LIST)
    await konpro.verify_entered()
    assert vendor.routes == [SLASH_LIST]
