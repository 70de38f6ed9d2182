"""The action `verify`: what the API of an account does, told to the first one who has a real key."""

import asyncio
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.streaming_avatar.const import DOMAIN
from simulator.faults import DelayFault, DropBeforeFault, ErrorFault
from simulator.ledger import EndedBy
from simulator.settings import DEFAULT_API_KEY
from tests.home import AVATAR, Home, state_of
from tests.test_builtin_avatar import add_mira


async def verify(home: Home, entry: ConfigEntry, **data: Any) -> dict[str, Any]:
    result: Any = await home.hass.services.async_call(
        DOMAIN,
        "verify",
        {"config_entry_id": entry.entry_id, **data},
        blocking=True,
        return_response=True,
    )
    assert set(result) == {"provider", "host", "results", "summary"}
    assert sum(result["summary"].values()) == len(result["results"])
    checks = [check["check"] for check in result["results"]]
    assert len(checks) == len(set(checks))
    return dict(result)


def results(told: dict[str, Any]) -> dict[str, str]:
    return {check["check"]: check["result"] for check in told["results"]}


async def test_an_account_is_checked_without_a_session(
    home: Home, entry: ConfigEntry, ava: str
) -> None:
    told = await verify(home, entry)
    assert (told["provider"], told["host"]) == ("KonPro", "127.0.0.1")
    assert told["summary"]["failed"] == 0
    assert told["summary"]["passed"] > 5
    assert results(told)["create"] == "not_tried"
    assert home.simulator.calls("new") == []
    assert DEFAULT_API_KEY not in str(told)


async def test_what_differs_is_told(home: Home, entry: ConfigEntry) -> None:
    home.simulator.fault(
        ErrorFault(kind="error", operation="voice_list", status=404, code=404, count=None)
    )
    told = await verify(home, entry)
    assert results(told)["voice_list"] == "failed"
    assert told["summary"]["failed"] == 1


async def test_an_account_that_cannot_be_set_up_is_checked_too(
    home: Home, entry: ConfigEntry
) -> None:
    home.simulator.keys("another-key")
    await home.hass.config_entries.async_reload(entry.entry_id)
    assert state_of(entry) is ConfigEntryState.SETUP_ERROR
    assert results(await verify(home, entry))["key"] == "failed"


async def test_a_paid_session_is_opened_checked_and_ended(
    home: Home, entry: ConfigEntry, ava: str
) -> None:
    told = await verify(home, entry, paid_session=True, avatar=AVATAR)
    assert results(told)["create"] == "passed"
    assert results(told)["keep_alive"] == "passed"
    assert [row.ended_by for row in home.simulator.ledger] == [EndedBy.CLIENT]
    assert home.state(AVATAR) == "off"
    assert float(home.state("sensor.ava_minutes_used_today")) > 0


async def test_a_session_that_is_refused_is_a_result(
    home: Home, entry: ConfigEntry, ava: str
) -> None:
    home.simulator.fault(ErrorFault(kind="error", operation="new", status=400, code=400599))
    told = await verify(home, entry, paid_session=True, avatar=AVATAR)
    (create,) = (check for check in told["results"] if check["check"] == "create")
    assert create == {"check": "create", "result": "failed", "detail": "plan"}


async def test_a_session_that_does_not_come_in_time_is_ended(
    home: Home, entry: ConfigEntry, ava: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.streaming_avatar.account_check.OPEN_SECONDS", 0.05)
    home.simulator.fault(DelayFault(kind="delay", operation="start", seconds=0.3))
    told = await verify(home, entry, paid_session=True, avatar=AVATAR)
    assert results(told)["create"] == "failed"
    assert [row.ended_by for row in home.simulator.ledger] == [EndedBy.CLIENT]


async def test_a_script_that_is_stopped_ends_the_session(
    home: Home, entry: ConfigEntry, ava: str
) -> None:
    home.simulator.fault(DelayFault(kind="delay", operation="start", seconds=0.2))
    task = home.hass.async_create_task(verify(home, entry, paid_session=True, avatar=AVATAR))
    while not home.simulator.calls("start"):  # noqa: ASYNC110 - a server tells nobody
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await home.settle()
    assert [row.ended_by for row in home.simulator.ledger] == [EndedBy.CLIENT]


async def test_what_cannot_be_checked_is_refused_with_the_reason(
    home: Home, entry: ConfigEntry, ava: str
) -> None:
    other = await add_mira(home)
    stranger = MockConfigEntry(domain="other")
    stranger.add_to_hass(home.hass)
    paid = {"paid_session": True, "avatar": AVATAR}
    refused: list[tuple[ConfigEntry, dict[str, Any], str]] = [
        (stranger, {}, "no such account"),
        (MockConfigEntry(domain=DOMAIN), {}, "no such account"),
        (entry, {"paid_session": True}, "pick the media player"),
        (entry, {**paid, "avatar": "media_player.nobody"}, "pick the media player"),
        (entry, {**paid, "avatar": "media_player.mira"}, "pick the media player"),
        (other, paid, "costs nothing"),
    ]
    for account, data, reason in refused:
        with pytest.raises(ServiceValidationError, match=reason):
            await verify(home, account, **data)
    assert home.simulator.calls("new") == []


async def test_a_session_that_is_in_use_is_not_disturbed(
    home: Home, entry: ConfigEntry, ava: str
) -> None:
    await home.go_live()
    with pytest.raises(ServiceValidationError, match="in use"):
        await verify(home, entry, paid_session=True, avatar=AVATAR)
    assert home.state(AVATAR) == "idle"


async def test_the_rules_of_the_avatar_count(home: Home, entry: ConfigEntry, ava: str) -> None:
    entry.runtime_data.async_set_paid_allowed(False)
    with pytest.raises(HomeAssistantError, match="switched off"):
        await verify(home, entry, paid_session=True, avatar=AVATAR)
    assert home.simulator.calls("new") == []


async def test_an_account_that_is_not_set_up_opens_no_session(
    home: Home, entry: ConfigEntry, ava: str
) -> None:
    await home.hass.config_entries.async_unload(entry.entry_id)
    with pytest.raises(ServiceValidationError, match="could not be set up"):
        await verify(home, entry, paid_session=True, avatar=AVATAR)


async def test_it_is_for_administrators(
    home: Home, entry: ConfigEntry, hass_read_only_user: MockUser
) -> None:
    with pytest.raises(Unauthorized):
        await home.hass.services.async_call(
            DOMAIN,
            "verify",
            {"config_entry_id": entry.entry_id},
            blocking=True,
            return_response=True,
            context=Context(user_id=hass_read_only_user.id),
        )


async def test_nobody_hears_what_is_only_tried(home: Home, entry: ConfigEntry, ava: str) -> None:
    await home.open_card()
    with pytest.raises(ServiceValidationError, match="on a screen"):
        await verify(home, entry, paid_session=True, avatar=AVATAR)
    assert home.simulator.calls("new") == []


async def test_a_host_that_does_not_answer_is_left_alone(
    home: Home, entry: ConfigEntry, ava: str
) -> None:
    home.simulator.fault(DropBeforeFault(kind="drop_before", operation="*", count=None))
    told = await verify(home, entry)
    assert told["summary"] == {"passed": 0, "failed": 0, "not_tried": len(told["results"])}
