"""Random faults that a seed brings back."""

import asyncio

from aiohttp import ClientError
import pytest

from simulator.chaos import KINDS, Chaos, UnknownKindError, draw
from simulator.world import WORLD

from .cloud import KEY, Cloud, Json

CHAOS = Chaos(operations={"new", "list"}, refusals={"bad_key", "concurrency"}, events={"a", "b"})


async def drawn(cloud: Cloud, **wish: object) -> list[Json]:
    faults: list[Json] = (await cloud.control("faults/random", **wish))["faults"]
    return faults


async def test_the_same_seed_draws_the_same(cloud: Cloud) -> None:
    first = await drawn(cloud, seed=7, count=20)
    assert await cloud.look("faults") == {"faults": first}
    assert await drawn(cloud, seed=7, count=20) == first
    assert await drawn(cloud, seed=8, count=20) != first


def test_order_of_names_and_their_sets_do_not_matter() -> None:
    other = Chaos(
        operations=["new", "list"], refusals=["concurrency", "bad_key"], events=["b", "a"]
    )
    for seed in range(20):
        assert draw(seed, 5, CHAOS) == draw(seed, 5, other)


def test_every_kind_is_drawn_sooner_or_later() -> None:
    faults = draw(1, 1000, CHAOS)
    assert {fault.kind for fault in faults} == KINDS.keys()
    assert {fault.count for fault in faults} == {1, 2, 3}


async def test_kinds_and_seconds_can_be_bound(cloud: Cloud) -> None:
    kinds = ["delay", "event_late"]
    faults = await drawn(cloud, seed=1, count=50, kinds=kinds, max_seconds=0.5)
    assert {fault["kind"] for fault in faults} == set(kinds)
    assert all(0.1 <= fault["seconds"] <= 0.5 for fault in faults)


@pytest.mark.parametrize("kinds", [[], ["delay", "unknown"]])
async def test_an_unknown_kind_is_told(cloud: Cloud, kinds: list[str]) -> None:
    wish = {"seed": 1, "count": 1, "kinds": kinds}
    async with cloud.client.post("/_control/faults/random", json=wish) as response:
        assert response.status == 400
    with pytest.raises(UnknownKindError):
        draw(1, 1, Chaos(operations=(), refusals=(), events=(), kinds=kinds))


async def step(cloud: Cloud, number: int) -> None:
    """Do something of a session's life, whatever comes of it."""
    open_ids = [session.session_id for session in cloud.app[WORLD].sessions.open()]
    operation, body = [
        ("new", {}),
        *((name, {"session_id": open_ids[-1] if open_ids else "nobody"}) for name in LIFE),
    ][number % (len(LIFE) + 1)]
    if operation == "task":
        body = {**body, "text": "Hello", "task_mode": "async"}
    if operation == "viewer":
        for session_id in open_ids:
            await cloud.viewer(session_id, present=True)
        return
    try:
        headers = {"x-api-key": KEY}
        path = cloud.path(operation)
        async with cloud.client.post(path, json=body, headers=headers) as response:
            await response.read()
            # The simulator's own failure would be a page that the web framework wrote.
            assert "Server got itself in trouble" not in await response.text(errors="replace")
    except ClientError:
        pass


LIFE = ("start", "viewer", "task", "start_listening", "interrupt", "keep_alive", "task", "stop")


@pytest.mark.parametrize("seed", range(10))
async def test_the_simulator_itself_survives_all_of_them(
    cloud: Cloud, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    await drawn(cloud, seed=seed, count=25, max_seconds=1.0)
    for number in range(27):
        moving = asyncio.create_task(step(cloud, number))
        while not moving.done():
            await cloud.clock.advance(0.25)
            await cloud.look("settings")
        await moving
    await cloud.control("reset")
    assert cloud.app[WORLD].sessions.places_taken == 0
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
