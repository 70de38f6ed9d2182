"""What an avatar says, when, and what the room hears of it."""

import asyncio
from typing import Any

from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
import pytest

from simulator import ManualClock, Settings, create_app
from simulator.world import WORLD

from .cloud import KEY, Cloud, Reply

TEXT = "The washing machine is done."
SECONDS = len(TEXT) / 15


async def begin(cloud: Cloud, session_id: str, text: str, **more: Any) -> asyncio.Task[Reply]:
    """Send a task that is answered later; return when it was taken."""
    before = len((await cloud.ledger())[-1]["tasks"])
    wish = {"task_type": "repeat", "task_mode": "sync"} | more
    task = asyncio.create_task(cloud.call("task", session_id=session_id, text=text, **wish))
    await cloud.taken(before + 1)
    return task


async def test_the_room_is_told_word_by_word(cloud: Cloud) -> None:
    session_id = await cloud.live()
    task_id = await cloud.say(session_id, TEXT)
    await cloud.clock.advance(SECONDS)
    messages = await cloud.messages(session_id)
    assert [message["type"] for message in messages] == [
        "avatar_start_talking",
        *["avatar_talking_message"] * 5,
        "avatar_end_message",
        "avatar_stop_talking",
    ]
    assert {message["task_id"] for message in messages} == {task_id}
    pieces = [message["message"] for message in messages if "message" in message]
    assert pieces == ["The ", "washing ", "machine ", "is ", "done."]
    assert messages[-1]["duration_ms"] == pytest.approx(SECONDS * 1000, abs=0.1)


async def test_the_words_come_in_step_with_the_sound(cloud: Cloud) -> None:
    session_id = await cloud.live()
    await cloud.say(session_id, TEXT)
    await cloud.clock.advance(SECONDS / 2)
    messages = await cloud.messages(session_id)
    assert [message.get("message") for message in messages] == [
        None,
        "The ",
        "washing ",
        "machine ",
    ]


async def test_the_pieces_are_the_text(cloud: Cloud) -> None:
    session_id = await cloud.live()
    text = "  Hello,\n  <b>world</b>  \u202e مرحبا 😀 "
    await cloud.say(session_id, text)
    await cloud.clock.advance(60)
    messages = await cloud.messages(session_id)
    assert "".join(message.get("message", "") for message in messages) == text


async def test_async_answers_at_once_with_a_guess(cloud: Cloud) -> None:
    session_id = await cloud.live()
    data = (
        await cloud.call(
            "task", session_id=session_id, text=TEXT, task_type="repeat", task_mode="async"
        )
    ).data
    assert data.keys() == {"task_id", "duration_ms"}
    assert data["duration_ms"] == pytest.approx(SECONDS * 1000, abs=0.1)
    row = await cloud.row()
    assert row["tasks"][0]["stopped_at"] is None


async def test_sync_is_the_default_and_answers_when_all_is_said(cloud: Cloud) -> None:
    session_id = await cloud.live()
    waiting = asyncio.create_task(cloud.call("task", session_id=session_id, text=TEXT))
    await cloud.taken(1)
    await cloud.clock.advance(SECONDS - 0.1)
    await cloud.look("sessions")
    assert not waiting.done()
    await cloud.clock.advance(0.2)
    data = (await waiting).data
    assert data["duration_ms"] == pytest.approx(SECONDS * 1000, abs=0.1)
    task = (await cloud.row())["tasks"][0]
    assert task["task_type"] == "repeat"
    assert task["text"] == TEXT
    assert task["stopped_at"] - task["started_at"] == pytest.approx(SECONDS)
    assert not task["interrupted"]


async def test_the_rate_of_the_voice_counts(cloud: Cloud) -> None:
    session_id = await cloud.live(voice={"rate": 1.5})
    waiting = await begin(cloud, session_id, TEXT)
    await cloud.clock.advance(SECONDS)
    data = (await waiting).data
    assert data["duration_ms"] == pytest.approx(SECONDS / 1.5 * 1000, abs=0.1)


async def test_talk_is_answered_and_tells_no_duration(cloud: Cloud) -> None:
    await cloud.control("settings", answer="I heard {text} {and} no more")
    session_id = await cloud.live()
    data = (
        await cloud.call(
            "task", session_id=session_id, text="you", task_type="talk", task_mode="async"
        )
    ).data
    assert data.keys() == {"task_id"}
    await cloud.clock.advance(10)
    messages = await cloud.messages(session_id)
    said = "".join(message.get("message", "") for message in messages)
    assert said == "I heard you {and} no more"
    assert (await cloud.row())["tasks"][0]["text"] == "you"


async def test_texts_are_said_in_the_order_they_came(cloud: Cloud) -> None:
    session_id = await cloud.live()
    first = await cloud.say(session_id, "a" * 30)
    second = await cloud.say(session_id, "b" * 30)
    await cloud.clock.advance(1)
    assert {message["task_id"] for message in await cloud.messages(session_id)} == {first}
    await cloud.clock.advance(3)
    messages = await cloud.messages(session_id)
    kinds = [(message["task_id"], message["type"]) for message in messages]
    assert kinds.index((first, "avatar_stop_talking")) < kinds.index(
        (second, "avatar_start_talking")
    )
    assert kinds[-1] == (second, "avatar_stop_talking")


async def test_interrupt_stops_the_sound_at_once(cloud: Cloud) -> None:
    session_id = await cloud.live()
    waiting = await begin(cloud, session_id, TEXT)
    await cloud.clock.advance(SECONDS / 2)
    assert (await cloud.call("interrupt", session_id=session_id)).status == 200
    data = (await waiting).data
    assert data["duration_ms"] == pytest.approx(SECONDS * 500, abs=0.1)
    messages = await cloud.messages(session_id)
    assert messages[-1]["type"] == "avatar_stop_talking"
    assert messages[-1]["duration_ms"] == pytest.approx(SECONDS * 500, abs=0.1)
    assert "avatar_end_message" not in {message["type"] for message in messages}
    task = (await cloud.row())["tasks"][0]
    assert task["interrupted"]


async def test_interrupt_cuts_the_current_text_only(cloud: Cloud) -> None:
    session_id = await cloud.live()
    await cloud.say(session_id, "a" * 30)
    second = await cloud.say(session_id, "b" * 30)
    await cloud.clock.advance(1)
    await cloud.call("interrupt", session_id=session_id)
    await cloud.clock.advance(2.1)
    tasks = (await cloud.row())["tasks"]
    assert [task["interrupted"] for task in tasks] == [True, False]
    assert (await cloud.messages(session_id))[-1]["task_id"] == second


async def test_interrupt_without_speech_does_nothing(cloud: Cloud) -> None:
    session_id = await cloud.live()
    assert (await cloud.call("interrupt", session_id=session_id)).status == 200
    assert await cloud.messages(session_id) == []


async def test_what_follows_an_interrupt_is_said_whole(cloud: Cloud) -> None:
    session_id = await cloud.live()
    await cloud.say(session_id, TEXT)
    await cloud.clock.advance(1)
    await cloud.call("interrupt", session_id=session_id)
    task_id = await cloud.say(session_id, TEXT)
    await cloud.clock.advance(SECONDS)
    said = [m for m in await cloud.messages(session_id) if m["task_id"] == task_id]
    assert "".join(message.get("message", "") for message in said) == TEXT
    assert said[-1]["type"] == "avatar_stop_talking"


async def test_a_session_that_ends_leaves_its_texts_unsaid(cloud: Cloud) -> None:
    session_id = await cloud.live()
    waiting = await begin(cloud, session_id, TEXT)
    await cloud.say(session_id, "Never said.")
    await cloud.clock.advance(1)
    await cloud.call("stop", session_id=session_id)
    assert (await waiting).error == (400, 10005)
    tasks = (await cloud.row())["tasks"]
    assert [task["interrupted"] for task in tasks] == [True, True]
    assert tasks[1]["started_at"] is None


async def test_speech_can_take_no_time(cloud: Cloud) -> None:
    await cloud.control("settings", characters_per_second=None)
    session_id = await cloud.live()
    data = (await cloud.call("task", session_id=session_id, text=TEXT)).data
    assert data["duration_ms"] == 0
    assert (await cloud.messages(session_id))[-1]["type"] == "avatar_stop_talking"


async def test_closing_the_simulator_ends_what_is_open(socket_enabled: None) -> None:
    del socket_enabled
    app = create_app(Settings(), clock=ManualClock())
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    async with ClientSession(server.make_url("/"), headers={"x-api-key": KEY}) as client:
        async with client.post("/v1/streaming/new", json={}) as response:
            session_id = (await response.json())["data"]["session_id"]
        session = {"session_id": session_id}
        await client.post("/v1/streaming/start", json=session)
        await client.post(f"/_control/sessions/{session_id}/viewer", json={"present": True})
        waiting = asyncio.create_task(
            client.post("/v1/streaming/task", json=session | {"text": "Hello"})
        )
        while not app[WORLD].ledger.rows[0].tasks:
            async with client.get("/_control/ledger"):
                pass
        await server.close()
        assert (await (await waiting).json())["code"] == 10005
    (row,) = app[WORLD].ledger.rows
    assert row.ended_by == "shutdown"
