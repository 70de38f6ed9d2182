"""What happens to the avatar, as events."""

import asyncio
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import State
import pytest

from custom_components.streaming_avatar.event import AvatarEvent
from custom_components.streaming_avatar.providers.base import AvatarEventType
from tests.home import Home

ACTIVITY = "event.ava_activity"


@pytest.fixture
def happened(home: Home) -> list[dict[str, Any]]:
    """The attributes of each event of the avatar."""
    events: list[dict[str, Any]] = []

    def note(state: State) -> None:
        if state.state != "unknown":
            events.append(dict(state.attributes))

    home.follow(ACTIVITY, note)
    return events


async def speak(home: Home) -> None:
    card = await home.open_card()
    task = asyncio.create_task(home.ask("speak", text="The door is open.", task_mode="sync"))
    await card.join()
    await card.relay("avatar_stop_talking")
    await task
    await home.settle()


async def test_its_types_are_those_of_the_sdks_and_one_more(home: Home, ava: str) -> None:
    assert home.attributes(ACTIVITY)["event_types"] == [*AvatarEventType, "utterance_ended"]
    assert len(AvatarEventType) == 11


async def test_speech_is_told_from_begin_to_outcome(
    home: Home, ava: str, happened: list[dict[str, Any]]
) -> None:
    await speak(home)
    types = [event["event_type"] for event in happened]
    assert types[0] == "stream_ready"
    assert types.index("avatar_start_talking") < types.index("avatar_stop_talking")
    assert types.count("utterance_ended") == 1
    ended = happened[types.index("utterance_ended")]
    assert ended["outcome"] == "spoken"
    assert ended["confirmed"] is True
    assert ended["utterance_id"]


async def test_what_is_said_stays_out_of_the_attributes(
    home: Home, ava: str, happened: list[dict[str, Any]]
) -> None:
    await speak(home)
    assert happened
    assert "door" not in repr(happened)


async def test_what_is_said_is_shared_if_the_user_wants_it(
    home: Home, entry: ConfigEntry, happened: list[dict[str, Any]]
) -> None:
    await home.add_avatar(entry, advanced={"share_text": True})
    await speak(home)
    ended = next(event for event in happened if event["event_type"] == "utterance_ended")
    assert ended["text"] == "The door is open."


def test_what_is_said_is_never_recorded() -> None:
    assert "text" in AvatarEvent._unrecorded_attributes
