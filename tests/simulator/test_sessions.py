"""The life of a session, its end, and what it costs."""

from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
import jwt
import pytest

from simulator import Limits, Settings, create_app

from .cloud import KEY, Cloud


async def test_new_answers_with_everything_a_viewer_needs(cloud: Cloud) -> None:
    data = (await cloud.call("new")).data
    assert data.keys() == {
        "session_id",
        "sdp",
        "access_token",
        "url",
        "ice_servers",
        "ice_servers2",
        "is_paid",
        "session_duration_limit",
        "realtime_endpoint",
        "livekit_agent_token",
    }
    assert data["url"].startswith("ws://")
    assert data["session_duration_limit"] == 600
    claims = jwt.decode(data["access_token"], options={"verify_signature": False})
    assert claims["sub"] == "user"
    assert claims["video"]["room"] == data["session_id"]
    assert claims["video"]["roomJoin"]
    agent = jwt.decode(data["livekit_agent_token"], options={"verify_signature": False})
    assert agent["sub"] == "agent"
    assert agent["video"]["room"] == data["session_id"]
    assert data["is_paid"]
    await cloud.control("settings", is_paid=False)
    assert not (await cloud.call("new")).data["is_paid"]


async def test_the_list_shows_open_sessions_and_how_far_they_are(cloud: Cloud) -> None:
    session_id = await cloud.new()
    (listed,) = await cloud.listed()
    assert listed == {
        "session_id": session_id,
        "status": "new",
        "created_at": 1_800_000_000,
        "api_key_type": "regular",
    }
    await cloud.call("start", session_id=session_id)
    assert (await cloud.listed())[0]["status"] == "connecting"
    await cloud.viewer(session_id, present=True)
    assert (await cloud.listed())[0]["status"] == "connected"
    await cloud.viewer(session_id, present=False)
    assert (await cloud.listed())[0]["status"] == "connected"
    await cloud.call("stop", session_id=session_id)
    assert await cloud.listed() == []


async def test_a_viewer_who_came_early_counts_at_the_start(cloud: Cloud) -> None:
    session_id = await cloud.new()
    await cloud.viewer(session_id, present=True)
    assert (await cloud.listed())[0]["status"] == "new"
    await cloud.call("start", session_id=session_id)
    assert (await cloud.listed())[0]["status"] == "connected"


async def test_a_stopped_session_is_the_clients_end(cloud: Cloud) -> None:
    session_id = await cloud.live()
    await cloud.clock.advance(45.25)
    await cloud.call("stop", session_id=session_id)
    await cloud.clock.advance(100)
    row = await cloud.row()
    assert row["session_id"] == session_id
    assert row["avatar_id"] == "default"
    assert row["created_at"] == 1_800_000_000
    assert row["started_at"] == 1_800_000_000
    assert row["ended_at"] == 1_800_000_045.25
    assert row["ended_by"] == "client"
    assert row["end_reason"] == "stop"
    assert row["open_seconds"] == 45.25
    assert row["billed_seconds"] == 46


@pytest.mark.parametrize(
    ("open_seconds", "billed"),
    [(0.0, 30), (29.9, 30), (30.0, 30), (30.001, 31), (31.0, 31), (60.4, 61)],
)
async def test_thirty_seconds_are_billed_at_least_and_begun_seconds_whole(
    cloud: Cloud, open_seconds: float, billed: int
) -> None:
    session_id = await cloud.new()
    await cloud.clock.advance(open_seconds)
    await cloud.call("stop", session_id=session_id)
    assert (await cloud.row())["billed_seconds"] == billed


async def test_an_open_session_is_billed_as_far_as_it_has_come(cloud: Cloud) -> None:
    await cloud.new()
    await cloud.clock.advance(50)
    row = await cloud.row()
    assert row["ended_by"] is None
    assert row["ended_at"] is None
    assert row["open_seconds"] == 50
    assert row["billed_seconds"] == 50


async def test_every_second_is_on_the_bill(cloud: Cloud) -> None:
    session_id = await cloud.live(disable_idle_timeout=True)
    for second in range(1, 121):
        await cloud.clock.advance(1)
        row = await cloud.row()
        assert row["open_seconds"] == second
        assert row["billed_seconds"] == max(30, second)
        assert row["billed_quota"] == pytest.approx(max(30, second) * 0.2)
    await cloud.call("stop", session_id=session_id)
    bill = await cloud.row()
    await cloud.clock.advance(1000)
    assert await cloud.row() == bill


async def test_a_session_keeps_the_price_it_was_made_with(cloud: Cloud) -> None:
    await cloud.new(disable_idle_timeout=True)
    await cloud.control("settings", minimum_billed_seconds=90, quota_per_billed_second=1.0)
    await cloud.new(disable_idle_timeout=True)
    await cloud.clock.advance(10)
    rows = await cloud.ledger()
    assert [row["minimum_billed_seconds"] for row in rows] == [30, 90]
    assert [row["billed_quota"] for row in rows] == [6, 90]
    assert (await cloud.get("/v2/user/remaining_quota")).data["remaining_quota"] == 600 - 96


@pytest.mark.parametrize("wait", [0.0, 0.001, 12.5, 29.999])
async def test_keep_alive_counts_the_idle_limit_from_its_very_moment(
    cloud: Cloud, wait: float
) -> None:
    session_id = await cloud.live(activity_idle_timeout=30)
    await cloud.clock.advance(wait)
    await cloud.call("keep_alive", session_id=session_id)
    await cloud.clock.advance(29.999)
    assert len(await cloud.listed()) == 1
    await cloud.clock.advance(0.002)
    row = await cloud.row()
    assert row["ended_by"] == "idle"
    assert row["open_seconds"] == pytest.approx(wait + 30)


@pytest.mark.parametrize("operation", ["interrupt", "start_listening", "stop_listening"])
async def test_what_is_no_activity_leaves_the_idle_limit_alone(
    cloud: Cloud, operation: str
) -> None:
    session_id = await cloud.live(activity_idle_timeout=30)
    await cloud.clock.advance(20)
    assert (await cloud.call(operation, session_id=session_id)).status == 200
    await cloud.clock.advance(10.1)
    assert (await cloud.row())["open_seconds"] == 30


async def test_a_minute_costs_twelve_of_the_quota(cloud: Cloud) -> None:
    session_id = await cloud.new()
    await cloud.clock.advance(60)
    await cloud.call("stop", session_id=session_id)
    assert (await cloud.get("/v2/user/remaining_quota")).data["remaining_quota"] == 588


async def test_an_idle_session_ends_after_its_limit(cloud: Cloud) -> None:
    await cloud.live(activity_idle_timeout=30)
    await cloud.clock.advance(29.9)
    assert len(await cloud.listed()) == 1
    await cloud.clock.advance(0.2)
    assert await cloud.listed() == []
    row = await cloud.row()
    assert row["ended_by"] == "idle"
    assert row["open_seconds"] == 30


async def test_two_minutes_of_idling_are_allowed_without_a_wish(cloud: Cloud) -> None:
    await cloud.live()
    await cloud.clock.advance(119.9)
    assert len(await cloud.listed()) == 1
    await cloud.clock.advance(0.2)
    assert (await cloud.row())["ended_by"] == "idle"


async def test_keep_alive_and_speech_put_the_idle_limit_off(cloud: Cloud) -> None:
    session_id = await cloud.live(activity_idle_timeout=30)
    await cloud.clock.advance(29)
    await cloud.call("keep_alive", session_id=session_id)
    await cloud.clock.advance(29)
    await cloud.say(session_id, "x" * 900)
    await cloud.clock.advance(60 + 29.9)
    assert len(await cloud.listed()) == 1
    await cloud.clock.advance(0.2)
    row = await cloud.row()
    assert row["ended_by"] == "idle"
    assert row["open_seconds"] == 29 + 29 + 60 + 30


async def test_the_idle_limit_can_be_switched_off(cloud: Cloud) -> None:
    await cloud.live(disable_idle_timeout=True)
    await cloud.clock.advance(599)
    assert len(await cloud.listed()) == 1


async def test_the_duration_limit_ends_a_busy_session(cloud: Cloud) -> None:
    await cloud.control("settings", session_duration_seconds=90)
    data = (await cloud.call("new")).data
    assert data["session_duration_limit"] == 90
    for _ in range(3):
        await cloud.call("keep_alive", session_id=data["session_id"])
        await cloud.clock.advance(30)
    row = await cloud.row()
    assert row["ended_by"] == "duration"
    assert row["open_seconds"] == 90
    assert row["billed_seconds"] == 90


async def test_the_avatar_leaves_when_no_viewer_comes(cloud: Cloud) -> None:
    session_id = await cloud.new(disable_idle_timeout=True)
    await cloud.clock.advance(10)
    await cloud.call("start", session_id=session_id)
    await cloud.clock.advance(299)
    assert len(await cloud.listed()) == 1
    await cloud.clock.advance(2)
    row = await cloud.row()
    assert row["ended_by"] == "no_viewer"
    assert row["open_seconds"] == 310


async def test_a_viewer_who_came_once_keeps_the_avatar_there(cloud: Cloud) -> None:
    session_id = await cloud.live(disable_idle_timeout=True)
    await cloud.viewer(session_id, present=False)
    await cloud.clock.advance(599)
    assert len(await cloud.listed()) == 1


async def test_a_viewer_cannot_join_what_has_ended(cloud: Cloud) -> None:
    session_id = await cloud.live()
    await cloud.call("stop", session_id=session_id)
    path = f"/_control/sessions/{session_id}/viewer"
    async with cloud.client.post(path, json={"present": True}) as response:
        assert response.status == 409


async def test_the_vendor_can_end_a_session(cloud: Cloud) -> None:
    session_id = await cloud.live()
    assert await cloud.control(f"sessions/{session_id}/end", reason="maintenance") == {
        "ended": True
    }
    row = await cloud.row()
    assert (row["ended_by"], row["end_reason"]) == ("fault", "maintenance")
    assert await cloud.control(f"sessions/{session_id}/end") == {"ended": False}
    other = await cloud.live()
    await cloud.control(f"sessions/{other}/end", ended_by="duration", reason="enough")
    assert (await cloud.ledger())[-1]["ended_by"] == "duration"
    assert (await cloud.call("stop", session_id=session_id)).error == (400, 400004)


async def test_every_session_ends_exactly_once(cloud: Cloud) -> None:
    session_id = await cloud.live(activity_idle_timeout=30)
    await cloud.clock.advance(31)
    await cloud.call("stop", session_id=session_id)
    await cloud.clock.advance(1000)
    row = await cloud.row()
    assert row["ended_by"] == "idle"
    assert row["open_seconds"] == 30


async def test_no_timer_outlives_the_simulator(socket_enabled: None) -> None:
    del socket_enabled
    limits = Limits(release_delay_seconds=20.0)
    server = TestServer(create_app(Settings(limits=limits)), host="127.0.0.1")
    await server.start_server()
    async with ClientSession(headers={"x-api-key": KEY}) as client:
        for _ in range(2):
            async with client.post(server.make_url("/v1/streaming/new"), json={}) as response:
                session_id = (await response.json())["data"]["session_id"]
        await client.post(server.make_url("/v1/streaming/stop"), json={"session_id": session_id})
    await server.close()
    # The test plugin fails a test that leaves a timer behind.
