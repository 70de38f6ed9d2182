"""Everything that may go wrong around an avatar, by chance."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.exceptions import HomeAssistantError

from custom_components.streaming_avatar.const import DOMAIN
from simulator.chaos import Chaos, draw
from simulator.faults import ANY, ErrorFault, Fault, RefusalFault, RoomLoss
from simulator.ledger import EndedBy
from simulator.settings import DEFAULT_API_KEY

from .house import House
from .screen import Manners

GONE = {"session_missing", "session_not_found", "state_closed"}
"""Refusals that say of a session that it is over."""
OPERATIONS = {
    "new",
    "start",
    "task",
    "interrupt",
    "stop",
    "list",
    "keep_alive",
    "start_listening",
    "stop_listening",
    "remaining_quota",
}
TEXTS = (
    "Yes.",
    "The door is open.",
    "Mind the step, it is wet. " * 4,
    f"{'Longwinded' * 10}. " * 20,
)
WAITS = (
    0.0,
    0.0,
    0.0,
    0.05,
    0.3,
    0.3,
    1.0,
    1.0,
    3.0,
    3.0,
    9.0,
    9.0,
    21.0,
    45.0,
    62.0,
    130.0,
    400.0,
)


def may_be(fault: Fault) -> bool:
    """Return whether there is a way out of a fault.

    A vendor that refuses a create and carries it out, or calls an open session closed, is believed: then the session
    ends at its own limits, which these lives are too short for.
    """
    match fault:
        case ErrorFault() | RefusalFault() if fault.operation in {"new", ANY} and fault.after_work:
            return isinstance(fault, ErrorFault) and fault.status >= 500
        case RefusalFault(name=name) if name in GONE:
            return fault.operation not in {"stop", ANY} or fault.after_work
        case _:
            return True


class Trouble:
    """One house, and chance."""

    def __init__(self, house: House, seed: int) -> None:
        self.house = house
        self.chance = Random(seed)
        self.steps: list[str] = []
        """What has happened, for whoever has to find out why."""
        self.waiting: set[asyncio.Task[None]] = set()
        self._acts: list[tuple[int, Callable[[], Awaitable[None]]]] = [
            (14, self.speak),
            (16, self.fault),
            (5, self.act),
            (5, self.screen_comes),
            (2, self.screen_goes),
            (4, self.screen_changes),
            (3, self.room_is_lost),
            (2, self.vendor_ends),
            (2, self.manners_change),
            (2, self.line),
            (2, self.clock_is_set),
            (2, self.vendor_changes),
            (1, self.disk),
            (1, self.reload),
            (1, self.restart),
            (1, self.crash),
        ]

    async def happen(self, number: int) -> None:
        """Let a number of things happen, one after the other."""
        acts = [act for _, act in self._acts]
        weights = [weight for weight, _ in self._acts]
        for act in self.chance.choices(acts, weights, k=number):
            await act()
            wait = self.chance.choice(WAITS)
            self.note(f"wait {wait}")
            await self.house.wait(wait)

    def note(self, what: str) -> None:
        self.steps.append(f"{self.house.time.passed:9.2f}  {what}")

    # --- users

    def _later(self, work: Awaitable[object], what: str) -> asyncio.Task[None]:
        """Do what a user does, who is told why it cannot be."""
        self.note(what)

        async def do() -> None:
            try:
                await work
            except HomeAssistantError as err:
                self.note(f"{what}: {err.translation_key}")

        task = asyncio.ensure_future(do())
        self.waiting.add(task)
        task.add_done_callback(self.waiting.discard)
        return task

    async def speak(self) -> None:
        chance = self.chance
        wish: dict[str, Any] = {
            "text": chance.choice(TEXTS),
            "entity_id": self._avatar(),
            "task_mode": chance.choice(("sync", "async", "async")),
            "task_type": chance.choice(("repeat", "repeat", "repeat", "talk")),
            "priority": chance.choice(("normal", "normal", "urgent")),
            "expiry": chance.choice((5, 30, 30, 300)),
            "interrupt": chance.random() < 0.15,
        }
        length = len(wish["text"])
        task = self._later(self.house.speak(**wish), f"speak {wish | {'text': length}}")
        if chance.random() < 0.1:
            await self.house.wait(chance.choice((0.0, 1.0)))
            self.note("the caller is gone")
            task.cancel()

    def _avatar(self) -> str:
        return f"media_player.{self.chance.choice(list(self.house.avatars)).lower()}"

    async def act(self) -> None:
        action = self.chance.choice(
            (
                "interrupt",
                "start_session",
                "start_session",
                "stop_session",
                "keep_alive",
                "turn_on",
                "start_listening",
                "start_listening",
                "stop_listening",
            )
        )
        data: dict[str, Any] = {"entity_id": self._avatar()}
        domain = "media_player" if action == "turn_on" else DOMAIN
        if action == "start_session" and self.chance.random() < 0.5:
            data |= {"hold": self.chance.choice((20, 300))}
        if action == "start_session" and self.chance.random() < 0.3:
            data |= {"without_viewer": True}
        services = self.house.hass.services
        self._later(services.async_call(domain, action, data, blocking=True), f"{action} {data}")

    # --- screens

    async def screen_comes(self) -> None:
        name = self.chance.choice(("Kitchen tablet", "Hall tablet", "Phone"))
        for screen in [s for s in self.house.screens if s.name == name]:
            screen.close()
            self.house.screens.remove(screen)
        audio = self.chance.choice(("ok", "ok", "ok", "blocked"))
        avatar = self._avatar()
        self.note(f"screen {name} comes to {avatar}, audio {audio}")
        self.house.open_screen(name, avatar, self._manners(), audio=audio)

    def _manners(self) -> Manners:
        chance = self.chance
        return Manners(
            join=chance.choice((0.1, 0.1, 2.0, 12.0, 20.0)),
            frame=chance.choice((0.1, 0.1, 5.0, 40.0)),
            joins=chance.random() < 0.85,
            answers_pings=chance.random() < 0.9,
            relays=chance.random() < 0.9,
            measures=chance.random() < 0.5,
            plays=chance.random() < 0.9,
        )

    async def screen_goes(self) -> None:
        if self.house.screens:
            screen = self.chance.choice(self.house.screens)
            self.note(f"screen {screen.name} goes")
            screen.close()
            self.house.screens.remove(screen)

    async def screen_changes(self) -> None:
        for screen in self.house.screens:
            match self.chance.choice(("seat", "hide", "show", "room", "audio")):
                case "seat" if screen.attachment is not None:
                    self.note(f"{screen.name} takes the seat")
                    screen.command("take_seat", attachment=screen.attachment)
                case "hide":
                    self.note(f"{screen.name} is hidden")
                    screen.change(visible=False)
                case "room":
                    self.note(f"{screen.name} loses the room")
                    screen.lose_room()
                case "audio":
                    screen.change(audio=self.chance.choice(("ok", "blocked")))
                case _:
                    screen.change(visible=True)

    async def manners_change(self) -> None:
        self.note("manners change")
        for screen in self.house.screens:
            screen.manners = self._manners()

    # --- the vendor

    async def fault(self) -> None:
        world = self.house.cloud.world
        chaos = Chaos(
            operations=OPERATIONS,
            refusals=world.refusals,
            events=world.events,
            max_seconds=self.chance.choice((1.0, 8.0)),
        )
        for fault in draw(self.chance.randrange(2**32), 2, chaos):
            if may_be(fault):
                self.note(f"fault {fault!r}")
                world.faults.add(fault)

    async def room_is_lost(self) -> None:
        for session in self.house.cloud.sessions:
            what = self.chance.choice(tuple(RoomLoss))
            self.note(f"the {what} of {session.session_id} is lost")
            await session.lose_room(what)

    async def vendor_ends(self) -> None:
        for session in self.house.cloud.sessions:
            self.note(f"the vendor ends {session.session_id}")
            await session.end(EndedBy.FAULT, "by chance")

    async def vendor_changes(self) -> None:
        change: dict[str, Any] = self.chance.choice(
            (
                {"api_keys": ("another",)},
                {"api_keys": (DEFAULT_API_KEY,)},
                {"quota": 0},
                {"quota": 10**6},
                {"concurrent_sessions": 0},
                {"concurrent_sessions": 3},
                {"release_delay_seconds": 8.0},
                {"characters_per_second": 2.0},
            )
        )
        self.note(f"vendor {change}")
        self.house.cloud.limit(**change)

    # --- the machine that Home Assistant runs on

    async def line(self) -> None:
        line = self.house.line
        assert line is not None
        if line.cut:
            self.note("the line is there again")
            line.cut = False
        else:
            self.note("the line is cut")
            line.cut_now()

    async def clock_is_set(self) -> None:
        self.house.time.ahead = self.chance.choice((0.0, -3600.0, -90_000.0, 40.0, 80_000.0))
        self.note(f"the clock is {self.house.time.ahead} ahead")

    async def disk(self) -> None:
        self.house.disk.full = not self.house.disk.full
        self.note(f"the disk is full: {self.house.disk.full}")

    async def reload(self) -> None:
        self.note("reload")
        await self.house.reload()

    async def restart(self) -> None:
        self.note("restart")
        await self.house.stop()
        await self.house.wait(self.chance.choice((1.0, 30.0)))
        await self.house.start()

    async def crash(self) -> None:
        self.note("crash")
        await self.house.kill()
        await self.house.wait(self.chance.choice((1.0, 30.0, 600.0)))
        await self.house.start()

    # --- and then all is well

    async def end(self, seconds: float) -> None:
        """Let everybody go and everything be well for a while."""
        house = self.house
        self.note("all is well")
        house.cloud.world.faults.clear()
        house.cloud.limit(
            api_keys=(DEFAULT_API_KEY,),
            quota=10**6,
            concurrent_sessions=3,
            release_delay_seconds=0.0,
            characters_per_second=15.0,
        )
        house.disk.full = False
        assert house.line is not None
        house.line.cut = False
        for screen in house.screens:
            screen.close()
        house.screens.clear()
        await house.wait(seconds)
        if house.entry.state is not ConfigEntryState.LOADED:
            # A key that was revoked, a plan: only the user can tell that it is over.
            await house.reload()
            await house.wait(seconds)
