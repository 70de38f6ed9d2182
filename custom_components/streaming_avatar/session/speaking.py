"""What is delivered when, and how each utterance ends. Pure; a part of the machine."""

from dataclasses import replace

from ..providers.base import AvatarEvent, AvatarEventType
from .draft import Draft
from .effects import Deliver, Report, SendInterrupt, Tell
from .events import Delivered, DeliveryFailed, Measured, Speak
from .model import Phase
from .utterances import Current, Outcome, Queue, Stage

QUIET_AFTER_SOUND = 1.0
"""Seconds of measured silence after which speech is over, where the vendor says nothing."""
QUIET_AFTER_VENDOR = 2.0
"""The same where the vendor's event of the beginning came: the one of the end is due."""
MOST_WAITING = 50
"""Utterances; more than that nobody will hear out."""
REMEMBERED_EVENTS = 32
REMEMBERED_TASKS = 8

_TOLD_ONCE = {
    AvatarEventType.AVATAR_START_TALKING,
    AvatarEventType.AVATAR_STOP_TALKING,
    AvatarEventType.AVATAR_END_MESSAGE,
    AvatarEventType.USER_START,
    AvatarEventType.USER_STOP,
    AvatarEventType.USER_END_MESSAGE,
}


def add(draft: Draft, event: Speak) -> None:
    """Queue an utterance."""
    if event.interrupt:
        cut(draft)
    if len(draft.state.queue) >= MOST_WAITING:
        draft.do(Report(utterance=event.utterance, outcome=Outcome.FAILED, reason="queue_full"))
        return
    draft.state.queue = draft.state.queue.add(event.utterance)


def withdraw(draft: Draft, utterance_id: str) -> None:
    """Take back what still waits; what is under way goes on."""
    found, draft.state.queue = draft.state.queue.without(utterance_id)
    if found is not None:
        draft.do(Report(utterance=found, outcome=Outcome.INTERRUPTED, reason="withdrawn"))


def interrupt(draft: Draft) -> None:
    """Be silent, whatever makes the sound, and forget what waits."""
    empty_queue(draft, Outcome.INTERRUPTED, None)
    had_current = draft.state.current is not None
    cut(draft)
    if not had_current and draft.state.phase in {Phase.CONNECTING, Phase.LIVE}:
        draft.do(SendInterrupt())


def cut(draft: Draft) -> None:
    """Cut the utterance under way, if there is one."""
    current = draft.state.current
    if current is None:
        return
    if current.awaits_reply:
        # Its request may reach the vendor after an interrupt sent now: that follows the reply.
        draft.state.cutting = (current.utterance.id, current.part)
    else:
        draft.do(SendInterrupt())
    _finish(draft, current, Outcome.INTERRUPTED, None)


def empty_queue(draft: Draft, outcome: Outcome, reason: str | None) -> None:
    """End everything that waits."""
    waiting, draft.state.queue = draft.state.queue.waiting, Queue()
    for utterance in waiting:
        draft.do(Report(utterance=utterance, outcome=outcome, reason=reason))


def session_over(draft: Draft, outcome: Outcome, reason: str) -> None:
    """End the utterance under way because its session ends; one that never left waits on."""
    state, current = draft.state, draft.state.current
    state.cutting = None
    if current is None:
        return
    waits_on = outcome is Outcome.FAILED and reason != "cap"
    if waits_on and current.send_at is not None and not current.heard:
        _put_back(draft, current)
    else:
        _finish(draft, current, outcome, reason)


def delivered(draft: Draft, event: Delivered) -> None:
    """Note that the avatar has got the part."""
    state = draft.state
    if state.cutting == (event.utterance_id, event.part):
        state.cutting = None
        _forget_task(draft, event.task_id)
        draft.do(SendInterrupt())
        return
    current = _matching(draft, event.utterance_id, event.part)
    if current is None:
        return
    state.used_at = state.kept_alive_at = draft.now.mono
    stops = current.stopped_tasks
    is_over = bool(stops) if event.task_id is None else bool(stops & {event.task_id, None})
    current = replace(
        current,
        stage=_taken(current),
        replied=True,
        task_id=event.task_id,
        duration=event.duration,
        delivery=event.delivery,
        heard=True,
    ).with_deadline(draft.now.mono)
    state.current = current
    if is_over:
        _part_over(draft, current, confirmed=True)


def delivery_failed(draft: Draft, event: DeliveryFailed) -> bool:
    """Note that the avatar has not got the part, or may not have.

    Return whether the session is gone.
    """
    state = draft.state
    if state.cutting == (event.utterance_id, event.part):
        state.cutting = None
        if event.sent:
            draft.do(SendInterrupt())
        return event.reason == "session_ended"
    current = _matching(draft, event.utterance_id, event.part)
    if current is None:
        return False
    if event.reason == "session_ended":
        if not current.heard:
            _put_back(draft, current)
        return True
    if event.sent:
        # It may be heard all the same: only the avatar's events can tell, and it is sent no more.
        state.current = replace(
            current, stage=_taken(current), replied=True, heard=True, lost_reply=event.reason
        ).with_deadline(draft.now.mono)
        return False
    if event.retry_after is not None and not current.retried and current.stage is Stage.SENDING:
        send_at = draft.now.mono + event.retry_after
        if current.part > 0 or send_at < current.utterance.expires_at:
            state.current = replace(current, retried=True, send_at=send_at)
            return False
    _finish(draft, current, Outcome.FAILED, event.reason)
    return False


def _taken(current: Current) -> Stage:
    return Stage.SPEAKING if current.stage is Stage.SPEAKING else Stage.SENT


def _put_back(draft: Draft, current: Current) -> None:
    """Have what was never delivered wait again, at its old place."""
    draft.state.queue = draft.state.queue.put_back(current.utterance)
    draft.state.current = None


def heard(draft: Draft, event: AvatarEvent) -> None:
    """Take news from the avatar, each once."""
    state = draft.state
    if event.task_id is not None and event.type in _TOLD_ONCE:
        key = (event.type, event.task_id)
        if key in state.heard_events:
            return
        state.heard_events = (*state.heard_events, key)[-REMEMBERED_EVENTS:]
    state.used_at = draft.now.mono
    current = state.current
    if event.type is AvatarEventType.AVATAR_START_TALKING:
        state.said = True
    if current is None or not _is_about(event, current, state.past_tasks):
        draft.do(Tell(event=event))
        return
    draft.do(Tell(event=event, utterance=current.utterance, part=current.part))
    match event.type:
        case AvatarEventType.AVATAR_START_TALKING:
            state.current = replace(
                current,
                stage=Stage.SPEAKING,
                told_by_vendor=True,
                heard=True,
                quiet_since=None,
                audible=state.audience.audible,
            ).with_deadline(draft.now.mono)
        case AvatarEventType.AVATAR_TALKING_MESSAGE if current.is_talk:
            state.current = replace(current, stage=Stage.SPEAKING, heard=True).with_deadline(
                draft.now.mono
            )
        case AvatarEventType.AVATAR_STOP_TALKING:
            _heard_end(draft, current, event)


def _heard_end(draft: Draft, current: Current, event: AvatarEvent) -> None:
    if current.replied:
        _part_over(draft, current, confirmed=True)
    elif event.task_id is not None or current.told_by_vendor:
        # The room is faster than the reply that will tell whether this task is ours.
        stopped_tasks = current.stopped_tasks | {event.task_id}
        draft.state.current = replace(current, stopped_tasks=stopped_tasks)


def measured(draft: Draft, event: Measured) -> None:
    """Take what the seat's browser hears: it fills in for events that the vendor does not send."""
    state, mono, current = draft.state, draft.now.mono, draft.state.current
    if event.sounding:
        state.said = True
    if current is not None:
        # Noise that nobody asked for keeps no session open.
        state.used_at = mono
    if current is None or current.stage is Stage.SENDING:
        return
    if event.sounding:
        started = current.stage is not Stage.SPEAKING
        current = replace(current, stage=Stage.SPEAKING, quiet_since=None, sounding=True)
        state.current = current.with_deadline(mono) if started or current.is_talk else current
    elif current.stage is Stage.SPEAKING:
        current = replace(current, quiet_since=mono, sounding=False)
        state.current = current.with_deadline(mono) if current.is_talk else current


def settle(draft: Draft) -> None:
    """Do what time and state make due with the utterance under way and the next one."""
    _end_by_time(draft)
    _send(draft)
    _deliver_next(draft)


def expire(draft: Draft) -> None:
    """End what has waited too long."""
    over, draft.state.queue = draft.state.queue.expire(draft.now.mono)
    for utterance in over:
        draft.do(
            Report(utterance=utterance, outcome=Outcome.EXPIRED, reason=_why_expired(draft)),
        )
    draft.due(draft.state.queue.next_expiry)


def _why_expired(draft: Draft) -> str:
    nobody = draft.rules.needs_viewer and draft.state.audience.watching == 0
    return "nobody_watching" if nobody else "waited_too_long"


def _end_by_time(draft: Draft) -> None:
    current = draft.state.current
    if current is None or not current.replied:
        return
    if current.sounding and not draft.state.audience.joined:
        # Nobody is left who could measure the end of the sound.
        current = replace(current, sounding=False)
        draft.state.current = current.with_deadline(draft.now.mono) if current.is_talk else current
        return
    if current.quiet_since is not None and not current.is_talk:
        patience = QUIET_AFTER_VENDOR if current.told_by_vendor else QUIET_AFTER_SOUND
        if draft.due(current.quiet_since + patience):
            _part_over(draft, current, confirmed=True)
            return
    if draft.due(current.deadline):
        if current.lost_reply is not None and current.stage is not Stage.SPEAKING:
            _finish(draft, current, Outcome.FAILED, current.lost_reply)
        else:
            confirmed = current.is_talk and current.stage is Stage.SPEAKING
            _part_over(draft, current, confirmed=confirmed)


def _send(draft: Draft) -> None:
    """Send the following part, or one that was refused for the moment, when a screen shows it."""
    state, current = draft.state, draft.state.current
    if current is None or current.send_at is None:
        return
    if not current.heard and draft.due(current.utterance.expires_at):
        _finish(draft, current, Outcome.EXPIRED, _why_expired(draft))
    elif state.phase is Phase.LIVE and draft.due(current.send_at):
        state.current = replace(current, send_at=None)
        state.used_at = draft.now.mono
        draft.do(Deliver(utterance=current.utterance, part=current.part))


def _deliver_next(draft: Draft) -> None:
    state = draft.state
    if (
        state.phase is not Phase.LIVE
        or state.current is not None
        or state.cutting is not None
        or state.end_by is not None
        or not state.queue
    ):
        return
    utterance, state.queue = state.queue.take()
    state.current = Current(utterance=utterance)
    state.used_at = draft.now.mono
    draft.do(Deliver(utterance=utterance, part=0))


def _part_over(draft: Draft, current: Current, *, confirmed: bool) -> None:
    if not current.is_last_part:
        _forget_task(draft, current.task_id)
        draft.state.current = current.next_part(draft.now.mono)
        draft.state.used_at = draft.now.mono
    elif current.audible or draft.state.audience.audible:
        _finish(draft, current, Outcome.SPOKEN, None, confirmed=confirmed)
    else:
        _finish(draft, current, Outcome.FAILED, "audio_blocked", confirmed=confirmed)


def _finish(
    draft: Draft,
    current: Current,
    outcome: Outcome,
    reason: str | None,
    *,
    confirmed: bool = True,
) -> None:
    state = draft.state
    _forget_task(draft, current.task_id)
    state.current = None
    state.used_at = draft.now.mono
    draft.do(
        Report(
            utterance=current.utterance,
            outcome=outcome,
            reason=reason,
            confirmed=confirmed,
            delivery=current.delivery,
        )
    )


def _matching(draft: Draft, utterance_id: str, part: int) -> Current | None:
    current = draft.state.current
    if current is None or (current.utterance.id, current.part) != (utterance_id, part):
        return None
    return current


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
    if event.task_id is None or event.task_id == current.task_id:
        return True
    return current.task_id is None and event.task_id not in past_tasks


def _forget_task(draft: Draft, task_id: str | None) -> None:
    if task_id is not None:
        draft.state.past_tasks = (*draft.state.past_tasks, task_id)[-REMEMBERED_TASKS:]
