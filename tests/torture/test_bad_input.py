"""Bad input to every action, every command of a card and the room: an error that says why, or nothing."""

import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.streaming_avatar.const import DOMAIN

from .house import ACCOUNT, AVA
from .odd import TEXTS, odd, sometimes_odd, tried
from .trials import SPOKEN, Trial, trial

pytestmark = pytest.mark.no_fail_on_log_exception  # the alarm tells it, with its input

# --- actions

ACTIONS: dict[tuple[str, str], dict[str, Any]] = {
    (DOMAIN, "speak"): {
        "text": SPOKEN,
        "task_type": st.sampled_from(["repeat", "talk"]),
        "task_mode": st.sampled_from(["sync", "async"]),
        "emotion": st.sampled_from(["friendly", "serious", ""]),
        "priority": st.sampled_from(["normal", "urgent"]),
        "expiry": st.sampled_from([1, 30, 3600]),
        "interrupt": st.booleans(),
    },
    (DOMAIN, "interrupt"): {},
    (DOMAIN, "start_session"): {
        "hold": st.sampled_from([1, 60, {"minutes": 5}]),
        "without_viewer": st.booleans(),
    },
    (DOMAIN, "stop_session"): {},
    (DOMAIN, "start_listening"): {},
    (DOMAIN, "stop_listening"): {},
    (DOMAIN, "keep_alive"): {},
    (DOMAIN, "verify"): {
        "config_entry_id": ACCOUNT,
        "paid_session": st.booleans(),
        "avatar": AVA,
    },
    ("media_player", "play_media"): {
        "media_content_id": st.sampled_from(["media-source://tts/tts.piper?message=Hi", "/a.mp3"]),
        "media_content_type": "music",
        "announce": st.booleans(),
        "enqueue": st.sampled_from(["add", "next", "play", "replace"]),
        "extra": st.just({}),
    },
    ("media_player", "volume_set"): {"volume_level": 0.5},
    ("media_player", "volume_mute"): {"is_volume_muted": st.booleans()},
    ("media_player", "media_stop"): {},
    ("media_player", "turn_on"): {},
    ("media_player", "turn_off"): {},
    ("media_player", "browse_media"): {
        "media_content_id": "media-source://",
        "media_content_type": "",
    },
    ("notify", "send_message"): {"message": SPOKEN, "title": "Hello"},
}


def test_every_action_of_ours_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    with trial(monkeypatch) as tried_:
        services = tried_.house.hass.services.async_services()[DOMAIN]
        assert services.keys() == {name for domain, name in ACTIONS if domain == DOMAIN}


@pytest.mark.parametrize(("domain", "action"), ACTIONS, ids=lambda word: word)
def test_actions(domain: str, action: str, monkeypatch: pytest.MonkeyPatch) -> None:
    entity = "notify.ava_read_out" if domain == "notify" else AVA
    fields = ACTIONS[domain, action]
    # A number is too much for Home Assistant's own check of entities.
    target = st.sampled_from([entity, entity, entity, [entity], [], None, "all", *TEXTS])
    with trial(monkeypatch) as house:

        @tried(60 if fields else 15)
        @given(data=sometimes_odd(fields), target=target)
        def check(data: dict[str, Any], target: Any) -> None:
            if "config_entry_id" not in fields:
                data = {"entity_id": target, **data}
            house.run(
                house.house.hass.services.async_call(
                    domain, action, data, blocking=True, return_response=_answers(house, action)
                )
            )

        def _answers(house: Trial, name: str) -> bool:
            supports = house.house.hass.services.supports_response(domain, name)
            return supports != "none"

        check()


# --- the wire of the cards

CLIENT: dict[str, Any] = {
    "id": st.sampled_from(["card-of-Kitchen tablet", "card-of-somebody"]),
    "name": "Hall tablet",
    "version": "0.1.0",
    "visible": st.booleans(),
    "audio": st.sampled_from(["ok", "blocked", "none"]),
    "microphone": "none",
    "transports": st.sampled_from([["livekit", "none"], ["none"], []]),
    "playback": "what-plays",
}
MINE = "the attachment of the screen"
EPOCH = "its epoch"
COMMANDS: dict[str, dict[str, Any]] = {
    "attach": {"entity_id": AVA, "client": sometimes_odd(CLIENT)},
    "report": {
        "attachment": MINE,
        "kind": st.sampled_from(
            [
                "visible",
                "pong",
                "joined",
                "first_frame",
                "room_lost",
                "left",
                "published",
                "playback_started",
                "playback_finished",
                "playback_failed",
                "playback_blocked",
                "error",
            ]
        ),
        "epoch": EPOCH,
        "playback": "what-plays",
        "duration": 1.5,
        "seconds": 1.0,
        "stopped": st.booleans(),
        "visible": True,
        "audio": "ok",
        "milliseconds": 40,
        "reason": "network",
        "message_id": "a-message",
        "ok": st.booleans(),
        "code": "join_failed",
        "message": "No",
    },
    "relay": {"attachment": MINE, "epoch": EPOCH, "topic": None, "payload": "eyJ0eXBlIjogMX0="},
    "take_seat": {"attachment": MINE},
    "say": {"attachment": MINE, "text": SPOKEN},
}


def test_every_command_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    with trial(monkeypatch) as tried_:
        handlers: dict[str, Any] = tried_.house.hass.data["websocket_api"]
        ours = {name.partition("/")[2] for name in handlers if name.startswith(f"{DOMAIN}/")}
    assert ours == COMMANDS.keys()


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_of_a_card(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with trial(monkeypatch) as house:
        screen = house.screen

        async def send(content: dict[str, Any]) -> None:
            if screen.attachment is None:
                screen.open()
                await house.house.wait(3)
            known = {MINE: screen.attachment, EPOCH: screen.epoch}
            filled = {
                key: known.get(value, value) if isinstance(value, str) else value
                for key, value in content.items()
            }
            number = screen.command(command, **filled)
            await house.house.wait(1.1)
            answer = screen.results[number]
            assert answer["success"] or answer["error"]["code"] not in {"unknown_error", ""}, answer

        @tried(150)
        @given(content=sometimes_odd(COMMANDS[command]))
        def check(content: dict[str, Any]) -> None:
            house.run(send(content))

        check()
        screen.close()
        screen.open()


# --- what the room says

EVENT: dict[str, Any] = {
    "type": st.sampled_from(
        [
            "avatar_start_talking",
            "avatar_stop_talking",
            "avatar_talking_message",
            "avatar_end_message",
            "user_start",
            "user_stop",
            "user_talking_message",
            "user_end_message",
        ]
    ),
    "task_id": "a-task",
    "message": SPOKEN,
    "duration_ms": 700.0,
}


def test_room_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    with trial(monkeypatch) as house:

        async def relay(payload: bytes) -> None:
            if house.screen.epoch is None:
                await house.house.act("start_session")
                await house.house.wait(2)
            house.screen._hear(payload)

        garbage = st.binary(max_size=60) | odd.map(_as_json)

        @tried(300)
        @given(payload=sometimes_odd(EVENT).map(_as_json) | garbage)
        def check(payload: bytes) -> None:
            house.run(relay(payload))

        check()


def _as_json(value: object) -> bytes:
    return json.dumps(value).encode("utf-8", "surrogatepass")
