"""The dialog of an avatar, made from the declared settings."""

from collections.abc import Mapping
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER, ConfigEntry
from homeassistant.data_entry_flow import FlowResultType, InvalidData
import pytest

from simulator.faults import ErrorFault
from tests.home import Home, avatar_form
from tests.voices import ENGINE, Engine, add_engine


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


def mira_form(**form: Any) -> dict[str, Any]:
    """What the dialog of a built-in avatar sends."""
    return {
        "face": {},
        "speech": {},
        "sound_board": {},
        "advanced": {"share_text": False},
        **form,
    }


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
    cloud = ("voice", "voice_model", "brain", "hearing", "video")
    sections = (*cloud, "face", "speech", "sound_board", "costs", "advanced")
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


class TestBuiltIn:
    """The same dialog for the avatar that is made of Home Assistant's own voice."""

    @pytest.fixture
    async def engine(self, home: Home) -> Engine:
        return await add_engine(home.hass)

    @pytest.fixture
    async def mira(self, home: Home, engine: Engine) -> ConfigEntry:
        flows = home.hass.config_entries.flow
        flow = await flows.async_init("streaming_avatar", context={"source": SOURCE_USER})
        result = await flows.async_configure(flow["flow_id"], {"provider": "builtin"})
        assert result["type"] is FlowResultType.CREATE_ENTRY
        await home.hass.async_block_till_done()
        return result["result"]

    async def reopen(self, home: Home, mira: ConfigEntry) -> Mapping[str, Any]:
        """Open the dialog of the avatar that is there."""
        return await home.hass.config_entries.subentries.async_init(
            (mira.entry_id, "avatar"),
            context={"source": SOURCE_RECONFIGURE, "subentry_id": next(iter(mira.subentries))},
        )

    async def change(self, home: Home, mira: ConfigEntry, **sections: Any) -> Mapping[str, Any]:
        """Change it, and return its settings."""
        flow_id = (await self.reopen(home, mira))["flow_id"]
        result = await submit(home, flow_id, mira_form(**sections))
        assert result["reason"] == "reconfigure_successful"
        await home.hass.async_block_till_done()
        return next(iter(mira.subentries.values())).data

    async def test_only_name_and_look_stand_in_the_open(
        self, home: Home, mira: ConfigEntry
    ) -> None:
        result = await open_dialog(home, mira)
        assert not result["errors"]
        schema = result["data_schema"].schema
        folded = {str(key) for key, value in schema.items() if hasattr(value, "options")}
        assert folded == {"face", "speech", "sound_board", "advanced"}
        assert {str(key) for key in schema} - folded == {"name", "look"}
        assert suggested(result, "look") == "mira"
        assert field(result, "face_skin", "face").config["translation_key"] == "face_skin"
        assert field(result, "speech_engine", "speech").config["domain"] == ["tts"]

    @pytest.mark.parametrize(
        ("form", "title"),
        [({}, "Mira"), ({"look": "nova"}, "Nova"), ({"name": "Ada", "look": "nova"}, "Ada")],
    )
    async def test_another_one_is_called_as_it_looks(
        self, home: Home, mira: ConfigEntry, form: dict[str, str], title: str
    ) -> None:
        result = await open_dialog(home, mira)
        result = await submit(home, result["flow_id"], mira_form(**form))
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert result["title"] == title

    async def test_languages_and_voices_are_those_of_the_engine(
        self, home: Home, mira: ConfigEntry
    ) -> None:
        result = await self.reopen(home, mira)
        languages = field(result, "speech_language", "speech")
        assert languages.selector_type == "language"
        assert languages.config["languages"] == ["de", "en"]
        voices = field(result, "speech_voice", "speech").config
        assert [voice["value"] for voice in voices["options"]] == ["joe", "amy"]
        assert voices["custom_value"] is True

    async def test_what_is_chosen_is_kept_and_shown(self, home: Home, mira: ConfigEntry) -> None:
        voice = {"speech_engine": ENGINE, "speech_language": "en", "speech_voice": "amy"}
        settings = await self.change(
            home, mira, name="Mira", look="nova", face={"face_accent": "green"}, speech=voice
        )
        assert settings == {"look": "nova", "face_accent": "green", **voice, "share_text": False}
        result = await self.reopen(home, mira)
        assert suggested(result, "name") == "Mira"
        assert suggested(result, "look") == "nova"
        assert suggested(result, "speech_voice", "speech") == "amy"

    async def test_an_exchanged_engine_takes_its_voice_along(
        self, home: Home, mira: ConfigEntry
    ) -> None:
        voice = {"speech_engine": "tts.old", "speech_language": "fi", "speech_voice": "aino"}
        (subentry,) = mira.subentries.values()
        home.hass.config_entries.async_update_subentry(mira, subentry, data=voice)
        settings = await self.change(home, mira, speech={**voice, "speech_engine": ENGINE})
        assert settings["speech_engine"] == ENGINE
        assert not settings.keys() & {"speech_language", "speech_voice"}

    async def test_no_avatar_is_offered_as_the_speaker_of_another(
        self, home: Home, mira: ConfigEntry
    ) -> None:
        result = await self.reopen(home, mira)
        speakers = field(result, "fallback_speaker", "speech").config
        assert speakers["domain"] == ["media_player"]
        assert speakers["exclude_entities"] == ["media_player.mira"]


async def test_an_avatar_that_never_heard_of_the_stand_in_has_one(
    home: Home, entry: ConfigEntry
) -> None:
    """Avatars that an earlier version stored: the switch shows what counts."""
    ava = await home.add_avatar(entry)
    subentry = entry.subentries[ava]
    old = {key: value for key, value in subentry.data.items() if key != "stand_in"}
    home.hass.config_entries.async_update_subentry(entry, subentry, data=old)
    result: Mapping[str, Any] = await home.hass.config_entries.subentries.async_init(
        (entry.entry_id, "avatar"),
        context={"source": SOURCE_RECONFIGURE, "subentry_id": ava},
    )
    assert suggested(result, "stand_in", "face") is True
    assert suggested(result, "share_text", "advanced") is False
