"""Random faults that a seed brings back: the same seed, the same faults."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
import random

from pydantic import TypeAdapter

from simulator.faults import ANY, Fault, GarbledShape, MalformedShape, RoomLoss
from simulator.ledger import EndedBy
from simulator.refusals import BodyShape

_MAXIMUM_COUNT = 3
_MAXIMUM_SKIP = 3
_SHORTEST_SECONDS = 0.1
_FAULT: TypeAdapter[Fault] = TypeAdapter(Fault)

type _Fields = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chaos:
    """What may go wrong."""

    operations: Collection[str]
    refusals: Collection[str]
    """Names."""
    events: Collection[str]
    """Types of room messages."""
    kinds: Collection[str] | None = None
    """None: all of them."""
    max_seconds: float = 5.0
    """The longest of all delays."""


class UnknownKindError(ValueError):
    """There is no such kind of fault."""


def draw(seed: int, number: int, chaos: Chaos) -> list[Fault]:
    """Return `number` faults. Raises UnknownKindError."""
    kinds = sorted(KINDS if chaos.kinds is None else chaos.kinds)
    unknown = set(kinds) - KINDS.keys()
    if unknown or not kinds:
        raise UnknownKindError(f"No kinds of fault: {', '.join(sorted(unknown))}")
    dice = _Dice(random.Random(seed), chaos)
    return [_FAULT.validate_python(dice.throw(kind)) for kind in dice.pick_many(kinds, number)]


class _Dice:
    """Random choices within one chaos."""

    def __init__(self, source: random.Random, chaos: Chaos) -> None:
        self._source = source
        self._chaos = chaos

    def pick_many(self, kinds: list[str], number: int) -> list[str]:
        return self._source.choices(kinds, k=number)

    def throw(self, kind: str) -> _Fields:
        fields: _Fields = {
            "kind": kind,
            "count": self._source.randint(1, _MAXIMUM_COUNT),
            "skip": self._source.randint(0, _MAXIMUM_SKIP),
        }
        return fields | KINDS[kind](self)

    def nothing(self) -> _Fields:
        return {}

    def request(self) -> _Fields:
        return {"operation": self._pick([ANY, *self._chaos.operations])}

    def error(self) -> _Fields:
        status = self._pick([200, 400, 403, 404, 409, 418, 429, 500, 502, 503])
        return self.request() | {"status": status, "after_work": self._coin()}

    def refusal(self) -> _Fields:
        return self.request() | {
            "name": self._pick(self._chaos.refusals),
            "body": self._pick(BodyShape),
            "after_work": self._coin(),
        }

    def delay(self) -> _Fields:
        return self.trickle() | {"after_work": self._coin()}

    def trickle(self) -> _Fields:
        return self.request() | self.seconds()

    def malformed(self) -> _Fields:
        # A huge reply is for a test of its own: a thousand of them are slow.
        shapes = [shape for shape in MalformedShape if shape is not MalformedShape.HUGE]
        return self.request() | {"shape": self._pick(shapes)}

    def room_loss(self) -> _Fields:
        return self.request() | {"what": self._pick(RoomLoss)}

    def end_session(self) -> _Fields:
        ends = [EndedBy.FAULT, EndedBy.IDLE, EndedBy.DURATION, EndedBy.NO_VIEWER]
        return self.request() | {"ended_by": self._pick(ends)}

    def limits(self) -> _Fields:
        return {"duration_seconds": self._some_seconds(), "idle_seconds": self._some_seconds()}

    def seconds(self) -> _Fields:
        return {"seconds": self._some_seconds()}

    def message(self) -> _Fields:
        return {"event": self._pick([ANY, *self._chaos.events])}

    def late_message(self) -> _Fields:
        return self.message() | self.seconds()

    def garbled_message(self) -> _Fields:
        return self.message() | {"shape": self._pick(GarbledShape)}

    def _pick(self, values: Collection[object]) -> object:
        return self._source.choice(sorted(values, key=str))

    def _coin(self) -> bool:
        return self._source.random() < 1 / 2

    def _some_seconds(self) -> float:
        return round(self._source.uniform(_SHORTEST_SECONDS, self._chaos.max_seconds), 3)


KINDS: dict[str, Callable[[_Dice], _Fields]] = {
    "error": _Dice.error,
    "refusal": _Dice.refusal,
    "delay": _Dice.delay,
    "malformed": _Dice.malformed,
    "redirect": _Dice.request,
    "drop_before": _Dice.request,
    "drop_reply": _Dice.request,
    "cut_reply": _Dice.request,
    "trickle": _Dice.trickle,
    "room_loss": _Dice.room_loss,
    "end_session": _Dice.end_session,
    "end_session_at_once": _Dice.nothing,
    "leave_with_viewer": _Dice.nothing,
    "no_events": _Dice.nothing,
    "short_limits": _Dice.limits,
    "late_in_list": _Dice.seconds,
    "stays_in_list": _Dice.seconds,
    "event_lost": _Dice.message,
    "event_doubled": _Dice.message,
    "event_swapped": _Dice.message,
    "event_late": _Dice.late_message,
    "event_garbled": _Dice.garbled_message,
    "speech_fails": _Dice.nothing,
    "speech_hangs": _Dice.nothing,
}
"""Every kind of fault, and what it is drawn with."""
