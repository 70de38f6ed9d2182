"""Notifications that an avatar reads out."""

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest

from tests.home import AVATAR, Home

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


async def test_it_starts_a_session_if_it_may(home: Home, entry: ConfigEntry) -> None:
    await home.add_avatar(entry, costs={"announcements_start_session": True})
    card = await home.open_card()
    await notify(home, message="It is done.")
    await card.join()
    await home.settle()
    assert len(home.simulator.calls("new")) == 1
    assert len(home.simulator.calls("task")) == 1
    assert home.state(AVATAR) != "off"
