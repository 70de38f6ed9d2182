"""Sessions in a room that the caller brings along."""

import time

import jwt
import pytest

from simulator.room.token import room_token

from .cloud import Cloud

ROOM = "kitchen"
URL = "wss://example.org"


def token(**video: object) -> str:
    """Return a token for an avatar, with other grants."""
    grants = {"roomJoin": True, "room": ROOM} | video
    claims = {"iss": "key", "sub": "face", "exp": int(time.time()) + 600, "video": grants}
    return jwt.encode(claims, "x" * 32)


GOOD = room_token(api_key="key", api_secret="x" * 32, identity="face", room=ROOM, valid_seconds=600)


def own(access_token: str) -> dict[str, str]:
    return {"room": ROOM, "url": URL, "access_token": access_token}


async def test_the_answer_says_what_the_caller_said(cloud: Cloud) -> None:
    data = (await cloud.call("new", livekit_settings=own(GOOD))).data
    assert (data["url"], data["access_token"]) == (URL, GOOD)
    assert data["livekit_agent_token"] is None
    await cloud.call("start", session_id=data["session_id"])
    await cloud.viewer(data["session_id"], present=True)
    await cloud.say(data["session_id"], "Hello")
    await cloud.clock.advance(5)
    assert await cloud.messages(data["session_id"])


@pytest.mark.parametrize(
    "bad",
    [
        "no-token",
        token(room="bathroom"),
        token(roomJoin=False),
        token(canPublish=False),
        token(canPublishData=False),
        room_token(api_key="k", api_secret="x" * 32, identity="f", room=ROOM, valid_seconds=-60),
    ],
)
async def test_a_token_that_does_not_let_the_avatar_in_ends_the_session(
    cloud: Cloud, bad: str
) -> None:
    session_id = await cloud.new(livekit_settings=own(bad))
    assert (await cloud.call("start", session_id=session_id)).error == (500, 500000)
    row = await cloud.row()
    assert (row["ended_by"], row["billed_seconds"]) == ("fault", 30)


async def test_what_a_token_does_not_say_is_allowed(cloud: Cloud) -> None:
    session_id = await cloud.new(livekit_settings=own(token()))
    assert (await cloud.call("start", session_id=session_id)).status == 200


async def test_the_token_is_shown_nowhere(cloud: Cloud) -> None:
    await cloud.live(livekit_settings=own(GOOD))
    for path in ("calls", "sessions", "ledger"):
        async with cloud.client.get(f"/_control/{path}") as response:
            assert GOOD not in await response.text()
