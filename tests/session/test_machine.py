"""The session machine's own part: what each event changes, and that all that follows from it follows at once."""

from copy import deepcopy
from dataclasses import replace

import pytest

from custom_components.streaming_avatar.providers.base import AvatarEvent, AvatarEventType
from custom_components.streaming_avatar.session import effects, events, machine
from custom_components.streaming_avatar.session.budget import Budget, Now
from custom_components.streaming_avatar.session.model import Audience, Rules, State
from custom_components.streaming_avatar.session.utterances import (
    Current,
    Mouth,
    Outcome,
    Queue,
    Stage,
    Utterance,
)

RULES = Rules(can_keep_alive=True, idle_timeout=60.0)
SHOWN = Audience(watching=1, joined=True, ready=True, audible=True)
NOW = Now(mono=1000.0, wall=5000.0, day="2026-11-24", since_midnight=40_000.0)


class Machine:
    """A machine, and what it wanted done lastly."""

    def __init__(self, rules: Rules = RULES) -> None:
        self.state = State(budget=Budget(day=NOW.day))
        self.rules = rules
        self.now = NOW
        self.done: tuple[effects.Effect, ...] = ()
        self.wake_at: float | None = None
        self.tell(events.AudienceChanged(audience=SHOWN))

    def tell(self, event: events.Event) -> Machine:
        result = machine.step(self.state, event, self.now, self.rules)
        self.state, self.done, self.wake_at = result.state, result.effects, result.wake_at
        return self

    def later(self, seconds: float) -> Machine:
        self.now = replace(self.now, mono=self.now.mono + seconds, wall=self.now.wall + seconds)
        return self

    @property
    def phase(self) -> str:
        return self.state.phase

    def did(self, kind: type[effects.Effect]) -> bool:
        return any(isinstance(effect, kind) for effect in self.done)

    @property
    def reports(self) -> list[tuple[str, str, str | None]]:
        return [
            (effect.utterance.id, effect.outcome, effect.reason)
            for effect in self.done
            if isinstance(effect, effects.Report)
        ]


def starting() -> Machine:
    return Machine().tell(events.Start())


def created(it: Machine) -> Machine:
    return it.tell(
        events.Created(session_id="s", duration_limit=None, idle_limit=90.0, sent_at=it.now.mono)
    )


def connecting() -> Machine:
    it = created(starting())
    it.state.audience = replace(SHOWN, ready=False)
    return it.tell(events.Started())


def live() -> Machine:
    return created(starting()).tell(events.Started())


def ending() -> Machine:
    return live().tell(events.Stop())


MAKERS = {
    "off": Machine,
    "starting": starting,
    "connecting": connecting,
    "live": live,
    "ending": ending,
}


def say(name: str, *, mono: float = NOW.mono) -> events.Speak:
    return events.Speak(
        utterance=Utterance(id=name, parts=("Hello.",), asked_at=mono, expires_at=mono + 30.0)
    )


@pytest.mark.parametrize("phase", MAKERS)
def test_the_phases_are_what_they_are_called(phase: str) -> None:
    assert MAKERS[phase]().phase == phase


@pytest.mark.parametrize("phase", MAKERS)
def test_a_step_leaves_its_input_alone(phase: str) -> None:
    it = MAKERS[phase]()
    before = deepcopy(it.state)
    for event in (say("a"), events.Stop(final=True), events.Tick(), events.RoomLost()):
        machine.step(it.state, event, it.now, it.rules)
        assert it.state == before


# --- stop


@pytest.mark.parametrize("phase", ["connecting", "live"])
def test_stop_ends_an_open_session(phase: str) -> None:
    it = MAKERS[phase]().tell(events.Stop())
    assert it.phase == "ending"
    assert it.state.end_requested
    assert it.state.end_reason == "stopped"
    assert it.state.reason is None
    assert it.did(effects.EndSession)
    assert it.did(effects.CloseRoom)


def test_stop_while_the_vendor_is_asked_ends_what_it_makes() -> None:
    it = starting().tell(events.Stop(reason="removed"))
    assert it.phase == "starting"
    assert it.state.end_requested
    assert it.state.end_reason == "removed"
    created(it)
    assert it.phase == "ending"
    assert it.did(effects.EndSession)
    assert not it.did(effects.StartSession)


def test_stop_while_a_busy_vendor_is_waited_for_gives_up() -> None:
    refused = events.CreateFailed(reason="busy", sent=False, sent_at=1000.0, retry_after=20.0)
    it = Machine().tell(say("a")).tell(refused)
    assert it.phase == "starting"
    it.tell(events.Stop())
    assert it.phase == "off"
    assert not it.state.end_requested
    assert it.state.busy_retry_at is None
    assert it.reports == [("a", "interrupted", "stopped")]


def test_stop_while_off_asks_for_nothing() -> None:
    it = Machine().tell(events.Stop())
    assert it.phase == "off"
    assert it.done == ()
    assert not it.state.end_requested
    assert it.tell(events.Start()).phase == "starting"


def test_stop_while_it_ends_keeps_the_reason() -> None:
    it = live().later(60.0).tell(events.Tick())
    assert (it.phase, it.state.end_reason) == ("ending", "idle")
    it.tell(events.Stop(reason="removed"))
    assert it.state.end_reason == "idle"
    assert not it.state.end_requested


@pytest.mark.parametrize("phase", MAKERS)
def test_stop_forgets_what_was_wanted(phase: str) -> None:
    it = MAKERS[phase]()
    it.tell(events.Start(hold=500.0, without_viewer=True)).tell(events.Stop())
    state = it.state
    assert (state.wanted, state.without_viewer, state.hold_until) == (False, False, None)
    assert state.asleep
    assert not state.renewing
    assert not state.closed


def test_stop_ends_a_renewal() -> None:
    it = live()
    it.state.renewing = True
    assert not it.tell(events.Stop()).state.renewing


def test_stop_ends_what_waits_and_what_is_said() -> None:
    it = live().tell(say("a")).tell(say("b")).tell(events.Stop(reason="removed"))
    assert it.reports == [("b", "interrupted", "removed"), ("a", "interrupted", "removed")]
    assert it.state.current is None


@pytest.mark.parametrize("mouth", [Mouth.CARDS, Mouth.SPEAKER])
@pytest.mark.parametrize("phase", ["off", "live"])
def test_stop_silences_the_stand_in(mouth: Mouth, phase: str) -> None:
    it = MAKERS[phase]()
    waiting = replace(say("a").utterance, stand_in="cap")
    it.state.current = Current(utterance=waiting, mouth=mouth, stage=Stage.SPEAKING)
    it.tell(events.Stop())
    assert it.did(effects.Silence)
    assert it.reports == [("a", "interrupted", None)]


def test_stop_silences_what_plays_on() -> None:
    it = Machine()
    it.state.plays_on = True
    it.tell(events.Stop())
    assert it.did(effects.Silence)
    assert not it.state.plays_on


def test_the_last_stop_lets_nothing_begin() -> None:
    it = Machine().tell(events.Stop(reason="removed", final=True))
    assert it.state.closed
    it.tell(events.Stop())
    assert it.state.closed
    it.tell(say("a"))
    assert it.reports == [("a", "interrupted", "removed")]
    assert it.tell(events.Start()).phase == "off"


# --- the others


def test_speak_is_queued_and_opens_a_session() -> None:
    it = Machine().tell(say("a"))
    assert it.phase == "starting"
    assert it.did(effects.CreateSession)
    assert [u.id for u in it.state.queue.waiting] == ["a"]


def test_what_waits_can_be_withdrawn() -> None:
    it = Machine().tell(say("a")).tell(say("b")).tell(events.Withdraw(utterance_id="a"))
    assert it.reports == [("a", "interrupted", "withdrawn")]
    assert [u.id for u in it.state.queue.waiting] == ["b"]


@pytest.mark.parametrize("phase", MAKERS)
def test_an_interrupt_empties_the_queue(phase: str) -> None:
    it = MAKERS[phase]()
    it.state.queue = Queue(waiting=(say("a").utterance,))
    it.state.end_by = it.now.mono + 5.0  # nothing is taken up
    it.tell(events.Interrupt())
    assert ("a", Outcome.INTERRUPTED, None) in it.reports
    assert it.did(effects.SendInterrupt) == (phase in {"connecting", "live"})


@pytest.mark.parametrize("phase", MAKERS)
def test_a_keep_alive_counts_as_use(phase: str) -> None:
    it = MAKERS[phase]().later(7.0).tell(events.UseKeepAlive())
    assert it.state.used_at == it.state.kept_alive_at == 1007.0
    assert it.did(effects.KeepAlive) == (phase in {"connecting", "live"})


def test_not_every_vendor_can_be_kept_alive() -> None:
    it = live()
    it.rules = replace(RULES, can_keep_alive=False)
    assert not it.tell(events.UseKeepAlive()).did(effects.KeepAlive)


def test_the_screens_are_noted() -> None:
    audience = Audience(watching=2, joined=True)
    assert Machine().tell(events.AudienceChanged(audience=audience)).state.audience is audience


def test_a_lost_room_is_looked_into_once() -> None:
    it = live().tell(events.RoomLost())
    it.state.audience = replace(SHOWN, joined=False, ready=False)
    it.tell(events.Tick())
    assert it.state.check_at == 1002.0
    it.later(1.0).tell(events.RoomLost())
    assert it.state.check_at == 1002.0
    it.later(1.0).tell(events.RoomLost())
    assert it.did(effects.CheckSession)


def test_a_start_that_is_refused_ends_the_session_and_makes_no_other() -> None:
    it = created(starting())
    it.tell(events.StartFailed(reason="permission"))
    assert it.phase == "ending"
    assert (it.state.reason, it.state.end_reason) == ("permission", "permission")
    assert it.did(effects.EndSession)
    it.tell(events.Ended(session_id="s"))
    assert it.phase == "off"
    assert not it.did(effects.CreateSession)


def test_a_start_that_is_refused_hands_over_to_the_stand_in() -> None:
    it = created(Machine(replace(RULES, stand_in=True)).tell(say("a")))
    it.tell(events.StartFailed(reason="permission"))
    assert it.state.current is not None
    assert it.state.current.utterance.stand_in == "permission"
    assert it.state.current.mouth is Mouth.CARDS


@pytest.mark.parametrize("phase", MAKERS)
def test_the_vendor_ends_an_open_session(phase: str) -> None:
    it = MAKERS[phase]()
    was = it.phase
    it.tell(events.VendorEnded(reason="session_ended"))
    if phase in {"connecting", "live"}:
        assert it.phase == "ending"
        assert it.state.end_reason == "session_ended"
    else:
        assert it.phase == was


def test_a_task_that_finds_no_session_ends_it() -> None:
    it = live().tell(say("a"))
    gone = events.DeliveryFailed(utterance_id="a", part=0, reason="session_ended", sent=False)
    it.tell(gone)
    assert (it.phase, it.state.end_reason) == ("ending", "session_ended")
    other = live().tell(say("a")).tell(replace(gone, reason="bad_request"))
    assert other.phase == "live"
    assert other.reports == [("a", "failed", "bad_request")]


def test_what_is_said_is_followed() -> None:
    it = live().tell(say("a"))
    it.tell(events.Delivered(utterance_id="a", part=0, delivery="sent", task_id="t", duration=1.0))
    begin = AvatarEvent(type=AvatarEventType.AVATAR_START_TALKING, task_id="t")
    it.tell(events.Heard(event=begin))
    assert it.state.current is not None
    assert it.state.current.stage is Stage.SPEAKING
    it.tell(events.Heard(event=replace(begin, type=AvatarEventType.AVATAR_STOP_TALKING)))
    assert it.reports == [("a", "spoken", None)]


def test_what_is_measured_is_followed() -> None:
    it = live().tell(say("a"))
    it.tell(events.Delivered(utterance_id="a", part=0, delivery="sent", task_id=None, duration=1.0))
    it.tell(events.Measured(sounding=True)).tell(events.Measured(sounding=False))
    assert it.wake_at == 1001.0
    assert it.later(1.0).tell(events.Tick()).reports == [("a", "spoken", None)]


def test_a_playback_that_fails_ends_its_utterance() -> None:
    it = Machine()
    marked = replace(say("a").utterance, stand_in="cap")
    it.state.current = Current(utterance=marked, mouth=Mouth.CARDS, task_id="p", replied=True)
    it.tell(events.PlaybackFailed(task_id="p", reason="speech_failed"))
    assert it.reports == [("a", "failed", "speech_failed")]


def test_listening_is_noted() -> None:
    it = live().tell(events.Listening(on=True))
    assert it.state.listening
    assert not it.tell(events.Listening(on=False)).state.listening


def test_a_block_can_be_lifted() -> None:
    it = Machine()
    it.state.blocked_until = 1500.0
    it.tell(events.Tick())
    assert it.state.blocked_until == 1500.0
    assert it.tell(events.Unblock()).state.blocked_until is None


def test_a_create_that_was_not_sent_is_forgotten() -> None:
    it = starting().tell(events.CreateSkipped())
    assert it.phase == "off"
    assert it.state.record is None


def test_a_create_that_was_refused_is_told() -> None:
    refused = events.CreateFailed(reason="quota", sent=False, sent_at=1000.0)
    it = Machine().tell(say("a")).tell(refused)
    assert it.reports == [("a", "failed", "quota")]
    assert it.phase == "off"


def test_what_the_last_run_left_is_ended_first() -> None:
    left = live().state.record
    it = Machine().tell(events.Restored(record=left, budget=Budget(day=NOW.day, used=70.0)))
    assert it.phase == "ending"
    assert it.did(effects.EndSession)
    assert it.state.budget.used >= 70.0


def test_a_check_that_finds_nothing_ends_the_session() -> None:
    it = connecting()
    it.tell(events.Checked(session_id="s", is_open=True))
    assert it.phase == "connecting"
    it.tell(events.Checked(session_id="s", is_open=False))
    assert (it.phase, it.state.end_reason) == ("ending", "session_ended")


@pytest.mark.parametrize("failure", [events.EndFailed, events.ListFailed])
def test_what_failed_is_tried_again(failure: type[events.EndFailed | events.ListFailed]) -> None:
    it = ending().tell(failure(reason="connection"))
    assert it.wake_at == 1002.0
    assert it.later(2.0).tell(events.Tick()).did(effects.EndSession)


def test_a_lost_create_is_looked_for() -> None:
    lost = events.CreateFailed(reason="connection", sent=True, sent_at=1000.0)
    it = starting().tell(lost)
    assert it.did(effects.ListSessions)
    it.tell(events.Listed(sessions=(("s", 5000.0),), known=frozenset()))
    assert it.did(effects.EndSession)


def test_an_accepted_end_is_the_end() -> None:
    it = ending().tell(events.Ended(session_id="s"))
    assert it.phase == "off"
    assert it.state.record is None


# --- settling


def test_time_is_counted_before_anything_else() -> None:
    it = live().later(10.0).tell(events.Tick())
    assert it.state.budget.used == 10.0


def test_a_day_turns_without_a_session() -> None:
    it = Machine()
    it.state.budget = Budget(day=NOW.day, used=70.0)
    it.now = replace(NOW, day="2026-11-25")
    assert it.tell(events.Tick()).state.budget == Budget(day="2026-11-25")


def test_what_has_waited_too_long_expires() -> None:
    it = Machine()
    it.tell(events.AudienceChanged(audience=Audience())).tell(say("a"))
    assert it.wake_at == 1030.0
    assert it.later(30.0).tell(events.Tick()).reports == [("a", "expired", "nobody_watching")]


def test_the_wake_is_that_of_the_last_round() -> None:
    """Ending a session for its idleness forgets the time at which it would have been idle."""
    it = live()
    assert it.wake_at == 1045.0  # half of the vendor's idle limit: it is kept alive then
    it.later(60.0).tell(events.Tick())
    assert it.phase == "ending"
    assert it.wake_at is None  # its answer is waited for


def test_one_step_does_all_that_follows() -> None:
    """The end is accepted, another session is wanted and asked for, all in one step."""
    it = ending().tell(say("b"))
    assert not it.did(effects.CreateSession)
    it.tell(events.Ended(session_id="s"))
    assert it.phase == "starting"
    assert it.did(effects.CreateSession)
