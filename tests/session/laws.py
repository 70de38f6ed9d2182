"""The rules of docs/session-rules.md, each as somebody outside who watches that it is kept."""

from copy import copy
from dataclasses import dataclass, field
from typing import override

from custom_components.streaming_avatar.providers.base import AvatarEventType, TaskType
from custom_components.streaming_avatar.session import effects, events, machine
from custom_components.streaming_avatar.session.model import Phase, Record, State
from custom_components.streaming_avatar.session.utterances import (
    Outcome,
    Priority,
    Utterance,
    estimated_seconds,
)

from .vendor import VendorSession
from .world import EPSILON, Observer, World

LONGEST_SPEECH = 80.0
SLACK = 1e-3
"""Seconds; a timer is never early."""
CAP_ISSUES = {"cap_reached", "session_cap_reached"}
HARMLESS = {"idle", "nobody_watching", "vendor_limit", "cap", "renewal"}
OPEN = {Phase.CONNECTING, Phase.LIVE}


def of_kind[T](step: machine.Step, kind: type[T]) -> list[T]:
    return [effect for effect in step.effects if isinstance(effect, kind)]


def issues(step: machine.Step) -> list[str]:
    return [effect.key for effect in of_kind(step, effects.RaiseIssue)]


class OneSession(Observer):
    """Rule 1: one session per avatar, and every one ended."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.unsettled = 0
        self.refused_as_busy: list[float] = []

    @override
    def stepped(self, event: events.Event, before: State, step: machine.Step) -> None:
        ours = [session for session in self.world.vendor.open if session.ours]
        for effect in of_kind(step, effects.EndSession):
            session = self.world.vendor.of(effect.session_id)
            assert session is not None
            assert session.ours, "a session of others is to be ended"
        if "session_unsettled" in issues(step):
            self.unsettled += 1
            assert not ours, "what is called settled is open"
        if step.state.record is None:
            assert not ours, "a session is forgotten"
        self._watch_creates(event, step)

    def _watch_creates(self, event: events.Event, step: machine.Step) -> None:
        if isinstance(event, events.CreateFailed):
            is_busy = event.reason == "busy" and not event.sent
            self.refused_as_busy = [*self.refused_as_busy, self.world.time] if is_busy else []
            if event.sent or len(self.refused_as_busy) == 2:
                assert not step.state.queue.needs_session, "those who waited are told"
                self.refused_as_busy = []
        if of_kind(step, effects.CreateSession):
            assert step.state.record is not None, "no record of a create"
            assert step.state.record.session_id is None
            for refused in self.refused_as_busy:
                assert self.world.time - refused >= 20.0, "the repeat comes too early"
        elif step.state.phase is not Phase.STARTING:
            self.refused_as_busy = []

    @override
    def created(self, session: VendorSession) -> None:
        ours = [other for other in self.world.vendor.open if other.ours]
        assert ours == [session], "two sessions at once"

    @override
    def finished(self) -> None:
        assert self.world.state.phase is Phase.OFF
        assert self.world.state.record is None
        assert not [session for session in self.world.vendor.open if session.ours]
        unproven = [s for s in self.world.vendor.ours if s.accepted is None]
        assert len(unproven) <= self.unsettled, "a session was never ended, and nobody was told"


class OnDemand(Observer):
    """Rule 2: a session ends when it has not been used for a while, and is held as long as asked."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.used = 0.0
        self.held_until = 0.0
        self.rules = world.rules
        self.changed_at = 0.0
        self.was_live = False
        self.listening = False
        self.talking: set[str] = set()

    @override
    def crashed(self) -> None:
        self.talking.clear()
        self.listening = False
        self.held_until = 0.0

    @override
    def stepped(self, event: events.Event, before: State, step: machine.Step) -> None:
        time = self.world.time
        if self.world.rules != self.rules:
            self.rules, self.changed_at = self.world.rules, time
        self._look(is_open=before.phase in OPEN)
        if of_kind(step, effects.CreateSession):
            self.was_live = False
        for end in of_kind(step, effects.CloseRoom):
            if end.reason == "idle":
                assert time >= self._ends_at - SLACK, "it was in use, or held"
                over = {report.utterance.id for report in of_kind(step, effects.Report)}
                assert self.talking <= over, "something is still to be said"
                assert not self.listening, "it listens"
        self._note_use(event, before, step)
        if isinstance(event, events.Start) and event.hold is not None:
            self.held_until = max(self.held_until, time + event.hold)
        if isinstance(event, events.Listening):
            self.listening = event.on and before.phase is Phase.LIVE
        is_over = step.state.phase is Phase.ENDING and before.phase is not Phase.ENDING
        self.listening = self.listening and not is_over
        is_renewed = any(end.reason == "renewal" for end in of_kind(step, effects.CloseRoom))
        is_off = step.state.phase is Phase.OFF
        if (is_over and not is_renewed) or is_off or isinstance(event, events.Stop):
            self.held_until = 0.0

    def _note_use(self, event: events.Event, before: State, step: machine.Step) -> None:
        if isinstance(event, events.Speak):
            self.talking.add(event.utterance.id)
        over = {report.utterance.id for report in of_kind(step, effects.Report)}
        self.talking -= over
        is_said = before.current is not None and before.current.utterance.id in over
        match event:
            case events.UseKeepAlive() | events.Start() | events.Created():
                is_news = True
            case events.Listening():
                is_news = before.phase is Phase.LIVE
            case events.Heard():
                is_news = bool(of_kind(step, effects.Tell))  # what came twice is no use
            case events.Measured():
                is_news = before.current is not None
            case _:
                is_news = False
        goes_live = not self.was_live and step.state.phase is Phase.LIVE
        self.was_live = self.was_live or goes_live
        is_taken = isinstance(event, events.Delivered) and event.utterance_id in self.talking
        if is_news or goes_live or is_taken or is_said or of_kind(step, effects.Deliver):
            self.used = self.world.time

    @property
    def _ends_at(self) -> float:
        patience = self.world.rules.idle_timeout
        if not self.was_live:
            patience = max(patience, 60.0)
        return max(self.used + patience, self.held_until)

    def _look(self, *, is_open: bool) -> None:
        if is_open and not self.talking and not self.listening:
            ends_at = max(self._ends_at, self.changed_at)
            assert self.world.time <= ends_at + SLACK, "nobody uses it, and it stays open"

    @override
    def rested(self) -> None:
        self._look(is_open=self.world.is_open)
        if not self.world.is_open:
            return
        session = self.world.vendor.ours[-1]
        if session.ended_by == "limit" and self.world.rules.can_keep_alive:
            assert session.seconds(0.0) == session.duration_limit, "it was not kept alive"


class Watched(Observer):
    """Rule 3: no session is made or kept for nobody."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.unwatched_since = 0.0
        self.asked = False

    @override
    def crashed(self) -> None:
        self.asked = False

    @override
    def created(self, session: VendorSession) -> None:
        self.unwatched_since = max(self.unwatched_since, session.created)

    @override
    def stepped(self, event: events.Event, before: State, step: machine.Step) -> None:
        self._look(is_open=before.phase in OPEN and not before.audience.watching)
        if isinstance(event, events.AudienceChanged) and before.audience.watching:
            self.unwatched_since = self.world.time
        if isinstance(event, events.Start) and event.without_viewer:
            self.asked = True
        if of_kind(step, effects.CreateSession):
            assert self.world.watchers or self.asked, "made for nobody"
        for end in of_kind(step, effects.CloseRoom):
            if end.reason == "nobody_watching":
                longest = self.world.time - self.unwatched_since
                # The charge began up to a call's time before the vendor made it.
                assert longest >= 60.0 - 13.0, "they had time to come back"
        is_over = step.state.phase is Phase.ENDING and before.phase is not Phase.ENDING
        if is_over or step.state.phase is Phase.OFF:
            self.asked = False

    @override
    def rested(self) -> None:
        self._look(is_open=self.world.is_open and not self.world.watchers)

    def _look(self, *, is_open: bool) -> None:
        if is_open:
            since = self.unwatched_since
            assert self.world.time <= since + 60.0 + SLACK, "open for nobody"


@dataclass
class Said:
    """What is known of an utterance."""

    utterance: Utterance
    order: int
    tried_at: float | None = None
    """When its first part was sent first."""
    part: int = -1
    """The last one that was sent."""
    answered: int = -1
    """The last one whose request was answered."""
    news_at: float = 0.0
    """When that was, or when something was heard since."""
    taken: set[int] = field(default_factory=set)
    outcome: Outcome | None = None

    @property
    def rank(self) -> tuple[bool, int]:
        return (self.utterance.priority is not Priority.URGENT, self.order)

    @property
    def patience(self) -> float:
        """Seconds after the first try within which it is over, come what may."""
        return 600.0 if self.is_talk else 300.0 * len(self.utterance.parts)

    @property
    def is_talk(self) -> bool:
        return self.utterance.task_type is TaskType.TALK

    @property
    def speech(self) -> float:
        """Seconds after the last news within which a part is over that nothing tells of."""
        if self.is_talk:
            return 300.0
        return 1.5 * estimated_seconds(self.utterance.parts[self.part]) + 5.0


class OneOutcome(Observer):
    """Rule 4: every utterance ends once, in its turn, in its time."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.said: dict[str, Said] = {}

    @override
    def crashed(self) -> None:
        self.said.clear()

    @override
    def spoken(self, effect: effects.Deliver, *, taken: bool) -> None:
        said = self.said.get(effect.utterance.id)
        if said is not None and taken:
            said.taken.add(effect.part)

    @override
    def stepped(self, event: events.Event, before: State, step: machine.Step) -> None:
        match event:
            case events.Speak(utterance=utterance):
                self.said[utterance.id] = Said(utterance, len(self.said))
            case events.Delivered() | events.DeliveryFailed() if event.utterance_id in self.said:
                said = self.said[event.utterance_id]
                said.answered = max(said.answered, event.part)
                is_sent = isinstance(event, events.Delivered) or event.sent
                said.news_at = self.world.mono if is_sent else float("inf")
            case events.Heard() | events.Measured():
                for said in self.said.values():
                    said.news_at = max(said.news_at, self.world.mono)
        for effect in step.effects:
            match effect:
                case effects.Report():
                    self._end(effect)
                case effects.Deliver():
                    self._deliver(effect, before)

    def _end(self, report: effects.Report) -> None:
        said = self.said[report.utterance.id]
        assert said.outcome is None, "it ended already"
        said.outcome = report.outcome
        if report.outcome is Outcome.EXPIRED:
            assert self.world.mono >= said.utterance.expires_at, "it still had time"
            assert not said.taken, "it was on its way"
        if report.outcome is Outcome.SPOKEN:
            assert said.answered == len(said.utterance.parts) - 1, "not all of it was sent"

    def _deliver(self, effect: effects.Deliver, before: State) -> None:
        said = self.said[effect.utterance.id]
        assert said.outcome is None, "it is over"
        assert self.world.seat == "ready", "no screen shows the avatar"
        if effect.part == 0:
            assert self.world.mono <= said.utterance.expires_at, "it came too late"
        else:
            assert effect.part in {said.part, said.part + 1}, "a part is left out"
            assert said.answered >= effect.part - 1, "the part before is still being sent"
        if before.current is None or before.current.utterance != effect.utterance:
            waiting = [s for s in self.said.values() if s.outcome is None and not s.taken]
            assert said is min(waiting, key=lambda s: s.rank), "somebody else was first"
        if said.tried_at is None:
            said.tried_at = self.world.mono
        said.part = max(said.part, effect.part)

    @override
    def rested(self) -> None:
        for said in self.said.values():
            if said.outcome is None:
                begun = said.tried_at
                limit = said.utterance.expires_at if begun is None else begun + said.patience
                # What was put back waits until it expires.
                limit = max(limit, said.utterance.expires_at)
                if begun is not None and said.answered == said.part:
                    limit = min(limit, max(said.news_at + said.speech, said.utterance.expires_at))
                assert self.world.mono <= limit + SLACK, "no outcome"

    @override
    def finished(self) -> None:
        assert all(said.outcome is not None for said in self.said.values())


class Silence(Observer):
    """Rule 5: an interrupt silences, whatever the avatar is doing."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.waiting: set[str] = set()
        self.silenced: set[str] = set()

    @override
    def crashed(self) -> None:
        self.waiting.clear()
        self.silenced.clear()

    @override
    def stepped(self, event: events.Event, before: State, step: machine.Step) -> None:
        cut = {before.current.utterance.id} if before.current is not None else set()
        match event:
            case events.Interrupt():
                told = {
                    report.utterance.id
                    for report in of_kind(step, effects.Report)
                    if report.outcome is Outcome.INTERRUPTED
                }
                assert told == self.waiting, "not everything was interrupted"
                assert not step.state.queue
                assert step.state.current is None
                self.silenced |= self.waiting
            case events.Speak(interrupt=True):
                self.silenced |= cut
        if isinstance(event, events.Speak):
            self.waiting.add(event.utterance.id)
        self.waiting -= {report.utterance.id for report in of_kind(step, effects.Report)}

    @override
    def rested(self) -> None:
        if self.world.is_calling_speech or not self.world.room_open:
            return
        for session in self.world.vendor.open:
            for sound in session.sounds:
                if sound.key[0] in self.silenced:
                    assert sound.ends <= self.world.time, "it still sounds"


class Renewal(Observer):
    """Rule 6: a session makes way for the next one at a border, for somebody who asked for it."""

    @override
    def stepped(self, event: events.Event, before: State, step: machine.Step) -> None:
        for end in of_kind(step, effects.CloseRoom):
            if end.reason == "renewal":
                self._renewed(step)

    def _renewed(self, step: machine.Step) -> None:
        assert self.world.rules.renews, "nobody wants that"
        current = step.state.current
        assert current is None or current.send_at is not None, "a sentence is cut"
        is_wanted = step.state.wanted or step.state.queue.may_start_session
        assert is_wanted or current is not None, "nobody asked for the next one"
        lost = [r for r in of_kind(step, effects.Report) if r.outcome is Outcome.FAILED]
        assert not lost, "something was lost"
        session = self.world.vendor.ours[-1]
        for sound in session.sounds:
            assert not sound.begins < self.world.time < sound.ends - 2.0, "it still speaks"
        limit = session.duration_limit
        assert limit is not None
        assert self.world.time - session.created >= limit / 2 - 13.0, "that is waste"


class Paid(Observer):
    """The account's switch: nothing is paid while it is off."""

    @override
    def stepped(self, event: events.Event, before: State, step: machine.Step) -> None:
        if not self.world.rules.paid_allowed:
            assert not of_kind(step, effects.CreateSession), "it was not allowed"
            assert step.state.phase not in OPEN, "it is still open"


class Caps(Observer):
    """Rule 7: what is counted is what the vendor charges, and the caps hold."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.has_crashed = False
        self.over_since: float | None = None
        self.is_told = False
        self.session: VendorSession | None = None
        self.opened_at = 0.0

    @override
    def crashed(self) -> None:
        self.has_crashed = True
        self.over_since = None

    @override
    def created(self, session: VendorSession) -> None:
        self.session = session
        self.has_crashed = False

    @override
    def stepped(self, event: events.Event, before: State, step: machine.Step) -> None:
        if isinstance(event, events.Created):
            self.opened_at = self.world.time - (self.world.mono - event.sent_at)
        if isinstance(event, events.Restored):
            self._count(event.record, event.budget.day, event.budget.used, step)
        else:
            self._count(before.record, before.budget.day, before.budget.used, step)
        if of_kind(step, effects.CreateSession):
            cap = self.world.rules.max_minutes_per_day
            assert cap is None or cap * 60 - step.state.budget.used >= 30.0, "nothing is left"
        self._watch_cap(event, before, step)
        self._watch_issue(step)

    def _watch_issue(self, step: machine.Step) -> None:
        self.is_told = self.is_told or bool(CAP_ISSUES & set(issues(step)))
        for end in of_kind(step, effects.CloseRoom):
            assert end.reason != "cap" or self.is_told, "nobody is told"
        if of_kind(step, effects.CreateSession):
            self.is_told = False

    def _count(self, record: Record | None, day: str, used: float, step: machine.Step) -> None:
        """Compare what was counted of a session that is over with how long it was open."""
        is_over = (
            record is not None
            and step.state.record != record
            and (step.state.record is None or step.state.record.since != record.since)
        )
        if record is None or not is_over:
            return
        session, self.session = self.session, None
        if session is None or step.state.budget.day != day:
            return
        if self.world.wall % 86_400 < self.world.time - session.created + 60.0:
            # What was before midnight is not seen in today's budget.
            return
        counted = record.counted + step.state.budget.used - used
        seconds = session.seconds(self.world.time)
        # A crash forgets a minute, and what was being said.
        blind = 60.0 + LONGEST_SPEECH if self.has_crashed else 2.0
        minimum = self.world.rules.minimum_charge
        assert counted >= max(seconds, minimum) - blind, "it was longer"
        longest = max(self.world.time - session.created, minimum, self.world.vendor.idle_limit)
        assert counted <= longest + 30.0, "it was shorter"

    def _watch_cap(self, event: events.Event, before: State, step: machine.Step) -> None:
        if before.phase in OPEN:
            self.rested()
        if step.state.phase not in OPEN:
            self.over_since = None
            return
        day, session = (
            self.world.rules.max_minutes_per_day,
            self.world.rules.max_minutes_per_session,
        )
        over = [
            step.state.budget.used - day * 60 if day is not None else -1.0,
            self.world.time - self.opened_at - session * 60 if session is not None else -1.0,
        ]
        if max(over) >= 0 and self.over_since is None:
            self.over_since = self.world.time
            if isinstance(event, events.Tick) and not self.world.changed_rules:
                assert max(over) < 1.0, "it was noticed late"
        if self.over_since is not None:
            assert all(d.part > 0 for d in of_kind(step, effects.Deliver)), "more is said"

    @override
    def rested(self) -> None:
        if self.over_since is not None:
            assert self.world.time <= self.over_since + 15.0 + SLACK, "the cap is broken"


class NothingTwice(Observer):
    """Rule 9: what may have been heard is never said again."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.taken: set[tuple[str, int]] = set()

    @override
    def spoken(self, effect: effects.Deliver, *, taken: bool) -> None:
        key = (effect.utterance.id, effect.part)
        assert key not in self.taken, "said twice"
        if taken:
            self.taken.add(key)


class NoRunaway(Observer):
    """Rule 10: sessions do not follow each other for nothing."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.said = False
        self.wordless: list[float] = []
        self.blocked_until = 0.0
        self.waiting: set[str] = set()
        self.asked = False

    @override
    def crashed(self) -> None:
        self.wordless.clear()
        self.waiting.clear()
        self.blocked_until, self.asked = 0.0, False

    @override
    def stepped(self, event: events.Event, before: State, step: machine.Step) -> None:
        match event:
            case events.Measured(sounding=True):
                self.said = True
            case events.Heard(event=news) if news.type is AvatarEventType.AVATAR_START_TALKING:
                self.said = True
            case events.Speak():
                self.waiting.add(event.utterance.id)
            case events.Start():
                self.asked = True
        if before.record is not None and step.state.record is not before.record:
            is_over = step.state.record is None or step.state.record.since != before.record.since
            if is_over:
                self._over(before, step)
        if of_kind(step, effects.CreateSession):
            assert self.world.time >= self.blocked_until, "creates are blocked"
            assert self.waiting or self.asked, "nobody asked for it"
            self.said = False
        self.waiting -= {report.utterance.id for report in of_kind(step, effects.Report)}
        if step.state.phase in {Phase.OFF, *OPEN}:
            self.asked = False

    def _over(self, before: State, step: machine.Step) -> None:
        was = before.record
        existed = was is not None and was.session_id is not None
        is_shown = before.was_live and before.end_reason in HARMLESS
        if before.phase is not Phase.ENDING or self.said or before.end_requested or is_shown:
            return
        if not existed and "session_unsettled" not in issues(step):
            return
        time = self.world.time
        self.wordless = [*(at for at in self.wordless if time - at < 600.0), time]
        if len(self.wordless) == 2:
            self.wordless.clear()
            self.blocked_until = time + 600.0
            assert "creates_blocked" in issues(step), "nobody is told"


class Pure(Observer):
    """The machine itself: pure, and at rest after each step."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.left = copy(world.state)

    @override
    def crashed(self) -> None:
        self.left = copy(self.world.state)

    @override
    def stepped(self, event: events.Event, before: State, step: machine.Step) -> None:
        now, rules = self.world.now(), self.world.rules
        assert before == self.left, "a step changed the state that it was given"
        assert machine.step(before, event, now, rules) == step, "the same gave something else"
        again = machine.step(step.state, events.Tick(), now, rules)
        assert again.effects == (), "it had not come to rest"
        assert again.state == step.state
        assert again.wake_at == step.wake_at
        assert step.wake_at is None or step.wake_at > now.mono - EPSILON
        self.left = copy(step.state)


class Diary(Observer):
    """Writes down what the outside sees, and when."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.seen: list[tuple[float, effects.Effect]] = []

    def until(self, time: float) -> list[tuple[float, effects.Effect]]:
        return [(at, effect) for at, effect in self.seen if at < time]

    @override
    def stepped(self, event: events.Event, before: State, step: machine.Step) -> None:
        for effect in step.effects:
            match effect:
                case effects.Save():
                    pass
                case effects.CreateSession(max_duration=seconds):
                    rounded = effects.CreateSession(max_duration=round(min(seconds, 1e6)))
                    self.seen.append((self.world.time, rounded))
                case _:
                    self.seen.append((self.world.time, effect))
