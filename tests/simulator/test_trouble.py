"""Rooms and voices that fail or take their time, which the silent ones never do."""

import asyncio
from collections.abc import AsyncIterator
from typing import override

import pytest

from simulator.media.speech import MeasuredVoice, Speech, VoiceError
from simulator.room.base import Room, RoomError, RoomSpec
from simulator.room.silent import SilentRoom, SilentStage
from simulator.world import WORLD

from .cloud import Cloud


class TroubledVoice(MeasuredVoice):
    """Speaks when it is let, or fails."""

    def __init__(self) -> None:
        super().__init__(lambda: 15.0)
        self.ready = asyncio.Event()
        self.fails = False

    @override
    async def speak(self, text: str, rate: float) -> Speech:
        await self.ready.wait()
        if self.fails:
            raise VoiceError("Hoarse")
        return await super().speak(text, rate)


class TroubledRoom(SilentRoom):
    """Opens and is entered when the stage lets it."""

    stage: TroubledStage
    closed = 0

    @override
    async def open(self) -> None:
        if self.stage.full:
            raise RoomError("No room")

    @override
    async def enter(self) -> None:
        self.stage.rooms.append(self)
        await self.stage.unlocked.wait()
        if self.stage.full:
            raise RoomError("No way in")

    @override
    async def close(self) -> None:
        self.closed += 1
        await super().close()


class TroubledStage(SilentStage):
    """Makes troubled rooms."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud.clock, lambda: 15.0)
        self.cloud = cloud
        self.voice = self.troubled_voice = TroubledVoice()
        self.unlocked = asyncio.Event()
        self.full = False
        self.rooms: list[TroubledRoom] = []

    @override
    def make_room(self, spec: RoomSpec) -> Room:
        room = TroubledRoom(spec, self.cloud.clock, "secret" * 8)
        room.stage = self
        return room


@pytest.fixture
async def stage(cloud: Cloud) -> AsyncIterator[TroubledStage]:
    """A stage full of trouble under the cloud."""
    stage = TroubledStage(cloud)
    cloud.app[WORLD].stage = stage
    yield stage
    stage.unlocked.set()
    stage.troubled_voice.ready.set()


async def begin_start(
    cloud: Cloud, stage: TroubledStage, session_id: str
) -> asyncio.Task[tuple[int, int]]:
    """Send a start that hangs until the stage is unlocked."""

    async def start() -> tuple[int, int]:
        reply = await cloud.call("start", session_id=session_id)
        return reply.status, reply.body["code"]

    starting = asyncio.create_task(start())
    while not stage.rooms:
        await cloud.look("sessions")
    return starting


async def test_without_a_room_there_is_no_session_and_no_charge(
    cloud: Cloud, stage: TroubledStage
) -> None:
    stage.full = True
    for _ in range(4):
        assert (await cloud.call("new")).error == (500, 500000)
    assert await cloud.ledger() == []


async def test_an_avatar_that_cannot_enter_ends_the_session(
    cloud: Cloud, stage: TroubledStage
) -> None:
    session_id = await cloud.new()
    stage.full = True
    stage.unlocked.set()
    assert (await cloud.call("start", session_id=session_id)).error == (500, 500000)
    assert (await cloud.row())["ended_by"] == "fault"
    assert [room.closed for room in stage.rooms] == [1]


async def test_a_start_while_one_is_under_way_is_told(cloud: Cloud, stage: TroubledStage) -> None:
    session_id = await cloud.new()
    starting = await begin_start(cloud, stage, session_id)
    reply = await cloud.call("start", session_id=session_id)
    assert reply.error == (400, 10002)
    assert reply.body["message"] == "session state wrong: connecting"
    stage.unlocked.set()
    assert await starting == (200, 100)
    assert (await cloud.call("start", session_id=session_id)).error == (400, 10003)


async def test_a_session_that_is_stopped_while_it_starts_leaves_no_avatar(
    cloud: Cloud, stage: TroubledStage
) -> None:
    session_id = await cloud.new()
    starting = await begin_start(cloud, stage, session_id)
    assert (await cloud.call("stop", session_id=session_id)).status == 200
    assert [room.closed for room in stage.rooms] == [0]
    stage.unlocked.set()
    assert await starting == (400, 10005)
    assert [room.closed for room in stage.rooms] == [1]
    row = await cloud.row()
    assert row["ended_by"] == "client"
    assert row["started_at"] is None


async def test_a_voice_that_fails_is_told_in_sync_mode(cloud: Cloud, stage: TroubledStage) -> None:
    stage.unlocked.set()
    stage.troubled_voice.fails = True
    stage.troubled_voice.ready.set()
    session_id = await cloud.live()
    assert (await cloud.call("task", session_id=session_id, text="Hi")).error == (400, 40056)
    await cloud.say(session_id)
    assert await cloud.messages(session_id) == []
    tasks = (await cloud.row())["tasks"]
    assert [task["started_at"] for task in tasks] == [None, None]


async def test_a_text_that_is_interrupted_before_its_first_sound_is_never_heard(
    cloud: Cloud, stage: TroubledStage
) -> None:
    stage.unlocked.set()
    session_id = await cloud.live()
    await cloud.say(session_id, "Never heard.")
    heard = await cloud.say(session_id, "Heard.")
    await cloud.call("interrupt", session_id=session_id)
    stage.troubled_voice.ready.set()
    await cloud.clock.advance(5)
    assert {message["task_id"] for message in await cloud.messages(session_id)} == {heard}
    tasks = (await cloud.row())["tasks"]
    assert [task["interrupted"] for task in tasks] == [True, False]
    assert tasks[0]["started_at"] is None


async def test_a_session_that_ends_before_the_voice_is_ready_ends_all_the_same(
    cloud: Cloud, stage: TroubledStage
) -> None:
    stage.unlocked.set()
    session_id = await cloud.live()
    await cloud.say(session_id)
    assert (await cloud.call("stop", session_id=session_id)).status == 200
    assert (await cloud.row())["tasks"][0]["interrupted"]
