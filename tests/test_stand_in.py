"""A cloud avatar that cannot speak has its words said by the built-in voice, once, and nothing more is paid for it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.streaming_avatar.const import DOMAIN
from simulator.faults import DropReplyFault, ErrorFault, Fault
from tests.home import AVATAR, Card, Home
from tests.voices import Engine, add_engine

REFUSALS: dict[str, Fault] = {
    "quota": ErrorFault(kind="error", operation="new", status=400, code=10015, count=None),
    "authentication": ErrorFault(
        kind="error", operation="new", status=401, code=400112, count=None
    ),
    "connection": DropReplyFault(kind="drop_reply", operation="new", count=None),
}


@pytest.fixture
async def engine(home: Home, entry: ConfigEntry) -> AsyncIterator[Engine]:
    yield await add_engine(home.hass)
    await home.settle()


@pytest.fixture
async def ava(home: Home, entry: ConfigEntry, engine: Engine) -> str:
    return await home.add_avatar(entry, face={"stand_in": True})


def ask(home: Home, **data: Any) -> asyncio.Task[Any]:
    text = {"text": "The door is open.", "task_mode": "sync"}
    return home.hass.async_create_task(home.ask("speak", **{**text, **data}))


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for something that real sockets bring; frozen time stands still meanwhile."""
    for _ in range(20_000):
        if is_so():
            break
        await asyncio.sleep(0)
    assert is_so()
    for _ in range(500):
        await asyncio.sleep(0)


async def played(card: Card) -> dict[str, Any]:
    """Play the next sound to its end."""
    play = await card.event("play")
    await card.report("playback_started", playback=play["id"], duration=None)
    await card.report("playback_finished", playback=play["id"], seconds=1.5, stopped=False)
    return play


def repairs(home: Home) -> set[str | None]:
    return {
        issue.translation_key
        for issue in ir.async_get(home.hass).issues.values()
        if issue.domain == DOMAIN
    }


@pytest.mark.parametrize("reason", REFUSALS)
async def test_a_refused_session_is_said_by_the_stand_in(home: Home, ava: str, reason: str) -> None:
    home.simulator.fault(REFUSALS[reason])
    card = await home.open_card()
    task = ask(home)
    play = await played(card)
    result = (await task)[AVATAR]
    assert (play["role"], play["text"]) == ("voice", "The door is open.")
    assert (result["outcome"], result["delivery"], result["reason"]) == (
        "spoken",
        "stand_in",
        reason,
    )
    kind = "account" if reason == "quota" else "stand_in"
    assert repairs(home) == {f"{kind}_{reason}"}
    assert len(home.simulator.calls("new")) == 1
    assert home.simulator.calls("task") == []


async def test_it_is_told_once_and_taken_back_when_the_avatar_is_back(home: Home, ava: str) -> None:
    home.simulator.fault(ErrorFault(kind="error", operation="new", status=400, code=40001, count=2))
    card = await home.open_card()
    for _ in range(2):
        task = ask(home)
        await played(card)
        await task
    assert repairs(home) == {"stand_in_bad_request"}
    await home.act("start_session")
    await card.join()
    await home.settle()
    assert repairs(home) == set()


async def test_it_is_taken_back_when_the_avatar_is_removed(
    home: Home, entry: ConfigEntry, ava: str
) -> None:
    home.simulator.fault(ErrorFault(kind="error", operation="new", status=400, code=40001))
    card = await home.open_card()
    task = ask(home)
    await played(card)
    await task
    assert repairs(home) == {"stand_in_bad_request"}
    home.hass.config_entries.async_remove_subentry(entry, ava)
    await home.settle()
    assert repairs(home) == set()


async def test_what_the_cloud_surely_did_not_take_is_said(home: Home, ava: str) -> None:
    card = await home.go_live()
    home.simulator.fault(
        ErrorFault(kind="error", operation="task", status=400, code=400, count=None)
    )
    task = ask(home)
    await played(card)
    result = (await task)[AVATAR]
    assert (result["outcome"], result["delivery"]) == ("spoken", "stand_in")


async def test_what_the_cloud_may_have_said_is_not_said_again(
    home: Home, ava: str, freezer: FrozenDateTimeFactory
) -> None:
    card = await home.go_live()
    fault: Fault = DropReplyFault(kind="drop_reply", operation="task", count=None)
    home.simulator.fault(fault)
    task = ask(home)
    await until(lambda: bool(home.simulator.calls("task")))
    freezer.tick(60.0)
    await home.fire_time()
    with pytest.raises(HomeAssistantError):
        await task
    assert not [event for event in card.events if event["type"] == "play"]


async def test_a_cloud_that_takes_too_long_is_overtaken(
    home: Home, ava: str, freezer: FrozenDateTimeFactory
) -> None:
    card = await home.open_card()
    task = ask(home)
    # A session is there, but no picture comes.
    await card.event("join")
    freezer.tick(11.0)
    await home.fire_time()
    assert not [event for event in card.events if event["type"] == "play"]
    freezer.tick(2.0)
    await home.fire_time()
    await played(card)
    result = (await task)[AVATAR]
    assert (result["delivery"], result["reason"]) == ("stand_in", "slow_start")
    assert repairs(home) == set()
    assert len(home.simulator.calls("new")) == 1
    assert home.simulator.calls("task") == []


async def test_questions_need_the_cloud(home: Home, ava: str) -> None:
    home.simulator.fault(REFUSALS["quota"])
    await home.open_card()
    with pytest.raises(HomeAssistantError, match="no credits"):
        await ask(home, task_type="talk")


async def test_a_notification_starts_no_session(home: Home, ava: str) -> None:
    card = await home.open_card()
    await home.hass.services.async_call(
        "notify",
        "send_message",
        {"entity_id": "notify.ava_read_out", "message": "Laundry is done."},
        blocking=True,
    )
    assert (await played(card))["text"] == "Laundry is done."
    await home.settle()
    assert home.simulator.calls("new") == []
    assert repairs(home) == set()


async def test_a_notification_uses_a_session_that_is_there(home: Home, ava: str) -> None:
    await home.go_live()
    await home.hass.services.async_call(
        "notify",
        "send_message",
        {"entity_id": "notify.ava_read_out", "message": "Laundry is done."},
        blocking=True,
    )
    await home.settle()
    assert len(home.simulator.calls("task")) == 1


async def test_a_chime_is_played_by_the_stand_in(home: Home, ava: str) -> None:
    card = await home.open_card()
    call = {
        "entity_id": AVATAR,
        "media_content_id": "/local/chime.mp3",
        "media_content_type": "music",
        "announce": True,
    }
    task = home.hass.async_create_task(
        home.hass.services.async_call("media_player", "play_media", call, blocking=True)
    )
    assert (await played(card))["url"] == "/local/chime.mp3"
    await task
    assert home.simulator.calls("new") == []


async def test_tts_speak_is_said_by_the_avatar_itself(home: Home, ava: str, engine: Engine) -> None:
    await home.go_live()
    call = {"entity_id": "tts.piper", "media_player_entity_id": AVATAR, "message": "Dinner."}
    task = home.hass.async_create_task(
        home.hass.services.async_call("tts", "speak", call, blocking=True)
    )
    await until(lambda: bool(home.simulator.calls("task")))
    (body,) = home.simulator.calls("task")
    assert isinstance(body, dict)
    assert body["text"] == "Dinner."
    assert engine.asked == []
    task.cancel()


class TestSwitchedOff:
    @pytest.fixture
    async def ava(self, home: Home, entry: ConfigEntry, engine: Engine) -> str:
        return await home.add_avatar(entry, face={"stand_in": False})

    async def test_a_refused_session_fails(self, home: Home, ava: str) -> None:
        home.simulator.fault(REFUSALS["quota"])
        card = await home.open_card()
        with pytest.raises(HomeAssistantError, match="no credits"):
            await ask(home)
        assert not [event for event in card.events if event["type"] == "play"]

    async def test_a_sound_is_refused(self, home: Home, ava: str) -> None:
        await home.open_card()
        call = {
            "entity_id": AVATAR,
            "media_content_id": "/local/chime.mp3",
            "media_content_type": "music",
        }
        with pytest.raises(HomeAssistantError, match="speaks texts only"):
            await home.hass.services.async_call("media_player", "play_media", call, blocking=True)

    async def test_a_notification_is_refused(self, home: Home, ava: str) -> None:
        await home.open_card()
        with pytest.raises(HomeAssistantError, match="for a notification"):
            await home.hass.services.async_call(
                "notify",
                "send_message",
                {"entity_id": "notify.ava_read_out", "message": "Laundry is done."},
                blocking=True,
            )
