"""The wire between card and integration (docs/wire.md), from the card's side."""

import base64
import json
import random
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.streaming_avatar.const import DOMAIN
from tests.home import AVATAR, Card, Home

STATE_KEYS = {
    "type",
    "phase",
    "activity",
    "reason",
    "queue",
    "seat",
    "watching",
    "ends_at",
    "ends_soon",
    "renewing",
    "volume",
    "muted",
    "stand_in",
    "provider_face",
}


async def refused(card: Card, command: str, **content: Any) -> str:
    """Send a command that must fail; return the code of its error."""
    message = {"type": f"{DOMAIN}/{command}", "attachment": card.attachment, **content}
    result = await card.command(message)
    assert not result["success"], result
    code: str = result["error"]["code"]
    return code


async def a_guest(home: Home, read_only_user: MockUser) -> Card:
    """A card of a user who may look and not touch."""
    refresh = await home.hass.auth.async_create_refresh_token(
        read_only_user, "https://example.com", credential=None
    )
    token = home.hass.auth.async_create_access_token(refresh)
    card = Card(await home.new_client(home.hass, token), home.simulator)
    await card.attach(AVATAR, "Guest")
    return card


async def test_attaching_tells_everything(home: Home, ava: str) -> None:
    card = Card(await home.new_client(home.hass), home.simulator)
    client = {
        "id": "card-of-nobody",
        "name": "Hall",
        "version": "0.1.0",
        "visible": True,
        "audio": "ok",
        "microphone": "insecure",
        "transports": ["livekit"],
    }
    message = {"type": f"{DOMAIN}/attach", "entity_id": AVATAR, "client": client}
    assert (await card.command(message))["success"]
    attached = await card.event("attached")
    assert attached["version"] == "0.1.0"
    assert (attached["name"], attached["portrait"], attached["can_control"]) == ("Ava", None, True)
    assert attached["state"].keys() == STATE_KEYS
    assert attached["state"]["phase"] == "off"


@pytest.mark.parametrize("entity_id", ["media_player.nobody", "button.ava_interrupt"])
async def test_there_is_no_such_avatar(home: Home, ava: str, entity_id: str) -> None:
    card = await home.open_card()
    client = {
        "id": "card-of-nobody",
        "name": "Hall",
        "version": "0.1.0",
        "visible": True,
        "audio": "ok",
        "microphone": "none",
        "transports": [],
    }
    message = {"type": f"{DOMAIN}/attach", "entity_id": entity_id, "client": client}
    assert (await card.command(message))["error"]["code"] == "not_found"


async def test_the_same_client_takes_the_place_of_its_old_attachment(home: Home, ava: str) -> None:
    old = await home.open_card(name="Hall")
    new = await home.open_card(name="Hall")
    assert (await old.event("closed"))["reason"] == "replaced"
    assert await refused(old, "report", kind="pong") == "unknown_attachment"
    await new.report("pong")
    assert home.state("sensor.ava_viewers") == "1"


async def test_an_attachment_counts_on_its_own_connection_only(home: Home, ava: str) -> None:
    mine = await home.open_card(name="Hall")
    other = await home.open_card(name="Kitchen")
    other.attachment = mine.attachment
    for command, content in (
        ("report", {"kind": "pong"}),
        ("relay", {"epoch": "e", "topic": None, "payload": ""}),
        ("take_seat", {}),
        ("say", {"text": "Hello."}),
    ):
        assert await refused(other, command, **content) == "unknown_attachment"


async def test_there_is_room_for_thirty_two_cards(home: Home, ava: str) -> None:
    for number in range(32):
        await home.open_card(name=f"Screen {number}")
    card = Card(await home.new_client(home.hass), home.simulator)
    client = {
        "id": "card-of-one-more",
        "name": "One more",
        "version": "0.1.0",
        "visible": True,
        "audio": "ok",
        "microphone": "none",
        "transports": ["livekit"],
    }
    message = {"type": f"{DOMAIN}/attach", "entity_id": AVATAR, "client": client}
    assert (await card.command(message))["error"]["code"] == "too_many"


async def test_a_closed_connection_is_forgotten(home: Home, ava: str) -> None:
    card = await home.open_card()
    assert home.state("sensor.ava_viewers") == "1"
    await card.client.close()
    await home.settle()
    assert home.state("sensor.ava_viewers") == "0"


async def test_the_token_travels_in_join_only(home: Home, ava: str) -> None:
    first = await home.open_card(name="Hall")
    second = await home.open_card(name="Kitchen")
    await home.act("start_session")
    join = await first.event("join")
    assert join["transport"]["kind"] == "livekit"
    token = join["transport"]["token"]
    await home.settle()
    await second.report("pong")
    assert token not in json.dumps([*first.events, *second.events])
    assert not [event for event in second.events if event["type"] == "join"]


async def test_states_are_told_when_they_change_and_not_again(home: Home, ava: str) -> None:
    card = await home.open_card()
    await home.act("start_session")
    await card.join()
    await home.settle()
    await card.report("pong")
    states = [event for event in card.events if event["type"] == "state"]
    assert states == [
        state for state, before in zip(states, [None, *states], strict=False) if state != before
    ]
    assert states[-1]["phase"] == "live"
    assert states[-1]["seat"] == {"mine": True, "name": "Kitchen tablet"}


async def test_the_seat_moves_to_who_asks_but_not_at_once_again(home: Home, ava: str) -> None:
    first = await home.go_live(name="Hall")
    second = await home.open_card(name="Kitchen")
    result = await second.command({"type": f"{DOMAIN}/take_seat", "attachment": second.attachment})
    assert result["success"]
    assert (await first.event("leave"))["reason"] == "moved"
    await second.join()
    assert await refused(second, "take_seat") == "limit"
    assert (await second.event("closed"))["reason"] == "limit"


async def test_who_may_only_look_can_do_nothing(
    home: Home, ava: str, hass_read_only_user: MockUser
) -> None:
    guest = await a_guest(home, hass_read_only_user)
    assert await refused(guest, "take_seat") == "unauthorized"
    assert await refused(guest, "say", text="Hello.") == "unauthorized"
    await home.settle()
    assert home.simulator.ledger == []


@pytest.mark.parametrize("text", ["", "   ", "\x00\x07", "\u200b"])
async def test_nothing_to_say(home: Home, ava: str, text: str) -> None:
    card = await home.open_card()
    assert await refused(card, "say", text=text) == "empty"


async def test_what_is_typed_is_said(home: Home, ava: str) -> None:
    card = await home.open_card()
    message = {"type": f"{DOMAIN}/say", "attachment": card.attachment, "text": "Hello there."}
    utterance = (await card.command(message))["result"]["utterance"]
    await card.join()
    await card.relay("avatar_stop_talking")
    outcome = await card.event("outcome")
    assert (outcome["utterance"], outcome["outcome"]) == (utterance, "spoken")


async def test_only_the_seat_is_believed(home: Home, ava: str) -> None:
    seat = await home.go_live(name="Hall")
    stranger = await home.open_card(name="Kitchen")
    payload = base64.b64encode(b'{"type": "avatar_start_talking", "task_id": "t"}').decode()
    for epoch in ("", "guessed", seat.epoch):
        relay = {"epoch": epoch, "topic": None, "payload": payload}
        message = {"type": f"{DOMAIN}/relay", "attachment": stranger.attachment, **relay}
        assert (await stranger.command(message))["success"]
        await stranger.report("playback_started", epoch=epoch)
        await stranger.report("room_lost", epoch=epoch, reason="lie")
    await home.settle()
    assert home.state(AVATAR) == "idle"
    assert home.state("binary_sensor.ava_speaking") == "off"


async def test_relays_are_limited_in_size(home: Home, ava: str) -> None:
    card = await home.go_live()
    fits = base64.b64encode(b"x" * 16 * 1024).decode()
    relay = {"type": f"{DOMAIN}/relay", "attachment": card.attachment, "epoch": card.epoch}
    assert (await card.command({**relay, "topic": None, "payload": fits}))["success"]
    larger = base64.b64encode(b"x" * (16 * 1024 + 1)).decode()
    result = await card.command({**relay, "topic": None, "payload": larger})
    assert result["error"]["code"] == "limit"
    assert (await card.event("closed"))["reason"] == "limit"


async def test_relays_are_limited_in_number(
    home: Home, ava: str, freezer: FrozenDateTimeFactory
) -> None:
    card = await home.go_live()
    relay = {
        "type": f"{DOMAIN}/relay",
        "attachment": card.attachment,
        "epoch": card.epoch,
        "topic": None,
        "payload": "",
    }
    for _ in range(200):
        assert (await card.command(relay))["success"]
    freezer.tick(1.1)
    for _ in range(200):
        assert (await card.command(relay))["success"]
    assert (await card.command(relay))["error"]["code"] == "limit"


async def test_what_is_not_base64_is_said_to_be_so(home: Home, ava: str) -> None:
    card = await home.go_live()
    content = {"epoch": card.epoch, "topic": None, "payload": "not base64!"}
    assert await refused(card, "relay", **content) == "invalid_format"
    await card.report("pong")


async def test_who_does_not_answer_pings_does_not_watch(
    home: Home, ava: str, freezer: FrozenDateTimeFactory
) -> None:
    card = await home.open_card()
    await home.pass_time(freezer, 21)
    await card.event("ping")
    await home.pass_time(freezer, 21)
    await card.report("visible", visible=True)  # any sign of life will do
    await home.act("start_session")
    await card.event("join")
    await home.act("stop_session")

    await home.pass_time(freezer, 21)
    await home.pass_time(freezer, 21)
    message = {"type": f"{DOMAIN}/say", "attachment": card.attachment, "text": "Hello."}
    assert (await card.command(message))["success"]
    await home.settle()
    assert home.state(AVATAR) == "off"


async def test_a_card_that_attaches_again_keeps_its_room(home: Home, ava: str) -> None:
    old = await home.go_live(name="Hall")
    new = await home.open_card(name="Hall")
    await new.report("joined", epoch=old.epoch)
    await new.report("first_frame", epoch=old.epoch, milliseconds=1)
    await home.settle()
    assert home.state(AVATAR) == "idle"
    assert not [event for event in new.events if event["type"] == "join"]


async def test_a_page_that_was_loaded_anew_joins_anew(
    home: Home, ava: str, freezer: FrozenDateTimeFactory
) -> None:
    old = await home.go_live(name="Hall")
    new = await home.open_card(name="Hall")
    await home.pass_time(freezer, 1.1)
    assert (await new.event("join"))["epoch"] != old.epoch


async def test_who_loses_the_permission_can_do_nothing_more(
    home: Home, ava: str, hass_admin_user: MockUser, hass_read_only_user: MockUser
) -> None:
    card = await home.open_card()
    message = {"type": f"{DOMAIN}/say", "attachment": card.attachment, "text": "Hello."}
    assert (await card.command(message))["success"]
    await home.hass.auth.async_update_user(
        hass_admin_user, group_ids=[group.id for group in hass_read_only_user.groups]
    )
    assert await refused(card, "say", text="Hello again.") == "unauthorized"
    assert await refused(card, "take_seat") == "unauthorized"


async def test_more_than_anybody_hears_out_is_not_queued(home: Home, ava: str) -> None:
    for _ in range(50):
        await home.act("speak", text="Nobody watches.")
    with pytest.raises(HomeAssistantError, match="too much to say"):
        await home.act("speak", text="One too many.")
    await home.act("interrupt")


NASTY: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 2**63, 1.5, 1e308, "", "x", "\x00", "e" * 70, "🙈"),
    *([], [None], ["livekit"], {}, {"id": "x"}, {"kind": {"kind": {}}}, "<b>", "../../etc"),
    *("pong", "visible", "joined", "first_frame", "published", "error", "left", "ok", "none"),
)
FIELDS = (
    *("kind", "epoch", "topic", "payload", "text", "client", "entity_id", "visible", "audio"),
    *("message_id", "ok", "milliseconds", "utterance", "reason", "code", "message", "surprise"),
)


async def test_no_message_makes_it_stumble(
    home: Home, ava: str, caplog: pytest.LogCaptureFixture
) -> None:
    chance = random.Random(20261124)  # noqa: S311 - the same nonsense in every run
    card = await home.go_live()
    for _ in range(600):
        command = chance.choice(["attach", "report", "relay", "take_seat", "say"])
        fields = chance.sample(FIELDS, chance.randint(0, 6))
        message = {field: chance.choice(NASTY) for field in fields}
        if chance.random() < 0.8:
            message["attachment"] = card.attachment
        result = await card.command({"type": f"{DOMAIN}/{command}", **message})
        if not result["success"]:
            assert result["error"]["code"] != "unknown_error", message
        if any(event["type"] == "closed" for event in card.events):
            card = await home.open_card()
    # Home Assistant logs what does not fit a command's schema; nothing may get beyond that.
    assert not [record for record in caplog.records if record.exc_info]
