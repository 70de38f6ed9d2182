"""An avatar or a voice that is gone from the account's lists is noticed; what no list ever showed is left alone."""

from collections.abc import Callable

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntry
from homeassistant.data_entry_flow import FlowResultType
import pytest

from simulator.faults import ErrorFault
from simulator.konpro import catalogue
from tests.home import Home, avatar_form
from tests.repairing import fix, issue, issues, told

MARCUS = "Marcus_Desk_public"
A_DAY = 25 * 3600


@pytest.fixture
async def ava(home: Home, entry: ConfigEntry) -> str:
    """An avatar that shows and sounds like those of the lists."""
    avatar = await home.add_avatar(entry, avatar_id=MARCUS, voice={"voice_id": "voice_nina"})
    await home.settle()
    entry.runtime_data.coordinator.async_forget_catalogues()
    await home.settle()
    return avatar


@pytest.fixture
def take_out(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Take the avatar's picture and voice out of the vendor's lists."""

    def take() -> None:
        avatars = tuple(item for item in catalogue.AVATARS if item.avatar_id != MARCUS)
        voices = tuple(item for item in catalogue.VOICES if item.voice_id != "voice_nina")
        monkeypatch.setattr(catalogue, "AVATARS", avatars)
        monkeypatch.setattr(catalogue, "VOICES", voices)

    return take


async def look(home: Home, entry: ConfigEntry) -> None:
    entry.runtime_data.coordinator.async_forget_catalogues()
    await home.settle()


async def change(home: Home, entry: ConfigEntry, ava: str, avatar_id: str) -> None:
    flows = home.hass.config_entries.subentries
    flow = await flows.async_init(
        (entry.entry_id, "avatar"),
        context={"source": SOURCE_RECONFIGURE, "subentry_id": ava},
    )
    await flows.async_configure(flow["flow_id"], avatar_form(avatar_id=avatar_id))
    await home.settle()


async def test_what_is_gone_from_the_lists_is_told_by_its_name(
    home: Home, entry: ConfigEntry, ava: str, take_out: Callable[[], None]
) -> None:
    assert issues(home.hass) == set()
    take_out()
    await look(home, entry)
    assert told(home.hass, f"stale_avatar_{ava}") == {
        "avatar": "Ava",
        "provider": "KonPro",
        "name": "Marcus at the desk",
    }
    assert (
        told(home.hass, f"stale_voice_{ava}")["name"] == "Nina (English)"
        or told(home.hass, f"stale_voice_{ava}")["name"] == "Nina"
    )


async def test_it_is_looked_at_once_a_day(
    freezer: FrozenDateTimeFactory,
    home: Home,
    entry: ConfigEntry,
    ava: str,
    take_out: Callable[[], None],
) -> None:
    take_out()
    asked = len(home.simulator.calls("avatar_list"))
    for _ in range(4):
        await home.pass_time(freezer, 31 * 60)
    assert len(home.simulator.calls("avatar_list")) == asked
    assert issues(home.hass) == set()
    await home.pass_time(freezer, A_DAY)
    assert len(home.simulator.calls("avatar_list")) == asked + 1
    assert issues(home.hass) == {"stale_avatar", "stale_voice"}


async def test_it_is_remembered_over_a_restart(
    home: Home, entry: ConfigEntry, ava: str, take_out: Callable[[], None]
) -> None:
    assert await home.hass.config_entries.async_unload(entry.entry_id)
    take_out()
    assert await home.hass.config_entries.async_setup(entry.entry_id)
    await home.settle()
    assert told(home.hass, f"stale_avatar_{ava}")["name"] == "Marcus at the desk"


async def test_what_comes_back_is_stale_no_more(
    home: Home,
    entry: ConfigEntry,
    ava: str,
    take_out: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = catalogue.AVATARS, catalogue.VOICES
    take_out()
    await look(home, entry)
    monkeypatch.setattr(catalogue, "AVATARS", whole[0])
    monkeypatch.setattr(catalogue, "VOICES", whole[1])
    await look(home, entry)
    assert issues(home.hass) == set()


async def test_the_fix_opens_the_settings_and_another_choice_settles_it(
    home: Home, entry: ConfigEntry, ava: str, take_out: Callable[[], None]
) -> None:
    take_out()
    await look(home, entry)
    result = await fix(home.hass, f"stale_avatar_{ava}")
    assert result["type"] is FlowResultType.ABORT
    assert result["next_flow"][0] == "config_subentries_flow"
    await change(home, entry, ava, "Aiko_Studio_public")
    assert issues(home.hass) == set()


async def test_an_empty_list_proves_nothing(
    home: Home, entry: ConfigEntry, ava: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "AVATARS", ())
    monkeypatch.setattr(catalogue, "VOICES", ())
    await look(home, entry)
    assert issues(home.hass) == set()


async def test_lists_that_cannot_be_had_prove_nothing(
    home: Home, entry: ConfigEntry, ava: str, take_out: Callable[[], None]
) -> None:
    take_out()
    home.simulator.fault(ErrorFault(kind="error", status=403, code=400562, count=None))
    await look(home, entry)
    assert issues(home.hass) == set()


async def test_an_id_that_no_list_ever_showed_is_the_users_own_business(
    home: Home, entry: ConfigEntry
) -> None:
    await home.add_avatar(entry, avatar_id="an-id-of-my-own")
    await look(home, entry)
    await look(home, entry)
    assert issues(home.hass) == set()


async def test_an_avatar_that_is_removed_takes_its_issues_along(
    home: Home, entry: ConfigEntry, ava: str, take_out: Callable[[], None]
) -> None:
    take_out()
    await look(home, entry)
    home.hass.config_entries.async_remove_subentry(entry, ava)
    await home.settle()
    assert issues(home.hass) == set()


async def start(home: Home) -> None:
    await home.open_card()
    await home.act("start_session")
    await home.settle()


async def test_what_the_vendor_does_not_know_is_told(home: Home, entry: ConfigEntry) -> None:
    avatar = await home.add_avatar(entry, avatar_id="an-id-of-my-own")
    await start(home)
    assert told(home.hass, f"settings_unknown_{avatar}") == {
        "avatar": "Ava",
        "provider": "KonPro",
        "name": "",
    }
    await change(home, entry, avatar, MARCUS)
    assert issues(home.hass) == set()


async def test_the_lists_tell_which_one_the_vendor_does_not_know(
    home: Home, entry: ConfigEntry, ava: str, take_out: Callable[[], None]
) -> None:
    take_out()
    await start(home)
    assert issues(home.hass) == {"stale_avatar", "stale_voice"}


async def test_what_the_vendor_knows_again_is_told_no_more(
    home: Home, entry: ConfigEntry, ava: str
) -> None:
    home.simulator.fault(
        ErrorFault(
            kind="error", operation="new", status=400, code=10013, message="avatar not found"
        )
    )
    await start(home)
    assert issue(home.hass, f"settings_unknown_{ava}") is not None
    await home.act("start_session")
    await home.settle()
    assert issues(home.hass) == set()
