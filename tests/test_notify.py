"""Notifications that an avatar reads out."""

import asyncio
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest

from tests.home import AVATAR, Home
from tests.voices import SPEAKER, add_engine, add_speaker

READ_OUT = "notify.ava_read_out"


async def notify(home: Home, **data: Any) -> None:
    await home.hass.services.async_call(
        "notify", "send_message", {"entity_id": READ_OUT, **data}, blocking=True
    )


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"message": "It is done."}, "It is done."),
        ({"message": "It is done.", "title": "Laundry"}, "Laundry. It is done."),
        ({"message": "It is done.", "title": "Laundry."}, "Laundry. It is done."),
        ({"message": "It is\n\n done.", "title": ""}, "It is done."),
    ],
)
async def test_title_and_message_are_read_as_sentences(
    home: Home, ava: str, data: dict[str, str], text: str
) -> None:
    await home.go_live()
    await notify(home, **data)
    await home.settle()
    (body,) = home.simulator.calls("task")
    assert isinstance(body, dict)
    assert body["text"] == text


async def test_the_state_is_the_time_of_the_last_message(home: Home, ava: str) -> None:
    assert home.state(READ_OUT) == "unknown"
    await home.go_live()
    assert home.state(READ_OUT) == "unknown"
    await notify(home, message="It is done.")
    told = home.state(READ_OUT)
    assert told != "unknown"
    await home.act("stop_session")
    assert home.state(READ_OUT) == told


@pytest.mark.parametrize(
    ("message", "error"), [(" \n", "nothing to say"), ("x" * 10_001, "10000 can be said")]
)
async def test_what_cannot_be_said_is_refused(
    home: Home, ava: str, message: str, error: str
) -> None:
    with pytest.raises(ServiceValidationError, match=error):
        await notify(home, message=message)


async def test_it_starts_no_session_unless_it_may(home: Home, entry: ConfigEntry) -> None:
    await home.add_avatar(entry)
    await home.open_card()
    with pytest.raises(HomeAssistantError, match="for a notification"):
        await notify(home, message="It is done.")
    assert home.simulator.calls("new") == []


@pytest.mark.parametrize("costs", [{}, {"announcements_start_session": True}])
async def test_a_notification_that_nobody_could_hear_fails_at_once(
    home: Home, entry: ConfigEntry, costs: dict[str, bool]
) -> None:
    await home.add_avatar(entry, costs=costs, face={"stand_in": True})
    await home.open_card(visible=False)
    with pytest.raises(HomeAssistantError, match="Nobody is watching Ava"):
        await notify(home, message="It is done.")
    assert home.simulator.calls("new") == []
    assert home.attributes("event.ava_activity").get("event_type") is None


async def test_with_a_speaker_it_is_heard_all_the_same(home: Home, entry: ConfigEntry) -> None:
    await add_engine(home.hass)
    speaker = await add_speaker(home.hass)
    await home.add_avatar(entry, face={"stand_in": True}, speech={"fallback_speaker": SPEAKER})
    await notify(home, message="It is done.")
    async with asyncio.timeout(10):
        while not speaker.played:  # noqa: ASYNC110 - it waits two seconds for somebody to watch
            await asyncio.sleep(0.05)
    assert "It+is+done" in speaker.played[0][0]


async def test_it_starts_a_session_if_it_may(home: Home, entry: ConfigEntry) -> None:
    await home.add_avatar(entry, costs={"announcements_start_session": True})
    card = await home.open_card()
    await notify(home, message="It is done.")
    await card.join()
    await home.settle()
    assert len(home.simulator.calls("new")) == 1
    assert len(home.simulator.calls("task")) == 1
    assert home.state(AVATAR) != "off"
