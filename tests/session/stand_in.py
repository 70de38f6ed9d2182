"""A world in which cards and a speaker say what the avatar cannot, and the laws of that."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import override

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from custom_components.streaming_avatar.providers.base import AvatarEvent, AvatarEventType
from custom_components.streaming_avatar.session import effects, events, machine
from custom_components.streaming_avatar.session.model import Phase, State
from custom_components.streaming_avatar.session.utterances import Mouth, Outcome, Utterance

from . import laws
from .life import Life
from .world import Observer, World

CARD_FAULTS = ("no sound", "no start", "lost")


@dataclass(kw_only=True)
class Played:
    """What sounds, or is about to."""

    effect: effects.Deliver
    task_id: str


@dataclass(kw_only=True)
class StandInWorld(World):
    """As the world, with text-to-speech, cards that play it, and a speaker."""

    card_faults: deque[str | None] = field(default_factory=deque)
    """For the next sounds; None: that one goes well."""
    playing: Played | None = None
    sounds: int = 0

    @override
    def _begin(self, effect: effects.Effect) -> None:
        match effect:
            case effects.Deliver() if effect.mouth is not Mouth.SESSION:
                fault = self.card_faults.popleft() if self.card_faults else None
                self._in(0.3, lambda: self._play(effect, fault), mortal=True)
            case effects.Silence():
                self.playing = None
            case _:
                super()._begin(effect)

    def _play(self, effect: effects.Deliver, fault: str | None) -> None:
        refused = self._wants(effect)
        nobody = effect.mouth is Mouth.CARDS and not self.watchers
        if refused is not None or fault == "no sound" or nobody:
            self.send(refused or self._delivery_failed(effect, "speech_failed", sent=False))
            return
        self.sounds += 1
        played = Played(effect=effect, task_id=f"sound-{self.sounds}")
        self.playing = played
        for observer in self.observers:
            if isinstance(observer, StandInObserver):
                observer.played(effect)
        self.send(
            events.Delivered(
                utterance_id=effect.utterance.id,
                part=effect.part,
                delivery="stand_in",
                task_id=played.task_id,
            )
        )
        seconds = len(effect.utterance.parts[effect.part]) / 15.0
        if fault != "no start":
            self._later(0.2, played, AvatarEventType.AVATAR_START_TALKING)
            if fault == "lost":
                failed = events.PlaybackFailed(task_id=played.task_id, reason="screen_lost")
                self._in(10.0, lambda: self._if_playing(played, failed), mortal=True)
            else:
                self._later(0.2 + seconds, played, AvatarEventType.AVATAR_STOP_TALKING)

    def _later(self, seconds: float, played: Played, kind: AvatarEventType) -> None:
        event = events.Heard(event=AvatarEvent(type=kind, task_id=played.task_id))
        self._in(seconds, lambda: self._if_playing(played, event), mortal=True)

    def _if_playing(self, played: Played, event: events.Event) -> None:
        if self.playing is played:
            if not isinstance(event, events.Heard) or (
                event.event.type is AvatarEventType.AVATAR_STOP_TALKING
            ):
                self.playing = None
            self.send(event)

    @override
    def crash(self, seconds: float) -> None:
        self.playing = None
        super().crash(seconds)


class StandInObserver(Observer):
    """Sees what cards and speaker play, too."""

    world: StandInWorld

    def played(self, effect: effects.Deliver) -> None:
        """A sound has been handed to the cards or to the speaker."""


class StandInLife(Life):
    """What may happen to an avatar that has a stand-in."""

    speaker = False

    @override
    def make_worlds(self, make: Callable[[], World]) -> None:
        def make_with_stand_in() -> World:
            plain = make()
            return StandInWorld(
                rules=replace(plain.rules, stand_in=True, speaker=self.speaker),
                vendor=plain.vendor,
                habits=plain.habits,
                wall_offset=plain.wall_offset,
            )

        super().make_worlds(make_with_stand_in)

    @initialize(speaker=st.booleans())
    def has_speaker(self, *, speaker: bool) -> None:
        self.speaker = speaker
        for world in self.worlds:
            world.rules = replace(world.rules, speaker=speaker)

    @rule(may_start=st.booleans(), media=st.booleans(), expiry=st.sampled_from([5.0, 30.0]))
    def others_speak(self, *, may_start: bool, media: bool, expiry: float) -> None:
        """A notification, a chime."""
        self.each(
            lambda world: world.speak(
                parts=("",) if media else ("The washing machine is done.",),
                may_start=may_start,
                media="media-source://chime" if media else None,
                expiry=expiry,
            )
        )

    @rule(faults=st.lists(st.sampled_from([*CARD_FAULTS, None]), max_size=3))
    def sounds_will_fail(self, faults: list[str | None]) -> None:
        for world in self.worlds:
            assert isinstance(world, StandInWorld)
            world.card_faults.extend(faults)


class OneOutcomeOfAny(laws.OneOutcome):
    """Rule 4, whatever says it."""

    @override
    def _deliver(self, effect: effects.Deliver, before: State) -> None:
        if effect.mouth is Mouth.SESSION:
            super()._deliver(effect, before)
            return
        said = self.said[effect.utterance.id]
        assert said.outcome is None, "it is over"
        if effect.part == 0:
            assert self.world.mono <= said.utterance.expires_at, "it came too late"
        said.tried_at = said.tried_at or self.world.mono
        said.part = max(said.part, effect.part)

    @override
    def rested(self) -> None:
        for said in self.said.values():
            begun = said.utterance.expires_at if said.tried_at is None else said.tried_at
            limit = max(begun, said.utterance.expires_at) + said.patience
            assert said.outcome is not None or self.world.mono <= limit, "no outcome"


class AlwaysSaid(StandInObserver):
    """What a person could hear is said, by the avatar or by its stand-in, and once."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.by_session: set[tuple[str, int]] = set()
        self.by_others: set[tuple[str, int]] = set()

    @override
    def spoken(self, effect: effects.Deliver, *, taken: bool) -> None:
        key = (effect.utterance.id, effect.part)
        assert key not in self.by_others, "said twice"
        if taken:
            self.by_session.add(key)

    @override
    def played(self, effect: effects.Deliver) -> None:
        key = (effect.utterance.id, effect.part)
        assert key not in self.by_session, "said twice"
        assert key not in self.by_others, "said twice"
        if effect.mouth is Mouth.CARDS:
            assert self.world.watchers, "nobody watches"
        else:
            assert self.world.rules.speaker, "there is no speaker"
        self.by_others.add(key)

    @override
    def stepped(self, event: events.Event, before: State, step: machine.Step) -> None:
        for report in laws.of_kind(step, effects.Report):
            utterance = report.utterance
            is_sent = any(key[0] == utterance.id for key in self.by_session | self.by_others)
            if is_sent or utterance.is_talk or before.current is not None:
                continue
            if report.outcome is Outcome.FAILED:
                assert report.reason in {"speech_failed", "queue_full"}, "nobody said it"
            if report.outcome is Outcome.EXPIRED:
                nobody = not self.world.watchers and not step.state.audience.watching
                is_behind = before.queue and before.queue.waiting[0].is_talk
                assert nobody or is_behind or before.phase is Phase.LIVE, "it was left to expire"


class NobodyAsked(Observer):
    """Rule 8: no session is made for what may not start one, nor held by what it does not say."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.asking: dict[str, Utterance] = {}
        self.asked = False

    @override
    def crashed(self) -> None:
        self.asking.clear()
        self.asked = False

    @override
    def stepped(self, event: events.Event, before: State, step: machine.Step) -> None:
        match event:
            case events.Speak(utterance=utterance) if utterance.may_start and not utterance.media:
                self.asking[utterance.id] = utterance
            case events.Start():
                self.asked = True
            case events.Stop():
                self.asked = False
        if laws.of_kind(step, effects.CreateSession):
            assert self.asking or self.asked, "nobody asked for it"
            self.asked = False
        for report in laws.of_kind(step, effects.Report):
            self.asking.pop(report.utterance.id, None)


class SilenceOfAny(laws.Silence):
    """Rule 5, whatever makes the sound."""

    world: StandInWorld

    @override
    def rested(self) -> None:
        super().rested()
        if self.world.playing is not None:
            assert self.world.playing.effect.utterance.id not in self.silenced, "it still sounds"
