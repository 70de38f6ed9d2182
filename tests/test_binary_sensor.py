"""Whether the avatar speaks."""

from tests.home import Home

SPEAKING = "binary_sensor.ava_speaking"


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
