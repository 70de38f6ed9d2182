"""News of the avatar's speech, from its room, its vendor or the cards. Pure; a part of the machine."""

from dataclasses import replace

from ..providers.base import AvatarEvent, AvatarEventType
from . import speaking
from .draft import Draft
from .effects import Tell
from .events import Listening, Measured, PlaybackFailed
from .model import Phase, State
from .utterances import Current, Mouth, Outcome, Stage

REMEMBERED_EVENTS = 32

_TOLD_ONCE = {
    AvatarEventType.AVATAR_START_TALKING,
    AvatarEventType.AVATAR_STOP_TALKING,
    AvatarEventType.AVATAR_END_MESSAGE,
    AvatarEventType.USER_START,
    AvatarEventType.USER_STOP,
    AvatarEventType.USER_END_MESSAGE,
}


def heard(draft: Draft, event: AvatarEvent) -> None:
    """Take news from the avatar, each once."""
    state = draft.state
    if not _is_news(state, event):
        return
    current = state.current
    is_about = current is not None and _is_about(event, current, state.past_tasks)
    if current is None or not is_about or current.mouth is Mouth.SESSION:
        state.used_at = draft.now.mono
        if event.type is AvatarEventType.AVATAR_START_TALKING:
            state.said = True
    if current is None or not is_about:
        draft.do(Tell(event=event))
        return
    draft.do(Tell(event=event, utterance=current.utterance, part=current.part))
    match event.type:
        case AvatarEventType.AVATAR_START_TALKING:
            _note_latency(draft, current)
            state.current = replace(
                current,
                stage=Stage.SPEAKING,
                told_by_vendor=True,
                heard=True,
                quiet_since=None,
                duration=current.duration if event.duration is None else event.duration,
                sounding=current.sounding or current.mouth is Mouth.CARDS,
                audible=state.audience.audible or current.mouth is Mouth.SPEAKER,
            ).with_deadline(draft.now.mono)
        case AvatarEventType.AVATAR_TALKING_MESSAGE if current.is_talk:
            _note_latency(draft, current)
            state.current = replace(current, stage=Stage.SPEAKING, heard=True).with_deadline(
                draft.now.mono
            )
        case AvatarEventType.AVATAR_STOP_TALKING:
            _heard_end(draft, current, event)


def _is_news(state: State, event: AvatarEvent) -> bool:
    """Return whether an event was not told before, and note that it is now."""
    if event.task_id is None:
        return True
    if event.type is AvatarEventType.AVATAR_TALKING_MESSAGE:
        # Of a sentence that is over it is told no more: it was cut.
        return event.task_id not in state.past_tasks
    if event.type not in _TOLD_ONCE:
        return True
    key = (event.type, event.task_id)
    if key in state.heard_events:
        return False
    state.heard_events = (*state.heard_events, key)[-REMEMBERED_EVENTS:]
    return True


def _heard_end(draft: Draft, current: Current, event: AvatarEvent) -> None:
    if current.replied:
        speaking.part_over(draft, current, confirmed=True)
    elif event.task_id is not None or current.told_by_vendor:
        # The room is faster than the reply that will tell whether this task is ours.
        stopped_tasks = current.stopped_tasks | {event.task_id}
        draft.state.current = replace(current, stopped_tasks=stopped_tasks)


def measured(draft: Draft, event: Measured) -> None:
    """Take what the seat's browser hears: it fills in for events that the vendor does not send."""
    state, mono, current = draft.state, draft.now.mono, speaking.in_session(draft.state)
    if event.sounding:
        state.said = True
    if current is not None:
        # Noise that nobody asked for keeps no session open.
        state.used_at = mono
    if current is None or current.stage is Stage.SENDING:
        return
    if event.sounding:
        started = current.stage is not Stage.SPEAKING
        _note_latency(draft, current)
        current = replace(current, stage=Stage.SPEAKING, quiet_since=None, sounding=True)
        state.current = current.with_deadline(mono) if started or current.is_talk else current
    elif current.stage is Stage.SPEAKING:
        current = replace(current, quiet_since=mono, sounding=False)
        state.current = current.with_deadline(mono) if current.is_talk else current


def _note_latency(draft: Draft, current: Current) -> None:
    """Note how long the first sound took from its turn on: what it waited for others is no slowness."""
    state = draft.state
    if current.part == 0 and current.stage is not Stage.SPEAKING:
        state.latency = draft.now.mono - max(current.utterance.asked_at, state.free_at)


def listens(draft: Draft, event: Listening) -> None:
    """Note that the avatar listens; as long as it does, its session is in use."""
    state = draft.state
    if state.phase is Phase.LIVE:
        state.listening = event.on
        state.used_at = draft.now.mono


def playback_failed(draft: Draft, event: PlaybackFailed) -> None:
    """Note that cards or speaker will not come to the end of the sound."""
    current = draft.state.current
    if current is not None and current.task_id == event.task_id:
        speaking.finish(draft, current, Outcome.FAILED, event.reason)


def _is_about(event: AvatarEvent, current: Current, past_tasks: tuple[str, ...]) -> bool:
    """Return whether news are about the utterance under way, as far as is known yet."""
    if event.type not in {
        AvatarEventType.AVATAR_START_TALKING,
        AvatarEventType.AVATAR_STOP_TALKING,
        AvatarEventType.AVATAR_TALKING_MESSAGE,
        AvatarEventType.AVATAR_END_MESSAGE,
    }:
        return False
    if current.send_at is not None:
        return False
    if current.mouth is not Mouth.SESSION:
        # What the room of a session says is not about the sound that we make ourselves.
        return event.task_id is not None and current.task_id in {event.task_id, None}
    if event.task_id is None or event.task_id == current.task_id:
        return True
    return current.task_id is None and event.task_id not in past_tasks
