"""Whether the avatar speaks, and whether its session is paid for."""

import pytest

from tests.home import Home

SPEAKING = "binary_sensor.ava_speaking"
PAID = "binary_sensor.ava_paid_session"


async def test_it_is_on_while_the_avatar_speaks(home: Home, ava: str) -> None:
    home.simulator.slow_speech()
    card = await home.open_card()
    assert home.state(SPEAKING) == "off"
    await home.act("speak", text="A long story, told slowly.")
    await card.join()
    await card.relay("avatar_start_talking")
    await home.settle()
    assert home.state(SPEAKING) == "on"
    await home.act("interrupt")
    await home.settle()
    assert home.state(SPEAKING) == "off"


@pytest.mark.parametrize(("is_paid", "shown"), [(True, "on"), (False, "off")])
async def test_whether_the_session_is_paid_for_is_what_the_cloud_says(
    home: Home, ava: str, *, is_paid: bool, shown: str
) -> None:
    home.simulator.world.set_limits(
        home.simulator.world.limits.model_copy(update={"is_paid": is_paid})
    )
    await home.enable(PAID)
    assert home.state(PAID) == "unknown"
    await home.go_live()
    assert home.state(PAID) == shown
    await home.act("stop_session")
    await home.settle()
    assert home.state(PAID) == "unknown"
