"""When a session makes way for a new one, so that the vendor's limit cuts no sentence. Pure; a part of the machine."""

from .draft import Draft
from .model import Phase, State
from .utterances import Current, Mouth, estimated_seconds

DURATION_MARGIN = 5.0
"""Seconds before the vendor's own limit at which we end the session, so that the end is ours."""
WARN_SECONDS = 60.0
"""So long before that the cards are told."""
RENEW_SECONDS = 20.0
"""A session that is held for later is renewed so long before."""
ANSWER_SECONDS = 60.0
"""What an answer may take whose length nobody knows beforehand."""


def pending(state: State) -> Current | None:
    """Return what has begun and waits for its next part to be sent to a session."""
    current = state.current
    if current is None or current.mouth is not Mouth.SESSION or current.send_at is None:
        return None
    return current


def ends_at(state: State) -> float | None:
    """Return the monotonic time at which we end the session because of the vendor's limit; None: there is none."""
    if state.duration_limit is None or state.opened_at is None:
        return None
    margin = min(DURATION_MARGIN, state.duration_limit / 2)
    return state.opened_at + state.duration_limit - margin


def is_due(draft: Draft) -> bool:
    """Return whether nothing more is to be said in this session, because the vendor might cut it.

    A session is used for half of its time at least: otherwise a text that is longer than any session would be paid
    for again and again, and never be said.
    """
    state = draft.state
    end = ends_at(state)
    is_border = (state.current is None and state.cutting is None) or pending(state) is not None
    if end is None or not draft.rules.renews or state.phase is not Phase.LIVE or not is_border:
        return False
    # Where sessions are too short, each would be over before it was worth its price.
    shortest = 2.0 * max(draft.rules.minimum_charge, RENEW_SECONDS)
    is_too_short = (state.duration_limit or 0.0) < shortest
    if is_too_short or state.end_by is not None or not _is_wanted_on(draft):
        return False
    needed = max(RENEW_SECONDS, _next_length(state))
    half = (state.opened_at or 0.0) + (state.duration_limit or 0.0) / 2
    return draft.due(max(end - needed, half))


def _is_wanted_on(draft: Draft) -> bool:
    """Return whether the next session is one that somebody asked for."""
    state = draft.state
    waiting = pending(state)
    is_held = state.hold_until is not None and state.hold_until > draft.now.mono
    return (
        is_held
        or state.queue.may_start_session
        or (waiting is not None and waiting.utterance.may_start)
    )


def _next_length(state: State) -> float:
    """Return the seconds after which what is said next is over at the latest, as far as can be told."""
    waiting = pending(state)
    if waiting is not None:
        text, is_talk = waiting.text, waiting.is_talk
    else:
        following = next((u for u in state.queue.waiting if u.needs_session), None)
        if following is None:
            return 0.0
        text, is_talk = following.parts[0], following.is_talk
    return ANSWER_SECONDS if is_talk else 1.5 * estimated_seconds(text) + 5.0
