"""Misbehaviour of sessions, of the messages in their rooms, and of their voices."""

import asyncio
import base64
import json
from typing import Any

import pytest

from .cloud import Cloud

STOP = "avatar_stop_talking"
START = "avatar_start_talking"


async def kinds(cloud: Cloud, session_id: str) -> list[str]:
    return [message["type"] for message in await cloud.messages(session_id)]


async def told(cloud: Cloud, **fault: object) -> list[str]:
    """Say two words under a fault; return what the room was told."""
    await cloud.control("faults", **fault)
    session_id = await cloud.live()
    await cloud.say(session_id, "One two")
    await cloud.clock.advance(20)
    return await kinds(cloud, session_id)


async def test_a_session_can_end_before_the_limit_that_was_told(cloud: Cloud) -> None:
    await cloud.control("faults", kind="short_limits", duration_seconds=50.0)
    data = (await cloud.call("new")).data
    assert data["session_duration_limit"] == 600
    await cloud.clock.advance(50)
    row = await cloud.row()
    assert (row["ended_by"], row["open_seconds"]) == ("duration", 50)


async def test_a_session_can_be_idle_before_the_limit_that_was_asked(cloud: Cloud) -> None:
    await cloud.control("faults", kind="short_limits", idle_seconds=10.0)
    session_id = await cloud.live(activity_idle_timeout=120)
    await cloud.clock.advance(9)
    await cloud.call("keep_alive", session_id=session_id)
    await cloud.clock.advance(10)
    row = await cloud.row()
    assert (row["ended_by"], row["open_seconds"]) == ("idle", 19)


async def test_the_list_can_be_late(cloud: Cloud) -> None:
    await cloud.control("faults", kind="late_in_list", seconds=4.0)
    await cloud.new()
    await cloud.clock.advance(3.9)
    assert await cloud.listed() == []
    await cloud.clock.advance(0.2)
    assert len(await cloud.listed()) == 1


async def test_the_list_can_keep_what_has_ended(cloud: Cloud) -> None:
    await cloud.control("faults", kind="stays_in_list", seconds=4.0)
    session_id = await cloud.live()
    await cloud.call("stop", session_id=session_id)
    await cloud.clock.advance(3.9)
    assert [row["status"] for row in await cloud.listed()] == ["connected"]
    assert (await cloud.call("stop", session_id=session_id)).error == (400, 400004)
    await cloud.clock.advance(0.2)
    assert await cloud.listed() == []


async def test_a_message_can_be_lost(cloud: Cloud) -> None:
    assert await told(cloud, kind="event_lost", event=STOP) == [
        START,
        *["avatar_talking_message"] * 2,
        "avatar_end_message",
    ]


async def test_all_messages_can_be_lost(cloud: Cloud) -> None:
    assert await told(cloud, kind="event_lost", count=None) == []
    assert (await cloud.row())["tasks"][0]["stopped_at"] is not None


async def test_a_message_can_come_twice(cloud: Cloud) -> None:
    assert (await told(cloud, kind="event_doubled", event=START))[:3] == [
        START,
        START,
        "avatar_talking_message",
    ]


async def test_two_messages_can_change_places(cloud: Cloud) -> None:
    assert (await told(cloud, kind="event_swapped", event=START))[:3] == [
        "avatar_talking_message",
        START,
        "avatar_talking_message",
    ]


async def test_what_waits_for_the_next_message_is_never_sent_without_one(cloud: Cloud) -> None:
    assert STOP not in await told(cloud, kind="event_swapped", event=STOP)


async def test_a_message_can_come_late(cloud: Cloud) -> None:
    messages = await told(cloud, kind="event_late", event=START, seconds=5.0)
    assert messages[-1] == START
    assert messages.count(START) == 1


async def test_a_late_message_does_not_outlive_its_session(cloud: Cloud) -> None:
    await cloud.control("faults", kind="event_late", seconds=5.0)
    session_id = await cloud.live()
    await cloud.say(session_id, "One")
    await cloud.clock.advance(1)
    await cloud.call("stop", session_id=session_id)
    await cloud.clock.advance(10)
    assert START not in await kinds(cloud, session_id)


async def garbled(cloud: Cloud, shape: str) -> bytes:
    """Return the first message, which is garbled."""
    await cloud.control("faults", kind="event_garbled", shape=shape)
    session_id = await cloud.live()
    await cloud.say(session_id)
    await cloud.clock.advance(1)
    sent = (await cloud.look(f"sessions/{session_id}/messages"))["messages"]
    assert sent[0]["payload"]["type"] == START
    assert json.loads(base64.b64decode(sent[1]["data"])) == sent[1]["payload"]
    return base64.b64decode(sent[0]["data"])


@pytest.mark.parametrize("shape", ["not_json", "not_utf8"])
async def test_a_message_can_be_no_json(cloud: Cloud, shape: str) -> None:
    data = await garbled(cloud, shape)
    with pytest.raises(ValueError, match=r"."):
        json.loads(data.decode())


@pytest.mark.parametrize(
    ("shape", "keys"),
    [
        ("no_type", {"task_id"}),
        ("no_task", {"type"}),
        ("unknown_type", {"type", "task_id"}),
        ("wrong_types", {"type", "task_id"}),
        ("huge", {"type", "task_id", "padding"}),
    ],
)
async def test_a_message_can_have_another_content(cloud: Cloud, shape: str, keys: set[str]) -> None:
    data = await garbled(cloud, shape)
    message: dict[str, Any] = json.loads(data)
    assert message.keys() == keys
    assert message.get("type", START) == ("avatar_start_dancing" if shape[0] == "u" else START)
    assert (message.get("task_id") == 7) is (shape == "wrong_types")
    assert (len(data) == 15 * 1024) is (shape == "huge")


async def test_a_message_can_be_in_a_list(cloud: Cloud) -> None:
    (message,) = json.loads(await garbled(cloud, "list"))
    assert message["type"] == START


async def test_messages_are_struck_by_several_faults(cloud: Cloud) -> None:
    await cloud.control("faults", kind="event_doubled", event=START)
    messages = await told(cloud, kind="event_late", event=START, seconds=5.0)
    assert messages[0] == "avatar_talking_message"
    assert messages[-2:] == [START, START]


async def test_a_voice_that_fails_is_told_in_sync_mode_only(cloud: Cloud) -> None:
    await cloud.control("faults", kind="speech_fails", count=2)
    session_id = await cloud.live()
    assert (await cloud.call("task", session_id=session_id, text="Hi")).error == (400, 40056)
    await cloud.say(session_id)
    await cloud.clock.advance(20)
    assert await cloud.messages(session_id) == []
    await cloud.say(session_id)
    await cloud.clock.advance(20)
    assert (await kinds(cloud, session_id))[-1] == STOP


async def test_speech_can_hang_until_it_is_interrupted(cloud: Cloud) -> None:
    await cloud.control("faults", kind="speech_hangs")
    session_id = await cloud.live(activity_idle_timeout=30)
    await cloud.say(session_id)
    await cloud.clock.advance(100)
    assert (await kinds(cloud, session_id))[-1] == "avatar_end_message"
    assert len(await cloud.listed()) == 1
    await cloud.call("interrupt", session_id=session_id)
    await cloud.clock.advance(0)
    assert (await kinds(cloud, session_id))[-1] == STOP


async def test_a_session_ends_though_its_speech_hangs(cloud: Cloud) -> None:
    await cloud.control("faults", kind="speech_hangs")
    session_id = await cloud.live()
    waiting = asyncio.create_task(cloud.call("task", session_id=session_id, text="Hi"))
    await cloud.taken(1)
    await cloud.clock.advance(5)
    await cloud.call("stop", session_id=session_id)
    assert (await waiting).error == (400, 10005)


async def test_a_session_fault_strikes_one_session(cloud: Cloud) -> None:
    await cloud.control("faults", kind="late_in_list", seconds=9.0)
    await cloud.new()
    second = await cloud.new()
    assert [row["session_id"] for row in await cloud.listed()] == [second]
