"""The button that makes the avatar silent."""

import asyncio

from tests.home import AVATAR, Home


async def test_pressing_it_interrupts(home: Home, ava: str) -> None:
    home.simulator.slow_speech()
    card = await home.open_card()
    speaking = asyncio.create_task(
        home.ask("speak", text="A long story, told slowly.", task_mode="sync")
    )
    await card.join()
    await card.relay("avatar_start_talking")
    await home.hass.services.async_call(
        "button", "press", {"entity_id": "button.ava_interrupt"}, blocking=True
    )
    assert (await speaking)[AVATAR]["outcome"] == "interrupted"


async def test_pressing_it_while_the_avatar_is_off_is_no_error(home: Home, ava: str) -> None:
    await home.hass.services.async_call(
        "button", "press", {"entity_id": "button.ava_interrupt"}, blocking=True
    )
    assert home.simulator.calls("interrupt") == []
