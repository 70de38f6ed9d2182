"""What a user does with an avatar, and what he then looks at."""

import time
from typing import Any

import pytest

from demo.connection import Connection
from demo.furnish import DOMAIN, Avatar, find_entity
from demo.vendor import Vendor
from tests.e2e.screen import Screen
from tests.e2e.watching import eventually, ledger

SENTENCE = "The washing machine has finished."


async def speak(hass: Connection, avatar: Avatar, **data: Any) -> Any:
    return await hass.action_with_response(
        DOMAIN,
        "speak",
        entity_id=avatar.entity_id,
        **{"text": SENTENCE, "task_mode": "sync"} | data,
    )


async def expect_stand_in_says_it(
    hass: Connection, avatar: Avatar, screen: Screen, **data: Any
) -> None:
    """Have a sentence said, and fail unless the built-in voice says it, once."""
    asked_at = time.time()
    answer = await speak(hass, avatar, **data)
    assert (answer["outcome"], answer["delivery"]) == ("spoken", "stand_in")
    await screen.until_recorded(time.time() + 1)
    heard = await screen.heard_since(asked_at)
    heard.expect_said(SENTENCE)
    assert heard.words().count("machine") == 1


async def minutes_used(hass: Connection, avatar: Avatar) -> float:
    sensor = await find_entity(hass, avatar.subentry_id, "sensor", "minutes_today")
    return float(await hass.state(sensor))


async def issues(hass: Connection) -> list[str]:
    """Return the keys of what the repairs dashboard shows of ours."""
    listed = (await hass.command("repairs/list_issues"))["issues"]
    return [issue["translation_key"] for issue in listed if issue["domain"] == DOMAIN]


async def expect_off(hass: Connection, avatar: Avatar, seconds: float) -> None:
    async def state() -> str:
        return await hass.state(avatar.entity_id)

    await eventually(state, lambda state: state == "off", seconds)


async def expect_one_session_of_ours(vendor: Vendor, hass: Connection, avatar: Avatar) -> None:
    (row,) = await ledger(vendor)
    assert row["ended_by"] == "client", row
    used = await minutes_used(hass, avatar)
    # The vendor bills begun seconds.
    assert used * 60 == pytest.approx(row["billed_seconds"], abs=1.5), row
