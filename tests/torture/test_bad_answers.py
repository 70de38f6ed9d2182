"""Bad answers of the vendor, and bad input to the dialogs: an error that says why, or nothing."""

from collections.abc import Awaitable, Callable
import json
from typing import Any, cast

from homeassistant.config_entries import SOURCE_USER
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
from hypothesis import given, strategies as st
import pytest

from custom_components.streaming_avatar.const import DOMAIN, SUBENTRY_AVATAR
from custom_components.streaming_avatar.providers import PROVIDERS
from simulator.faults import ErrorFault
from simulator.settings import DEFAULT_API_KEY

from .house import ACCOUNT, House
from .odd import odd, sometimes_odd, tried
from .trials import SPOKEN, Trial, trial

pytestmark = pytest.mark.no_fail_on_log_exception  # the alarm tells it, with its input

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
