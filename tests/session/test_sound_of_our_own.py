"""Single cases of sound that Home Assistant makes, where a law would say too little."""

from custom_components.streaming_avatar.providers.base import AvatarEvent, AvatarEventType, TaskType
from custom_components.streaming_avatar.session import effects, events, machine
from custom_components.streaming_avatar.session.budget import Now
from custom_components.streaming_avatar.session.model import Audience, Phase, Rules, State
from custom_components.streaming_avatar.session.utterances import (
    Mouth,
    Outcome,
    Priority,
    Utterance,
)

RULES = Rules(minimum_charge=30.0, stand_in=True)
WATCHED = Audience(watching=1, audible=True)


class Avatar:
    """A machine whose effects are kept, not carried out."""

    def __init__(self, rules: Rules = RULES, audience: Audience = WATCHED) -> None:
        self.rules = rules
        self.mono = 1000.0
        self.state = State()
        self.effects: list[effects.Effect] = []
        self.send(events.AudienceChanged(audience=audience))

    def send(self, event: events.Event, after: float = 0.0) -> list[effects.Effect]:
        self.mono += after
        now = Now(mono=self.mono, wall=self.mono, day="2026-11-24", since_midnight=50_000.0)
        step = machine.step(self.state, event, now, self.rules)
        self.state = step.state
        self.effects += step.effects
        return list(step.effects)

    def speak(self, name: str, **content: object) -> list[effects.Effect]:
        utterance = Utterance(
            id=name,
            parts=("The door is open.",),
            asked_at=self.mono,
            expires_at=self.mono + 30.0,
        )
        for key, value in content.items():
            object.__setattr__(utterance, key, value)
        return self.send(events.Speak(utterance=utterance))

    def plays(self, name: str, duration: float | None = None) -> None:
        """The cards got it, and it sounds."""
        self.send(
            events.Delivered(utterance_id=name, part=0, delivery="stand_in", task_id=f"of-{name}")
        )
        self.tell(AvatarEventType.AVATAR_START_TALKING, name, duration)

    def tell(self, kind: AvatarEventType, name: str, duration: float | None = None) -> None:
        news = AvatarEvent(type=kind, task_id=f"of-{name}", duration=duration)
        self.send(events.Heard(event=news))

    @property
    def outcomes(self) -> dict[str, Outcome]:
        return {
            effect.utterance.id: effect.outcome
            for effect in self.effects
            if isinstance(effect, effects.Report)
        }

    def count(self, kind: type[effects.Effect]) -> int:
        return sum(isinstance(effect, kind) for effect in self.effects)


def test_a_create_that_was_busy_is_not_repeated_for_a_notification() -> None:
    avatar = Avatar()
    avatar.speak("asked")
    avatar.send(
        events.CreateFailed(reason="busy", sent=False, sent_at=avatar.mono, retry_after=20.0)
    )
    avatar.send(events.Tick(), after=10.0)
    avatar.speak("notified", may_start=False)
    for _ in range(30):
        avatar.send(events.Tick(), after=1.0)
    assert avatar.count(effects.CreateSession) == 1


def test_no_session_is_opened_while_a_sound_plays() -> None:
    avatar = Avatar()
    avatar.speak("song", media="/local/song.mp3")
    avatar.plays("song", duration=200.0)
    avatar.speak("asked", expires_at=avatar.mono + 3600.0)
    avatar.send(events.Tick(), after=60.0)
    assert avatar.count(effects.CreateSession) == 0
    avatar.tell(AvatarEventType.AVATAR_STOP_TALKING, "song")
    assert avatar.count(effects.CreateSession) == 1


def test_an_endless_sound_gives_way_and_plays_on_until_then() -> None:
    avatar = Avatar(Rules(charges=False, needs_viewer=False, synthesizes=True, always_on=True))
    avatar.state.phase = Phase.LIVE
    avatar.speak("radio", media="http://radio/")
    avatar.plays("radio")
    avatar.speak("fire")
    avatar.send(events.Tick(), after=14.0)
    assert avatar.outcomes == {}
    avatar.send(events.Tick(), after=2.0)
    assert avatar.outcomes == {"radio": Outcome.SPOKEN}
    assert isinstance(avatar.effects[-1], effects.Deliver)
    assert avatar.effects[-1].utterance.id == "fire"


def test_an_interrupt_silences_what_plays_on() -> None:
    avatar = Avatar(Rules(charges=False, needs_viewer=False, synthesizes=True, always_on=True))
    avatar.state.phase = Phase.LIVE
    avatar.speak("radio", media="http://radio/")
    avatar.plays("radio")
    avatar.send(events.Tick(), after=16.0)
    assert avatar.count(effects.Silence) == 0
    avatar.send(events.Interrupt())
    assert avatar.count(effects.Silence) == 1


def test_a_question_that_waits_keeps_no_alarm_waiting() -> None:
    avatar = Avatar(audience=Audience())
    avatar.rules = Rules(minimum_charge=30.0, stand_in=True, speaker=True)
    avatar.speak("question", task_type=TaskType.TALK, priority=Priority.URGENT)
    avatar.speak("alarm")
    effect = avatar.send(events.Tick(), after=3.0)[-1]
    assert isinstance(effect, effects.Deliver)
    assert (effect.utterance.id, effect.mouth) == ("alarm", Mouth.SPEAKER)


def test_a_speaker_that_is_taken_away_between_two_parts_ends_the_sentence() -> None:
    avatar = Avatar(audience=Audience())
    avatar.rules = Rules(minimum_charge=30.0, stand_in=True, speaker=True)
    avatar.speak("long", parts=("One.", "Two."))
    avatar.send(events.Tick(), after=3.0)
    avatar.plays("long")
    avatar.rules = RULES
    avatar.tell(AvatarEventType.AVATAR_STOP_TALKING, "long")
    avatar.send(events.Tick(), after=20.0)
    assert avatar.outcomes == {"long": Outcome.FAILED}


def test_what_never_comes_back_from_the_speaker_has_an_outcome() -> None:
    avatar = Avatar(audience=Audience())
    avatar.rules = Rules(minimum_charge=30.0, stand_in=True, speaker=True)
    avatar.speak("lost")
    avatar.send(events.Tick(), after=3.0)
    avatar.send(events.Tick(), after=91.0)
    assert avatar.outcomes == {"lost": Outcome.FAILED}


def test_screens_that_went_away_while_the_sound_was_made_are_waited_for() -> None:
    avatar = Avatar()
    avatar.speak("chime", media="/local/chime.mp3")
    avatar.send(events.AudienceChanged(audience=Audience()))
    avatar.send(
        events.DeliveryFailed(utterance_id="chime", part=0, reason="nobody_watching", sent=False)
    )
    assert avatar.outcomes == {}
    effect = avatar.send(events.AudienceChanged(audience=WATCHED))[-1]
    assert isinstance(effect, effects.Deliver)


def test_a_sentence_of_which_a_part_was_heard_is_not_begun_anew() -> None:
    avatar = Avatar()
    avatar.state.phase = Phase.LIVE
    avatar.state.audience = Audience(watching=1, joined=True, ready=True, audible=True)
    avatar.speak("long", parts=("One.", "Two."))
    avatar.send(events.Delivered(utterance_id="long", part=0, delivery="sent", task_id="of-long"))
    avatar.tell(AvatarEventType.AVATAR_START_TALKING, "long")
    avatar.tell(AvatarEventType.AVATAR_STOP_TALKING, "long")
    avatar.send(events.DeliveryFailed(utterance_id="long", part=1, reason="quota", sent=False))
    assert avatar.outcomes == {"long": Outcome.FAILED}
    delivered = [e.mouth for e in avatar.effects if isinstance(e, effects.Deliver)]
    assert delivered == [Mouth.SESSION, Mouth.SESSION]


def test_what_a_room_tells_of_a_sentence_that_was_cut_is_told_to_nobody() -> None:
    avatar = Avatar()
    avatar.state.past_tasks = ("cut",)
    for task_id in ("cut", "new"):
        kind = AvatarEventType.AVATAR_TALKING_MESSAGE
        avatar.send(events.Heard(event=AvatarEvent(type=kind, task_id=task_id, text="The")))
    told = [effect.event.task_id for effect in avatar.effects if isinstance(effect, effects.Tell)]
    assert told == ["new"]
