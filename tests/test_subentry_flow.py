"""The dialog of an avatar, made from the declared settings."""

from collections.abc import Mapping
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER, ConfigEntry
from homeassistant.data_entry_flow import FlowResultType, InvalidData
import pytest

from simulator.faults import ErrorFault
from tests.home import Home, avatar_form


async def open_dialog(home: Home, entry: ConfigEntry) -> Mapping[str, Any]:
    result = await home.hass.config_entries.subentries.async_init(
        (entry.entry_id, "avatar"), context={"source": SOURCE_USER}
    )
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "avatar"
    return result


async def submit(home: Home, flow_id: str, form: Mapping[str, Any]) -> Mapping[str, Any]:
    return await home.hass.config_entries.subentries.async_configure(flow_id, dict(form))


def field(result: Mapping[str, Any], name: str, section: str | None = None) -> Any:
    """The selector of a field."""
    schema = result["data_schema"].schema
    return (schema[section].schema.schema if section else schema)[name]


def suggested(result: Mapping[str, Any], name: str, section: str | None = None) -> Any:
    """What a field is filled in with."""
    schema = result["data_schema"].schema
    fields = schema[section].schema.schema if section else schema
    marker = next(key for key in fields if key == name)
    return (marker.description or {}).get("suggested_value")


async def test_the_form_offers_the_accounts_avatars_and_voices(
    home: Home, entry: ConfigEntry
) -> None:
    result = await open_dialog(home, entry)
    assert not result["errors"]
    avatars = field(result, "avatar_id").config
    assert {"value": "Marcus_Desk_public", "label": "Marcus at the desk"} in avatars["options"]
    assert avatars["custom_value"] is True
    voices = field(result, "voice_id", "voice").config
    assert {"value": "voice_greta", "label": "Greta (German)"} in voices["options"]


async def test_only_the_first_section_is_open(home: Home, entry: ConfigEntry) -> None:
    schema = (await open_dialog(home, entry))["data_schema"].schema
    folded = {
        str(key): value.options["collapsed"]
        for key, value in schema.items()
        if hasattr(value, "options")
    }
    sections = ("voice", "video", "face", "speech", "costs", "advanced")
    assert folded == dict.fromkeys(sections, True)
    assert "name" in schema
    assert "avatar_id" in schema


async def test_limits_are_filled_in_and_numbers_have_ranges(home: Home, entry: ConfigEntry) -> None:
    result = await open_dialog(home, entry)
    assert suggested(result, "idle_timeout", "costs") == 60
    assert suggested(result, "max_minutes_per_day", "costs") == 60
    assert suggested(result, "max_minutes_per_session", "costs") is None
    rate = field(result, "rate", "voice").config
    assert (rate["min"], rate["max"], rate["mode"]) == (0.5, 1.5, "box")
    idle = field(result, "idle_timeout", "costs").config
    assert (idle["min"], idle["max"], idle["mode"]) == (10, 3600, "box")
    assert idle["unit_of_measurement"] == "s"


async def test_an_avatar_is_added_with_what_was_filled_in(home: Home, entry: ConfigEntry) -> None:
    result = await open_dialog(home, entry)
    form = avatar_form(
        name=" Ava ",
        avatar_id="Marcus_Desk_public",
        voice={"voice_id": "voice_nina", "rate": 1.2, "emotion": "friendly", "language": "en"},
        video={"quality": "high", "video_encoding": "H264"},
        costs={"max_minutes_per_session": 10, "activity_idle_timeout": 300},
        advanced={"share_text": True},
    )
    result = await submit(home, result["flow_id"], form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Ava"
    assert result["data"] == {
        "avatar_id": "Marcus_Desk_public",
        "voice_id": "voice_nina",
        "rate": 1.2,
        "emotion": "friendly",
        "language": "en",
        "quality": "high",
        "video_encoding": "H264",
        "idle_timeout": 60,
        "max_minutes_per_session": 10,
        "max_minutes_per_day": 60,
        "activity_idle_timeout": 300,
        "stand_in": False,
        "share_text": True,
    }


@pytest.mark.parametrize(
    ("avatar_id", "name"),
    [
        ("Aiko_Studio_public", "Aiko in the studio"),
        ("an-id-of-my-own", "an-id-of-my-own"),
        ("", "KonPro"),
    ],
)
async def test_an_avatar_without_a_name_gets_one(
    home: Home, entry: ConfigEntry, avatar_id: str, name: str
) -> None:
    result = await open_dialog(home, entry)
    result = await submit(home, result["flow_id"], avatar_form(name="", avatar_id=avatar_id))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == name


async def test_two_avatars_may_be_the_same_one(home: Home, entry: ConfigEntry) -> None:
    await home.add_avatar(entry, "Ava", avatar_id="default")
    await home.add_avatar(entry, "Ava", avatar_id="default")
    assert home.state("media_player.ava") == "off"
    assert home.state("media_player.ava_2") == "off"


@pytest.mark.parametrize(
    ("form", "errors"),
    [
        ({"voice": {"rate": 0.4}}, {"voice": "below_minimum", "rate": "below_minimum"}),
        ({"voice": {"rate": 7}}, {"voice": "above_maximum", "rate": "above_maximum"}),
        ({"costs": {"idle_timeout": 60.5}}, {"costs": "wrong_type", "idle_timeout": "wrong_type"}),
        ({"avatar_id": "x" * 10_000}, {"avatar_id": "too_long"}),
        ({"name": "x" * 10_000}, {"name": "too_long"}),
    ],
)
async def test_what_does_not_fit_is_told_at_its_field(
    home: Home, entry: ConfigEntry, form: dict[str, Any], errors: dict[str, str]
) -> None:
    flow_id = (await open_dialog(home, entry))["flow_id"]
    result = await submit(home, flow_id, avatar_form(**form))
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == errors
    shown = result["data_schema"].schema
    assert all(not shown[key].options["collapsed"] for key in errors if key in {"voice", "costs"})
    result = await submit(home, flow_id, avatar_form())
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_an_error_names_field_and_limits_and_keeps_what_was_filled_in(
    home: Home, entry: ConfigEntry
) -> None:
    flow_id = (await open_dialog(home, entry))["flow_id"]
    result = await submit(home, flow_id, avatar_form(name="Ava", voice={"rate": 7}))
    assert result["description_placeholders"]["field"] == "Speed"
    assert result["description_placeholders"]["maximum"] == "1.5"
    assert suggested(result, "name") == "Ava"
    assert suggested(result, "rate", "voice") == 7


async def test_a_value_that_is_no_option_is_refused(home: Home, entry: ConfigEntry) -> None:
    flow_id = (await open_dialog(home, entry))["flow_id"]
    with pytest.raises(InvalidData):
        await submit(home, flow_id, avatar_form(video={"quality": "ultra"}))


@pytest.mark.parametrize("name", ["A\x00v\x1ba\n", "<b>Ava</b>", "😀", "آفا", "\u202eavA"])
async def test_a_strange_name_stays_in_one_line(home: Home, entry: ConfigEntry, name: str) -> None:
    result = await open_dialog(home, entry)
    result = await submit(home, result["flow_id"], avatar_form(name=name))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"].isprintable()
    assert result["title"].strip()


async def test_without_the_lists_ids_can_be_typed(home: Home) -> None:
    home.simulator.fault(ErrorFault(kind="error", operation="avatar_list", status=400, count=None))
    result = await open_dialog(home, await home.add_account())
    assert result["errors"] == {"base": "no_lists"}
    assert field(result, "avatar_id").selector_type == "text"
    assert field(result, "voice_id", "voice").selector_type == "select"
    result = await submit(home, result["flow_id"], avatar_form(name="", avatar_id="typed"))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "typed"


async def test_an_avatar_can_be_added_while_the_account_does_not_work(
    home: Home, entry: ConfigEntry
) -> None:
    await home.hass.config_entries.async_unload(entry.entry_id)
    result = await open_dialog(home, entry)
    assert result["errors"] == {"base": "no_lists"}
    result = await submit(home, result["flow_id"], avatar_form())
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_the_lists_are_fetched_once_a_day(
    freezer: FrozenDateTimeFactory, home: Home, entry: ConfigEntry
) -> None:
    await open_dialog(home, entry)
    await open_dialog(home, entry)
    assert len(home.simulator.calls("avatar_list")) == 1
    freezer.tick(24 * 3600)
    await open_dialog(home, entry)
    assert len(home.simulator.calls("avatar_list")) == 2


async def test_an_avatar_is_changed(home: Home, entry: ConfigEntry) -> None:
    ava = await home.add_avatar(entry, "Ava", voice={"rate": 1.2, "emotion": "serious"})
    result: Mapping[str, Any] = await home.hass.config_entries.subentries.async_init(
        (entry.entry_id, "avatar"),
        context={"source": SOURCE_RECONFIGURE, "subentry_id": ava},
    )
    assert result["step_id"] == "avatar"
    assert suggested(result, "name") == "Ava"
    assert suggested(result, "rate", "voice") == 1.2
    result = await submit(home, result["flow_id"], avatar_form(name="Eva", voice={"rate": 1.0}))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    await home.hass.async_block_till_done()
    subentry = entry.subentries[ava]
    assert subentry.title == "Eva"
    assert subentry.data["rate"] == 1.0
    assert "emotion" not in subentry.data
