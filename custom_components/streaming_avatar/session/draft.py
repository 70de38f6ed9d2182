"""One step of the session machine under way. Pure."""

from copy import copy
from dataclasses import dataclass, field, replace

from .budget import Now
from .effects import Effect, Save
from .model import Rules, State


@dataclass(kw_only=True)
class Draft:
    """The copy of the state that a step works on, and what the step wants done."""

    state: State
    now: Now
    rules: Rules
    effects: list[Effect] = field(default_factory=list)
    wake_at: float | None = None

    @classmethod
    def of(cls, state: State, now: Now, rules: Rules) -> Draft:
        """Begin a step; the given state stays as it is."""
        return cls(state=copy(state), now=now, rules=rules)

    def do(self, *effects: Effect) -> None:
        """Have something done after the step, in this order."""
        self.effects.extend(effects)

    def due(self, mono: float | None) -> bool:
        """Return whether a time has come; if not, make sure that the machine is woken then."""
        if mono is None:
            return False
        if mono <= self.now.mono:
            return True
        if self.wake_at is None or mono < self.wake_at:
            self.wake_at = mono
        return False

    def save(self) -> None:
        """Store record and budget soon."""
        self.state.saved_at = self.now.mono
        self.do(Save())

    def spend(self, seconds: float) -> None:
        """Count seconds of the session that ended now."""
        state = self.state
        if not self.rules.charges or state.record is None or seconds <= 0:
            return
        state.budget = state.budget.spend(seconds, self.now)
        state.record = replace(state.record, counted=state.record.counted + seconds)
