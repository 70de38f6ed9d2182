"""What can happen around a session machine, in any order; a law says what must not come of it."""

from collections import deque
from collections.abc import Callable
import os
import sys
from typing import ClassVar
from unittest import TestCase

from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from custom_components.streaming_avatar.providers.base import AvatarEvent, AvatarEventType
from custom_components.streaming_avatar.session import events
from custom_components.streaming_avatar.session.model import Phase, Rules

from .vendor import Fault, Vendor
from .world import Habits, Observer, World

LIVES = os.environ.get("SESSION_LIVES")
"""How many lives each rule is tried with, at random; unset: some hundred, always the same."""

WAITS = st.sampled_from([0.0, 0.1, 0.5, 1.0, 3.0, 8.0, 20.0, 45.0, 59.0, 61.0, 130.0, 700.0])
OPERATIONS = ("create", "start", "list", "end", "task")
FAULTS = {
    "create": tuple(Fault),
    "start": (Fault.LOST, Fault.REFUSED),
    "list": (Fault.UNSENT,),
    "end": (Fault.LOST, Fault.UNSENT),
    "task": tuple(Fault),
}
FIRST_FAULTS: list[tuple[str, tuple[Fault | None, ...]]] = [
    ("create", ()),
    ("create", ()),
    ("create", ()),
    ("create", (Fault.BUSY,)),
    ("create", (Fault.BUSY, Fault.BUSY)),
    ("create", (Fault.LOST,)),
    ("create", (None, Fault.LOST)),
    ("create", (Fault.VANISHED,)),
    ("task", (Fault.LOST, Fault.LOST)),
    ("task", (Fault.BUSY,)),
    ("task", (None, Fault.VANISHED, Fault.BUSY, Fault.BUSY)),
    ("end", (Fault.UNSENT, Fault.LOST)),
    ("end", (Fault.UNSENT,) * 9),
]
"""Trouble from the start, so that lives are not too lucky."""
WORDS = "Mind the step, it is wet. "


class Life(RuleBasedStateMachine):
    """Everything that may happen to one avatar."""

    law: ClassVar[Callable[[World], Observer]] = Observer
    duration: ClassVar[float | None] = None
    """Seconds that a session may last at the vendor, and is renewed after; None: as it happens."""
    patience: ClassVar[float] = 2000.0
    """Seconds without trouble after which all is over that can be over."""

    def __init__(self) -> None:
        super().__init__()
        self.worlds: list[World] = []
        self.spoken: list[str] = []

    def make_worlds(self, make: Callable[[], World]) -> None:
        world = make()
        world.observers.append(type(self).law(world))
        self.worlds.append(world)

    def each(self, do: Callable[[World], object]) -> None:
        """Have something happen, and see all of it through that takes no time."""
        for world in self.worlds:
            do(world)
            world.advance(0.0)

    @property
    def is_busy(self) -> bool:
        """Whether a session is open, comes or goes."""
        return any(world.state.phase is not Phase.OFF for world in self.worlds)

    @initialize(
        idle=st.sampled_from([10.0, 60.0, 90.0]),
        day=st.sampled_from([1.0, 2.0, 60.0]),
        session=st.sampled_from([None, None, 1.0]),
        limit=st.sampled_from([60.0, 120.0, 400.0]),
        duration=st.sampled_from([None, None, 150.0]),
        keeps_alive=st.booleans(),
        tells_times=st.sampled_from([True, True, True, False]),
        before_midnight=st.sampled_from([20.0, 100.0, 40_000.0]),
        ahead=st.sampled_from([0.0, -50.0, 3.0]),
        names_tasks=st.booleans(),
        measures=st.booleans(),
        screens=st.sampled_from([1, 1, 1, 0]),
        words=st.sampled_from([1, 3, 40, 0]),
        hears=st.sampled_from([("start", "stop"), ("start", "stop"), ("stop",), ()]),
        task_time=st.sampled_from([0.2, 0.2, 3.0]),
        list_lag=st.sampled_from([0.0, 4.0]),
        first_faults=st.sampled_from(FIRST_FAULTS),
        renews=st.booleans(),
    )
    def begin(
        self,
        *,
        idle: float,
        day: float,
        session: float | None,
        limit: float,
        duration: float | None,
        keeps_alive: bool,
        tells_times: bool,
        before_midnight: float,
        ahead: float,
        names_tasks: bool,
        measures: bool,
        screens: int,
        words: int,
        hears: tuple[str, ...],
        task_time: float,
        list_lag: float,
        first_faults: tuple[str, tuple[Fault | None, ...]],
        renews: bool,
    ) -> None:
        renews = renews or self.duration is not None
        duration = self.duration or duration

        def make() -> World:
            world = World(
                rules=Rules(
                    minimum_charge=30.0,
                    can_keep_alive=keeps_alive,
                    idle_timeout=idle,
                    max_minutes_per_day=day,
                    max_minutes_per_session=session,
                    unattended_limit=min(limit, duration or limit),
                    renews=renews,
                ),
                vendor=Vendor(
                    idle_limit=limit,
                    duration_limit=duration,
                    tells_times=tells_times,
                    list_lag=list_lag,
                ),
                habits=Habits(
                    names_tasks=names_tasks,
                    measures=measures,
                    hears=frozenset(hears),
                    latencies={"task": task_time},
                ),
                wall_offset=ahead,
            )
            operation, faults = first_faults
            world.habits.faults[operation] = deque(faults)
            world.wall_offset += 86_400.0 - world.wall % 86_400.0 - before_midnight
            return world

        self.make_worlds(make)
        self.each(lambda world: world.send(events.Restored(record=None, budget=world.disk[1])))
        for _ in range(screens):
            self.each(World.watch)
        if words:
            self.each(lambda world: world.speak(parts=(WORDS * words,)))
            self.wait_a_little(3.0)

    # --- time

    @rule(seconds=WAITS)
    def wait(self, seconds: float) -> None:
        for world in self.worlds:
            world.advance(seconds)

    @rule(seconds=st.sampled_from([0.5, 3.0, 20.0]))
    def wait_a_little(self, seconds: float) -> None:
        for world in self.worlds:
            world.advance(seconds)

    # --- users

    @rule(
        length=st.sampled_from([1, 1, 3, 40]),
        parts=st.sampled_from([1, 1, 1, 3]),
        expiry=st.sampled_from([5.0, 30.0, 300.0]),
        talk=st.sampled_from([False, False, True]),
        urgent=st.booleans(),
        cutting=st.sampled_from([False, False, True]),
    )
    def speak(
        self, *, length: int, parts: int, expiry: float, talk: bool, urgent: bool, cutting: bool
    ) -> None:
        self.each(
            lambda world: world.speak(
                parts=(WORDS * length,) * parts,
                expiry=expiry,
                talk=talk,
                urgent=urgent,
                interrupt=cutting,
            )
        )

    @rule(seconds=st.sampled_from([0.5, 3.0, 8.0]))
    def say_something(self, seconds: float) -> None:
        self.each(World.speak)
        self.wait(seconds)

    @precondition(lambda self: self.is_busy)
    @rule(
        what=st.sampled_from(
            ["interrupt", "interrupt", "stop", "keep alive", "withdraw", "listen", "listen no more"]
        )
    )
    def user_acts(self, what: str) -> None:
        event: events.Event
        match what:
            case "interrupt":
                event = events.Interrupt()
            case "stop":
                event = events.Stop()
            case "keep alive":
                event = events.UseKeepAlive()
            case "listen" | "listen no more":
                event = events.Listening(on=what == "listen")
            case _:
                event = events.Withdraw(utterance_id=f"utterance-{self.worlds[0].utterances}")
        self.each(lambda world: world.send(event))

    @rule(
        hold=st.sampled_from([None, None, 40.0, 500.0]),
        without_viewer=st.sampled_from([False, False, True]),
    )
    def start(self, *, hold: float | None, without_viewer: bool) -> None:
        event = events.Start(hold=hold, without_viewer=without_viewer)
        self.each(lambda world: world.send(event))

    @rule(idle=st.sampled_from([20.0, 60.0]), day=st.sampled_from([1.0, 3.0, 60.0, None]))
    def change_settings(self, *, idle: float, day: float | None) -> None:
        self.each(lambda world: world.change_rules(idle_timeout=idle, max_minutes_per_day=day))

    @rule(allowed=st.sampled_from([True, True, True, False]))
    def switch_paid_sessions(self, *, allowed: bool) -> None:
        self.each(lambda world: world.allow_paid(allowed=allowed))

    # --- screens

    @rule(what=st.sampled_from(["comes", "goes", "blinks", "loses the room"]))
    def screen(self, what: str) -> None:
        if what in {"goes", "blinks"}:
            self.each(World.leave)
        if what in {"comes", "blinks"}:
            self.each(World.watch)
        if what == "loses the room":
            self.each(World.lose_room)

    @rule(joins=st.booleans(), audio=st.sampled_from([True, True, False]))
    def screens_change(self, *, joins: bool, audio: bool) -> None:
        for world in self.worlds:
            world.habits.joins, world.habits.audio = joins, audio
        self.each(World.tell_audience)

    # --- vendor

    @rule(
        operation=st.sampled_from(OPERATIONS), data=st.data(), times=st.sampled_from([1, 1, 2, 4])
    )
    def calls_will_fail(self, operation: str, data: st.DataObject, times: int) -> None:
        fault = data.draw(st.sampled_from(FAULTS[operation]))
        for world in self.worlds:
            world.habits.faults.setdefault(operation, deque()).extend([fault] * times)

    @rule(
        operation=st.sampled_from([*OPERATIONS, "interrupt"]),
        seconds=st.sampled_from([0.0, 0.2, 3.0, 10.0]),
    )
    def calls_take_time(self, operation: str, seconds: float) -> None:
        for world in self.worlds:
            world.habits.latencies[operation] = seconds

    @rule(
        hears=st.sets(st.sampled_from(["start", "stop"])),
        late=st.sampled_from([0.0, 0.0, 2.0]),
        twice=st.booleans(),
        strict=st.booleans(),
    )
    def room_changes(self, *, hears: set[str], late: float, twice: bool, strict: bool) -> None:
        for world in self.worlds:
            world.habits.hears = frozenset(hears)
            world.habits.events_late, world.habits.events_twice = late, twice
            world.habits.strict = strict

    @precondition(lambda self: self.is_busy)
    @rule(
        kind=st.sampled_from(
            [
                AvatarEventType.AVATAR_START_TALKING,
                AvatarEventType.AVATAR_STOP_TALKING,
                AvatarEventType.AVATAR_TALKING_MESSAGE,
                AvatarEventType.USER_TALKING_MESSAGE,
            ]
        ),
        task_id=st.sampled_from(["task-of-somebody", "task-1", "task-2"]),
    )
    def foreign_news_come(self, kind: AvatarEventType, task_id: str) -> None:
        event = AvatarEvent(type=kind, task_id=task_id, text="Hello. ")
        self.each(lambda world: world.hear(event))

    @rule(what=st.sampled_from(["our session ends", "their session begins"]))
    def vendor_surprises(self, what: str) -> None:
        self.each(World.end_session if what == "our session ends" else World.add_stranger)

    # --- the machine that Home Assistant runs on

    @rule(
        disk=st.sampled_from([0.0, 5.0]),
        jump=st.sampled_from([0.0, -86_400.0, -3600.0, -30.0, 30.0, 7200.0, 100_000.0]),
    )
    def host_has_trouble(self, *, disk: float, jump: float) -> None:
        """Its disk is slow, its clock is set."""
        for world in self.worlds:
            world.habits.disk = disk
            world.set_clock(jump)

    @precondition(lambda self: self.is_busy)
    @rule(
        seconds=st.sampled_from([1.0, 10.0, 100.0, 5000.0]),
        in_order=st.sampled_from([False, False, True]),
        screens=st.sampled_from([1, 1, 0]),
    )
    def restart(self, *, seconds: float, in_order: bool, screens: int) -> None:
        """Crash, or stop in good order, as far as ten seconds go; screens attach again."""
        if in_order:
            self.each(lambda world: world.send(events.Stop(final=True)))
            self.wait(10.0)
        self.each(lambda world: world.crash(seconds))
        for _ in range(screens):
            self.each(World.watch)

    def teardown(self) -> None:
        """Let everything come to its end in a world without faults; then the law looks once more."""
        if sys.exc_info()[0] is None:
            for world in self.worlds:
                world.calm()
                world.advance(self.patience)
                world.finish()


class TalkativeLife(Life):
    """One in which much is said, at a vendor whose sessions are short."""

    duration = 100.0

    @rule(parts=st.sampled_from([1, 3, 8]), seconds=st.sampled_from([0.0, 20.0, 60.0]))
    def talk_on(self, *, parts: int, seconds: float) -> None:
        self.each(lambda world: world.speak(parts=(WORDS * 10,) * parts, expiry=300.0))
        self.wait(seconds)


def lives_under(
    law: Callable[[World], Observer], kind: type[Life] = Life, lives: int = 400
) -> type[TestCase]:
    """Return a test that tries lives under a law."""
    return tried(type(law.__name__, (kind,), {"law": law}), lives)


def tried(kind: type[Life], lives: int = 400) -> type[TestCase]:
    """Return a test that tries lives of a kind."""
    case = kind.TestCase
    case.settings = settings(
        max_examples=lives if LIVES is None else int(LIVES),
        stateful_step_count=30,
        deadline=None,
        derandomize=LIVES is None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    return case
