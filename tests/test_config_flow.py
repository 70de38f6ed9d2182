"""The dialog of an account: a new one, a new key, a change; and everything that can be wrong in it."""

from collections.abc import Mapping
from socket import AF_INET
from typing import Any

from aiohttp import AsyncResolver, ClientSession
from aiohttp.abc import ResolveResult
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    ConfigEntry,
    ConfigEntryState,
    FlowType,
)
from homeassistant.data_entry_flow import FlowResultType
import pytest
from yarl import URL

from custom_components.streaming_avatar.const import DOMAIN
from simulator.faults import DropBeforeFault, ErrorFault, Fault, MalformedFault, MalformedShape
from simulator.settings import DEFAULT_API_KEY
from tests.home import Home, avatar_form, state_of

OTHER_KEY = "another-key"
CREDITS = "sensor.konpro_127_0_0_1_credits"


@pytest.fixture
def address(home: Home, monkeypatch: pytest.MonkeyPatch) -> str:
    """An address of the simulator that only the resolver knows to be on this machine."""

    async def resolve(*_: object, **__: object) -> list[ResolveResult]:
        port = URL(home.simulator.url).port or 0
        return [
            ResolveResult(
                hostname="konpro.test",
                host="127.0.0.1",
                port=port,
                family=AF_INET,
                proto=0,
                flags=0,
            )
        ]

    monkeypatch.setattr(AsyncResolver, "resolve", resolve)
    return home.simulator.url.replace("127.0.0.1", "konpro.test")


async def open_dialog(home: Home) -> str:
    flows = home.hass.config_entries.flow
    result = await flows.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "user"
    result = await flows.async_configure(result["flow_id"], {"provider": "konpro"})
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "account"
    assert not result["errors"]
    return result["flow_id"]


async def submit(home: Home, flow_id: str, **account: str) -> Mapping[str, Any]:
    return await home.hass.config_entries.flow.async_configure(
        flow_id, {"base_url": home.simulator.url, "api_key": DEFAULT_API_KEY, **account}
    )


async def reconfigure(home: Home, entry: ConfigEntry) -> Mapping[str, Any]:
    return await home.hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
    )


async def test_account_and_first_avatar_are_added_in_one_go(home: Home) -> None:
    result = await submit(home, await open_dialog(home))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry: ConfigEntry = result["result"]
    assert entry.title == "KonPro (127.0.0.1)"
    assert entry.data == {
        "provider": "konpro",
        "base_url": home.simulator.url,
        "api_key": DEFAULT_API_KEY,
        "insecure_allowed": False,
        "remembered": {"path_style": "slash"},
    }
    assert entry.unique_id is not None
    assert entry.unique_id.startswith("konpro_")
    assert DEFAULT_API_KEY not in entry.unique_id
    kind, flow_id = result["next_flow"]
    assert kind is FlowType.CONFIG_SUBENTRIES_FLOW
    await home.hass.config_entries.subentries.async_configure(flow_id, avatar_form(name="Ava"))
    await home.hass.async_block_till_done()
    assert [subentry.title for subentry in entry.subentries.values()] == ["Ava"]
    assert home.simulator.calls("new") == []


async def test_the_address_is_kept_in_one_spelling(home: Home) -> None:
    result = await submit(
        home, await open_dialog(home), base_url=f"  {home.simulator.url.upper()}/ "
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["result"].data["base_url"] == home.simulator.url


async def test_an_account_at_the_providers_own_address_has_its_name(
    home: Home, aioclient_mock: Any
) -> None:
    aioclient_mock.get(
        "https://api.konpro.ai/v1/streaming/list", json={"code": 100, "data": {"sessions": []}}
    )
    aioclient_mock.get(
        "https://api.konpro.ai/v2/user/remaining_quota",
        json={"code": 100, "data": {"remaining_quota": 60}},
    )
    aioclient_mock.get(
        "https://api.konpro.ai/v1/streaming/avatar.list", json={"code": 100, "data": []}
    )
    aioclient_mock.get(
        "https://api.konpro.ai/v2/voices", json={"code": 100, "data": {"voices": []}}
    )
    aioclient_mock.get(
        "https://api.konpro.ai/v1/streaming/knowledge_base/list",
        json={"code": 100, "data": {"list": []}},
    )
    result = await submit(home, await open_dialog(home), base_url="https://api.konpro.ai")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "KonPro"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (ErrorFault(kind="error", status=401, code=400112, message="Unauthorized"), "invalid_auth"),
        (ErrorFault(kind="error", status=403, code=400562, message="Forbidden"), "permission"),
        (ErrorFault(kind="error", status=402, code=1, message="No credits"), "quota"),
        (ErrorFault(kind="error", status=429, code=400123, message="Slow down"), "rate_limit"),
        (ErrorFault(kind="error", status=503, code=1, message="Down"), "cannot_connect"),
        (DropBeforeFault(kind="drop_before", count=None), "cannot_connect"),
        (MalformedFault(kind="malformed", shape=MalformedShape.NOT_JSON), "not_an_api"),
        (ErrorFault(kind="error", status=302, body={}), "not_an_api"),
        (ErrorFault(kind="error", status=400, code=40001, message="Invalid"), "unknown"),
    ],
)
async def test_each_refusal_has_its_own_words_and_a_second_try_works(
    home: Home, fault: Fault, error: str
) -> None:
    flow_id = await open_dialog(home)
    home.simulator.fault(fault)
    result = await submit(home, flow_id)
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": error}
    assert "list" in result["description_placeholders"]["detail"]
    assert DEFAULT_API_KEY not in result["description_placeholders"]["detail"]
    home.simulator.world.faults.clear()
    result = await submit(home, flow_id)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_wrong_key_is_not_saved(home: Home) -> None:
    flow_id = await open_dialog(home)
    result = await submit(home, flow_id, api_key="wrong")
    assert result["errors"] == {"base": "invalid_auth"}
    assert not home.hass.config_entries.async_entries(DOMAIN)
    assert (await submit(home, flow_id))["type"] is FlowResultType.CREATE_ENTRY


async def test_a_form_never_gets_the_key_back(home: Home) -> None:
    result = await submit(home, await open_dialog(home), api_key="wrong-key")
    assert "wrong-key" not in repr(
        {key.schema: key.description for key in result["data_schema"].schema}
    )


async def test_nobody_answers(home: Home, unused_tcp_port: int) -> None:
    flow_id = await open_dialog(home)
    result = await submit(home, flow_id, base_url=f"http://127.0.0.1:{unused_tcp_port}")
    assert result["errors"] == {"base": "cannot_connect"}
    assert (await submit(home, flow_id))["type"] is FlowResultType.CREATE_ENTRY


async def test_what_nobody_expected_is_told_once_and_without_the_key(
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    flow_id = await open_dialog(home)
    with monkeypatch.context() as patch:
        patch.setattr(ClientSession, "request", _fail_with_headers)
        result = await submit(home, flow_id)
    assert result["errors"] == {"base": "unknown"}
    told = [record for record in caplog.records if record.levelname == "ERROR"]
    assert [record.getMessage() for record in told] == [
        "Unexpected RuntimeError while checking an account of KonPro"
    ]
    assert DEFAULT_API_KEY not in caplog.text
    assert (await submit(home, flow_id))["type"] is FlowResultType.CREATE_ENTRY


def _fail_with_headers(*_: object, headers: object, **__: object) -> None:
    raise RuntimeError(headers)


ABSURD = {
    "long": "a" * 10_000,
    "control": "a\x00b\x1b[31mc\r\nx-evil: 1",
    "emoji": "😀🗝️",
    "right_to_left": "مفتاح\u200f",
    "html": "<script>alert(1)</script>é",
    "spaces": "   ",
    "empty": "",
}


@pytest.mark.parametrize("key", ABSURD.values(), ids=ABSURD)
async def test_an_absurd_key_is_refused_at_its_field(
    home: Home, caplog: pytest.LogCaptureFixture, key: str
) -> None:
    flow_id = await open_dialog(home)
    result = await submit(home, flow_id, api_key=key)
    assert result["type"] is FlowResultType.FORM
    assert set(result["errors"]) == {"api_key"}
    assert result["errors"]["api_key"] in {"too_long", "invalid_key", "required"}
    assert home.simulator.world.calls.calls == type(home.simulator.world.calls.calls)()
    assert "Traceback" not in caplog.text
    assert (await submit(home, flow_id))["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    "address",
    [
        *ABSURD.values(),
        "konpro.ai",
        "ftp://konpro.ai",
        "javascript:alert(1)",
        "https://",
        "https://user:secret@konpro.ai",
        "https://konpro.ai/?key=1",
        "https://konpro.ai/#here",
        "https://konpro.ai:99999",
        "https://[::1",
        "http://😀\x00/",
    ],
)
async def test_an_absurd_address_is_refused_at_its_field(
    home: Home, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    flow_id = await open_dialog(home)
    result = await submit(home, flow_id, base_url=address)
    assert result["type"] is FlowResultType.FORM
    assert set(result["errors"]) == {"base_url"}
    assert result["errors"]["base_url"] in {"too_long", "invalid_url", "required"}
    assert "Traceback" not in caplog.text
    assert (await submit(home, flow_id))["type"] is FlowResultType.CREATE_ENTRY


async def test_a_key_travels_in_the_clear_only_when_confirmed(home: Home, address: str) -> None:
    flow_id = await open_dialog(home)
    result = await submit(home, flow_id, base_url=address)
    assert result["step_id"] == "confirm_insecure"
    assert result["description_placeholders"]["host"] == "konpro.test"
    assert not home.simulator.world.calls.calls
    flows = home.hass.config_entries.flow
    shown_again = await flows.async_configure(flow_id)
    assert shown_again["step_id"] == "confirm_insecure"
    home.simulator.keys(OTHER_KEY)
    result = await flows.async_configure(flow_id, {})
    assert result["step_id"] == "account"
    assert result["errors"] == {"base": "invalid_auth"}
    result = await submit(home, flow_id, base_url=address, api_key=OTHER_KEY)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["result"].data["insecure_allowed"] is True


async def test_the_same_account_is_not_added_twice(home: Home, entry: ConfigEntry) -> None:
    result = await submit(home, await open_dialog(home))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_a_revoked_key_is_replaced(home: Home, entry: ConfigEntry) -> None:
    home.simulator.keys(OTHER_KEY)
    await home.hass.config_entries.async_reload(entry.entry_id)
    assert state_of(entry) is ConfigEntryState.SETUP_ERROR
    (flow,) = home.hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["step_id"] == "account"
    assert flow["context"]["source"] == "reauth"
    old_id = entry.unique_id
    result = await submit(home, flow["flow_id"])
    assert result["errors"] == {"base": "invalid_auth"}
    result = await submit(home, flow["flow_id"], api_key=OTHER_KEY)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    await home.hass.async_block_till_done()
    assert state_of(entry) is ConfigEntryState.LOADED
    assert entry.data["api_key"] == OTHER_KEY
    assert entry.unique_id != old_id


async def test_the_same_key_entered_again_brings_the_account_back(
    home: Home, entry: ConfigEntry
) -> None:
    home.simulator.keys(OTHER_KEY)
    await entry.runtime_data.coordinator.async_refresh()
    await home.hass.async_block_till_done()
    (flow,) = home.hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    home.simulator.keys(DEFAULT_API_KEY)
    result = await submit(home, flow["flow_id"])
    assert result["reason"] == "reauth_successful"
    await home.hass.async_block_till_done()
    assert state_of(entry) is ConfigEntryState.LOADED
    assert entry.runtime_data.coordinator.last_update_success


async def test_the_same_key_that_is_accepted_again_revives_the_account(
    freezer: FrozenDateTimeFactory,
    home: Home,
    entry: ConfigEntry,
    ava: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await home.go_live()
    home.simulator.keys(OTHER_KEY)
    await home.pass_time(freezer, 31 * 60)
    (flow,) = home.hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert home.state(CREDITS) == "unavailable"
    home.simulator.keys(DEFAULT_API_KEY)
    result = await submit(home, flow["flow_id"])
    assert result["reason"] == "reauth_successful"
    await home.settle()
    assert home.state(CREDITS) != "unavailable"
    assert "update listener" not in caplog.text
    asked = len(home.simulator.calls("list"))
    await home.pass_time(freezer, 31 * 60)
    assert len(home.simulator.calls("list")) > asked


async def test_saving_an_account_unchanged_disturbs_no_session(
    home: Home, entry: ConfigEntry, ava: str
) -> None:
    await home.go_live()
    result = await submit(home, (await reconfigure(home, entry))["flow_id"])
    assert result["reason"] == "reconfigure_successful"
    await home.settle()
    assert [row.ended_at for row in home.simulator.ledger] == [None]


async def test_an_account_is_changed(home: Home, entry: ConfigEntry) -> None:
    home.simulator.keys(DEFAULT_API_KEY, OTHER_KEY)
    result = await reconfigure(home, entry)
    assert result["step_id"] == "account"
    result = await submit(home, result["flow_id"], api_key=OTHER_KEY)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    await home.hass.async_block_till_done()
    assert state_of(entry) is ConfigEntryState.LOADED
    assert entry.data["api_key"] == OTHER_KEY


async def test_an_account_is_not_changed_into_another_one(home: Home, entry: ConfigEntry) -> None:
    home.simulator.keys(DEFAULT_API_KEY, OTHER_KEY)
    other = await home.add_account(api_key=OTHER_KEY)
    result = await reconfigure(home, other)
    result = await submit(home, result["flow_id"])
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert other.data["api_key"] == OTHER_KEY


async def test_a_confirmed_address_is_not_asked_about_again(home: Home, address: str) -> None:
    flow_id = await open_dialog(home)
    await submit(home, flow_id, base_url=address)
    created = await home.hass.config_entries.flow.async_configure(flow_id, {})
    entry: ConfigEntry = created["result"]
    dialog = await reconfigure(home, entry)
    result = await submit(home, dialog["flow_id"], base_url=address)
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["insecure_allowed"] is True
