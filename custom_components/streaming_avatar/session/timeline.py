"""The last steps of a session, as they go into a bug report: what happened, and what was done about it."""

from collections import Counter, deque
from dataclasses import dataclass, replace
from typing import Any

from . import events
from .budget import Now
from .machine import Step
from .model import Phase

MOST_STEPS = 50

_TELLING = ("reason", "sent", "is_open", "part", "mouth", "on", "interrupt", "hold", "requested")
"""Fields of events and effects that say what happened and hold no text, id, address or token."""

_NAMING = ("key", "outcome", "delivery")
"""The same, where the value says it all."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One step; `times`: how often the same followed itself."""

    wall: float
    """Unix seconds of the last time."""
    before: Phase
    after: Phase
    event: str
    effects: tuple[str, ...]
    times: int = 1

    def is_like(self, other: Entry) -> bool:
        """Return whether the same happened."""
        return replace(self, wall=0.0, times=1) == replace(other, wall=0.0, times=1)


class Timeline:
    """The last steps of one avatar's session machine."""

    def __init__(self) -> None:
        """Begin with none."""
        self._entries: deque[Entry] = deque(maxlen=MOST_STEPS)

    def note(self, event: events.Event, before: Phase, step: Step, now: Now) -> None:
        """Note a step; one that had no consequences only where it is no mere passing of time."""
        is_idle = isinstance(event, events.Tick | events.AudienceChanged | events.Heard)
        if is_idle and not step.effects and step.state.phase is before:
            return
        names = Counter(_described(effect) for effect in step.effects)
        entry = Entry(
            wall=now.wall,
            before=before,
            after=step.state.phase,
            event=_described(event),
            effects=tuple(name if n == 1 else f"{name} x{n}" for name, n in names.items()),
        )
        if self._entries and self._entries[-1].is_like(entry):
            entry = replace(entry, times=self._entries.pop().times + 1)
        self._entries.append(entry)

    def told(self, now: Now) -> list[dict[str, Any]]:
        """Return the steps, oldest first; `seconds_ago` by the local clock."""
        return [
            {
                "seconds_ago": round(now.wall - entry.wall, 1),
                "event": entry.event,
                "phase": entry.after
                if entry.before is entry.after
                else f"{entry.before} > {entry.after}",
                "effects": list(entry.effects),
                "times": entry.times,
            }
            for entry in self._entries
        ]


def _described(thing: object) -> str:
    """Return the name of an event or an effect, with what may be told of it."""
    name = type(thing).__name__
    inner = getattr(thing, "event", None)
    fields = {key: getattr(thing, key, None) for key in _TELLING}
    words = [getattr(inner, "type", None), *(getattr(thing, key, None) for key in _NAMING)]
    told = [
        *(str(word) for word in words if word is not None),
        *(f"{key}={value}" for key, value in fields.items() if value is not None),
    ]
    return f"{name}({', '.join(told)})" if told else name
