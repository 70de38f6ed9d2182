"""A world around one session machine: clocks, a disk, a vendor, screens. What happens in it is told to observers.

The world carries effects out as the engine does, but everything takes the time and comes to the end that a test
wants. It keeps its own account of what is true; the machine is judged by that, never by its own state.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
import heapq
from itertools import count

from custom_components.streaming_avatar.providers.base import AvatarEvent, AvatarEventType, TaskType
from custom_components.streaming_avatar.session import effects, events, machine, opening
from custom_components.streaming_avatar.session.budget import Budget, Now
from custom_components.streaming_avatar.session.model import Audience, Phase, Record, Rules, State
from custom_components.streaming_avatar.session.utterances import Priority, Utterance

from .vendor import CLOCK, Fault, Sound, Vendor, VendorSession

EPSILON = 1e-6
TALK_SECONDS = 8.0


class Observer:
    """Whoever judges what happens. All methods are called after the fact."""

    def __init__(self, world: World) -> None:
        self.world = world

    def stepped(self, event: events.Event, before: State, step: machine.Step) -> None:
        """The machine has taken an event; none of its effects is begun."""

    def created(self, session: VendorSession) -> None:
        """The vendor has made a session for us."""

    def ended(self, session: VendorSession) -> None:
        """The vendor has accepted our end call."""

    def spoken(self, effect: effects.Deliver, *, taken: bool) -> None:
        """A request to speak has reached the vendor."""

    def crashed(self) -> None:
        """All but the disk is gone."""

    def rested(self) -> None:
        """All that is due has been done."""

    def finished(self) -> None:
        """The world has been without trouble for long."""


@dataclass(kw_only=True)
class Habits:
    """How the world behaves now; a test changes it as it likes."""

    latency: float = 0.2
    """Seconds of a call: half until it is done, half until its reply."""
    latencies: dict[str, float] = field(default_factory=dict)
    """Of single operations."""
    faults: dict[str, deque[Fault | None]] = field(default_factory=dict)
    """For the next calls of an operation; None: that one goes well."""
    disk: float = 0.0
    """Seconds until what is to be saved is written."""
    hears: frozenset[str] = frozenset({"start", "stop"})
    """Which of the vendor's events the room carries."""
    events_late: float = 0.0
    events_twice: bool = False
    measures: bool = False
    """The seat's browser measures the sound."""
    names_tasks: bool = True
    """Replies and events carry task ids."""
    joins: bool = True
    """Screens manage to join."""
    audio: bool = True
    strict: bool = False
    """The vendor takes no speech while no screen is in the room."""


@dataclass(kw_only=True)
class World:
    """Everything outside the machine."""

    rules: Rules = field(default_factory=Rules)
    vendor: Vendor = field(default_factory=Vendor)
    habits: Habits = field(default_factory=Habits)
    wall_offset: float = 0.0
    """Seconds by which the local clock is ahead of the vendor's."""
    has_vendor_clock: bool = True
    tells_jumps: bool = False
    """The machine is woken when the local clock jumps; in truth nobody tells it."""
    observers: list[Observer] = field(default_factory=list)

    state: State = field(default_factory=State)
    wake_at: float | None = None
    """Monotonic time at which the machine wants to be woken."""
    disk: tuple[Record | None, Budget] = (None, Budget())
    watchers: int = 0
    seat: str = "out"
    """How far the seat has come: out, joining, ready."""
    room_open: bool = False
    room_of: str | None = None

    def __post_init__(self) -> None:
        self._queue: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        self.utterances = 0
        self._run = 0
        self._booted = 0.0
        self._vendor_seen: tuple[float, float] | None = None
        self._events: deque[events.Event] = deque()
        self._processing = False
        self._speech: deque[Callable[[], None]] = deque()
        self._speech_busy = False
        self._session_id: str | None = None
        self._ticks: float | None = None
        self._next_tick: float | None = None
        self._put = self.disk
        self.changed_rules = False
        self.undone_create: float | None = None
        """When a create was last neither done nor answered."""
        self._hear_vendor()

    # --- clocks

    @property
    def time(self) -> float:
        return self.vendor.time

    @property
    def mono(self) -> float:
        return 1000.0 + self.time - self._booted

    @property
    def wall(self) -> float:
        return CLOCK + self.time + self.wall_offset

    def now(self) -> Now:
        vendor = None
        if self.has_vendor_clock and self._vendor_seen is not None:
            told, at = self._vendor_seen
            vendor = told + self.time - at
        local = datetime.fromtimestamp(self.wall, UTC)
        return Now(
            mono=self.mono,
            wall=self.wall,
            day=local.date().isoformat(),
            since_midnight=self.wall % 86_400.0,
            vendor=vendor,
        )

    def _hear_vendor(self) -> None:
        """An answer came: its Date header knows whole seconds."""
        self._vendor_seen = (float(int(self.vendor.clock)), self.time)

    # --- the machine

    def send(self, event: events.Event) -> None:
        """Let the machine take an event and begin its effects, as the engine does."""
        self._events.append(event)
        if self._processing:
            return
        self._processing = True
        try:
            while self._events:
                self._step(self._events.popleft())
        finally:
            self._processing = False

    def _step(self, event: events.Event) -> None:
        before = self.state
        step = machine.step(before, event, self.now(), self.rules)
        for observer in self.observers:
            observer.stepped(event, before, step)
        self.state, self.wake_at = step.state, step.wake_at
        for effect in step.effects:
            self._begin(effect)

    def _begin(self, effect: effects.Effect) -> None:  # noqa: C901 - a table of effects
        match effect:
            case effects.Save():
                self._put = (self.state.record, self.state.budget)
                self._in(self.habits.disk, self._write, mortal=True)
            case effects.CreateSession():
                self._create()
            case effects.StartSession():
                self._call("start", self._start)
            case effects.CheckSession(session_id=session_id):
                self._call("list", lambda fault: self._check(session_id, fault))
            case effects.ListSessions():
                self._call("list", self._list)
            case effects.EndSession(session_id=session_id):
                self._call("end", lambda fault: self._end(session_id, fault))
            case effects.KeepAlive():
                self._call("keep_alive", self._keep_alive)
            case effects.OpenRoom():
                self.room_open, self.room_of = True, self._session_id
                self._join()
            case effects.CloseRoom():
                self.room_open = False
                self.seat = "out"
            case effects.Deliver():
                self._vendor_call("task", lambda: self._wants(effect), self._speak(effect))
            case effects.SendInterrupt():
                self._vendor_call("interrupt", lambda: None, self._interrupt)
            case _:
                pass

    def _write(self) -> None:
        self.disk = self._put

    # --- calls: each is done after half of its time, and answered after the rest

    def _call(
        self,
        operation: str,
        act: Callable[[Fault | None], events.Event | None],
        done: Callable[[], None] = lambda: None,
    ) -> None:
        faults = self.habits.faults.get(operation)
        fault = faults.popleft() if faults else None
        half = self.habits.latencies.get(operation, self.habits.latency) / 2
        run = self._run

        def reach() -> None:
            answer = act(fault)
            self._in(half, lambda: reply(answer))

        def reply(answer: events.Event | None) -> None:
            if run != self._run:
                return
            if fault not in {Fault.LOST, Fault.VANISHED, Fault.UNSENT}:
                self._hear_vendor()
            if answer is not None:
                self.send(answer)
            done()

        self._in(half, reach)

    def _create(self) -> None:
        sent_at = self.mono
        if not opening.may_be_sent(self.state, self.now(), self.rules):
            self.send(events.CreateSkipped())
            return
        now = self.now()
        record = self.state.record
        assert record is not None, "a create without a record"
        self._put = (replace(record, since=now.wall, vendor_since=now.vendor), self.state.budget)
        self._write()

        run = self._run

        def act(fault: Fault | None) -> events.Event:
            if fault not in {None, Fault.LOST}:
                if self._has_stranger():
                    fault = Fault.LOST
                else:
                    self.undone_create = self.time
            if fault in {None, Fault.LOST}:
                session = self.vendor.create(ours=True)
                for observer in self.observers:
                    observer.created(session)
                if fault is None:
                    if run == self._run:
                        self._session_id = session.id
                    return events.Created(
                        session_id=session.id,
                        duration_limit=session.duration_limit,
                        idle_limit=session.idle_limit,
                        sent_at=sent_at,
                    )
            return events.CreateFailed(
                reason=reason(fault),
                sent=fault in {Fault.LOST, Fault.VANISHED},
                sent_at=sent_at,
                retry_after=20.0 if fault is Fault.BUSY else None,
            )

        self._call("create", act)

    def _has_stranger(self) -> bool:
        """Whether a session of others could be taken for ours if ours is not made."""
        return any(not s.ours and self.time - s.created < 90 for s in self.vendor.open)

    def _start(self, fault: Fault | None) -> events.Event:
        session = self._our_session()
        if session is None:
            return events.StartFailed(reason="session_ended")
        if fault is None:
            session.used = self.time
            return events.Started()
        return events.StartFailed(reason=reason(fault))

    def _our_session(self) -> VendorSession | None:
        session = self.vendor.of(self._session_id or "")
        return None if session is None or session.ended is not None else session

    def _check(self, session_id: str, fault: Fault | None) -> events.Event:
        if fault is not None:
            return events.Checked(session_id=session_id, is_open=None)
        is_open = session_id in {name for name, _ in self.vendor.listed()}
        return events.Checked(session_id=session_id, is_open=is_open)

    def _list(self, fault: Fault | None) -> events.Event:
        if fault is not None:
            return events.ListFailed(reason=reason(fault))
        return events.Listed(sessions=self.vendor.listed())

    def _end(self, session_id: str, fault: Fault | None) -> events.Event:
        session = self.vendor.of(session_id)
        assert session is not None, "an end call for a session that never was"
        if fault in {None, Fault.LOST}:
            self.vendor.end(session, "us")
            self._lose_room(session)
            for observer in self.observers:
                observer.ended(session)
        if fault is None:
            return events.Ended(session_id=session_id)
        return events.EndFailed(reason=reason(fault))

    def _keep_alive(self, fault: Fault | None) -> None:
        session = self._our_session()
        if session is not None and fault in {None, Fault.LOST}:
            session.used = self.time

    def _vendor_call(
        self,
        operation: str,
        refusal: Callable[[], events.Event | None],
        act: Callable[[Fault | None], events.Event | None],
    ) -> None:
        """Calls to speak and to be silent go one after the other, as behind the engine's lock."""

        def begin() -> None:
            refused = refusal()
            if refused is not None:
                self._speech_over()
                self.send(refused)
            else:
                self._call(operation, act, self._speech_over)

        self._speech.append(begin)
        if not self._speech_busy:
            self._speech_over()

    def _speech_over(self) -> None:
        self._speech_busy = bool(self._speech)
        if self._speech:
            self._speech.popleft()()

    def _wants(self, effect: effects.Deliver) -> events.Event | None:
        current = self.state.current
        if current is not None and (current.utterance, current.part) == (
            effect.utterance,
            effect.part,
        ):
            return None
        return self._delivery_failed(effect, "stopped", sent=False)

    def _delivery_failed(
        self, effect: effects.Deliver, why: str, *, sent: bool, pause: float | None = None
    ) -> events.Event:
        return events.DeliveryFailed(
            utterance_id=effect.utterance.id,
            part=effect.part,
            reason=why,
            sent=sent,
            retry_after=pause,
        )

    def _speak(self, effect: effects.Deliver) -> Callable[[Fault | None], events.Event]:
        def act(fault: Fault | None) -> events.Event:
            session = self._our_session()
            if fault in {None, Fault.LOST} and session is None:
                return self._delivery_failed(effect, "session_ended", sent=False)
            if self.habits.strict and self.seat != "ready":
                fault = Fault.BUSY
            taken = fault in {None, Fault.LOST}
            for observer in self.observers:
                observer.spoken(effect, taken=taken)
            sound = None
            if session is not None and taken:
                sound = self._sound(session, effect)
            if fault is None:
                assert sound is not None
                return events.Delivered(
                    utterance_id=effect.utterance.id,
                    part=effect.part,
                    delivery="sent",
                    task_id=sound.task_id if self.habits.names_tasks else None,
                )
            pause = {Fault.BUSY: 5.0, Fault.UNSENT: 2.0}.get(fault)
            is_lost = fault in {Fault.LOST, Fault.VANISHED}
            return self._delivery_failed(effect, reason(fault), sent=is_lost, pause=pause)

        return act

    def _interrupt(self, fault: Fault | None) -> None:
        session = self._our_session()
        if session is not None and fault in {None, Fault.LOST}:
            for sound in self.vendor.silence(session):
                self._sound_ends(session, sound)

    # --- sound, and what tells of it

    def _sound(self, session: VendorSession, effect: effects.Deliver) -> Sound:
        text = effect.utterance.parts[effect.part]
        is_talk = effect.utterance.task_type is TaskType.TALK
        seconds = TALK_SECONDS if is_talk else len(text) / 15.0
        sound = self.vendor.speak(session, (effect.utterance.id, effect.part), seconds)
        self._at(sound.begins, lambda: self._sound_begins(session, sound))
        self._at(sound.ends, lambda: self._sound_ends(session, sound, planned=True))
        return sound

    def _sound_begins(self, session: VendorSession, sound: Sound) -> None:
        if sound.begins == self.time and sound.ends > self.time and session.ended is None:
            self._tell(AvatarEventType.AVATAR_START_TALKING, "start", sound)
            self._measure(sounding=True)

    def _sound_ends(self, session: VendorSession, sound: Sound, *, planned: bool = False) -> None:
        if not planned or (sound.ends == self.time and session.ended is None):
            self._tell(AvatarEventType.AVATAR_STOP_TALKING, "stop", sound)
            self._measure(sounding=False)

    def _tell(self, kind: AvatarEventType, habit: str, sound: Sound) -> None:
        if habit not in self.habits.hears or self.seat != "ready":
            return
        task_id = sound.task_id if self.habits.names_tasks else None
        event = events.Heard(event=AvatarEvent(type=kind, task_id=task_id))
        for late in [0.0, 0.4] if self.habits.events_twice else [0.0]:
            self._in(self.habits.events_late + late, lambda: self.send(event), mortal=True)

    def _measure(self, *, sounding: bool) -> None:
        if self.habits.measures and self.seat == "ready":
            late = 0.1 if sounding else 0.6
            self._in(late, lambda: self.send(events.Measured(sounding=sounding)), mortal=True)

    # --- screens

    def audience(self) -> Audience:
        is_ready = self.seat == "ready"
        return Audience(
            watching=self.watchers,
            joined=is_ready,
            ready=is_ready,
            audible=self.watchers > 0 and self.habits.audio,
        )

    def tell_audience(self) -> None:
        self.send(events.AudienceChanged(audience=self.audience()))

    def _join(self) -> None:
        if not self.room_open or self.watchers == 0 or self.seat != "out":
            return
        self.seat = "joining"
        room = self.room_of
        self._in(1.0, lambda: self._joined(room), mortal=True)

    def _joined(self, room: str | None) -> None:
        if self.seat != "joining" or self.room_of != room or not self.room_open:
            return
        session = self.vendor.of(room or "")
        if self.habits.joins and session is not None and session.ended is None:
            self.seat = "ready"
            self.tell_audience()
            return
        self.seat = "out"
        self.send(events.RoomLost())
        self._in(5.0, self._join, mortal=True)

    def watch(self) -> None:
        """A screen comes."""
        self.watchers += 1
        self.tell_audience()
        self._join()

    def leave(self) -> None:
        """A screen goes; the seat moves to another one at once, if there is one."""
        if self.watchers:
            self.watchers -= 1
            if not self.watchers:
                self.seat = "out"
            self.tell_audience()

    def lose_room(self) -> None:
        """The network of the seat fails for a moment."""
        if self.seat == "ready":
            self.seat = "out"
            self.send(events.RoomLost())
            self.tell_audience()
            self._in(1.0, self._join, mortal=True)

    def _lose_room(self, session: VendorSession) -> None:
        if self.room_of == session.id:
            self.lose_room()

    # --- what users do

    def speak(
        self,
        *,
        parts: tuple[str, ...] = ("Hello there, how are you?",),
        expiry: float = 30.0,
        talk: bool = False,
        urgent: bool = False,
        interrupt: bool = False,
        may_start: bool = True,
        media: str | None = None,
    ) -> Utterance:
        self.utterances += 1
        utterance = Utterance(
            id=f"utterance-{self.utterances}",
            parts=parts,
            asked_at=self.mono,
            expires_at=self.mono + expiry,
            task_type=TaskType.TALK if talk else TaskType.REPEAT,
            priority=Priority.URGENT if urgent else Priority.NORMAL,
            may_start=may_start,
            media=media,
        )
        self.send(events.Speak(utterance=utterance, interrupt=interrupt))
        return utterance

    def change_rules(self, *, idle_timeout: float, max_minutes_per_day: float | None) -> None:
        """Take changed settings."""
        self.changed_rules = True
        self.rules = replace(
            self.rules, idle_timeout=idle_timeout, max_minutes_per_day=max_minutes_per_day
        )
        self.send(events.Tick())

    def allow_paid(self, *, allowed: bool) -> None:
        """Have the account's switch turned."""
        self.rules = replace(self.rules, paid_allowed=allowed)
        self.send(events.Tick())

    def set_clock(self, seconds: float) -> None:
        """Have the local clock jump."""
        if self.tells_jumps:
            self.send(events.Tick())
        self.wall_offset += seconds
        if self.tells_jumps:
            self.send(events.Tick())

    # --- trouble

    def end_session(self) -> None:
        """The vendor ends our session of its own accord; one that we know of also after a crash."""
        session = self._our_session()
        record = self.disk[0]
        if session is not None and record is not None and record.session_id == session.id:
            self.vendor.end(session, "vendor")
            self._lose_room(session)

    def hear(self, event: AvatarEvent) -> None:
        """Relay something from the room, if there is a seat to do so."""
        if self.seat == "ready":
            self.send(events.Heard(event=event))

    def calm(self) -> None:
        """End all trouble; nobody watches any more."""
        self.habits.faults.clear()
        self.habits.latencies.clear()
        self.habits.joins = True
        while self.watchers:
            self.leave()

    def finish(self) -> None:
        """Have the observers look for the last time."""
        for observer in self.observers:
            observer.finished()

    def add_stranger(self) -> None:
        """Somebody else opens a session on the same account.

        Not where it could only be taken for ours: in the time of a create of which nothing came.
        """
        records = (self.disk[0], self.state.record)
        is_unknown = any(record is not None and record.session_id is None for record in records)
        is_made = any(session.ours for session in self.vendor.open)
        if self.undone_create is not None and self.time - self.undone_create < 90.0:
            return
        if is_made or not is_unknown:
            self.vendor.create(ours=False)

    def crash(self, seconds: float) -> None:
        """Lose everything but the disk, and start again after a while."""
        self._run += 1
        self._put = self.disk
        self._session_id = None
        self._speech.clear()
        self._events.clear()
        self._speech_busy = self.room_open = False
        self.seat, self.watchers, self.wake_at = "out", 0, None
        self.state = State()
        for observer in self.observers:
            observer.crashed()
        self.advance(seconds)
        self._booted = self.time
        self.tick_every(self._ticks)
        self._hear_vendor()
        record, budget = self.disk
        self.send(events.Restored(record=record, budget=budget))

    # --- time

    def tick_every(self, seconds: float | None) -> None:
        """Wake the machine so often, though it has not asked for it."""
        self._ticks = seconds
        self._next_tick = None if seconds is None else self.time + seconds

    def _in(self, seconds: float, action: Callable[[], None], *, mortal: bool = False) -> None:
        self._at(self.time + seconds, action, mortal=mortal)

    def _at(self, time: float, action: Callable[[], None], *, mortal: bool = False) -> None:
        """Do something then; what is mortal dies with this run of Home Assistant."""
        run = self._run

        def act() -> None:
            if not mortal or run == self._run:
                action()

        heapq.heappush(self._queue, (time, next(self._order), act))

    def advance(self, seconds: float) -> None:
        """Let time pass; everything happens in its order."""
        until = self.time + seconds
        while True:
            due = self._next_due()
            if due > until:
                break
            self.vendor.time = max(due, self.time)
            self._do_due()
        self.vendor.time = until
        for observer in self.observers:
            observer.rested()

    def _next_due(self) -> float:
        due = [self.vendor.next_end]
        if self._queue:
            due.append(self._queue[0][0])
        if self.wake_at is not None:
            # A timer is never early.
            due.append(self.wake_at - 1000.0 + self._booted + EPSILON)
        if self._next_tick is not None:
            due.append(self._next_tick)
        return min(due)

    def _do_due(self) -> None:
        ending = [session for session in self.vendor.open if session.closes_at <= self.time]
        self.vendor.end_due()
        for session in ending:
            self._lose_room(session)
        if self._queue and self._queue[0][0] <= self.time:
            heapq.heappop(self._queue)[2]()
        elif self.wake_at is not None and self.wake_at <= self.mono:
            self._wake()
        elif self._next_tick is not None and self._next_tick <= self.time:
            self._next_tick += self._ticks or 0.0
            self.send(events.Tick())

    def _wake(self) -> None:
        before = self.wake_at
        self.send(events.Tick())
        assert self.wake_at is None or before is None or self.wake_at > before, "woken for nothing"

    @property
    def is_calling_speech(self) -> bool:
        """Whether a call to speak or to be silent is under way or waits."""
        return self._speech_busy

    @property
    def is_open(self) -> bool:
        return self.state.phase in {Phase.CONNECTING, Phase.LIVE}


def reason(fault: Fault | None) -> str:
    """What a provider's error says of it."""
    match fault:
        case Fault.BUSY:
            return "busy"
        case Fault.REFUSED:
            return "bad_request"
        case _:
            return "connection"
