"""What the way from the action call to the provider's request costs, above a bare POST of the same body.

Both end when the simulator, a process of its own, has read the request's head: its monotonic clock is ours. Bare and
whole calls alternate in one run, so that a noisy machine hits both.
"""

import asyncio
from dataclasses import dataclass
import json
from statistics import median, quantiles
from time import monotonic
from typing import Any

from aiohttp import ClientSession
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from bench.home import API_KEY, home_with_avatars, simulated_cloud
from bench.meter.blocks import Blocks
from custom_components.streaming_avatar.const import DOMAIN
from custom_components.streaming_avatar.session.attachment import Client
from custom_components.streaming_avatar.session.runtime import AvatarRuntime, Phase

SAMPLES = 400
WARM_UP = 40
PAUSE = 0.008
SENTENCE = "The front door was opened."
AVATARS = (1, 100)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One run; milliseconds."""

    avatars: int
    bare_p50: float
    bare_p95: float
    whole_p50: float
    whole_p95: float
    longest_block: float
    longest_block_own: float

    @property
    def added_p50(self) -> float:
        """Return what the median call costs more than a bare POST."""
        return self.whole_p50 - self.bare_p50

    @property
    def added_p95(self) -> float:
        """Return what the slow calls cost more than slow bare POSTs."""
        return self.whole_p95 - self.bare_p95


async def go_live(avatar: AvatarRuntime, control: ClientSession, url: str) -> None:
    """Open a session and have a viewer in it."""
    events: list[dict[str, Any]] = []
    joining = asyncio.Event()

    def take(event: dict[str, Any]) -> None:
        events.append(event)
        if event["type"] == "join":
            joining.set()

    client = Client(
        id="bench-client",
        name="Bench",
        version="0",
        visible=True,
        audio="ok",
        microphone="none",
        transports=("livekit",),
    )
    attachment = avatar.viewers.attach(client, take, monotonic(), may_control=True)
    avatar.viewers.tick(monotonic())
    avatar.audience_changed()
    avatar.async_start_session(hold=3600)
    await asyncio.wait_for(joining.wait(), 20)
    async with control.get(f"{url}/_control/sessions") as response:
        (session,) = [s for s in (await response.json())["sessions"] if s["phase"] != "closed"]
    async with control.post(
        f"{url}/_control/sessions/{session['session_id']}/viewer", json={"present": True}
    ) as response:
        response.raise_for_status()
    epoch = next(event["epoch"] for event in events if event["type"] == "join")
    avatar.viewers.first_frame(attachment, epoch)
    if avatar.snapshot.phase is not Phase.LIVE:
        raise RuntimeError("the session did not become live")


async def own_session(session: ClientSession, control: ClientSession, url: str) -> str:
    """Open a session for the bare requests."""
    headers = {"x-api-key": API_KEY}
    async with session.post(f"{url}/v1/streaming/new", json={}, headers=headers) as response:
        session_id: str = (await response.json())["data"]["session_id"]
    body = {"session_id": session_id}
    async with session.post(f"{url}/v1/streaming/start", json=body, headers=headers) as response:
        response.raise_for_status()
    async with control.post(
        f"{url}/_control/sessions/{session_id}/viewer", json={"present": True}
    ) as response:
        response.raise_for_status()
    return session_id


async def sample(
    hass: HomeAssistant, session: ClientSession, url: str, bare_id: str, entity_id: str
) -> tuple[float, float]:
    """Send one bare and one whole call; return when each began."""
    bare_start = monotonic()
    async with session.post(
        f"{url}/v1/streaming/task",
        json={
            "session_id": bare_id,
            "text": SENTENCE,
            "task_type": "repeat",
            "task_mode": "async",
        },
        headers={"x-api-key": API_KEY},
    ) as response:
        response.raise_for_status()
        await response.read()
    await asyncio.sleep(PAUSE)
    whole_start = monotonic()
    await hass.services.async_call(
        DOMAIN, "speak", {"entity_id": entity_id, "text": SENTENCE}, blocking=True
    )
    await asyncio.sleep(PAUSE)
    await hass.services.async_call(DOMAIN, "interrupt", {"entity_id": entity_id}, blocking=True)
    await asyncio.sleep(PAUSE)
    return bare_start, whole_start


async def measure(url: str, avatars: int) -> Figures:
    """Return the figures of one run."""
    blocks = Blocks()
    async with ClientSession() as control:
        async with control.post(f"{url}/_control/reset") as response:
            response.raise_for_status()
        async with home_with_avatars(url, avatars) as (hass, account):
            avatar = next(iter(account.avatars.values()))
            entity_id = next(iter(hass.states.async_entity_ids("media_player")))
            session = async_get_clientsession(hass)
            await go_live(avatar, control, url)
            bare_id = await own_session(session, control, url)
            starts = []
            with blocks.watched():
                for number in range(WARM_UP + SAMPLES):
                    blocks.counting = number >= WARM_UP
                    starts.append(await sample(hass, session, url, bare_id, entity_id))
                blocks.counting = False
            async with control.get(f"{url}/_control/calls") as response:
                calls = [c for c in (await response.json())["calls"] if c["operation"] == "task"]
    arrivals = [
        [
            call["received_monotonic"]
            for call in calls
            if (call["body"]["session_id"] == bare_id) == is_bare
        ]
        for is_bare in (True, False)
    ]
    bare, whole = (
        [(at - start[kind]) * 1000 for at, start in zip(arrivals[kind], starts, strict=True)]
        for kind in (0, 1)
    )
    return Figures(
        avatars=avatars,
        bare_p50=median(bare[WARM_UP:]),
        bare_p95=quantiles(bare[WARM_UP:], n=20)[-1],
        whole_p50=median(whole[WARM_UP:]),
        whole_p95=quantiles(whole[WARM_UP:], n=20)[-1],
        longest_block=blocks.longest * 1000,
        longest_block_own=blocks.longest_own * 1000,
    )


async def main() -> None:
    """Measure with one avatar and with a hundred, and print both."""
    async with simulated_cloud() as url:
        runs = [await measure(url, avatars) for avatars in AVATARS]
    print("                bare POST      speak action         added      longest block")
    print(" avatars      p50     p95      p50     p95      p50     p95     own    wall   (ms)")
    for run in runs:
        figures = (
            *(run.bare_p50, run.bare_p95, run.whole_p50, run.whole_p95),
            *(run.added_p50, run.added_p95, run.longest_block_own, run.longest_block),
        )
        print(f"{run.avatars:>8} " + "".join(f"{figure:>8.2f}" for figure in figures))
    result: dict[str, object] = {
        name: max(figures[name] for figures in map(summary, runs)) for name in summary(runs[0])
    }
    print(json.dumps(result | {f"avatars_{run.avatars}": summary(run) for run in runs}))


def summary(run: Figures) -> dict[str, float]:
    """Return the figures that have a goal."""
    return {
        "added_p50_ms": round(run.added_p50, 3),
        "added_p95_ms": round(run.added_p95, 3),
        "longest_block_ms": round(run.longest_block_own, 3),
        "longest_block_wall_ms": round(run.longest_block, 3),
    }


if __name__ == "__main__":
    asyncio.run(main())
