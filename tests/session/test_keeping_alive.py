"""What random lives meet too rarely: a long hold, and the vendor's idle timer beside it."""

import pytest

from custom_components.streaming_avatar.session import effects, events, keeping
from custom_components.streaming_avatar.session.budget import Budget, Now
from custom_components.streaming_avatar.session.machine import Step, step
from custom_components.streaming_avatar.session.model import Audience, Rules, State

RULES = Rules(can_keep_alive=True, idle_timeout=60.0)
SHOWN = Audience(watching=1, joined=True, ready=True, audible=True)


class Life:
    """One machine that is woken when it wants to be."""

    def __init__(self) -> None:
        self.state = State()
        self.mono = 1000.0
        self.wake_at: float | None = None
        self.kept_alive: list[float] = []

    @property
    def phase(self) -> str:
        return self.state.phase

    def tell(self, event: events.Event) -> Step:
        now = Now(mono=self.mono, wall=self.mono, day="2026-11-24", since_midnight=self.mono)
        result = step(self.state, event, now, RULES)
        self.state, self.wake_at = result.state, result.wake_at
        if any(isinstance(effect, effects.KeepAlive) for effect in result.effects):
            self.kept_alive.append(self.mono)
        return result

    def wait(self, seconds: float) -> None:
        until = self.mono + seconds
        while self.wake_at is not None and self.wake_at <= until:
            self.mono = max(self.mono, self.wake_at)
            self.tell(events.Tick())
        self.mono = until


def live(hold: float) -> Life:
    life = Life()
    life.tell(events.Restored(record=None, budget=Budget()))
    life.tell(events.AudienceChanged(audience=SHOWN))
    life.tell(events.Start(hold=hold))
    made = events.Created(session_id="s", duration_limit=None, idle_limit=90.0, sent_at=life.mono)
    life.tell(made)
    life.tell(events.Started())
    assert life.phase == "live"
    return life


def test_a_held_session_is_kept_alive_before_the_vendor_ends_it() -> None:
    life = live(hold=400.0)
    began_at = life.mono
    life.wait(399.0)
    gaps = [
        later - earlier
        for earlier, later in zip([began_at, *life.kept_alive], life.kept_alive, strict=False)
    ]
    assert len(gaps) >= 5
    assert max(gaps) <= 60.0
    assert life.phase == "live"
    life.wait(70.0)
    assert life.phase == "ending"


def test_that_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "_keep_alive", lambda _draft: None)
    life = live(hold=400.0)
    life.wait(399.0)
    assert life.kept_alive == []
