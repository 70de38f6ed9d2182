"""What a user sends with a bug report tells what happened, and neither a secret nor a word that was spoken."""

from http import HTTPStatus
import json
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.streaming_avatar.const import DOMAIN
from custom_components.streaming_avatar.session import issues
from custom_components.streaming_avatar.session.effects import RaiseIssue
from simulator.faults import ErrorFault
from simulator.settings import DEFAULT_API_KEY
from tests.home import AVATAR, Home

SECRETS = {
    "livekit_url": "wss://rooms.hidden.test",
    "livekit_api_key": "hidden-key-of-the-rooms",
    "livekit_api_secret": "hidden-secret-of-the-rooms-which-is-long",
}
PROMPT = "You are a butler who knows where the spare key is hidden."
SAVED = "Grandmother sleeps upstairs."
SPOKEN = "The code of the alarm is 4711."


@pytest.fixture
async def download(home: Home, hass_client: ClientSessionGenerator) -> Any:
    """How the user gets the file."""
    await async_setup_component(home.hass, "diagnostics", {})
    client = await hass_client()

    async def get(path: str) -> dict[str, Any]:
        answer = await client.get(f"/api/diagnostics/config_entry/{path}")
        assert answer.status == HTTPStatus.OK
        told: dict[str, Any] = (await answer.json())["data"]
        return told

    return get


async def test_it_tells_what_happened_and_nothing_secret(
    home: Home, entry: ConfigEntry, download: Any
) -> None:
    ava = await home.add_avatar(
        entry,
        avatar_id="Marcus_Desk_public",
        voice={"rate": 1.25},
        brain={"knowledge_base": PROMPT},
        sound_board={"saved_sentences": SAVED},
        advanced={"share_text": True},
    )
    card = await home.go_live()
    await home.act("speak", text=SPOKEN)
    await card.relay("avatar_stop_talking")
    await home.settle()
    session_id = home.simulator.session.session_id
    home.hass.config_entries.async_update_entry(entry, title="The house of the Millers")
    account = entry.runtime_data
    told = await download(entry.entry_id)

    text = json.dumps(told, ensure_ascii=False)
    for hidden in (
        DEFAULT_API_KEY,
        home.simulator.url,
        "127.0.0.1",
        entry.unique_id,
        PROMPT,
        SAVED,
        SPOKEN,
        session_id,
        "Kitchen tablet",
        "card-of-",
        "Millers",
        card.epoch,
        account.avatars[ava].snapshot.portrait,
    ):
        assert hidden
        assert hidden not in text, hidden
    assert told["account"]["provider"] == "konpro"
    assert told["account"]["credentials"] == {"api_key": "**REDACTED**"}
    assert told["account"]["capabilities"]["charges"] == "while_open"
    assert told["account"]["poll"]["well"] is True
    assert told["account"]["poll"]["lists"]["avatars"]["items"] == 4
    avatar = told["avatars"][ava]
    assert avatar["settings"]["avatar_id"] == "Marcus_Desk_public"
    assert avatar["settings"]["rate"] == 1.25
    assert avatar["settings"]["knowledge_base"] == f"{len(PROMPT)} characters"
    assert avatar["settings"]["saved_sentences"] == f"{len(SAVED)} characters"
    assert avatar["snapshot"]["phase"] == "live"
    assert avatar["stored"]["record"]["session_id"] == "**REDACTED**"
    (viewer,) = avatar["viewers"]
    assert (viewer["seat"], viewer["joined"], viewer["audio"]) == (True, True, "ok")
    happened = [step["event"].partition("(")[0] for step in avatar["timeline"]]
    expected = ["Start", "Created", "Started", "Speak", "Delivered"]
    assert [event for event in happened if event in expected] == expected


async def test_keys_of_a_server_of_ones_own_are_hidden(
    home: Home, entry: ConfigEntry, ava: str, download: Any
) -> None:
    home.hass.config_entries.async_update_entry(entry, data={**entry.data, **SECRETS})
    await home.settle()
    told = await download(entry.entry_id)
    text = json.dumps(told)
    for secret in SECRETS.values():
        assert secret not in text
        assert secret.removeprefix("wss://") not in text
    assert set(told["account"]["credentials"]) == {"api_key", *SECRETS}
    assert told["account"]["capabilities"]["viewers_per_session"] is None


async def test_an_account_that_cannot_be_set_up_tells_why(
    home: Home, entry: ConfigEntry, ava: str, download: Any
) -> None:
    home.simulator.fault(ErrorFault(kind="error", status=503, count=None))
    await home.hass.config_entries.async_reload(entry.entry_id)
    told = await download(entry.entry_id)
    assert told["account"]["state"] == "setup_retry"
    assert told["account"]["reason"] == "account_connection"
    assert "poll" not in told["account"]
    assert set(told["avatars"][ava]) == {"settings", "stored"}
    assert told["avatars"][ava]["stored"] is None


async def test_a_poll_that_failed_tells_why(home: Home, entry: ConfigEntry, download: Any) -> None:
    home.simulator.fault(ErrorFault(kind="error", status=429, code=400123, count=None))
    await entry.runtime_data.coordinator.async_refresh()
    poll = (await download(entry.entry_id))["account"]["poll"]
    assert (poll["well"], poll["error"], poll["interval"]) == (False, "account_rate_limit", 1800.0)


async def test_a_device_tells_of_its_own_avatar_only(
    home: Home, entry: ConfigEntry, ava: str, download: Any
) -> None:
    bob = await home.add_avatar(entry, "Bob")
    devices = dr.async_get(home.hass)
    for identifier, avatars in ((ava, {ava}), (bob, {bob}), (entry.entry_id, set())):
        device = devices.async_get_device_by_identifier((DOMAIN, identifier), entry.entry_id)
        assert device is not None
        told = await download(f"{entry.entry_id}/device/{device.id}")
        assert set(told["avatars"]) == avatars
        assert told["account"]["provider"] == "konpro"


async def test_what_the_repairs_dashboard_says_is_in_it(
    home: Home, entry: ConfigEntry, ava: str, download: Any
) -> None:
    cap = RaiseIssue(key="cap_reached", details={"minutes": "60"})
    issues.async_raise(home.hass, ava, "Ava", cap)
    issues.async_raise(home.hass, "somebody-elses", "Bob", cap)
    assert (await download(entry.entry_id))["issues"] == ["cap_reached"]
    assert home.state(AVATAR) == "off"
