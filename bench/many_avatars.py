"""A hundred avatars at once, and a thousand messages of their rooms a second: what the event loop and the memory say.

The messages go the whole way: over the websockets of many screens into a real Home Assistant in a process of its own,
to the machine, the entities, the recorder and back to the cards as captions. Beside it, in the same run: nothing at
all, and the same messages with an old epoch, which are dropped at the door.
"""

import asyncio
import base64
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count, cycle
import json
from pathlib import Path
from tempfile import TemporaryDirectory
import time
from typing import Any, Final

from bench.account import account
from bench.metered import MeteredHome, metered_home
from demo.connection import CommandError, Connection, Subscription
from demo.furnish import DOMAIN
from demo.vendor import Vendor, simulated_vendor

_AVATARS: Final = 100
_SCREENS: Final = 25
_PER_SECOND: Final = 1000
_BATCHES: Final = 100
"""In a second."""
_WARM_UP_SECONDS: Final = 90
"""In which all that keeps a certain number of things fills up."""
_COMPARED_SECONDS: Final = 15
_WATCHED_SECONDS: Final = 60
_PROFILED_SECONDS: Final = 10
_LOOK_SECONDS: Final = 3
_PATIENCE: Final = 120
_UNANSWERED: Final = 500
_LIMIT: Final = 0.005
_GROWN: Final = 12
_FUNCTIONS: Final = 20
_KILOBYTE: Final = 1024

_ASKED: Final = ("What will", "the weather", "be like", "this", "afternoon", "?")
_ANSWERED: Final = (
    "It stays",
    "dry",
    "until six.",
    "Then",
    "it rains",
    ",",
    "so",
    "take an",
    "umbrella.",
)


@dataclass
class Card:
    """One card of a screen, in the room of its avatar."""

    connection: Connection
    attachment: str
    events: Subscription
    number: int
    epoch: str = ""
    told: Counter[str] = field(default_factory=Counter)
    """How many events of each type came."""

    async def report(self, kind: str, **content: object) -> None:
        """Report something."""
        await self.connection.command(
            f"{DOMAIN}/report", attachment=self.attachment, kind=kind, **content
        )

    async def join(self) -> None:
        """Join the room that is offered."""
        async with asyncio.timeout(_PATIENCE):
            while (event := await self.events.next(_PATIENCE))["type"] != "join":
                pass
        self.epoch = event["epoch"]
        await self.report("joined", epoch=self.epoch)

    async def listen(self) -> None:
        """Answer pings, and count what else comes, until cancelled."""
        while True:
            event = await self.events.next(3600)
            self.told[event["type"]] += 1
            if event["type"] == "ping":
                await self.report("pong")

    async def relay(self, payload: bytes, epoch: str) -> None:
        """Relay a message of the room."""
        await self.connection.command(
            f"{DOMAIN}/relay",
            attachment=self.attachment,
            epoch=epoch,
            topic=None,
            payload=base64.b64encode(payload).decode(),
        )


def talk() -> Iterator[bytes]:
    """Yield what one room says without an end: a user asks, the avatar answers."""
    for number in count():
        task = {"task_id": f"task-{number}"}
        heard = [{"type": "user_talking_message", "message": words} for words in _ASKED]
        said = [{"type": "avatar_talking_message", "message": words} for words in _ANSWERED]
        messages: list[Mapping[str, object]] = [
            {"type": "user_start"},
            *heard,
            {"type": "user_end_message"},
            {"type": "user_stop"},
            {"type": "avatar_start_talking", **task},
            *(piece | task for piece in said),
            {"type": "avatar_end_message", **task},
            {"type": "avatar_stop_talking", "duration_ms": 4200.0, **task},
        ]
        for message in messages:
            yield json.dumps(message).encode()


@asynccontextmanager
async def cards(metered: MeteredHome) -> AsyncIterator[list[Card]]:
    """Show every avatar on one screen, each with an open session."""
    listed = await metered.hass.command("config/entity_registry/list")
    avatars = [
        entity["entity_id"]
        for entity in listed
        if entity["platform"] == DOMAIN and entity["entity_id"].startswith("media_player.")
    ]
    shown: list[Card] = []
    async with AsyncExitStack() as stack:
        screens = [
            await stack.enter_async_context(
                Connection.open(metered.home.url, metered.login.access_token)
            )
            for _ in range(_SCREENS)
        ]
        for number, (entity_id, screen) in enumerate(zip(avatars, cycle(screens), strict=False)):
            client = {
                "id": f"bench-card-{number}",
                "name": f"Screen {number % _SCREENS}",
                "version": "0",
                "visible": True,
                "audio": "ok",
                "microphone": "none",
                "transports": ["livekit"],
            }
            events = await screen.subscribe(f"{DOMAIN}/attach", entity_id=entity_id, client=client)
            attached = await events.next()
            shown.append(Card(screen, attached["attachment"], events, number))
        hold = {"hours": 1}
        await metered.hass.command(
            "call_service",
            domain=DOMAIN,
            service="start_session",
            service_data={"hold": hold},
            target={"entity_id": avatars},
        )
        await asyncio.gather(*(card.join() for card in shown))
        yield shown


async def enter_rooms(vendor: Vendor, shown: Sequence[Card]) -> None:
    """Be in the rooms: the vendor sees a viewer, and the cards a picture."""
    for session in (await vendor.get("sessions"))["sessions"]:
        await vendor.post(f"sessions/{session['session_id']}/viewer", {"present": True})
    for card in shown:
        await card.report("first_frame", epoch=card.epoch)


class Load:
    """Sends what the rooms say, at a steady pace."""

    def __init__(self, shown: Sequence[Card]) -> None:
        """Send nothing yet."""
        self._cards = cycle([(card, talk()) for card in shown])
        self.taken = 0
        self.refused: Counter[str] = Counter()
        self._under_way: set[asyncio.Task[None]] = set()
        self._free = asyncio.Semaphore(_UNANSWERED)

    async def run(self, seconds: float, *, dropped: bool = False) -> None:
        """Send for a while; `dropped`: with an epoch that has passed. Too many without an answer slow it down."""
        began = time.monotonic()
        for batch in range(int(seconds * _BATCHES)):
            await asyncio.sleep(max(0.0, began + batch / _BATCHES - time.monotonic()))
            for _ in range(_PER_SECOND // _BATCHES):
                card, messages = next(self._cards)
                epoch = "passed" if dropped else card.epoch
                await self._free.acquire()
                task = asyncio.create_task(self._relay(card, next(messages), epoch))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)
        await asyncio.gather(*self._under_way)

    async def _relay(self, card: Card, payload: bytes, epoch: str) -> None:
        try:
            await card.relay(payload, epoch)
            self.taken += 1
        except CommandError as err:
            self.refused[err.code] += 1
        finally:
            self._free.release()


async def watched(hass: Connection, work: asyncio.Task[None]) -> tuple[dict[str, Any], list[int]]:
    """Return what the meter says when some work is done, and the memory meanwhile."""
    memory: list[int] = [(await hass.command("bench_meter/watch"))["memory"]]
    began = time.monotonic()
    while not work.done():
        await asyncio.wait([work], timeout=_LOOK_SECONDS)
        memory.append((await hass.command("bench_meter/read", end=False))["memory"])
    await work
    figures: dict[str, Any] = await hass.command("bench_meter/read", end=True)
    figures["wall"] = time.monotonic() - began
    return figures, memory


async def profiled(hass: Connection, load: Load) -> dict[str, Any]:
    """Return where the time of the event loop's thread goes."""
    await hass.command("bench_meter/profile")
    await load.run(_PROFILED_SECONDS)
    profile: dict[str, Any] = await hass.command("bench_meter/profiled")
    return profile


@dataclass(frozen=True)
class Result:
    """Everything of one run."""

    quiet: dict[str, Any]
    dropped: dict[str, Any]
    loaded: dict[str, Any]
    memory: list[int]
    profile: dict[str, Any]
    refused: Counter[str]
    told: Counter[str]


async def measure(metered: MeteredHome, vendor: Vendor) -> Result:
    """Put the load on, and measure."""
    hass = metered.hass
    limits = {"concurrent_sessions": _AVATARS, "session_duration_seconds": 3600, "quota": 10**6}
    await vendor.post("settings", limits)
    settings = {"idle_timeout": 3600, "max_minutes_per_day": 1440}
    entry = account(vendor.url, vendor.key, _AVATARS, **settings)
    await hass.command("bench_meter/set_up", domain=DOMAIN, entries=[entry])
    async with cards(metered) as shown:
        await enter_rooms(vendor, shown)
        listening = [asyncio.create_task(card.listen()) for card in shown]
        load = Load(shown)
        await load.run(_WARM_UP_SECONDS)
        quiet, _ = await watched(hass, asyncio.create_task(asyncio.sleep(_COMPARED_SECONDS)))
        dropping = load.run(_COMPARED_SECONDS, dropped=True)
        dropped, _ = await watched(hass, asyncio.create_task(dropping))
        loaded, memory = await watched(hass, asyncio.create_task(load.run(_WATCHED_SECONDS)))
        profile = await profiled(hass, load)
        for task in listening:
            task.cancel()
        told = sum((card.told for card in shown), Counter[str]())
        return Result(quiet, dropped, loaded, memory, profile, load.refused, told)


async def main() -> None:
    """Measure, and print what was seen."""
    with TemporaryDirectory() as folder:
        async with simulated_vendor(None, Path(folder)) as vendor, metered_home() as metered:
            result = await measure(metered, vendor)
    _print(result)
    print(json.dumps(summary(result)))


def growth(memory: Sequence[int]) -> float:
    """Return by how many kB an avatar grew each minute, between the middle and the end of the watch.

    The first half fills the recorder's and the allocator's stores.
    """
    half = memory[len(memory) // 2 :]
    fewer = max(1, len(half) // 3)
    early, late = sum(half[:fewer]) / fewer, sum(half[-fewer:]) / fewer
    minutes = (len(half) - fewer) * _LOOK_SECONDS / 60
    return (late - early) / _KILOBYTE / _AVATARS / minutes


def summary(result: Result) -> dict[str, object]:
    """Return the figures that have a goal, and those that they are compared with."""
    loaded = result.loaded
    return {
        "messages_per_second": round(_PER_SECOND * _WATCHED_SECONDS / loaded["wall"]),
        "refused": result.refused.total(),
        "longest_block_ms": round(loaded["longest_own"] * 1000, 2),
        "longest_block_without_collection_ms": round(loaded["longest_code"] * 1000, 2),
        "longest_block_wall_ms": round(loaded["longest"] * 1000, 2),
        "longest_collection_ms": round(loaded["longest_collection"] * 1000, 2),
        "blocks_above_5_ms": loaded["slow_count"],
        "of_them_without_collection": sum(
            own - collecting > _LIMIT for own, collecting, *_ in loaded["slow"]
        ),
        "message_p50_ms": round(loaded["message_p50"] * 1000, 3),
        "message_p99_ms": round(loaded["message_p99"] * 1000, 3),
        "message_most_ms": round(loaded["message_most"] * 1000, 2),
        "quiet_longest_block_ms": round(result.quiet["longest_own"] * 1000, 2),
        "late_p50_ms": round(loaded["late_p50"] * 1000, 2),
        "late_p99_ms": round(loaded["late_p99"] * 1000, 2),
        "loop_share": round(loaded["loop_share"], 3),
        "loop_share_dropped": round(result.dropped["loop_share"], 3),
        "loop_share_quiet": round(result.quiet["loop_share"], 3),
        "microseconds_per_message": round(_each(result.loaded, result.quiet)),
        "microseconds_per_dropped_message": round(_each(result.dropped, result.quiet)),
        "growth_kb_per_avatar_and_minute": round(growth(result.memory), 2),
        "more_objects_of_ours_per_avatar": sum(
            number for name, number in loaded["grown"] if DOMAIN in name
        )
        / _AVATARS,
        "memory_mb": round(result.memory[-1] / _KILOBYTE**2, 1),
    }


def _each(phase: dict[str, Any], quiet: dict[str, Any]) -> float:
    """Return the microseconds of the event loop that a message takes."""
    return float(phase["loop_share"] - quiet["loop_share"]) / _PER_SECOND * 1e6


def _settled(result: Result) -> str:
    return f"{result.memory[0] / _KILOBYTE**2:.1f} {result.loaded['memory'] / _KILOBYTE**2:.1f}"


def _print(result: Result) -> None:
    print(f"{_AVATARS} avatars on {_SCREENS} screens, {_PER_SECOND} messages a second")
    print(f"{'':<40}{'quiet':>10}{'dropped':>10}{'taken':>10}")
    phases = (result.quiet, result.dropped, result.loaded)
    for name, key, factor in (
        ("share of the loop's thread (%)", "loop_share", 100),
        ("longest callback, own (ms)", "longest_own", 1000),
        ("  without garbage collection (ms)", "longest_code", 1000),
        ("longest callback, by the clock (ms)", "longest", 1000),
        ("longest garbage collection (ms)", "longest_collection", 1000),
        ("a message, own, p50 (ms)", "message_p50", 1000),
        ("a message, own, p99 (ms)", "message_p99", 1000),
        ("a message, own, most (ms)", "message_most", 1000),
        ("callbacks above 5 ms, own", "slow_count", 1),
        ("late, p50 (ms)", "late_p50", 1000),
        ("late, p99 (ms)", "late_p99", 1000),
        ("late, most (ms)", "late_most", 1000),
        ("state changes a second", "state_changes", None),
    ):
        figures = (
            phase[key] * factor if factor else phase[key] / phase["seconds"] for phase in phases
        )
        print(f"{name:<40}" + "".join(f"{figure:>10.2f}" for figure in figures))
    print(f"\nthe cards were told: {', '.join(f'{n} x {kind}' for kind, n in result.told.items())}")
    print("memory (MB): " + " ".join(f"{size / _KILOBYTE**2:.1f}" for size in result.memory))
    print(f"the same settled, before and after: {_settled(result)}")
    print(
        "objects that became more: "
        + ", ".join(f"{n} {name}" for name, n in result.loaded["grown"][:_GROWN])
    )
    for own, collecting, wall, name in result.loaded["slow"]:
        print(
            f"callback above 5 ms: {own * 1000:.1f} own ({collecting * 1000:.1f} garbage collection),"
            f" {wall * 1000:.1f} by the clock: {name}"
        )
    samples = result.profile["samples"]
    print(f"\nhot spots of the event loop's thread, % of {samples} samples")
    ours = [row for row in result.profile["whole"] if row[0].startswith(DOMAIN)]
    for title, rows in (("own", result.profile["own"]), ("ours with all they call", ours)):
        print(f"  {title}")
        for place, hits in rows[:_FUNCTIONS]:
            print(f"    {hits / samples * 100:>5.1f}  {place}")


if __name__ == "__main__":
    asyncio.run(main())
