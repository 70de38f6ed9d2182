"""What only a person can put right is told, with a way out, for as long as it is so."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import (
    ConfigEntry,
    ConfigEntryDisabler,
    ConfigEntryState,
    OperationNotAllowed,
)
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.streaming_avatar.repairs import FLOWS
from custom_components.streaming_avatar.session import issues as session_issues
from custom_components.streaming_avatar.session.effects import RaiseIssue
from simulator.faults import EndAtOnceFault, ErrorFault
from tests.home import AVATAR, Home, avatar_form, state_of
from tests.repairing import fix, issue, issues, open_fix, submit_fix, told
from tests.test_translations import TEXTS

PLAN: dict[str, Any] = {"status": 400, "code": 400599}
QUOTA: dict[str, Any] = {"status": 402, "code": 1}
SUSPENDED: dict[str, Any] = {"status": 400, "code": 400631}
TROUBLES = {"plan": PLAN, "quota": QUOTA, "suspended": SUSPENDED}
HALF_AN_HOUR = 31 * 60


def refuse(home: Home, operation: str = "*", **error: Any) -> None:
    home.simulator.fault(ErrorFault(kind="error", operation=operation, count=None, **error))


@pytest.fixture
async def ava(home: Home, entry: ConfigEntry) -> str:
    """An avatar whose list of avatars is of no interest."""
    return await home.add_avatar(entry)


def test_every_fix_that_is_offered_is_explained() -> None:
    offered = {*FLOWS, *session_issues.LASTING}
    explained = {key for key, texts in TEXTS["issues"].items() if "fix_flow" in texts}
    assert explained == offered
    for key in explained:
        step = TEXTS["issues"][key]["fix_flow"]["step"]["confirm"]
        assert step["title"]
        assert step["description"]
    assert offered >= session_issues.TO_BE_FIXED


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_trouble_of_an_account_is_told_until_it_is_over(
    freezer: FrozenDateTimeFactory, home: Home, entry: ConfigEntry, trouble: str
) -> None:
    issue_id = f"account_{trouble}_{entry.entry_id}"
    refuse(home, **TROUBLES[trouble])
    await home.pass_time(freezer, HALF_AN_HOUR)
    assert told(home.hass, issue_id) == {"account": "KonPro (127.0.0.1)", "provider": "KonPro"}
    flow_id = await open_fix(home.hass, issue_id)
    result = await submit_fix(home.hass, flow_id)
    assert result["errors"] == {"base": "still_so"}
    assert issue(home.hass, issue_id) is not None
    home.simulator.world.faults.clear()
    result = await submit_fix(home.hass, flow_id)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert issues(home.hass) == set()
    assert state_of(entry) is ConfigEntryState.LOADED


@pytest.mark.parametrize(
    ("trouble", "state"),
    [("plan", ConfigEntryState.SETUP_RETRY), ("suspended", ConfigEntryState.SETUP_ERROR)],
)
async def test_an_account_that_cannot_be_set_up_is_set_up_by_its_fix(
    home: Home, entry: ConfigEntry, trouble: str, state: ConfigEntryState
) -> None:
    refuse(home, **TROUBLES[trouble])
    await home.hass.config_entries.async_reload(entry.entry_id)
    assert state_of(entry) is state
    assert entry.error_reason_translation_key == f"account_{trouble}"
    flow_id = await open_fix(home.hass, f"account_{trouble}_{entry.entry_id}")
    assert (await submit_fix(home.hass, flow_id))["errors"] == {"base": "still_so"}
    home.simulator.world.faults.clear()
    result = await submit_fix(home.hass, flow_id)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert state_of(entry) is ConfigEntryState.LOADED


async def test_an_account_that_is_being_set_up_is_not_disturbed(
    home: Home, entry: ConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(home, **PLAN)
    await home.hass.config_entries.async_reload(entry.entry_id)

    async def refuse_to_reload(_: str) -> bool:
        raise OperationNotAllowed

    with monkeypatch.context() as patch:
        patch.setattr(home.hass.config_entries, "async_reload", refuse_to_reload)
        result = await fix(home.hass, f"account_plan_{entry.entry_id}")
    assert result["errors"] == {"base": "no_answer"}


@pytest.mark.parametrize("trouble", ["plan", "quota"])
async def test_a_good_poll_takes_back_what_a_poll_found(
    freezer: FrozenDateTimeFactory, home: Home, entry: ConfigEntry, trouble: str
) -> None:
    refuse(home, **TROUBLES[trouble])
    await home.pass_time(freezer, HALF_AN_HOUR)
    assert issues(home.hass) == {f"account_{trouble}"}
    home.simulator.world.faults.clear()
    await home.pass_time(freezer, HALF_AN_HOUR)
    assert issues(home.hass) == set()


async def test_credits_that_are_used_up_are_told(
    freezer: FrozenDateTimeFactory, home: Home, entry: ConfigEntry
) -> None:
    world = home.simulator.world
    world.set_limits(world.limits.model_copy(update={"quota": 0}))
    await home.pass_time(freezer, HALF_AN_HOUR)
    assert issues(home.hass) == {"account_quota"}
    assert state_of(entry) is ConfigEntryState.LOADED


async def test_a_suspended_account_is_left_alone_until_the_user_asks(
    freezer: FrozenDateTimeFactory, home: Home, entry: ConfigEntry
) -> None:
    refuse(home, **SUSPENDED)
    await home.pass_time(freezer, HALF_AN_HOUR)
    asked = len(home.simulator.calls("list"))
    home.simulator.world.faults.clear()
    for _ in range(3):
        await home.pass_time(freezer, HALF_AN_HOUR)
    assert len(home.simulator.calls("list")) == asked
    result = await fix(home.hass, f"account_suspended_{entry.entry_id}")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await home.pass_time(freezer, HALF_AN_HOUR)
    assert len(home.simulator.calls("list")) == asked + 2


async def test_an_account_that_gives_no_answer_is_no_good_news(
    freezer: FrozenDateTimeFactory, home: Home, entry: ConfigEntry
) -> None:
    refuse(home, **PLAN)
    await home.pass_time(freezer, HALF_AN_HOUR)
    home.simulator.world.faults.clear()
    home.simulator.keys("another-key")
    result = await fix(home.hass, f"account_plan_{entry.entry_id}")
    assert result["errors"] == {"base": "no_answer"}
    assert issues(home.hass) == {"account_plan"}


async def start(home: Home) -> None:
    """Start a session that nobody watches."""
    await home.act("start_session", without_viewer=True)
    await home.settle()


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_what_a_session_met_is_told_though_polls_are_good(
    freezer: FrozenDateTimeFactory, home: Home, entry: ConfigEntry, ava: str, trouble: str
) -> None:
    refuse(home, "new", **TROUBLES[trouble])
    await start(home)
    await home.pass_time(freezer, HALF_AN_HOUR)
    assert issues(home.hass) == {f"account_{trouble}"}
    home.simulator.world.faults.clear()
    await start(home)
    assert issues(home.hass) == set()


async def test_what_a_session_met_is_over_when_the_user_says_so(
    home: Home, entry: ConfigEntry, ava: str
) -> None:
    refuse(home, "new", **PLAN)
    await start(home)
    result = await fix(home.hass, f"account_plan_{entry.entry_id}")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await home.open_card()
    await home.settle()
    assert issues(home.hass) == set()


async def test_nothing_is_told_of_an_account_that_is_gone(
    freezer: FrozenDateTimeFactory, home: Home, entry: ConfigEntry
) -> None:
    refuse(home, **PLAN)
    await home.pass_time(freezer, HALF_AN_HOUR)
    await home.hass.config_entries.async_remove(entry.entry_id)
    assert issues(home.hass) == set()


async def test_an_account_that_is_switched_off_needs_no_fix(
    freezer: FrozenDateTimeFactory, home: Home, entry: ConfigEntry
) -> None:
    refuse(home, **PLAN)
    await home.pass_time(freezer, HALF_AN_HOUR)
    flow_id = await open_fix(home.hass, f"account_plan_{entry.entry_id}")
    await home.hass.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
    result = await submit_fix(home.hass, flow_id)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert issues(home.hass) == set()


async def test_blocked_sessions_can_be_tried_again_at_once(
    freezer: FrozenDateTimeFactory, home: Home, entry: ConfigEntry, ava: str
) -> None:
    home.simulator.fault(EndAtOnceFault(kind="end_session_at_once", count=None))
    for _ in range(2):
        await start(home)
        for _ in range(3):
            await home.pass_time(freezer, 15)
    assert issues(home.hass) == {"creates_blocked"}
    with pytest.raises(HomeAssistantError, match="no session for now"):
        await start(home)
    home.simulator.world.faults.clear()
    result = await fix(home.hass, f"creates_blocked_{ava}")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert issues(home.hass) == set()
    await start(home)
    assert home.state(AVATAR) == "buffering"


async def test_a_cap_is_fixed_in_the_settings(home: Home, entry: ConfigEntry, ava: str) -> None:
    cap = RaiseIssue(key="cap_reached", details={"minutes": "60"})
    session_issues.async_raise(home.hass, ava, "Ava", cap)
    issue_id = f"cap_reached_{ava}"
    result = await fix(home.hass, issue_id)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "settings_opened"
    assert result["result"] is entry
    assert issue(home.hass, issue_id) is not None
    kind, flow_id = result["next_flow"]
    assert kind == "config_subentries_flow"
    result = await home.hass.config_entries.subentries.async_configure(
        flow_id, avatar_form(costs={"max_minutes_per_day": 90})
    )
    assert result["reason"] == "reconfigure_successful"
    await home.settle()
    assert issues(home.hass) == set()


@pytest.mark.parametrize("key", ["cap_reached", "creates_blocked"])
async def test_what_is_about_an_avatar_that_is_gone_needs_no_fix(
    home: Home, entry: ConfigEntry, ava: str, key: str
) -> None:
    raised = RaiseIssue(key=key, details={"minutes": "60"})
    session_issues.async_raise(home.hass, ava, "Ava", raised)
    flow_id = await open_fix(home.hass, f"{key}_{ava}")
    home.hass.config_entries.async_remove_subentry(entry, ava)
    await home.settle()
    result = await submit_fix(home.hass, flow_id)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("key", session_issues.LASTING)
async def test_what_the_user_was_to_look_at_goes_away_when_confirmed(
    home: Home, entry: ConfigEntry, ava: str, key: str
) -> None:
    raised = RaiseIssue(key=key, details={"since": "1790000000"})
    session_issues.async_raise(home.hass, ava, "Ava", raised)
    result = await fix(home.hass, f"{key}_{ava}")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert issues(home.hass) == set()
