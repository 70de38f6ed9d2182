"""The avatar as a media player."""

import asyncio

from homeassistant.components.media_player.const import MediaPlayerEntityFeature
from homeassistant.core import State
from homeassistant.exceptions import HomeAssistantError
import pytest

from simulator.ledger import EndedBy
from tests.home import AVATAR, Home


async def play(home: Home, service: str) -> None:
    await home.hass.services.async_call(
        "media_player", service, {"entity_id": AVATAR}, blocking=True
    )


def states_of(home: Home) -> list[str]:
    """Collect the states that the media player goes through from now on."""
    states: list[str] = []
    home.follow(AVATAR, lambda state: states.append(state.state))
    return states


async def test_it_can_be_turned_on_and_off_and_stopped(home: Home, ava: str) -> None:
    assert home.attributes(AVATAR)["supported_features"] == (
        MediaPlayerEntityFeature.TURN_ON
        | MediaPlayerEntityFeature.TURN_OFF
        | MediaPlayerEntityFeature.STOP
        | MediaPlayerEntityFeature.PLAY_MEDIA
        | MediaPlayerEntityFeature.MEDIA_ANNOUNCE
        | MediaPlayerEntityFeature.MEDIA_ENQUEUE
        | MediaPlayerEntityFeature.BROWSE_MEDIA
        | MediaPlayerEntityFeature.VOLUME_SET
        | MediaPlayerEntityFeature.VOLUME_MUTE
    )
    assert home.attributes(AVATAR)["friendly_name"] == "Ava"


async def test_it_buffers_plays_and_idles(home: Home, ava: str) -> None:
    card = await home.open_card()
    states = states_of(home)
    speaking = asyncio.create_task(home.ask("speak", text="Hello.", task_mode="sync"))
    await card.join()
    await card.relay("avatar_stop_talking")
    await speaking
    await home.act("stop_session")
    await home.settle()
    assert list(dict.fromkeys(states)) == ["buffering", "idle", "playing", "off"]
    assert states[-1] == "off"
    assert states[states.index("playing") + 1] == "idle"


async def test_turning_it_on_starts_a_session_for_whoever_watches(home: Home, ava: str) -> None:
    card = await home.open_card()
    await play(home, "turn_on")
    assert home.state(AVATAR) == "buffering"
    assert home.attributes(AVATAR)["media_title"] == "Starting"
    await card.join()
    await home.settle()
    assert home.state(AVATAR) == "idle"


async def test_turning_it_on_for_nobody_says_so(home: Home, ava: str) -> None:
    with pytest.raises(HomeAssistantError, match="Nobody is watching Ava"):
        await play(home, "turn_on")
    assert home.state(AVATAR) == "off"
    assert home.simulator.ledger == []


async def test_turning_it_off_ends_the_session(home: Home, ava: str) -> None:
    await home.go_live()
    await play(home, "turn_off")
    assert home.state(AVATAR) == "off"
    assert [row.ended_by for row in home.simulator.ledger] == [EndedBy.CLIENT]


async def test_off_is_shown_only_when_no_session_is_open_any_more(home: Home, ava: str) -> None:
    await home.go_live()
    states = states_of(home)
    ended_when_off: list[bool] = []

    def note(state: State) -> None:
        if state.state == "off":
            ended_when_off.append(home.simulator.ledger[0].ended_at is not None)

    home.follow(AVATAR, note)
    await play(home, "turn_off")
    await home.settle()
    assert states == ["off"]
    assert ended_when_off == [True]


async def test_stopping_it_only_cuts_the_speech(home: Home, ava: str) -> None:
    card = await home.open_card()
    home.simulator.slow_speech()
    await home.act("speak", text="A long story, told slowly.")
    await card.join()
    await card.relay("avatar_start_talking")
    await home.settle()
    assert home.state(AVATAR) == "playing"
    await play(home, "media_stop")
    await home.settle()
    assert home.state(AVATAR) == "idle"
    assert home.attributes("event.ava_activity")["outcome"] == "interrupted"
    assert len(home.simulator.calls("interrupt")) == 1
    assert [row.ended_at for row in home.simulator.ledger] == [None]
