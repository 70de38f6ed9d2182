"""What can be chosen of an avatar and is seen at once."""

from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntry
from homeassistant.const import EntityCategory
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.streaming_avatar.const import DOMAIN
from tests.home import Card, Home

MIRA = "media_player.mira"


@pytest.fixture
async def mira(home: Home) -> ConfigEntry:
    """The account of the built-in avatar."""
    flows = home.hass.config_entries.flow
    flow = await flows.async_init(DOMAIN, context={"source": "user"})
    result = await flows.async_configure(flow["flow_id"], {"provider": "builtin"})
    await home.hass.async_block_till_done()
    return result["result"]


async def choose(home: Home, key: str, option: str) -> None:
    await home.hass.services.async_call(
        "select",
        "select_option",
        {"entity_id": f"select.mira_{key}", "option": option},
        blocking=True,
    )
    await home.hass.async_block_till_done()


def settings(entry: ConfigEntry) -> dict[str, Any]:
    (subentry,) = entry.subentries.values()
    return dict(subentry.data)


async def reconfigure(home: Home, entry: ConfigEntry, **face: str) -> None:
    """Save the avatar's dialog with this in its section for the face."""
    (subentry,) = entry.subentries.values()
    flows = home.hass.config_entries.subentries
    flow = await flows.async_init(
        (entry.entry_id, "avatar"),
        context={"source": SOURCE_RECONFIGURE, "subentry_id": subentry.subentry_id},
    )
    form = {
        "name": "Mira",
        "look": "mira",
        "face": face,
        "speech": {},
        "sound_board": {},
        "advanced": {},
    }
    result = await flows.async_configure(flow["flow_id"], form)
    assert result["type"] is FlowResultType.ABORT, result
    await home.hass.async_block_till_done()


async def test_they_are_the_settings_that_take_effect_at_once(
    home: Home, mira: ConfigEntry, ava: str
) -> None:
    registry = er.async_get(home.hass)
    selects = [entity for entity in registry.entities.values() if entity.domain == "select"]
    assert {entity.entity_id for entity in selects} == {
        f"select.mira_{name}"
        for name in ("look", "skin", "hair", "clothes", "accent_colour", "mood")
    }
    assert {entity.entity_category for entity in selects} == {EntityCategory.CONFIG}
    assert home.state("select.mira_look") == "mira"
    assert home.attributes("select.mira_look")["options"] == ["mira", "nova"]
    assert home.state("select.mira_hair") == "default"
    assert home.attributes("select.mira_hair")["options"][0] == "default"


async def test_a_choice_is_stored_and_shown_on_the_cards_at_once(
    home: Home, mira: ConfigEntry
) -> None:
    card: Card = await home.open_card(MIRA)
    await choose(home, "look", "nova")
    assert (await card.event("face"))["look"] == "nova"
    await choose(home, "hair", "red")
    assert (await card.event("face"))["colors"] == {"hair": "red"}
    assert home.state("select.mira_hair") == "red"
    assert settings(mira)["look"] == "nova"
    assert settings(mira)["face_hair"] == "red"
    await choose(home, "hair", "default")
    assert (await card.event("face"))["colors"] == {}
    assert home.state("select.mira_hair") == "default"
    assert "face_hair" not in settings(mira)


async def test_a_choice_disturbs_nothing_that_is_shown(home: Home, mira: ConfigEntry) -> None:
    card = await home.open_card(MIRA)
    await card.event("join")
    await choose(home, "mood", "serious")
    assert (await card.event("face"))["emotion"] == "serious"
    assert not [event for event in card.events if event["type"] in {"join", "leave"}]


async def test_the_dialog_and_the_selects_agree(home: Home, mira: ConfigEntry) -> None:
    await choose(home, "clothes", "teal")
    await reconfigure(home, mira, face_hair="silver")
    assert home.state("select.mira_hair") == "silver"
    assert home.state("select.mira_clothes") == "default"


async def test_an_unknown_option_is_refused(home: Home, mira: ConfigEntry) -> None:
    before = settings(mira)
    with pytest.raises(ServiceValidationError):
        await choose(home, "hair", "green")
    assert settings(mira) == before
