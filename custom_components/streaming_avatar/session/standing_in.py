"""When the built-in voice, or a speaker, says what the avatar itself cannot. Pure; a part of the machine.

What is to be said is marked with the reason, once, and never goes back: so no second session is paid for it.
"""

from collections.abc import Callable
from dataclasses import replace

from .draft import Draft
from .effects import RaiseIssue, Report
from .model import Phase
from .utterances import Current, Mouth, Outcome, Queue, Utterance

PATIENCE_SECONDS = 12.0
"""How long a sentence waits for a session that is starting, before the stand-in says it."""
PATIENCE_SHARE = 0.8
"""The same for a sentence that expires soon, as a share of its time."""
UNWATCHED_SECONDS = 2.0
"""A page that is loaded anew watches again after a moment; then the speaker need not take it."""

_NOTHING_WRONG = {
    "cap",
    "blocked",
    "media",
    "nobody_watching",
    "not_asked",
    "paid_off",
    "plan",
    "quota",
    "slow_start",
    "suspended",
}
"""Reasons that no repair need tell, or that a repair of their own tells."""


def accept(draft: Draft, utterance: Utterance) -> Utterance | None:
    """Take an utterance; None: it was refused. A sound is for the cards, whatever the avatar is."""
    rules = draft.rules
    if utterance.media is None or rules.synthesizes:
        return utterance
    if rules.stand_in:
        return replace(utterance, stand_in="media")
    draft.do(Report(utterance=utterance, outcome=Outcome.FAILED, reason="media_needs_stand_in"))
    return None


def refuse(draft: Draft, reason: str) -> None:
    """There is no session for what waits: the stand-in says it, or it fails."""
    take_over(draft, reason)
    failing = tuple(u for u in draft.state.queue.waiting if u.needs_session)
    draft.state.queue = Queue(
        waiting=tuple(u for u in draft.state.queue.waiting if not u.needs_session)
    )
    for utterance in failing:
        draft.do(Report(utterance=utterance, outcome=Outcome.FAILED, reason=reason))


def take_over(draft: Draft, reason: str) -> None:
    """Have the stand-in say what waits, as far as it can: it reads out, but has no answers."""
    if not draft.rules.stand_in:
        return
    before = draft.state.queue
    draft.state.queue = before.map(lambda u: _marked(u, reason))
    if draft.state.queue != before:
        _tell(draft, reason)


def take_back(draft: Draft, current: Current, reason: str) -> bool:
    """Have the stand-in say what the avatar did not take; False: it cannot."""
    marked = _marked(current.utterance, reason)
    if not draft.rules.stand_in or current.heard or marked.stand_in is None:
        return False
    draft.state.queue = draft.state.queue.put_back(marked)
    draft.state.current = None
    _tell(draft, reason)
    return True


def settle(draft: Draft) -> None:
    """Pass on what waits in vain."""
    state, rules = draft.state, draft.rules
    if state.closed:
        return
    if rules.charges and state.phase in {Phase.OFF, Phase.ENDING} and not state.renewing:
        _settle_unpaid(draft)
    if rules.speaker and not state.audience.watching:
        _pass_on(draft, "nobody_watching", lambda u: u.asked_at + UNWATCHED_SECONDS)
    elif rules.stand_in and state.audience.watching and _is_slow(draft):
        _pass_on(draft, "slow_start", lambda u: _patience_ends(u, state.free_at))


def _settle_unpaid(draft: Draft) -> None:
    """Nobody asked for money: what may not start a session does not wait for one."""
    state, rules = draft.state, draft.rules
    if not any(u.needs_session and not u.may_start for u in state.queue.waiting):
        return
    if rules.stand_in:
        state.queue = state.queue.map(lambda u: u if u.may_start else _marked(u, "not_asked"))
    elif rules.speaker and not state.audience.watching:
        return  # the speaker takes it soon
    for utterance in state.queue.waiting:
        if utterance.needs_session and not utterance.may_start:
            _, state.queue = state.queue.without(utterance.id)
            draft.do(
                Report(utterance=utterance, outcome=Outcome.FAILED, reason="not_asked"),
            )


def _is_slow(draft: Draft) -> bool:
    """Return whether what waits does so for a session, not for its turn."""
    current = draft.state.current
    is_turn = current is None or current.mouth is not Mouth.SESSION
    return is_turn and draft.state.phase in {Phase.STARTING, Phase.CONNECTING, Phase.ENDING}


def _patience_ends(utterance: Utterance, since: float) -> float:
    """Return when an utterance has waited long enough; before `since` it waited for its turn."""
    span = utterance.expires_at - utterance.asked_at
    return min(
        max(utterance.asked_at, since) + PATIENCE_SECONDS,
        utterance.asked_at + PATIENCE_SHARE * span,
    )


def _pass_on(draft: Draft, reason: str, when: Callable[[Utterance], float]) -> None:
    def mark(utterance: Utterance) -> Utterance:
        marked = _marked(utterance, reason)
        return marked if marked is not utterance and draft.due(when(utterance)) else utterance

    draft.state.queue = draft.state.queue.map(mark)


def _marked(utterance: Utterance, reason: str) -> Utterance:
    """Return the utterance for the stand-in; the same one where it cannot say it."""
    if not utterance.needs_session or utterance.is_talk:
        return utterance
    return replace(utterance, stand_in=reason)


def _tell(draft: Draft, reason: str) -> None:
    if reason not in _NOTHING_WRONG:
        draft.do(RaiseIssue(key="stand_in", details={"reason": reason}))
