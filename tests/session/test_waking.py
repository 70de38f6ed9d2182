"""`Step.wake_at` is enough: a machine that is woken only then does the same as one that is woken all the time."""

from collections.abc import Callable
from typing import override

from hypothesis.stateful import invariant

from .laws import Diary
from .life import Life, tried
from .world import World

SOON = 0.01
"""Seconds; less than anything in the world takes."""


class TwoWorlds(Life):
    """The same life twice: in the second world the machine is ticked twice a second besides."""

    patience = 300.0

    def __init__(self) -> None:
        super().__init__()
        self.diaries: list[Diary] = []

    @override
    def make_worlds(self, make: Callable[[], World]) -> None:
        for ticks in (None, 0.5):
            world = make()
            world.tick_every(ticks)
            # A day that only one of them has seen would count for one of them alone.
            world.tells_jumps = True
            diary = Diary(world)
            world.observers.append(diary)
            self.worlds.append(world)
            self.diaries.append(diary)

    @override
    def each(self, do: Callable[[World], object]) -> None:
        """Not at the moment at which something else is due: either may be first then."""
        self.wait(SOON)
        super().each(do)

    @invariant()
    def are_alike(self) -> None:
        """All but what is due right now: of two things at the same time either may be first."""
        if self.diaries:
            until = self.worlds[0].time - SOON
            woken, ticked = (diary.until(until) for diary in self.diaries)
            assert [effect for _, effect in woken] == [effect for _, effect in ticked]
            for (at, _), (time, effect) in zip(woken, ticked, strict=True):
                assert abs(at - time) < SOON, f"{effect} came at another time"


TestWakeAtIsEnough = tried(TwoWorlds, lives=150)
