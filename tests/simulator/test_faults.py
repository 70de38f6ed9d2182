"""Misbehaviour on request."""

import asyncio
import json

from aiohttp import ClientError
import pytest

from .cloud import KEY, Cloud

HEADERS = {"x-api-key": KEY}


async def test_an_error_replaces_the_work(cloud: Cloud) -> None:
    await cloud.control(
        "faults",
        kind="error",
        operation="new",
        status=429,
        code=400123,
        message="rate limit exceeded",
        retry_after=7,
    )
    reply = await cloud.call("new")
    assert reply.error == (429, 400123)
    assert reply.headers["Retry-After"] == "7"
    assert await cloud.ledger() == []
    assert (await cloud.call("new")).status == 200


async def test_an_error_can_come_after_the_work(cloud: Cloud) -> None:
    await cloud.control("faults", kind="error", operation="new", after_work=True)
    assert (await cloud.call("new")).error == (500, 500)
    assert len(await cloud.listed()) == 1


async def test_an_error_can_have_a_body_of_its_own(cloud: Cloud) -> None:
    body = {"error": {"code": "insufficient_credit", "message": "No credits"}}
    await cloud.control("faults", kind="error", status=402, body=body)
    reply = await cloud.call("new")
    assert (reply.status, reply.body) == (402, body)


async def test_a_fault_strikes_its_operation_as_often_as_it_says(cloud: Cloud) -> None:
    await cloud.control("faults", kind="error", operation="list", count=2, skip=1)
    assert (await cloud.call("new")).status == 200
    statuses = [(await cloud.get("/v1/streaming/list")).status for _ in range(4)]
    assert statuses == [200, 500, 500, 200]
    assert await cloud.look("faults") == {"faults": []}


async def test_a_fault_without_a_count_strikes_until_it_is_taken_away(cloud: Cloud) -> None:
    await cloud.control("faults", kind="error", count=None)
    for path in ("/v1/streaming/list", "/v2/voices", "/v1/streaming/avatar.list"):
        assert (await cloud.get(path)).status == 500
    async with cloud.client.delete("/_control/faults") as response:
        assert response.status == 200
    assert (await cloud.get("/v2/voices")).status == 200


async def test_a_dropped_reply_comes_after_the_work(cloud: Cloud) -> None:
    await cloud.control("faults", kind="drop_reply", operation="new")
    with pytest.raises(ClientError):
        await cloud.call("new")
    assert len(await cloud.listed()) == 1
    assert (await cloud.calls())[0]["status"] is None


async def test_a_connection_can_be_cut_before_the_work(cloud: Cloud) -> None:
    await cloud.control("faults", kind="drop_before", operation="new")
    with pytest.raises(ClientError):
        await cloud.call("new")
    assert await cloud.listed() == []


@pytest.mark.parametrize(
    ("shape", "content_type", "text"),
    [
        ("not_json", "text/html", "<html>"),
        ("truncated", "application/json", '{"code": 100, "m'),
        ("wrong_shape", "application/json", '[{"code": 100'),
        ("no_data", "application/json", '{"code": 100, "message": "success"}'),
        ("empty", "application/json", ""),
    ],
)
async def test_a_malformed_reply_comes_after_the_work(
    cloud: Cloud, shape: str, content_type: str, text: str
) -> None:
    await cloud.control("faults", kind="malformed", operation="new", shape=shape)
    async with cloud.client.post("/v1/streaming/new", json={}, headers=HEADERS) as response:
        assert response.status == 200
        assert response.content_type == content_type
        assert (await response.text()).startswith(text)
    assert len(await cloud.listed()) == 1


@pytest.mark.parametrize("made", [0, 1])
async def test_a_delay_holds_the_work_or_its_reply_back(cloud: Cloud, made: int) -> None:
    await cloud.control("faults", kind="delay", operation="new", seconds=5.0, after_work=bool(made))
    waiting = asyncio.create_task(cloud.call("new"))
    await cloud.called()
    assert len(await cloud.ledger()) == made
    await cloud.clock.advance(4.9)
    await cloud.look("ledger")
    assert not waiting.done()
    await cloud.clock.advance(0.2)
    assert (await waiting).status == 200


async def test_a_connection_can_be_cut_in_the_middle_of_the_reply(cloud: Cloud) -> None:
    await cloud.control("faults", kind="cut_reply", operation="new")
    async with cloud.client.post("/v1/streaming/new", json={}, headers=HEADERS) as response:
        assert response.status == 200
        with pytest.raises(ClientError):
            await response.read()
    assert len(await cloud.listed()) == 1
    assert (await cloud.calls())[0]["status"] is None


async def test_a_reply_can_come_little_by_little(cloud: Cloud) -> None:
    await cloud.control("faults", kind="trickle", operation="new", seconds=9.0)
    async with cloud.client.post("/v1/streaming/new", json={}, headers=HEADERS) as response:
        reading = asyncio.create_task(response.read())
        await cloud.clock.advance(8.9)
        await cloud.look("ledger")
        assert not reading.done()
        await cloud.clock.advance(0.2)
        assert json.loads(await reading)["code"] == 100
    assert (await cloud.calls())[0]["status"] == 200


async def test_a_request_can_be_sent_elsewhere(cloud: Cloud) -> None:
    await cloud.control("faults", kind="redirect", operation="new")
    async with cloud.client.post(
        "/v1/streaming/new", json={}, headers=HEADERS, allow_redirects=False
    ) as response:
        assert response.status == 307
        assert response.headers["Location"] == "http://127.0.0.1:1/elsewhere"
    assert await cloud.ledger() == []


@pytest.mark.parametrize("ended_by", ["fault", "idle", "duration", "no_viewer"])
async def test_the_vendor_can_end_the_session_of_a_request(cloud: Cloud, ended_by: str) -> None:
    session_id = await cloud.live()
    await cloud.control(
        "faults", kind="end_session", operation="task", ended_by=ended_by, reason="cut"
    )
    await cloud.say(session_id)
    assert await cloud.listed() == []
    row = await cloud.row()
    assert (row["ended_by"], row["end_reason"]) == (ended_by, "cut")
    assert row["tasks"][0]["interrupted"]


async def test_a_new_session_can_be_gone_before_it_is_used(cloud: Cloud) -> None:
    await cloud.control("faults", kind="end_session", operation="new")
    session_id = await cloud.new()
    assert (await cloud.call("start", session_id=session_id)).error == (400, 10005)


async def test_several_faults_strike_together(cloud: Cloud) -> None:
    await cloud.control("faults", kind="delay", seconds=1.0)
    await cloud.control("faults", kind="error", status=503)
    waiting = asyncio.create_task(cloud.get("/v1/streaming/list"))
    await cloud.called()
    await cloud.clock.advance(1)
    assert (await waiting).status == 503


async def test_every_new_session_can_end_at_once(cloud: Cloud) -> None:
    await cloud.control("faults", kind="end_session_at_once", count=2)
    for _ in range(2):
        session_id = await cloud.new()
        assert (await cloud.call("start", session_id=session_id)).status == 200
        assert await cloud.listed() == []
        assert (await cloud.ledger())[-1]["ended_by"] == "fault"
    await cloud.live()
    assert len(await cloud.listed()) == 1


async def test_the_avatar_can_leave_with_its_viewer(cloud: Cloud) -> None:
    await cloud.control("faults", kind="leave_with_viewer")
    session_id = await cloud.live()
    assert len(await cloud.listed()) == 1
    await cloud.viewer(session_id, present=False)
    assert await cloud.listed() == []
    row = await cloud.row()
    assert (row["ended_by"], row["end_reason"]) == ("fault", "leave_with_viewer")


async def test_a_room_can_stay_without_messages(cloud: Cloud) -> None:
    await cloud.control("faults", kind="no_events")
    session_id = await cloud.live()
    await cloud.say(session_id)
    await cloud.clock.advance(10)
    assert await cloud.messages(session_id) == []
    assert (await cloud.row())["tasks"][0]["stopped_at"] is not None


async def test_a_lost_viewer_may_come_back(cloud: Cloud) -> None:
    session_id = await cloud.live()
    await cloud.control("faults", kind="room_loss", operation="task")
    await cloud.say(session_id)
    (session,) = (await cloud.look("sessions"))["sessions"]
    assert not session["viewer_present"]
    await cloud.viewer(session_id, present=True)
    assert await cloud.say(session_id)


async def test_a_lost_room_leaves_the_session_open_without_its_avatar(cloud: Cloud) -> None:
    session_id = await cloud.live()
    await cloud.say(session_id)
    await cloud.control(f"sessions/{session_id}/room_loss", what="room")
    assert len(await cloud.listed()) == 1
    assert (await cloud.call("task", session_id=session_id, text="Hi")).error == (400, 400006)
    (session,) = (await cloud.look("sessions"))["sessions"]
    assert session["room_lost"]
    assert not session["speaking"]
    assert (await cloud.call("stop", session_id=session_id)).status == 200


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"kind": "unknown"},
        {"kind": "error", "status": "500"},
        {"kind": "error", "more": 1},
        {"kind": "delay"},
        {"kind": "delay", "seconds": -1},
        {"kind": "no_events", "operation": "new"},
        {"kind": "drop_reply", "count": 0},
    ],
    ids=str,
)
async def test_a_fault_that_makes_no_sense_is_refused(
    cloud: Cloud, fault: dict[str, object]
) -> None:
    async with cloud.client.post("/_control/faults", json=fault) as response:
        assert response.status == 400
    assert await cloud.look("faults") == {"faults": []}
