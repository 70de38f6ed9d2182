"""An avatar brought into each phase of its session, and what went wrong then."""

from collections.abc import Awaitable, Callable
from typing import Final

from homeassistant.exceptions import HomeAssistantError
import pytest

from simulator.faults import DelayFault
from simulator.settings import DEFAULT_API_KEY, Limits

from .cloud import Cloud
from .house import Alarm, House
from .screen import Manners
from .timeless import Time

SHORT: Final = "The door is open."
LONG: Final = "Mind the step, it is wet. " * 12
"""Twenty seconds of speech."""
STATES: Final = {
    "off": "off",
    "starting": "buffering",
    "connecting": "buffering",
    "live": "idle",
    "speaking": "playing",
    "ending": "idle",
}
"""Each phase, and the state of the media player in it."""

type Strike = Callable[[House], Awaitable[None]]


async def bring_into(phase: str, house: House) -> None:
    """Bring the avatar into a phase."""
    manners = Manners(join=8.0) if phase == "connecting" else Manners()
    house.open_screen(manners=manners)
    await house.settle()
    if phase == "starting":
        house.cloud.fault(DelayFault(kind="delay", operation="new", seconds=4.0))
    if phase != "off":
        await house.act("start_session")
        await house.wait(1.5)
    if phase == "ending":
        house.cloud.fault(DelayFault(kind="delay", operation="stop", seconds=4.0))
        house.hass.async_create_task(house.act("stop_session"))
        await house.wait(1.0)


async def play(phase: str, strike: Strike, house: House) -> str:
    """Have a fault strike in a phase; return what came of the utterance, the sessions and the repairs."""
    await bring_into(phase, house)
    text = LONG if phase == "speaking" else SHORT
    if phase == "speaking":
        speaking = house.hass.async_create_task(speak(house, text))
        await house.wait(3.0)
    assert house.state() == STATES[phase]
    assert house.state("sensor.ava_phase") == ("live" if phase == "speaking" else phase)
    await strike(house)
    if phase != "speaking":
        speaking = house.hass.async_create_task(speak(house, text))
    outcome, error = await speaking
    if error is not None:
        assert house.ava.snapshot.error == error
    await house.wait(20.0)
    repairs = "".join(f" !{key}" for key in sorted(house.repairs))
    await restore(house)
    assert house.state() == "off"
    assert house.state("sensor.ava_phase") == "off"
    ends = "".join(str(row.ended_by)[0] for row in house.cloud.ledger)
    said = sum(len(row.tasks) for row in house.cloud.ledger)
    return f"{outcome} {ends or '-'}{said}{repairs}"


async def restore(house: House) -> None:
    """Let all be well again, and everything end."""
    house.cloud.world.faults.clear()
    house.cloud.limit(api_keys=(DEFAULT_API_KEY,))
    assert house.line is not None
    house.line.cut = False
    await house.wait(300.0)


async def speak(house: House, text: str) -> tuple[str, str | None]:
    """Say something and wait for its end; return it, and the key of the error, if one was raised."""
    try:
        answer = await house.speak(text, task_mode="sync")
    except HomeAssistantError as err:
        (ended,) = [key for key, outcome in house.asked.items() if outcome is not None]
        return f"{house.asked[ended]}:{err.translation_key}", err.translation_key
    mark = "" if answer["confirmed"] else "?"
    reason = f":{answer['reason']}" if answer["reason"] else ""
    return f"{answer['outcome']}{reason}{mark}", None


def result_of(phase: str, strike: Strike, patch: pytest.MonkeyPatch) -> str:
    """Play a scene in a house of its own; nothing may break in it."""
    time = Time(patch)
    alarm = Alarm()

    async def run() -> str:
        cloud = Cloud(time, Limits(quota=10**6))
        await cloud.open()
        house = House(time, cloud, patch)
        try:
            await house.start()
            return await play(phase, strike, house)
        finally:
            await house.stop()
            await cloud.close()

    with alarm.on():
        result = time.run(run())
    time.close()
    assert not alarm.records, "\n".join(alarm.records)
    return result
