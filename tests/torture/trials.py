"""A house that is tried with whatever comes in: errors that say why, no stack trace, and no secret anywhere."""

from collections.abc import Awaitable, Iterator
from contextlib import contextmanager, suppress
import json
import logging
from typing import Any

from homeassistant.components.diagnostics import REDACTED
from homeassistant.exceptions import HomeAssistantError
import pytest
import voluptuous as vol

from custom_components.streaming_avatar.diagnostics import async_get_config_entry_diagnostics
from simulator.settings import DEFAULT_API_KEY, Limits

from .cloud import Cloud
from .house import Alarm, House
from .screen import Screen
from .timeless import Time

SPOKEN = "Seventeen badgers dig at midnight."
"""A sentence that is nobody's business but that of who hears it."""
TOKEN = "eyJ"
"""How every room token begins."""


class Trial:
    """A house that is tried with whatever comes in."""

    def __init__(self, house: House, alarm: Alarm, screen: Screen) -> None:
        self.house = house
        self.alarm = alarm
        self.screen = screen

    def run(self, work: Awaitable[Any]) -> None:
        """Do something, which may be refused in every way that a user understands; then look around."""

        async def do() -> None:
            with suppress(HomeAssistantError, vol.Invalid):
                await work
            await self.house.wait(0.05)

        self.house.time.run(do())
        assert not self.alarm.records, "\n".join(self.alarm.records)
        self.has_no_secret(self.alarm.lines, "log")
        self.alarm.lines.clear()

    def has_no_secret(self, told: object, where: str) -> None:
        text = repr(told)
        for secret in (DEFAULT_API_KEY, TOKEN):
            assert secret not in text, f"{where}: {text[max(0, text.find(secret) - 200) :][:400]}"

    async def judge(self) -> None:
        """Look for secrets in what is left; the avatar must still work."""
        house = self.house
        house.cloud.world.faults.clear()
        await house.act("stop_session")
        await house.wait(700)
        answer = await house.speak(SPOKEN, task_mode="sync")
        assert answer["outcome"] == "spoken"
        self.has_no_secret([state.as_dict() for state in house.hass.states.async_all()], "state")
        self.has_no_secret([(c.path, c.query) for c in house.cloud.world.calls.calls], "URL")
        told = json.dumps(await async_get_config_entry_diagnostics(house.hass, house.entry))
        self.has_no_secret(told, "diagnostics")
        assert REDACTED in told
        assert SPOKEN not in told
        assert SPOKEN not in repr(self.alarm.lines)
        self.has_no_secret(self.alarm.lines, "log")


@contextmanager
def trial(patch: pytest.MonkeyPatch) -> Iterator[Trial]:
    """Have a house with a screen, an avatar that is live, and every log open."""
    time = Time(patch)
    cloud = Cloud(time, Limits(quota=10**9, characters_per_second=200.0))
    alarm = Alarm()
    alarm.keeps_lines = True
    patch.setattr(logging.getLogger("custom_components.streaming_avatar"), "level", logging.DEBUG)
    settings = {"idle_timeout": 300, "max_minutes_per_day": 1440, "share_text": False}
    house = House(time, cloud, patch, avatars={"Ava": settings})

    async def begin() -> Screen:
        await cloud.open()
        await house.start()
        screen = house.open_screen()
        await house.speak(SPOKEN, task_mode="sync")
        return screen

    async def end(tried: Trial) -> None:
        await tried.judge()
        assert not alarm.records, "\n".join(alarm.records)

    async def close() -> None:
        await house.stop()
        await cloud.close()

    try:
        with alarm.on():
            tried = Trial(house, alarm, time.run(begin()))
            yield tried
            time.run(end(tried))
    finally:
        time.run(close())
        time.close()
