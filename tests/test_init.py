"""Accounts and avatars come, change and go, and no avatar notices the others."""

import asyncio
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntry, ConfigEntryState
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
import pytest

from custom_components.streaming_avatar.const import DOMAIN
from custom_components.streaming_avatar.session.effects import RaiseIssue
from custom_components.streaming_avatar.session.issues import async_raise
from simulator.faults import ErrorFault
from simulator.ledger import EndedBy
from simulator.settings import DEFAULT_API_KEY
from tests.home import AVATAR, Home, avatar_form, state_of

BOB = "media_player.bob"


async def change(home: Home, entry: ConfigEntry, avatar_id: str, name: str, **form: Any) -> None:
    """Change an avatar in its dialog."""
    flows = home.hass.config_entries.subentries
    flow = await flows.async_init(
        (entry.entry_id, "avatar"),
        context={"source": SOURCE_RECONFIGURE, "subentry_id": avatar_id},
    )
    await flows.async_configure(flow["flow_id"], avatar_form(name=name, **form))
    await home.hass.async_block_till_done()


async def test_an_avatar_is_a_device_below_its_account(
    home: Home, entry: ConfigEntry, ava: str
) -> None:
    assert state_of(entry) is ConfigEntryState.LOADED
    devices = dr.async_get(home.hass)
    account = devices.async_get_device_by_identifier((DOMAIN, entry.entry_id), entry.entry_id)
    avatar = devices.async_get_device_by_identifier((DOMAIN, ava), entry.entry_id)
    assert account is not None
    assert avatar is not None
    assert avatar.name == "Ava"
    assert avatar.via_device_id == account.id
    entities = er.async_entries_for_device(er.async_get(home.hass), avatar.id)
    assert {entity.entity_id for entity in entities} == {
        "binary_sensor.ava_sound_blocked",
        "binary_sensor.ava_speaking",
        "button.ava_interrupt",
        "button.ava_keep_alive",
        "event.ava_activity",
        "image.ava_portrait",
        "media_player.ava",
        "notify.ava_read_out",
        "sensor.ava_minutes_used_today",
        "sensor.ava_phase",
        "sensor.ava_viewers",
    }
    assert {entity.unique_id for entity in entities} == {
        f"{ava}_{key}"
        for key in (
            "activity",
            "avatar",
            "interrupt",
            "keep_alive",
            "messages",
            "minutes_today",
            "phase",
            "portrait",
            "sound_blocked",
            "speaking",
            "viewers",
        )
    }


async def test_an_account_that_does_not_answer_is_tried_again(
    freezer: FrozenDateTimeFactory, home: Home, entry: ConfigEntry
) -> None:
    home.simulator.fault(ErrorFault(kind="error", status=503, count=None))
    await home.hass.config_entries.async_reload(entry.entry_id)
    assert state_of(entry) is ConfigEntryState.SETUP_RETRY
    assert entry.reason is not None
    assert "KonPro does not answer" in entry.reason
    home.simulator.world.faults.clear()
    await home.pass_time(freezer, 60)
    assert state_of(entry) is ConfigEntryState.LOADED


@pytest.mark.parametrize(
    ("status", "code", "text"),
    [
        (403, 400562, "does not allow streaming avatars"),
        (429, 400123, "too many requests"),
        (404, 1, "does not understand"),
        (400, 400599, "does not include streaming avatars"),
    ],
)
async def test_why_an_account_does_not_work_is_told(
    home: Home, entry: ConfigEntry, status: int, code: int, text: str
) -> None:
    home.simulator.fault(ErrorFault(kind="error", status=status, code=code, count=None))
    await home.hass.config_entries.async_reload(entry.entry_id)
    assert state_of(entry) is ConfigEntryState.SETUP_RETRY
    assert entry.reason is not None
    assert text in entry.reason


async def test_a_suspended_account_is_not_tried_again_by_itself(
    freezer: FrozenDateTimeFactory, home: Home, entry: ConfigEntry, ava: str
) -> None:
    home.simulator.fault(ErrorFault(kind="error", status=400, code=400631, count=None))
    await home.hass.config_entries.async_reload(entry.entry_id)
    assert state_of(entry) is ConfigEntryState.SETUP_ERROR
    assert entry.reason is not None
    assert "has suspended the account" in entry.reason
    asked = len(home.simulator.calls("list"))
    await home.pass_time(freezer, 3600)
    assert len(home.simulator.calls("list")) == asked
    home.simulator.world.faults.clear()
    await home.hass.config_entries.async_reload(entry.entry_id)
    assert state_of(entry) is ConfigEntryState.LOADED


@pytest.mark.parametrize("code", [400112, 400631])
async def test_what_counts_for_the_whole_account_counts_when_its_credits_are_asked_for_too(
    home: Home, entry: ConfigEntry, code: int
) -> None:
    home.simulator.fault(
        ErrorFault(kind="error", operation="remaining_quota", status=400, code=code, count=None)
    )
    await home.hass.config_entries.async_reload(entry.entry_id)
    assert state_of(entry) is ConfigEntryState.SETUP_ERROR


async def test_many_avatars_have_their_account_asked_once(home: Home, entry: ConfigEntry) -> None:
    for name in ("Ava", "Bob", "Eve"):
        await home.add_avatar(entry, name, avatar_id="Marcus_Desk_public")
    await home.settle()
    asked = len(home.simulator.calls("avatar_list"))
    await home.hass.config_entries.async_reload(entry.entry_id)
    await home.settle()
    assert len(home.simulator.calls("avatar_list")) == asked + 1


async def test_an_account_without_credits_is_set_up_all_the_same(
    home: Home, entry: ConfigEntry
) -> None:
    home.simulator.fault(ErrorFault(kind="error", status=402, count=None))
    await home.hass.config_entries.async_reload(entry.entry_id)
    assert state_of(entry) is ConfigEntryState.LOADED
    assert entry.runtime_data.coordinator.data.credits == 0


async def test_an_account_whose_credits_are_refused_has_none(
    home: Home, entry: ConfigEntry
) -> None:
    home.simulator.fault(
        ErrorFault(kind="error", operation="remaining_quota", status=402, count=None)
    )
    await home.hass.config_entries.async_reload(entry.entry_id)
    assert state_of(entry) is ConfigEntryState.LOADED
    assert entry.runtime_data.coordinator.data.credits == 0


async def test_sessions_go_on_where_the_entities_could_not_be_taken_away(
    home: Home, entry: ConfigEntry, ava: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await home.go_live()
    unload = home.hass.config_entries.async_unload_platforms

    async def fail(*args: Any) -> bool:
        await unload(*args)
        return False

    monkeypatch.setattr(home.hass.config_entries, "async_unload_platforms", fail)
    assert not await home.hass.config_entries.async_unload(entry.entry_id)
    assert state_of(entry) is ConfigEntryState.FAILED_UNLOAD
    assert [row.ended_at for row in home.simulator.ledger] == [None]


async def test_an_account_that_may_not_ask_for_its_credits_is_set_up_all_the_same(
    home: Home, entry: ConfigEntry
) -> None:
    home.simulator.fault(
        ErrorFault(kind="error", operation="remaining_quota", status=403, count=None)
    )
    await home.hass.config_entries.async_reload(entry.entry_id)
    assert state_of(entry) is ConfigEntryState.LOADED
    assert entry.runtime_data.coordinator.data.credits is None


async def test_a_key_that_is_revoked_while_home_assistant_runs_is_noticed(
    freezer: FrozenDateTimeFactory, home: Home, entry: ConfigEntry
) -> None:
    home.simulator.keys("another-key")
    await home.pass_time(freezer, 31 * 60)
    (flow,) = home.hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["context"]["source"] == "reauth"


async def test_adding_an_avatar_does_not_disturb_another(
    home: Home, entry: ConfigEntry, ava: str
) -> None:
    await home.go_live()
    await home.add_avatar(entry, "Bob")
    assert home.state(BOB) == "off"
    assert home.state(AVATAR) == "idle"
    assert [row.ended_at for row in home.simulator.ledger] == [None]


async def test_changing_an_avatar_disturbs_neither_its_session_nor_another(
    home: Home, entry: ConfigEntry, ava: str
) -> None:
    bob = await home.add_avatar(entry, "Bob")
    await home.go_live()
    await home.go_live(BOB, "Hall tablet")
    await change(home, entry, bob, "Robert", voice={"rate": 1.25})
    assert home.state(AVATAR) == "idle"
    assert home.state(BOB) == "idle"
    assert [row.ended_at for row in home.simulator.ledger] == [None, None]
    assert home.attributes(BOB)["friendly_name"] == "Robert"
    await home.act("stop_session", entity_id=BOB)
    await home.act("start_session", entity_id=BOB)
    await home.settle()
    sent = home.simulator.calls("new")[-1]
    assert isinstance(sent, dict)
    assert sent["voice"] == {"rate": 1.25}


async def test_saving_an_avatar_unchanged_does_nothing(
    home: Home, entry: ConfigEntry, ava: str
) -> None:
    await home.go_live()
    await change(home, entry, ava, "Ava")
    assert home.state(AVATAR) == "idle"


async def test_removing_an_avatar_ends_its_session_and_no_other(
    home: Home, entry: ConfigEntry, ava: str
) -> None:
    await home.add_avatar(entry, "Bob")
    await home.go_live()
    await home.go_live(BOB, "Hall tablet")
    home.hass.config_entries.async_remove_subentry(entry, ava)
    await home.hass.async_block_till_done()
    assert [row.ended_by for row in home.simulator.ledger] == [EndedBy.CLIENT, None]
    assert home.hass.states.get(AVATAR) is None
    assert er.async_get(home.hass).async_get(AVATAR) is None
    devices = dr.async_get(home.hass)
    assert devices.async_get_device_by_identifier((DOMAIN, ava), entry.entry_id) is None
    assert home.state(BOB) == "idle"


async def test_a_renamed_entity_keeps_its_session(home: Home, ava: str) -> None:
    await home.go_live()
    er.async_get(home.hass).async_update_entity(AVATAR, new_entity_id="media_player.eva")
    await home.hass.async_block_till_done()
    assert home.state("media_player.eva") == "idle"
    assert home.hass.states.get(AVATAR) is None
    await home.act("stop_session", entity_id="media_player.eva")
    assert home.state("media_player.eva") == "off"


async def test_a_changed_key_is_used_from_then_on(home: Home, entry: ConfigEntry, ava: str) -> None:
    await home.go_live()
    home.simulator.keys(DEFAULT_API_KEY, "another-key")
    flows = home.hass.config_entries.flow
    flow = await flows.async_init(
        DOMAIN, context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
    )
    await flows.async_configure(
        flow["flow_id"], {"base_url": home.simulator.url, "api_key": "another-key"}
    )
    await home.hass.async_block_till_done()
    assert state_of(entry) is ConfigEntryState.LOADED
    assert [row.ended_by for row in home.simulator.ledger] == [EndedBy.CLIENT]
    assert home.state(AVATAR) == "off"


async def test_unloading_ends_every_session_at_once(
    home: Home, entry: ConfigEntry, ava: str
) -> None:
    await home.add_avatar(entry, "Bob")
    await home.go_live()
    await home.go_live(BOB, "Hall tablet")
    assert await home.hass.config_entries.async_unload(entry.entry_id)
    assert state_of(entry) is ConfigEntryState.NOT_LOADED
    assert [row.ended_by for row in home.simulator.ledger] == [EndedBy.CLIENT, EndedBy.CLIENT]
    assert home.state(AVATAR) == "unavailable"


async def test_stopping_home_assistant_ends_every_session(home: Home, ava: str) -> None:
    card = await home.go_live()
    await card.client.close()
    await home.hass.async_stop()
    assert [row.ended_by for row in home.simulator.ledger] == [EndedBy.CLIENT]


async def test_removing_an_account_leaves_nothing(home: Home, entry: ConfigEntry, ava: str) -> None:
    await home.go_live()
    async_raise(home.hass, ava, "Ava", RaiseIssue(key="creates_blocked", details={"minutes": "10"}))
    await home.hass.config_entries.async_remove(entry.entry_id)
    await home.hass.async_block_till_done()
    assert [row.ended_by for row in home.simulator.ledger] == [EndedBy.CLIENT]
    assert home.hass.states.async_entity_ids() == []
    assert not [domain for domain, _ in ir.async_get(home.hass).issues if domain == DOMAIN]
    assert not dr.async_entries_for_config_entry(dr.async_get(home.hass), entry.entry_id)


async def test_a_removed_avatars_session_is_ended_as_soon_as_the_vendor_lets_us(
    freezer: FrozenDateTimeFactory, home: Home, entry: ConfigEntry, ava: str
) -> None:
    await home.go_live()
    home.simulator.fault(ErrorFault(kind="error", operation="stop", status=500, count=None))
    removing = asyncio.create_task(remove(home, entry, ava))
    while not removing.done():
        freezer.tick(1)
        await home.fire_time()
    assert [row.ended_at for row in home.simulator.ledger] == [None]
    home.simulator.world.faults.clear()
    await home.pass_time(freezer, 60)
    assert [row.ended_by for row in home.simulator.ledger] == [EndedBy.CLIENT]


async def test_a_session_that_an_account_leaves_behind_is_told(
    freezer: FrozenDateTimeFactory, home: Home, entry: ConfigEntry, ava: str
) -> None:
    await home.go_live()
    home.simulator.fault(ErrorFault(kind="error", operation="stop", status=500, count=None))
    removing = asyncio.create_task(home.hass.config_entries.async_remove(entry.entry_id))
    while not removing.done():
        freezer.tick(1)
        await home.fire_time()
    issue = ir.async_get(home.hass).async_get_issue(DOMAIN, f"orphan_session_{ava}")
    assert issue is not None
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["avatar"] == "Ava"


async def remove(home: Home, entry: ConfigEntry, avatar_id: str) -> None:
    """Remove an avatar and wait until it is closed."""
    home.hass.config_entries.async_remove_subentry(entry, avatar_id)
    await home.hass.async_block_till_done()
