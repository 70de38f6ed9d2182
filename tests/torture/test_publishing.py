"""What a vendor wants published into the room goes by way of the seat's browser, whole or not at all."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from custom_components.streaming_avatar.providers.base import Ack, Publish, RoomMessage
from custom_components.streaming_avatar.providers.errors import BadRequestError
from simulator.settings import Limits

from .cloud import Cloud
from .house import Alarm, House
from .scenes import SHORT, speak
from .screen import Manners
from .timeless import Time

MESSAGES = (RoomMessage(topic=None, payload=b"one"), RoomMessage(topic="chat", payload=b"two"))


class Stage:
    """An avatar of a vendor that speaks through its room."""

    def __init__(self, house: House, alarm: Alarm) -> None:
        self.house = house
        self.alarm = alarm
        self.screen = house.open_screen()
        self.screen.keeps_events = True
        self.provider: Any = house.entry.runtime_data.provider

    def answers(self, delivery: object) -> None:
        """Have the provider give this for each sentence and each interrupt; raise it, if it is an error."""

        async def give(*_: object) -> object:
            if isinstance(delivery, Exception):
                raise delivery
            return delivery

        self.provider.speak = self.provider.interrupt = give

    def acknowledge(self, error: str | None) -> None:
        """Have the room answer."""
        self.provider.decode = lambda *_: Ack(key="key", error=error)
        self.screen._hear(b"an answer")

    @property
    def published(self) -> list[str | None]:
        return [event["topic"] for event in self.screen.events if event["type"] == "publish"]


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Stage], Awaitable[None]]], None]:
    def play(scene: Callable[[Stage], Awaitable[None]]) -> None:
        time = Time(monkeypatch)
        alarm = Alarm()

        async def run() -> None:
            cloud = Cloud(time, Limits(quota=10**6))
            await cloud.open()
            house = House(time, cloud, monkeypatch)
            try:
                await house.start()
                stage = Stage(house, alarm)
                await house.act("start_session")
                await house.wait(2.0)
                await scene(stage)
            finally:
                await house.stop()
                await cloud.close()

        with alarm.on():
            time.run(run())
        time.close()

    return play


type Play = Callable[[Callable[[Stage], Awaitable[None]]], None]


def test_all_messages_go_out_in_their_order(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        stage.answers(Publish(messages=MESSAGES, pace=0.5))
        assert await speak(stage.house, SHORT) == ("spoken?", None)
        assert stage.published == [None, "chat"]

    play(scene)


@pytest.mark.parametrize(("error", "outcome"), [(None, "spoken?"), ("no", "failed:bad_request")])
def test_the_room_may_acknowledge(play: Play, error: str | None, outcome: str) -> None:
    async def scene(stage: Stage) -> None:
        stage.answers(Publish(messages=MESSAGES, ack="key"))
        speaking = asyncio.ensure_future(speak(stage.house, SHORT))
        await stage.house.wait(1.0)
        stage.acknowledge(error)
        stage.acknowledge(error)
        assert (await speaking)[0] == outcome

    play(scene)


def test_an_acknowledgement_that_never_comes_is_not_waited_for_for_ever(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        stage.answers(Publish(messages=MESSAGES, ack="key"))
        assert await speak(stage.house, SHORT) == ("spoken?", None)

    play(scene)


@pytest.mark.parametrize("publishes", [False, None])
def test_what_was_not_published_whole_is_published_again_whole(
    play: Play,
    publishes: bool | None,  # noqa: FBT001 - how it is parametrised
) -> None:
    async def scene(stage: Stage) -> None:
        stage.answers(Publish(messages=MESSAGES))
        stage.screen.manners = Manners(publishes=publishes)
        speaking = asyncio.ensure_future(speak(stage.house, SHORT))
        await stage.house.wait(1.0)
        assert stage.published == [None]
        stage.screen.manners = Manners()
        assert await speaking == ("spoken?", None)
        assert stage.published == [None, None, "chat"]

    play(scene)


def test_nothing_is_published_when_the_seat_is_gone(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        stage.answers(Publish(messages=MESSAGES))
        stage.screen.manners = Manners(publishes=None)
        speaking = asyncio.ensure_future(speak(stage.house, SHORT))
        await stage.house.wait(1.0)
        await stage.house.act("stop_session")
        assert await speaking == ("interrupted:stopped", None)

    play(scene)


def test_an_interrupt_is_published(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        stage.answers(Publish(messages=MESSAGES))
        await stage.house.act("interrupt")
        await stage.house.wait(1.0)
        assert stage.published == [None, "chat"]

    play(scene)


def test_an_interrupt_that_fails_is_no_error(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        stage.answers(BadRequestError("no"))
        await stage.house.act("interrupt")
        await stage.house.wait(1.0)
        assert not stage.alarm.records

    play(scene)


@pytest.mark.no_fail_on_log_exception
def test_a_fault_of_our_own_hangs_nothing(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        stage.answers(ValueError("a bug"))
        assert await speak(stage.house, SHORT) == ("failed:bad_response", "bad_response")
        assert "in a way that it does not declare" in stage.alarm.records[0]

    play(scene)


def test_a_call_that_never_returns_counts_as_lost(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        async def hang(*_: object) -> None:
            await asyncio.sleep(10_000)

        stage.provider.speak = hang
        assert await speak(stage.house, SHORT) == ("failed:connection", "connection")

    play(scene)
