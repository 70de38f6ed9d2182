"""What is delivered when, and how each utterance ends. Pure; a part of the machine."""

from dataclasses import replace

from . import renewing, standing_in
from .draft import Draft
from .effects import Deliver, Report, SendInterrupt, Silence
from .events import Delivered, DeliveryFailed, Speak
from .model import Phase, State
from .utterances import (
    CARDS_SECONDS,
    SPEAKER_SECONDS,
    Current,
    Mouth,
    Outcome,
    Queue,
    Stage,
    Utterance,
)

QUIET_AFTER_SOUND = 1.0
"""Seconds of measured silence after which speech is over, where the vendor says nothing."""
QUIET_AFTER_VENDOR = 2.0
"""The same where the vendor's event of the beginning came: the one of the end is due."""
RETRY_SECONDS = 10.0
"""How long a part is sent again that was refused for the moment."""
LONGEST_PAUSE = 3.0
RENEWAL_SECONDS = 60.0
"""How long the rest of a sentence waits for the session that takes over."""
SCREEN_SECONDS = 15.0
"""How long the rest of a sentence waits for a screen, when the last one went away."""
MOST_WAITING = 50
"""Utterances; more than that nobody will hear out."""
REMEMBERED_TASKS = 8
_OPEN = {Phase.CONNECTING, Phase.LIVE}


def add(draft: Draft, event: Speak) -> None:
    """Queue an utterance."""
    if event.interrupt:
        cut(draft)
    if len(draft.state.queue) >= MOST_WAITING:
        draft.do(Report(utterance=event.utterance, outcome=Outcome.FAILED, reason="queue_full"))
        return
    utterance = standing_in.accept(draft, event.utterance)
    if utterance is not None:
        draft.state.asleep = False
        draft.state.queue = draft.state.queue.add(utterance)


def in_session(state: State) -> Current | None:
    """Return what the session is saying; what the stand-in says keeps none open."""
    current = state.current
    return current if current is not None and current.mouth is Mouth.SESSION else None


def withdraw(draft: Draft, utterance_id: str) -> None:
    """Take back what still waits; what is under way goes on."""
    found, draft.state.queue = draft.state.queue.without(utterance_id)
    if found is not None:
        draft.do(Report(utterance=found, outcome=Outcome.INTERRUPTED, reason="withdrawn"))


def interrupt(draft: Draft) -> None:
    """Be silent, whatever makes the sound, and forget what waits."""
    empty_queue(draft, Outcome.INTERRUPTED, None)
    had_current = draft.state.current is not None
    hush(draft)
    cut(draft)
    if not had_current and draft.state.phase in _OPEN:
        draft.do(SendInterrupt())


def hush(draft: Draft) -> None:
    """Silence what plays on in the background."""
    if draft.state.plays_on:
        draft.state.plays_on = False
        draft.do(Silence())


def cut(draft: Draft) -> None:
    """Cut the utterance under way, if there is one."""
    current = draft.state.current
    if current is None:
        return
    if current.mouth is not Mouth.SESSION:
        draft.do(Silence())
    elif current.awaits_reply:
        # Its request may reach the vendor after an interrupt sent now: that follows the reply.
        draft.state.cutting = (current.utterance.id, current.part)
    elif draft.state.phase in _OPEN:
        draft.do(SendInterrupt())
    finish(draft, current, Outcome.INTERRUPTED, None)


def empty_queue(draft: Draft, outcome: Outcome, reason: str | None) -> None:
    """End everything that waits."""
    waiting, draft.state.queue = draft.state.queue.waiting, Queue()
    for utterance in waiting:
        draft.do(Report(utterance=utterance, outcome=outcome, reason=reason))


def no_session(draft: Draft, reason: str) -> None:
    """End what waited in mid-text for a session that does not come."""
    current = renewing.pending(draft.state)
    if current is not None:
        finish(draft, current, Outcome.FAILED, reason)


def session_over(draft: Draft, outcome: Outcome, reason: str) -> None:
    """End the utterance under way because its session ends; one that never left waits on."""
    state, current = draft.state, in_session(draft.state)
    state.cutting = None
    if current is None:
        return
    waits_on = outcome is Outcome.FAILED and reason != "cap"
    if waits_on and current.send_at is not None and not current.heard:
        _put_back(draft, current)
    else:
        finish(draft, current, outcome, reason)


def delivered(draft: Draft, event: Delivered) -> None:
    """Note that the avatar has got the part."""
    state = draft.state
    if state.cutting == (event.utterance_id, event.part):
        state.cutting = None
        forget_task(draft, event.task_id)
        draft.do(SendInterrupt())
        return
    current = _matching(draft, event.utterance_id, event.part)
    if current is None:
        return
    if current.mouth is Mouth.SESSION:
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
        part_over(draft, current, confirmed=True)


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
    if event.retry_after is not None and current.stage is Stage.SENDING:
        again = _again(draft, current, event.retry_after)
        if again is not None:
            state.current = again
            return False
    if not _is_taken_back(draft, current, event.reason):
        finish(draft, current, Outcome.FAILED, event.reason)
    return False


def _again(draft: Draft, current: Current, pause: float) -> Current | None:
    """Return a part that was refused for the moment, to be sent again after a while; None: often enough.

    An avatar notices a screen some seconds after it joined: asked again soon, it speaks soon. The pauses grow up to
    3 s, unless the vendor asks for longer ones.
    """
    mono = draft.now.mono
    send_at = mono + max(pause, min(pause * 2.0**current.retries, LONGEST_PAUSE))
    until = current.retry_until or max(mono + RETRY_SECONDS, send_at)
    if send_at > until or (current.part == 0 and send_at >= current.utterance.expires_at):
        return None
    return replace(current, retries=current.retries + 1, retry_until=until, send_at=send_at)


def _is_taken_back(draft: Draft, current: Current, reason: str) -> bool:
    """Have what surely nobody heard said in another way, or later; False: it cannot be."""
    if current.mouth is Mouth.SESSION:
        return standing_in.take_back(draft, current, reason)
    if reason != "nobody_watching" or current.heard:
        return False
    _put_back(draft, current)
    return True


def _taken(current: Current) -> Stage:
    return Stage.SPEAKING if current.stage is Stage.SPEAKING else Stage.SENT


def _put_back(draft: Draft, current: Current) -> None:
    """Have what was never delivered wait again, at its old place."""
    draft.state.queue = draft.state.queue.put_back(current.utterance)
    draft.state.current = None


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
    needs_screen = draft.rules.needs_viewer or draft.rules.synthesizes
    nobody = needs_screen and draft.state.audience.watching == 0
    return "nobody_watching" if nobody else "waited_too_long"


def _end_by_time(draft: Draft) -> None:
    current = draft.state.current
    if current is None or (not current.replied and current.mouth is Mouth.SESSION):
        return
    is_measured = current.sounding and current.mouth is Mouth.SESSION
    if is_measured and not draft.state.audience.joined:
        # Nobody is left who could measure the end of the sound.
        current = replace(current, sounding=False)
        draft.state.current = current.with_deadline(draft.now.mono) if current.is_talk else current
        return
    if current.quiet_since is not None and not current.is_talk:
        patience = QUIET_AFTER_VENDOR if current.told_by_vendor else QUIET_AFTER_SOUND
        if draft.due(current.quiet_since + patience):
            part_over(draft, current, confirmed=True)
            return
    if draft.due(current.deadline):
        if current.lost_reply is not None and current.stage is not Stage.SPEAKING:
            finish(draft, current, Outcome.FAILED, current.lost_reply)
        elif current.mouth is Mouth.CARDS:
            _end_on_cards(draft, current)
        elif current.mouth is Mouth.SPEAKER and not current.replied:
            draft.do(Silence())
            finish(draft, current, Outcome.FAILED, "speaker_failed")
        else:
            confirmed = current.is_talk and current.stage is Stage.SPEAKING
            part_over(draft, current, confirmed=confirmed)


def _end_on_cards(draft: Draft, current: Current) -> None:
    """End what the cards tell no end of; an endless sound plays on until something else is to be heard."""
    if current.stage is Stage.SPEAKING and current.utterance.media is not None:
        draft.state.plays_on = True
        part_over(draft, current, confirmed=False)
        return
    draft.do(Silence())
    if current.stage is Stage.SPEAKING:
        part_over(draft, current, confirmed=False)
    else:
        finish(draft, current, Outcome.FAILED, "speech_failed")


def _send(draft: Draft) -> None:
    """Send the following part, or one that was refused for the moment, when a screen shows it."""
    current = draft.state.current
    if current is None or current.send_at is None:
        return
    if not current.heard and draft.due(current.utterance.expires_at):
        finish(draft, current, Outcome.EXPIRED, _why_expired(draft))
    elif _is_ready(draft, current.mouth):
        if draft.due(current.send_at):
            _deliver(draft, replace(current, send_at=None))
    elif current.mouth is not Mouth.SESSION:
        if draft.due(current.send_at + SCREEN_SECONDS):
            finish(draft, current, Outcome.FAILED, "screen_lost")
    elif draft.state.phase not in _OPEN and draft.due(current.send_at + RENEWAL_SECONDS):
        finish(draft, current, Outcome.FAILED, "session_ended")


def _is_ready(draft: Draft, mouth: Mouth) -> bool:
    match mouth:
        case Mouth.SESSION:
            return draft.state.phase is Phase.LIVE and not renewing.is_due(draft)
        case Mouth.CARDS:
            return draft.state.audience.watching > 0
        case Mouth.SPEAKER:
            return draft.rules.speaker


def _deliver_next(draft: Draft) -> None:
    state = draft.state
    if state.current is not None or state.cutting is not None or not state.queue:
        return
    # What waits for a session keeps nothing waiting that needs none.
    for utterance in state.queue.waiting:
        mouth = _mouth_of(draft, utterance)
        if mouth is not None:
            _, state.queue = state.queue.without(utterance.id)
            _deliver(draft, Current(utterance=utterance, mouth=mouth))
            return


def _mouth_of(draft: Draft, utterance: Utterance) -> Mouth | None:
    """Return what is to say an utterance now; None: nothing can yet."""
    state, rules = draft.state, draft.rules
    if utterance.stand_in is None:
        is_closing = state.end_by is not None or renewing.is_due(draft)
        if state.phase is not Phase.LIVE or is_closing:
            return None
        if not rules.synthesizes:
            return Mouth.SESSION
    if state.audience.watching:
        return Mouth.CARDS
    return Mouth.SPEAKER if rules.speaker and utterance.stand_in is not None else None


def _deliver(draft: Draft, current: Current) -> None:
    if current.mouth is Mouth.SESSION:
        hush(draft)
        draft.state.used_at = draft.now.mono
    else:
        draft.state.plays_on = False
        patience = CARDS_SECONDS if current.mouth is Mouth.CARDS else SPEAKER_SECONDS
        current = replace(current, deadline=draft.now.mono + patience)
    draft.state.current = current
    draft.do(Deliver(utterance=current.utterance, part=current.part, mouth=current.mouth))


def part_over(draft: Draft, current: Current, *, confirmed: bool) -> None:
    """End the part under way, and with the last one its utterance."""
    audible = current.audible or draft.state.audience.audible
    if not current.is_last_part:
        forget_task(draft, current.task_id)
        draft.state.current = current.next_part(draft.now.mono)
        if current.mouth is Mouth.SESSION:
            draft.state.used_at = draft.now.mono
    elif audible or current.mouth is Mouth.SPEAKER:
        finish(draft, current, Outcome.SPOKEN, current.utterance.stand_in, confirmed=confirmed)
    else:
        finish(draft, current, Outcome.FAILED, "audio_blocked", confirmed=confirmed)


def finish(
    draft: Draft,
    current: Current,
    outcome: Outcome,
    reason: str | None,
    *,
    confirmed: bool = True,
) -> None:
    """Give the utterance under way its outcome."""
    state = draft.state
    forget_task(draft, current.task_id)
    state.current = None
    state.free_at = draft.now.mono
    if current.mouth is Mouth.SESSION:
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


def forget_task(draft: Draft, task_id: str | None) -> None:
    """Note that news of a task are about nothing that is under way any more."""
    if task_id is not None:
        draft.state.past_tasks = (*draft.state.past_tasks, task_id)[-REMEMBERED_TASKS:]
