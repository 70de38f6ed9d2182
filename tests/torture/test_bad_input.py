"""Whatever comes in: an error that says why, never a stack trace, and no secret anywhere."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
import json
import logging
from typing import Any, cast

from homeassistant.components.diagnostics import REDACTED
from homeassistant.config_entries import SOURCE_USER
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
from hypothesis import given, strategies as st
import pytest
import voluptuous as vol

from custom_components.streaming_avatar.const import DOMAIN, SUBENTRY_AVATAR
from custom_components.streaming_avatar.diagnostics import async_get_config_entry_diagnostics
from custom_components.streaming_avatar.providers import PROVIDERS
from simulator.faults import ErrorFault
from simulator.settings import DEFAULT_API_KEY, Limits

from .cloud import Cloud
from .house import ACCOUNT, AVA, Alarm, House
from .odd import TEXTS, odd, sometimes_odd, tried
from .screen import Screen
from .timeless import Time

pytestmark = pytest.mark.no_fail_on_log_exception  # the alarm tells it, with its input

SPOKEN = "Seventeen badgers dig at midnight."
"""A sentence that is nobody's business but that of who hears it."""
TOKEN = "eyJ"
"""How every room token begins."""


class Trial:
    """A house that is tried with whatever comes in."""

    def __init__(self, house: House, alarm: Alarm, screen: Screen) -> None:
        self.house = house
        self.alarm = alarm
        self.screen = screen

    def run(self, work: Awaitable[Any]) -> None:
        """Do something, which may be refused in every way that a user understands; then look around."""

        async def do() -> None:
            with suppress(HomeAssistantError, vol.Invalid):
                await work
            await self.house.wait(0.05)

        self.house.time.run(do())
        assert not self.alarm.records, "\n".join(self.alarm.records)
        self.has_no_secret(self.alarm.lines, "log")
        self.alarm.lines.clear()

    def has_no_secret(self, told: object, where: str) -> None:
        text = repr(told)
        for secret in (DEFAULT_API_KEY, TOKEN):
            assert secret not in text, f"{where}: {text[max(0, text.find(secret) - 200) :][:400]}"

    async def judge(self) -> None:
        """Look for secrets in what is left; the avatar must still work."""
        house = self.house
        house.cloud.world.faults.clear()
        await house.act("stop_session")
        await house.wait(700)
        answer = await house.speak(SPOKEN, task_mode="sync")
        assert answer["outcome"] == "spoken"
        self.has_no_secret([state.as_dict() for state in house.hass.states.async_all()], "state")
        self.has_no_secret([(c.path, c.query) for c in house.cloud.world.calls.calls], "URL")
        told = json.dumps(await async_get_config_entry_diagnostics(house.hass, house.entry))
        self.has_no_secret(told, "diagnostics")
        assert REDACTED in told
        assert SPOKEN not in told
        assert SPOKEN not in repr(self.alarm.lines)
        self.has_no_secret(self.alarm.lines, "log")


@contextmanager
def trial(patch: pytest.MonkeyPatch) -> Iterator[Trial]:
    """Have a house with a screen, an avatar that is live, and every log open."""
    time = Time(patch)
    cloud = Cloud(time, Limits(quota=10**9, characters_per_second=200.0))
    alarm = Alarm()
    alarm.keeps_lines = True
    patch.setattr(logging.getLogger("custom_components.streaming_avatar"), "level", logging.DEBUG)
    settings = {"idle_timeout": 300, "max_minutes_per_day": 1440, "share_text": False}
    house = House(time, cloud, patch, avatars={"Ava": settings})

    async def begin() -> Screen:
        await cloud.open()
        await house.start()
        screen = house.open_screen()
        await house.speak(SPOKEN, task_mode="sync")
        return screen

    async def end(tried: Trial) -> None:
        await tried.judge()
        assert not alarm.records, "\n".join(alarm.records)

    async def close() -> None:
        await house.stop()
        await cloud.close()

    try:
        with alarm.on():
            tried = Trial(house, alarm, time.run(begin()))
            yield tried
            time.run(end(tried))
    finally:
        time.run(close())
        time.close()


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


# --- what the vendor answers

ANSWERS: dict[str, dict[str, Any]] = {
    "new": {
        "session_id": "a-session",
        "url": "wss://127.0.0.1:1",
        "access_token": "a-token",
        "session_duration_limit": 600,
        "is_paid": True,
        "sdp": None,
    },
    "start": {"status": "success"},
    "task": {"task_id": "a-task", "duration_ms": 500.0},
    "list": {
        "sessions": st.lists(sometimes_odd({"session_id": "x", "created_at": 1, "status": "new"}))
    },
    "stop": {},
    "keep_alive": {},
    "interrupt": {},
    "start_listening": {},
    "remaining_quota": {"remaining_quota": 60, "details": {}},
    "avatar_list": {"avatars": []},
    "voice_list": {"voices": []},
}


@pytest.mark.parametrize("operation", ANSWERS)
def test_answers_of_the_vendor(operation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with trial(monkeypatch) as house:
        envelope = {"code": 100, "message": "success", "data": sometimes_odd(ANSWERS[operation])}

        async def use(body: dict[str, Any], status: int) -> None:
            sane = cast("dict[str, object]", json.loads(_finite(body)))
            house.house.cloud.fault(
                ErrorFault(kind="error", operation=operation, status=status, body=sane)
            )
            for act in _uses(house, operation):
                try:
                    await act()
                except HomeAssistantError:
                    continue
            await house.house.act("stop_session")
            house.house.cloud.world.faults.clear()
            await house.house.wait(700)

        @tried(40)
        @given(body=sometimes_odd(envelope), status=st.sampled_from([200, 200, 200, 400, 401, 500]))
        def check(body: dict[str, Any], status: int) -> None:
            house.run(use(body, status))

        check()


def _finite(value: object) -> str:
    """Return JSON that every parser takes; what none takes is the simulator's to send."""
    text = json.dumps(value)
    return text.replace("NaN", "1e9").replace("-Infinity", "-1e99").replace("Infinity", "1e99")


def _uses(trial_: Trial, operation: str) -> list[Callable[[], Awaitable[Any]]]:
    """Return what makes Home Assistant call an operation."""
    house = trial_.house
    coordinator = house.entry.runtime_data.coordinator
    uses: list[Callable[[], Awaitable[Any]]] = [
        lambda: house.act("start_session"),
        lambda: house.wait(2),
        lambda: house.speak(SPOKEN, task_mode="sync", expiry=5),
    ]
    match operation:
        case "keep_alive" | "interrupt" | "start_listening":
            return [*uses, lambda: house.act(operation), lambda: house.wait(3)]
        case "remaining_quota" | "list":
            return [coordinator.async_refresh]
        case "avatar_list" | "voice_list":
            return [lambda: open_form(house)]
        case _:
            return uses


# --- dialogs


async def open_form(house: House) -> None:
    """Open the dialog of a new avatar, which shows the account's lists, and close it again."""
    coordinator = house.entry.runtime_data.coordinator
    coordinator._catalogues.clear()
    flows = house.hass.config_entries.subentries
    flow = await flows.async_init((ACCOUNT, SUBENTRY_AVATAR), context={"source": SOURCE_USER})
    if flow["type"] is FlowResultType.FORM:
        flows.async_abort(flow["flow_id"])


def test_the_dialog_of_an_account(monkeypatch: pytest.MonkeyPatch) -> None:
    form = {
        "base_url": st.sampled_from(
            ["http://localhost", "https://cloud.example", "http://1.2.3.4"]
        ),
        "api_key": st.sampled_from([DEFAULT_API_KEY, "another"]),
    }
    with trial(monkeypatch) as house:
        hass = house.house.hass

        async def fill_in(provider: object, forms: list[dict[str, Any]]) -> None:
            flows = hass.config_entries.flow
            result: Any = await flows.async_init(DOMAIN, context={"source": SOURCE_USER})
            flow_id = result["flow_id"]
            try:
                for user_input in [{"provider": provider}, *forms]:
                    result = await flows.async_configure(flow_id, user_input)
                    if result["type"] is not FlowResultType.FORM:
                        break
            finally:
                if any(flow["flow_id"] == flow_id for flow in flows.async_progress()):
                    flows.async_abort(flow_id)
            if result["type"] is FlowResultType.CREATE_ENTRY:
                if following := result.get("next_flow"):
                    hass.config_entries.subentries.async_abort(following[1])
                await hass.config_entries.async_remove(result["result"].entry_id)

        @tried(80)
        @given(
            provider=st.sampled_from(["konpro", "konpro", "konpro", "builtin"]) | odd,
            forms=st.lists(sometimes_odd(form), min_size=1, max_size=2),
        )
        def check(provider: object, forms: list[dict[str, Any]]) -> None:
            house.run(fill_in(provider, forms))

        check()


def test_the_dialog_of_an_avatar(monkeypatch: pytest.MonkeyPatch) -> None:
    with trial(monkeypatch) as house:
        hass = house.house.hass
        settings = PROVIDERS["konpro"].avatar_settings
        form: dict[str, Any] = {"name": "Ben"}
        for section in {str(setting.section) for setting in settings}:
            keys = {s.key: s.default for s in settings if str(s.section) == section}
            form |= keys if section == "avatar" else {section: sometimes_odd(keys)}

        async def fill_in(source: str, user_input: dict[str, Any]) -> None:
            flows = hass.config_entries.subentries
            known = set(house.house.entry.subentries)
            context: Any = {"source": source}
            if source == "reconfigure":
                context["subentry_id"] = "subentry-ava"
            flow: Any = await flows.async_init((ACCOUNT, SUBENTRY_AVATAR), context=context)
            try:
                await flows.async_configure(flow["flow_id"], user_input)
            finally:
                if any(f["flow_id"] == flow["flow_id"] for f in flows.async_progress()):
                    flows.async_abort(flow["flow_id"])
            for new in set(house.house.entry.subentries) - known:
                hass.config_entries.async_remove_subentry(house.house.entry, new)

        @tried(150)
        @given(source=st.just("user"), user_input=sometimes_odd(form))
        def check(source: str, user_input: dict[str, Any]) -> None:
            house.run(fill_in(source, user_input))

        check()
