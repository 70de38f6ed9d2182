"""The actions, as automations call them."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.auth.models import User
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.helpers import area_registry as ar, device_registry as dr
from homeassistant.helpers.service import async_get_all_descriptions
from homeassistant.util.yaml import load_yaml_dict
import pytest
import voluptuous as vol

from custom_components.streaming_avatar import services
from custom_components.streaming_avatar.const import DOMAIN
from simulator.faults import ErrorFault
from simulator.ledger import EndedBy
from tests.home import AVATAR, Card, Home

BOB = "media_player.bob"
HERE = Path(services.__file__).parent


async def said(home: Home, card: Card, **request: Any) -> Any:
    """Have the live avatar say something to its end; returns the action's response."""
    speaking = asyncio.create_task(home.ask("speak", task_mode="sync", **request))
    await card.relay("avatar_stop_talking")
    return (await speaking)[AVATAR]


def spoken(home: Home) -> list[str]:
    """What was sent to the cloud to be said."""
    texts: list[str] = []
    for call in home.simulator.calls("task"):
        assert isinstance(call, dict)
        texts.append(call["text"])
    return texts


# --- speak


async def test_speak_answers_at_once_with_an_id(home: Home, ava: str) -> None:
    await home.open_card()
    answer = (await home.ask("speak", text="Hello."))[AVATAR]
    assert answer.pop("utterance_id")
    assert answer == {"outcome": None, "reason": None, "confirmed": None, "delivery": None}


async def test_speak_waits_for_the_outcome_if_told_to(home: Home, ava: str) -> None:
    card = await home.go_live()
    answer = await said(home, card, text="Hello.")
    assert answer["outcome"] == "spoken"
    assert answer["confirmed"] is True
    assert answer["reason"] is None
    assert answer["delivery"] == "sent"
    assert spoken(home) == ["Hello."]


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  Two\n\nlines\tand  spaces ", "Two lines and spaces"),
        ("bell\x07 null\x00 escape\x1b[31m", "bell null escape[31m"),
        ("Cafe\u0301", "Caf\u00e9"),
        ("half \ud83d a pair", "half a pair"),
        ("😀 👨\u200d👩\u200d👧", "😀 👨\u200d👩\u200d👧"),
        ("שלום \u200fעולם", "שלום \u200fעולם"),
        ("<b>1 < 2</b> &amp; {{ x }}", "<b>1 < 2</b> &amp; {{ x }}"),
    ],
)
async def test_speak_cleans_the_text(home: Home, ava: str, text: str, cleaned: str) -> None:
    card = await home.go_live()
    await said(home, card, text=text)
    assert spoken(home) == [cleaned]


@pytest.mark.parametrize("text", ["", " \n\t", "\x00\x07", "\u200b\u200d\ufeff", "\ud83d"])
async def test_speak_refuses_what_nobody_could_say(home: Home, ava: str, text: str) -> None:
    with pytest.raises(ServiceValidationError, match="There is nothing to say"):
        await home.act("speak", text=text)


async def test_speak_takes_a_long_text_and_refuses_a_longer_one(home: Home, ava: str) -> None:
    card = await home.go_live()
    # Few long words: each is a message of the room, and a card may relay 200 in a second.
    text = (f"{'A' + 'a' * 98} {'b' * 98}. " * 50).strip()
    text += "c" * (10_000 - len(text))
    relaying = asyncio.create_task(card.relay_on())
    answer = await home.ask("speak", text=text, task_mode="sync")
    relaying.cancel()
    assert answer[AVATAR]["outcome"] == "spoken"
    assert " ".join(spoken(home)).split() == text.split()
    assert max(map(len, spoken(home))) <= 1000
    with pytest.raises(ServiceValidationError, match="10001 characters"):
        await home.act("speak", text="x" * 10_001)


async def test_speak_for_nobody_fails_after_its_expiry_and_costs_nothing(
    freezer: FrozenDateTimeFactory, home: Home, ava: str
) -> None:
    speaking = asyncio.create_task(home.ask("speak", text="Hello.", task_mode="sync", expiry=5))
    await asyncio.sleep(0)
    freezer.tick(4)
    await home.fire_time()
    assert not speaking.done()
    freezer.tick(2)
    await home.fire_time()
    with pytest.raises(HomeAssistantError, match="Nobody is watching Ava"):
        await speaking
    assert home.simulator.ledger == []


async def test_speak_says_why_the_cloud_refused(home: Home, ava: str) -> None:
    await home.go_live()
    home.simulator.fault(
        ErrorFault(kind="error", operation="task", status=400, code=400105, message="Blocked words")
    )
    with pytest.raises(HomeAssistantError, match="Ava cannot say this text"):
        await home.ask("speak", text="Hello.", task_mode="sync")


async def test_speak_returns_that_it_was_interrupted(home: Home, ava: str) -> None:
    card = await home.go_live()
    home.simulator.slow_speech()
    speaking = asyncio.create_task(
        home.ask("speak", text="A long story, told slowly.", task_mode="sync")
    )
    await card.relay("avatar_start_talking")
    await home.act("interrupt")
    assert (await speaking)[AVATAR]["outcome"] == "interrupted"


async def test_speak_can_ask_the_avatar_to_answer(home: Home, ava: str) -> None:
    card = await home.go_live()
    await said(home, card, text="Who are you?", task_type="talk")
    (call,) = home.simulator.calls("task")
    assert isinstance(call, dict)
    assert call["task_type"] == "talk"


async def test_speak_refuses_to_have_answered_what_only_repeats(
    home: Home, entry: ConfigEntry, ava: str
) -> None:
    avatar = entry.runtime_data.avatars[ava]
    avatar.spec = replace(
        avatar.spec, capabilities=replace(avatar.spec.capabilities, has_llm=False)
    )
    with pytest.raises(ServiceValidationError, match="answers none"):
        await home.act("speak", text="Hello.", task_type="talk")


async def test_speak_takes_the_emotion_that_the_session_has(home: Home, entry: ConfigEntry) -> None:
    await home.add_avatar(entry, voice={"emotion": "friendly"})
    await home.open_card()
    assert await home.ask("speak", text="Hello.", emotion=" Friendly ")
    with pytest.raises(ServiceValidationError, match="at the start of a session only"):
        await home.act("speak", text="Hello.", emotion="serious")
    assert await home.ask("speak", text="Hello.", emotion="")


async def test_speak_knows_the_emotions_that_can_change_with_each_sentence(
    home: Home, entry: ConfigEntry, ava: str
) -> None:
    avatar = entry.runtime_data.avatars[ava]
    capabilities = replace(avatar.spec.capabilities, emotion_per_utterance=True)
    avatar.spec = replace(avatar.spec, capabilities=capabilities)
    await home.open_card()
    assert await home.ask("speak", text="Hello.", emotion="serious")
    with pytest.raises(ServiceValidationError, match="excited, serious"):
        await home.act("speak", text="Hello.", emotion="<b>bored</b>")


@pytest.mark.parametrize(
    "wrong",
    [
        {"expiry": 0},
        {"expiry": 3601},
        {"expiry": "soon"},
        {"priority": "highest"},
        {"task_type": "sing"},
        {"task_mode": "later"},
        {"volume": 1},
    ],
)
async def test_speak_refuses_values_out_of_range(
    home: Home, ava: str, wrong: dict[str, Any]
) -> None:
    with pytest.raises(vol.Invalid):
        await home.act("speak", text="Hello.", **wrong)


# --- the session


async def test_a_session_is_started_held_kept_alive_and_stopped(
    freezer: FrozenDateTimeFactory, home: Home, ava: str
) -> None:
    card = await home.open_card()
    await home.act("start_session", hold={"minutes": 5})
    await card.join()
    for _ in range(12):
        await card.report("pong")
        await home.pass_time(freezer, 10)
    assert home.state(AVATAR) == "idle"
    await home.act("keep_alive")
    await home.settle()
    assert home.simulator.calls("keep_alive")
    await home.act("stop_session")
    assert home.state(AVATAR) == "off"
    assert [row.ended_by for row in home.simulator.ledger] == [EndedBy.CLIENT]


async def test_a_session_that_nobody_would_see_is_not_started(home: Home, ava: str) -> None:
    with pytest.raises(HomeAssistantError, match="Nobody is watching Ava"):
        await home.act("start_session")
    assert home.simulator.ledger == []


async def test_a_session_is_started_for_nobody_if_told_to(home: Home, ava: str) -> None:
    await home.act("start_session", without_viewer=True)
    await home.settle()
    assert len(home.simulator.ledger) == 1
    assert home.state(AVATAR) == "buffering"


async def test_no_session_can_be_kept_alive(home: Home, ava: str) -> None:
    with pytest.raises(ServiceValidationError, match="Ava has no open session"):
        await home.act("keep_alive")


async def test_stop_and_interrupt_are_no_errors_while_nothing_runs(home: Home, ava: str) -> None:
    await home.act("stop_session")
    await home.act("interrupt")
    assert home.state(AVATAR) == "off"


# --- targets


async def test_what_is_no_avatar_is_named(home: Home, ava: str) -> None:
    home.hass.states.async_set("media_player.kitchen_speaker", "idle")
    for stranger in ("media_player.kitchen_speaker", "light.nowhere", "sensor.ava_phase"):
        with pytest.raises(ServiceValidationError, match=stranger):
            await home.act("speak", entity_id=[AVATAR, stranger], text="Hello.")
    assert home.simulator.ledger == []


async def test_an_avatar_that_is_not_loaded_is_named(
    home: Home, entry: ConfigEntry, ava: str
) -> None:
    await home.hass.config_entries.async_unload(entry.entry_id)
    with pytest.raises(ServiceValidationError, match=r"not an avatar|Not an avatar"):
        await home.act("speak", text="Hello.")


async def test_a_device_or_an_area_stands_for_its_avatars(
    home: Home, entry: ConfigEntry, ava: str
) -> None:
    await home.open_card()
    devices = dr.async_get(home.hass)
    device = devices.async_get_device_by_identifier((DOMAIN, ava), entry.entry_id)
    assert device is not None
    kitchen = ar.async_get(home.hass).async_create("Kitchen")
    devices.async_update_device(device.id, area_id=kitchen.id)
    for target in ({"device_id": device.id}, {"area_id": kitchen.id}):
        answer = await home.hass.services.async_call(
            DOMAIN, "speak", {"text": "Hello.", **target}, blocking=True, return_response=True
        )
        assert answer is not None
        assert list(answer) == [AVATAR]


async def test_a_target_without_an_avatar_is_refused(
    home: Home, entry: ConfigEntry, ava: str
) -> None:
    attic = ar.async_get(home.hass).async_create("Attic")
    with pytest.raises(ServiceValidationError, match="no avatar"):
        await home.hass.services.async_call(
            DOMAIN, "speak", {"text": "Hello.", "area_id": attic.id}, blocking=True
        )
    await home.hass.config_entries.async_unload(entry.entry_id)
    with pytest.raises(ServiceValidationError, match="no avatar"):
        await home.act("speak", entity_id="all", text="Hello.")


async def test_several_avatars_answer_each_for_itself(
    home: Home, entry: ConfigEntry, ava: str
) -> None:
    await home.add_avatar(entry, "Bob")
    for target in ([AVATAR, BOB], "all"):
        answer = await home.ask("speak", entity_id=target, text="Hello.")
        assert set(answer) == {AVATAR, BOB}
        assert answer[AVATAR]["utterance_id"] != answer[BOB]["utterance_id"]


async def test_a_user_without_control_may_not_speak(
    home: Home, ava: str, hass_read_only_user: User
) -> None:
    with pytest.raises(Unauthorized):
        await home.hass.services.async_call(
            DOMAIN,
            "speak",
            {"entity_id": AVATAR, "text": "Hello."},
            blocking=True,
            context=Context(user_id=hass_read_only_user.id),
        )


# --- listening


async def test_listening_is_told_to_the_cloud_and_shown(home: Home, ava: str) -> None:
    card = await home.go_live()
    await home.act("start_listening")
    assert (await card.state_with(activity="listening"))["phase"] == "live"
    assert len(home.simulator.calls("start_listening")) == 1
    await home.act("stop_listening")
    await card.state_with(activity="idle")
    assert len(home.simulator.calls("stop_listening")) == 1


@pytest.mark.parametrize("action", ["start_listening", "stop_listening"])
async def test_listening_needs_a_session(home: Home, ava: str, action: str) -> None:
    with pytest.raises(ServiceValidationError, match="Ava has no open session"):
        await home.act(action)
    assert home.simulator.calls(action) == []


@pytest.mark.parametrize("action", ["start_listening", "stop_listening"])
async def test_listening_needs_an_avatar_that_can(home: Home, action: str) -> None:
    flows = home.hass.config_entries.flow
    flow = await flows.async_init(DOMAIN, context={"source": "user"})
    await flows.async_configure(flow["flow_id"], {"provider": "builtin"})
    await home.hass.async_block_till_done()
    with pytest.raises(ServiceValidationError, match="Mira cannot be told to listen"):
        await home.act(action, entity_id="media_player.mira")


async def test_listening_says_why_the_cloud_refused(home: Home, ava: str) -> None:
    await home.go_live()
    home.simulator.fault(
        ErrorFault(kind="error", operation="start_listening", status=500, count=None)
    )
    with pytest.raises(HomeAssistantError, match="Ava"):
        await home.act("start_listening")


# --- descriptions


def test_every_field_of_an_action_is_described() -> None:
    described = load_yaml_dict(HERE / "services.yaml")
    del described[".target"]
    # Not for avatars: see test_account_check.py.
    del described["verify"]
    fields = {name: set(action.get("fields", {})) for name, action in described.items()}
    assert fields == {
        "speak": {str(key) for key in services.SPEAK_SCHEMA},
        "start_session": {str(key) for key in services.START_SESSION_SCHEMA},
        "interrupt": set(),
        "start_listening": set(),
        "stop_listening": set(),
        "stop_session": set(),
        "keep_alive": set(),
    }


async def test_home_assistant_understands_the_descriptions(home: Home, ava: str) -> None:
    described = (await async_get_all_descriptions(home.hass))[DOMAIN]
    assert set(described) == set(home.hass.services.async_services()[DOMAIN])
    for name in set(described) - {"verify"}:
        action = described[name]
        (entity,) = action["target"]["entity"]
        assert entity == {"domain": ["media_player"], "integration": DOMAIN}
    assert described["speak"]["response"] == {"optional": True}
