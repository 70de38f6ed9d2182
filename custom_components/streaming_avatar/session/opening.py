"""How a session comes to be and what keeps it open. Pure; a part of the machine."""

from dataclasses import replace

from ..providers.base import AvatarEvent, AvatarEventType
from . import ending, speaking
from .budget import SECONDS_PER_DAY
from .draft import Draft
from .effects import (
    ClearIssue,
    CreateSession,
    KeepAlive,
    ListSessions,
    OpenRoom,
    RaiseIssue,
    StartSession,
    Tell,
)
from .events import Created, CreateFailed, Listed, Start
from .model import Phase, Record
from .utterances import Outcome

UNWATCHED_SECONDS = 60.0
CONNECT_SECONDS = 60.0
"""With somebody watching, a session that no screen can show ends after this time."""
CAP_GRACE_SECONDS = 15.0
DURATION_MARGIN = 5.0
"""Seconds before the vendor's own limit at which we end the session, so that the end is ours."""
BUSY_RETRY_SECONDS = 20.0
CHECK_AFTER_JOIN = 8.0
CHECK_AFTER_LOSS = 2.0
CHECK_AGAIN = 15.0
SAVE_EVERY = 60.0
KEEP_ALIVE_AT_MOST = 60.0

_OPEN = {Phase.CONNECTING, Phase.LIVE}


def meter(draft: Draft) -> None:
    """Count the time since the last step, if a session is being charged."""
    state, mono = draft.state, draft.now.mono
    if state.metered_at is None or state.record is None:
        return
    draft.spend(mono - state.metered_at)
    state.metered_at = mono
    if state.opened_at is not None and state.phase in _OPEN:
        state.record = replace(state.record, seen=mono - state.opened_at)


def want(draft: Draft, event: Start) -> None:
    """Have a session without having anything to say."""
    state = draft.state
    state.without_viewer = state.without_viewer or event.without_viewer
    state.wanted = state.phase in {Phase.OFF, Phase.STARTING, Phase.ENDING}
    state.used_at = draft.now.mono
    if event.hold is not None:
        state.hold_until = max(state.hold_until or 0.0, draft.now.mono + event.hold)


def created(draft: Draft, event: Created) -> None:
    """Take the new session: it costs money from now on."""
    state = draft.state
    assert state.record is not None  # noqa: S101 - stored before the create was sent
    state.calling = False
    state.record = replace(
        state.record, session_id=event.session_id, duration_limit=event.duration_limit
    )
    state.opened_at = state.metered_at = event.sent_at
    meter(draft)
    state.duration_limit = event.duration_limit
    state.idle_limit = event.idle_limit
    state.used_at = state.kept_alive_at = draft.now.mono
    draft.save()
    if state.end_requested or state.closed:
        ending.begin(draft, state.end_reason or "stopped", requested=True)
        return
    state.calling = True
    draft.do(StartSession())


def create_failed(draft: Draft, event: CreateFailed) -> None:
    """Take a refusal, or begin to find out what became of a create whose reply was lost."""
    state = draft.state
    state.calling = False
    state.reason = event.reason
    if event.sent:
        # Never sent again for those who wait: it may have cost money already.
        if state.record is not None:
            lost_at = draft.now.wall - state.record.since
            state.record = replace(state.record, lost_at=max(lost_at, 0.0))
        speaking.empty_queue(draft, Outcome.FAILED, event.reason)
        state.wanted = False
        ending.begin(draft, event.reason, requested=state.end_requested)
        return
    state.record = None
    state.opened_at = None
    draft.save()
    if event.reason == "busy" and not state.busy_retried and not state.end_requested:
        state.busy_retried = True
        state.busy_retry_at = draft.now.mono + (event.retry_after or BUSY_RETRY_SECONDS)
        return
    speaking.empty_queue(draft, Outcome.FAILED, event.reason)
    give_up(draft)


def give_up(draft: Draft) -> None:
    """Return to off without a session."""
    state = draft.state
    state.phase = Phase.OFF
    state.wanted = False
    state.hold_until = None
    state.without_viewer = False
    state.busy_retry_at = None
    state.busy_retried = False
    state.end_requested = False


def started(draft: Draft) -> None:
    """Let viewers in."""
    state = draft.state
    state.calling = False
    if state.end_requested or state.closed:
        ending.begin(draft, state.end_reason or "stopped", requested=True)
        return
    state.phase = Phase.CONNECTING
    state.wanted = False
    state.connecting_since = draft.now.mono
    state.check_at = draft.now.mono + CHECK_AFTER_JOIN
    draft.do(OpenRoom())


def room_lost(draft: Draft) -> None:
    """Give the seat a moment to rejoin, then ask whether the session is still there."""
    state = draft.state
    if state.phase in _OPEN:
        state.check_at = draft.now.mono + CHECK_AFTER_LOSS


def listed(draft: Draft, event: Listed) -> None:
    """Look for our session among the open ones."""
    state = draft.state
    state.calling = False
    if state.phase not in _OPEN or state.record is None:
        return
    if state.record.session_id not in {session_id for session_id, _ in event.sessions}:
        ending.begin(draft, "session_ended")
    else:
        state.check_at = draft.now.mono + CHECK_AGAIN


def list_failed(draft: Draft) -> None:
    """Ask again later; meanwhile the time to connect runs."""
    draft.state.calling = False
    draft.state.check_at = draft.now.mono + CHECK_AGAIN


def settle_open(draft: Draft) -> None:
    """Do what is due with an open session."""
    state = draft.state
    if state.phase not in _OPEN:
        return
    _follow_audience(draft)
    if _must_end(draft):
        return
    _check(draft)
    _keep_alive(draft)
    if draft.due(state.saved_at + SAVE_EVERY):
        draft.save()
        draft.due(state.saved_at + SAVE_EVERY)
    draft.due(draft.now.mono + SECONDS_PER_DAY - draft.now.since_midnight)


def _follow_audience(draft: Draft) -> None:
    state, mono = draft.state, draft.now.mono
    shown = state.audience.ready or not draft.rules.needs_viewer
    if shown and state.phase is Phase.CONNECTING:
        state.phase = Phase.LIVE
        state.reason = None
        state.connecting_since = state.check_at = None
        state.used_at = max(state.used_at, mono) if not state.was_live else state.used_at
        state.was_live = True
        draft.do(Tell(event=AvatarEvent(type=AvatarEventType.STREAM_READY)))
    elif not shown and state.phase is Phase.LIVE:
        state.phase = Phase.CONNECTING
        state.connecting_since = mono
        state.check_at = state.check_at or mono + CHECK_AFTER_JOIN
        draft.do(Tell(event=AvatarEvent(type=AvatarEventType.STREAM_DISCONNECTED)))
    if state.audience.watching:
        if state.unwatched_since is not None and state.connecting_since is not None:
            state.connecting_since = mono
        state.unwatched_since = None
    elif state.unwatched_since is None:
        state.unwatched_since = mono


def _must_end(draft: Draft) -> bool:
    """End the session if a rule says so; the first that applies gives the reason."""
    state = draft.state
    if draft.rules.charges:
        if state.unwatched_since is not None and draft.due(
            state.unwatched_since + UNWATCHED_SECONDS
        ):
            ending.begin(draft, "nobody_watching")
            return True
        if _cap_reached(draft):
            return True
        if state.current is None and not state.queue and draft.due(_idle_at(draft)):
            ending.begin(draft, "idle")
            return True
    if (
        state.connecting_since is not None
        and state.audience.watching
        and draft.due(max(state.connecting_since, state.used_at) + CONNECT_SECONDS)
    ):
        ending.begin(draft, "join_failed")
        return True
    if state.duration_limit is not None and state.opened_at is not None:
        margin = min(DURATION_MARGIN, state.duration_limit / 2)
        if draft.due(state.opened_at + state.duration_limit - margin):
            ending.begin(draft, "vendor_limit")
            return True
    return False


def _idle_at(draft: Draft) -> float:
    return max(draft.state.used_at + draft.rules.idle_timeout, draft.state.hold_until or 0.0)


def _cap_reached(draft: Draft) -> bool:
    """Stop at the caps: the sentence under way has 15 s, what waits is not said. Return whether the session ended."""
    state, rules, mono = draft.state, draft.rules, draft.now.mono
    left_today = state.budget.left(rules.max_minutes_per_day, draft.now)
    left = left_today
    if rules.max_minutes_per_session is not None and state.opened_at is not None:
        left = min(left, state.opened_at + rules.max_minutes_per_session * 60.0 - mono)
    if state.end_by is None:
        if left == float("inf") or not draft.due(mono + max(left, 0.0)):
            return False
        state.end_by = mono + CAP_GRACE_SECONDS
        _say_cap(draft, daily=left_today <= 0)
    speaking.empty_queue(draft, Outcome.FAILED, "cap")
    if state.current is None or draft.due(state.end_by):
        ending.begin(draft, "cap")
        return True
    return False


def _say_cap(draft: Draft, *, daily: bool) -> None:
    minutes = draft.rules.max_minutes_per_day if daily else draft.rules.max_minutes_per_session
    key = "cap_reached" if daily else "session_cap_reached"
    draft.do(RaiseIssue(key=key, details={"minutes": f"{minutes or 0:g}"}))


def _check(draft: Draft) -> None:
    state = draft.state
    if state.phase is Phase.CONNECTING and not state.calling and draft.due(state.check_at):
        state.check_at = None
        state.calling = True
        draft.do(ListSessions())


def _keep_alive(draft: Draft) -> None:
    state, rules = draft.state, draft.rules
    if not rules.can_keep_alive or state.idle_limit is None:
        return
    every = min(state.idle_limit / 2.0, KEEP_ALIVE_AT_MOST)
    if draft.due(max(state.kept_alive_at, state.used_at) + every):
        state.kept_alive_at = draft.now.mono
        draft.do(KeepAlive())
        draft.due(state.kept_alive_at + every)


def settle_off(draft: Draft) -> None:
    """Open a session if somebody needs one and nothing forbids it."""
    state = draft.state
    if draft.due(state.blocked_until):
        state.blocked_until = None
        draft.do(ClearIssue(key="creates_blocked"))
    if state.phase is Phase.STARTING and state.busy_retry_at is not None:
        if not state.queue and not state.wanted:
            give_up(draft)
        elif draft.due(state.busy_retry_at):
            state.busy_retry_at = None
            _open(draft)
        return
    if state.phase is not Phase.OFF or state.closed:
        state.wanted = state.wanted and not state.closed
        return
    if not state.queue and not state.wanted:
        return
    refusal = _refusal(draft)
    if refusal is None:
        _open(draft)
    elif refusal == "nobody_watching":
        # What is to be said waits for somebody until it expires; a bare session does not.
        if state.wanted:
            give_up(draft)
            state.reason = refusal
    else:
        state.reason = refusal
        speaking.empty_queue(draft, Outcome.FAILED, refusal)
        give_up(draft)


def _refusal(draft: Draft) -> str | None:
    """Return why no session may be opened now."""
    state, rules = draft.state, draft.rules
    if not rules.charges:
        return None
    if state.blocked_until is not None:
        return "blocked"
    left = state.budget.left(rules.max_minutes_per_day, draft.now)
    if left < max(rules.minimum_charge, 1.0):
        _say_cap(draft, daily=True)
        return "cap"
    if not state.audience.watching and not state.without_viewer:
        return "nobody_watching"
    return None


def _open(draft: Draft) -> None:
    state, rules, now = draft.state, draft.rules, draft.now
    state.phase = Phase.STARTING
    state.calling = True
    state.reason = None
    state.said = state.was_live = False
    state.end_reason = None
    state.end_requested = False
    state.unwatched_since = state.end_by = None
    state.record = Record(
        session_id=None, since=now.wall, vendor_since=now.vendor, limit=rules.unattended_limit
    )
    state.opened_at = now.mono
    state.metered_at = None
    left = state.budget.left(rules.max_minutes_per_day, now)
    if rules.max_minutes_per_session is not None:
        left = min(left, rules.max_minutes_per_session * 60.0)
    draft.do(
        ClearIssue(key="cap_reached"),
        ClearIssue(key="session_cap_reached"),
        CreateSession(max_duration=left),
    )
