"""The voice that Home Assistant makes: of the built-in avatar, of every stand-in, and of the speaker."""

from collections.abc import Callable, Mapping
from time import monotonic

from homeassistant.const import STATE_PLAYING, STATE_UNAVAILABLE, Platform
from homeassistant.core import (
    CALLBACK_TYPE,
    Event as HomeAssistantEvent,
    EventStateChangedData,
    HomeAssistant,
    callback,
)
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util.ulid import ulid_now

from .. import speech
from ..const import DOMAIN, LOGGER
from ..providers.base import AvatarEvent, AvatarEventType, Synthesize
from ..providers.settings import SettingValue
from ..speech import Sound, SpeechChoice, SpeechError
from .effects import Deliver
from .events import Delivered, DeliveryFailed, Event, Heard
from .playback import Playback
from .utterances import LONGEST_MEDIA, Mouth
from .viewers import Viewers


class Voice:
    """One avatar's sound, as far as the provider does not make it."""

    def __init__(
        self,
        hass: HomeAssistant,
        avatar_id: str,
        viewers: Viewers,
        on_event: Callable[[Event], None],
    ) -> None:
        """Be silent. `on_event` is told how the sound goes on."""
        self.settings: Mapping[str, SettingValue] = {}
        self.playback = Playback(viewers, on_event)
        self._hass = hass
        self._avatar_id = avatar_id
        self._on_event = on_event
        self._choices: dict[str, SpeechChoice] = {}
        self._speaker: tuple[str, str] | None = None
        """The media player that speaks now, and what."""
        self._stop_watching: CALLBACK_TYPE | None = None

    def choose(self, utterance_id: str, choice: SpeechChoice) -> None:
        """Keep the engine and voice that the caller named for an utterance."""
        self._choices[utterance_id] = choice

    def forget(self, utterance_id: str) -> None:
        """An utterance is over."""
        self._choices.pop(utterance_id, None)

    async def deliver(
        self, effect: Deliver, synthesize: Synthesize, is_wanted: Callable[[], bool]
    ) -> Event:
        """Make a part heard, unless it is not wanted any more when its sound is there."""
        try:
            if effect.mouth is Mouth.SPEAKER:
                return await self._deliver_to_speaker(effect, synthesize, is_wanted)
            sound = await self._sound(effect, synthesize)
        except SpeechError as error:
            LOGGER.info("No sound for an utterance: %s", error.reason)
            return _failed(effect, error.reason)
        except Exception as error:  # noqa: BLE001 - an engine's own fault must not leave a caller waiting
            # Neither message nor stack: they may hold the text.
            LOGGER.error("Unexpected %s while making sound", type(error).__name__)
            is_media = effect.utterance.media is not None
            return _failed(effect, "media_failed" if is_media else "speech_failed")
        if not is_wanted():
            return _failed(effect, "stopped")
        playback = self.playback.play(
            sound,
            monotonic(),
            utterance=effect.utterance.id,
            text=synthesize.text,
            emotion=synthesize.emotion,
        )
        if playback is None:
            return _failed(effect, "nobody_watching")
        is_own = effect.utterance.stand_in is None
        return _delivered(effect, "synthesize" if is_own else "stand_in", playback)

    async def _sound(self, effect: Deliver, synthesize: Synthesize) -> Sound:
        utterance = effect.utterance
        if utterance.media is not None:
            entity_id = er.async_get(self._hass).async_get_entity_id(
                Platform.MEDIA_PLAYER, DOMAIN, f"{self._avatar_id}_avatar"
            )
            return await speech.async_resolve_media(self._hass, utterance.media, entity_id or "")
        choice = self._choice(utterance.id, synthesize)
        return await speech.async_synthesize(self._hass, synthesize.text, choice)

    def _choice(self, utterance_id: str, synthesize: Synthesize) -> SpeechChoice:
        named = self._choices.get(utterance_id)
        choice = named or speech.choice_of(self._hass, self.settings)
        return speech.with_voice(choice, synthesize.language, synthesize.voice)

    async def _deliver_to_speaker(
        self, effect: Deliver, synthesize: Synthesize, is_wanted: Callable[[], bool]
    ) -> Event:
        speaker = str(self.settings["fallback_speaker"])
        media = effect.utterance.media
        playback = ulid_now()
        self._watch_speaker(speaker, playback)
        try:
            if media is not None:
                await speech.async_play_on_speaker(self._hass, speaker, media)
            else:
                choice = self._choice(effect.utterance.id, synthesize)
                await speech.async_say_on_speaker(self._hass, speaker, synthesize.text, choice)
        except SpeechError:
            self._forget_speaker(playback)
            raise
        if not is_wanted():
            await speech.async_stop_speaker(self._hass, speaker)
            return _failed(effect, "stopped")
        tells_end = self._stop_watching is not None
        seconds = None if media is None or not tells_end else LONGEST_MEDIA
        return _delivered(effect, "speaker", playback, seconds)

    def _watch_speaker(self, speaker: str, playback: str) -> None:
        """Take the end of the sound from the state of the media player, if it tells."""
        self._forget_speaker()
        self._speaker = (speaker, playback)
        state = self._hass.states.get(speaker)
        if state is not None and state.state == STATE_PLAYING:
            return  # what it plays already hides when this sound ends

        @callback
        def changed(event: HomeAssistantEvent[EventStateChangedData]) -> None:
            old, new = event.data["old_state"], event.data["new_state"]
            was_playing = old is not None and old.state == STATE_PLAYING
            is_playing = new is not None and new.state == STATE_PLAYING
            if is_playing and not was_playing:
                self._tell(AvatarEventType.AVATAR_START_TALKING, playback)
            if was_playing and not is_playing:
                self._forget_speaker(playback)
                # One that went away says nothing about the end of the sound.
                if new is not None and new.state != STATE_UNAVAILABLE:
                    self._tell(AvatarEventType.AVATAR_STOP_TALKING, playback)

        self._stop_watching = async_track_state_change_event(self._hass, speaker, changed)

    def _tell(self, kind: AvatarEventType, playback: str) -> None:
        self._on_event(heard(kind, playback))

    def _forget_speaker(self, playback: str | None = None) -> None:
        """Forget the speaker, if it is (still) about this sound."""
        if playback is not None and (self._speaker is None or self._speaker[1] != playback):
            return
        self._speaker = None
        if self._stop_watching is not None:
            self._stop_watching()
            self._stop_watching = None

    @callback
    def silence(self) -> None:
        """Be silent at once."""
        self.playback.stop()
        speaking = self._speaker
        self._forget_speaker()
        if speaking is not None:
            speaker, _ = speaking
            self._hass.async_create_background_task(
                speech.async_stop_speaker(self._hass, speaker), f"{DOMAIN} stop speaker"
            )

    @callback
    def close(self) -> None:
        """Be silent for good."""
        self.silence()
        self._choices.clear()


def heard(kind: AvatarEventType, playback: str) -> Event:
    """Return the news of a sound."""
    return Heard(event=AvatarEvent(type=kind, task_id=playback))


def _delivered(
    effect: Deliver, delivery: str, playback: str, duration: float | None = None
) -> Event:
    return Delivered(
        utterance_id=effect.utterance.id,
        part=effect.part,
        delivery=delivery,
        task_id=playback,
        duration=duration,
    )


def _failed(effect: Deliver, reason: str) -> Event:
    return DeliveryFailed(
        utterance_id=effect.utterance.id, part=effect.part, reason=reason, sent=False
    )
