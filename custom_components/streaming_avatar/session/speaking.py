"""The utterances of a session: what is delivered when, and how each one ends. Pure; a part of the machine."""

from ..providers.base import AvatarEvent, AvatarEventType
from .draft import Draft
from .effects import Deliver, Report, SendInterrupt, Tell
from .events import Delivered, DeliveryFailed, Measured, Speak
from .model import Phase
from .utterances import Current, Outcome, Queue, Stage

QUIET_AFTER_SOUND = 1.0
"""Seconds of measured silence after which speech is over, where the vendor says nothing about it."""
QUIET_AFTER_VENDOR = 2.0
"""The same where the vendor's event of the beginning came: the one of the end is due."""
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
    if current.stage is Stage.SENDING and current.retry_at is None:
        # Its request may reach the vendor after an interrupt sent now: the interrupt follows its reply.
        draft.state.cutting = (current.utterance.id, current.part)
    elif current.retry_at is None:
        draft.do(SendInterrupt())
    _finish(draft, Outcome.INTERRUPTED, None)


def empty_queue(draft: Draft, outcome: Outcome, reason: str | None) -> None:
    """End everything that waits."""
    waiting, draft.state.queue = draft.state.queue.waiting, Queue()
    for utterance in waiting:
        draft.do(Report(utterance=utterance, outcome=outcome, reason=reason))


def session_over(draft: Draft, outcome: Outcome, reason: str) -> None:
    """End the utterance under way because its session ends."""
    draft.state.cutting = None
    if draft.state.current is not None:
        _finish(draft, outcome, reason)


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
    state.used_at = draft.now.mono
    is_over = event.task_id is not None and event.task_id in current.stopped_tasks
    stage = Stage.SPEAKING if current.stage is Stage.SPEAKING else Stage.SENT
    current = draft.change_current(
        stage=stage,
        task_id=event.task_id or current.task_id,
        duration=event.duration,
        delivery=event.delivery,
        heard=True,
    )
    state.current = current.with_deadline(draft.now.mono)
    if is_over:
        _part_over(draft, confirmed=True)


def delivery_failed(draft: Draft, event: DeliveryFailed) -> bool:
    """Note that the avatar has not got the part, or may not have. Return whether the session is gone."""
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
            state.queue = state.queue.put_back(current.utterance)
            state.current = None
        return True
    if event.sent:
        # It may be heard all the same: only the avatar's events can tell now, and it is never sent again.
        stage = Stage.SPEAKING if current.stage is Stage.SPEAKING else Stage.SENT
        current = draft.change_current(stage=stage, heard=True, lost_reply=event.reason)
        state.current = current.with_deadline(draft.now.mono)
        return False
    retry_at = draft.now.mono + (event.retry_after or 2.0)
    can_wait = current.part > 0 or retry_at < current.utterance.expires_at
    if event.retry_after is not None and not current.retried and can_wait:
        draft.change_current(retried=True, retry_at=retry_at)
        return False
    _finish(draft, Outcome.FAILED, event.reason)
    return False


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
    is_ours = current is not None and _is_about(event, current, state.past_tasks)
    if current is not None and is_ours:
        draft.do(Tell(event=event, utterance=current.utterance, part=current.part))
    else:
        draft.do(Tell(event=event))
    if event.type is AvatarEventType.AVATAR_START_TALKING:
        state.said = True
    if not is_ours:
        return
    match event.type:
        case AvatarEventType.AVATAR_START_TALKING:
            begun = draft.change_current(
                stage=Stage.SPEAKING, told_by_vendor=True, heard=True, quiet_since=None
            )
            state.current = begun.with_deadline(draft.now.mono)
        case AvatarEventType.AVATAR_TALKING_MESSAGE:
            assert state.current is not None  # noqa: S101 - is_ours
            if state.current.is_talk:
                state.current = state.current.with_deadline(draft.now.mono)
        case AvatarEventType.AVATAR_STOP_TALKING:
            _heard_end(draft, event)


def _heard_end(draft: Draft, event: AvatarEvent) -> None:
    current = draft.state.current
    assert current is not None  # noqa: S101 - the caller has looked
    if current.stage is Stage.SENDING and event.task_id is not None and current.task_id is None:
        # The room is faster than the reply that will tell whether this task is ours.
        draft.change_current(stopped_tasks=current.stopped_tasks | {event.task_id})
        return
    _part_over(draft, confirmed=True)


def measured(draft: Draft, event: Measured) -> None:
    """Take what the seat's browser hears: it fills in for events that the vendor does not send."""
    current = draft.state.current
    draft.state.used_at = draft.now.mono
    if event.sounding:
        draft.state.said = True
    if current is None or current.stage is Stage.SENDING:
        return
    if event.sounding:
        started = current.stage is not Stage.SPEAKING
        current = draft.change_current(stage=Stage.SPEAKING, quiet_since=None)
        if started or current.is_talk:
            draft.state.current = current.with_deadline(draft.now.mono)
    elif current.stage is Stage.SPEAKING:
        draft.change_current(quiet_since=draft.now.mono)


def settle(draft: Draft) -> None:
    """Do what time and state make due with the utterance under way and the next one."""
    _end_by_time(draft)
    _resend(draft)
    _deliver_next(draft)


def expire(draft: Draft) -> None:
    """End what has waited too long."""
    over, draft.state.queue = draft.state.queue.expire(draft.now.mono)
    nobody = draft.rules.needs_viewer and draft.state.audience.watching == 0
    for utterance in over:
        draft.do(
            Report(
                utterance=utterance,
                outcome=Outcome.EXPIRED,
                reason="nobody_watching" if nobody else "waited_too_long",
            )
        )
    draft.due(draft.state.queue.next_expiry)


def _end_by_time(draft: Draft) -> None:
    current = draft.state.current
    if current is None:
        return
    if current.quiet_since is not None and not current.is_talk:
        patience = QUIET_AFTER_VENDOR if current.told_by_vendor else QUIET_AFTER_SOUND
        if draft.due(current.quiet_since + patience):
            _part_over(draft, confirmed=True)
            return
    if draft.due(current.deadline):
        if current.lost_reply is not None and current.stage is not Stage.SPEAKING:
            _finish(draft, Outcome.FAILED, current.lost_reply)
        else:
            _part_over(draft, confirmed=current.is_talk and current.stage is Stage.SPEAKING)


def _resend(draft: Draft) -> None:
    current = draft.state.current
    if current is not None and draft.due(current.retry_at):
        draft.change_current(retry_at=None)
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


def _part_over(draft: Draft, *, confirmed: bool) -> None:
    current = draft.state.current
    assert current is not None  # noqa: S101 - callers have looked
    if not current.is_last_part:
        _next_part(draft)
    elif draft.state.audience.audible:
        _finish(draft, Outcome.SPOKEN, None, confirmed=confirmed)
    else:
        _finish(draft, Outcome.FAILED, "audio_blocked", confirmed=confirmed)


def _next_part(draft: Draft) -> None:
    current = draft.state.current
    assert current is not None  # noqa: S101 - callers have looked
    _forget_task(draft, current.task_id)
    draft.state.current = current.next_part()
    draft.state.used_at = draft.now.mono
    draft.do(Deliver(utterance=current.utterance, part=current.part + 1))


def _finish(draft: Draft, outcome: Outcome, reason: str | None, *, confirmed: bool = True) -> None:
    state = draft.state
    current = state.current
    assert current is not None  # noqa: S101 - callers have looked
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
    if current.retry_at is not None:
        return False
    if event.task_id is None or event.task_id == current.task_id:
        return True
    return current.task_id is None and event.task_id not in past_tasks


def _forget_task(draft: Draft, task_id: str | None) -> None:
    if task_id is not None:
        draft.state.past_tasks = (*draft.state.past_tasks, task_id)[-REMEMBERED_TASKS:]
