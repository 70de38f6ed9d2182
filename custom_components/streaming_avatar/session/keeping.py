"""What keeps a session open, and what ends it. Pure; a part of the machine."""

from dataclasses import replace

from ..providers.base import AvatarEvent, AvatarEventType
from . import ending, renewing, speaking, standing_in
from .budget import SECONDS_PER_DAY
from .draft import Draft
from .effects import CheckSession, ClearIssue, KeepAlive, RaiseIssue, Tell
from .events import Checked
from .model import Phase

UNWATCHED_SECONDS = 60.0
CONNECT_SECONDS = 60.0
"""With somebody watching, a session that no screen can show ends after this time."""
CAP_GRACE_SECONDS = 15.0
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
    if state.opened_at is not None and state.phase is not Phase.ENDING:
        state.record = replace(state.record, seen=mono - state.opened_at)


def room_lost(draft: Draft) -> None:
    """Give the seat a moment to rejoin, then ask whether the session is still there."""
    state = draft.state
    # While connecting that is due already; a screen that fails again and again must not put it off.
    if state.phase is Phase.LIVE:
        state.check_at = draft.now.mono + CHECK_AFTER_LOSS


def checked(draft: Draft, event: Checked) -> None:
    """End a session that is gone; of one that a screen shows again, the screen knows better."""
    state = draft.state
    if state.record is None or state.record.session_id != event.session_id:
        return
    state.checking = False
    if state.phase is not Phase.CONNECTING:
        return
    if event.is_open is False:
        ending.begin(draft, "session_ended")
    else:
        state.check_at = draft.now.mono + CHECK_AGAIN


def settle(draft: Draft) -> None:
    """Do what is due with an open session."""
    state = draft.state
    if state.phase in {Phase.STARTING, *_OPEN}:
        _note_watchers(draft)
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


def _note_watchers(draft: Draft) -> None:
    """Time how long nobody has watched, from the create on: that is when the charge begins."""
    state, mono = draft.state, draft.now.mono
    if state.audience.watching:
        if state.unwatched_since is not None and state.connecting_since is not None:
            state.connecting_since = mono
        state.unwatched_since = None
    elif state.unwatched_since is None:
        state.unwatched_since = mono


def _follow_audience(draft: Draft) -> None:
    state, mono = draft.state, draft.now.mono
    shown = state.audience.ready or not draft.rules.needs_viewer
    if shown and state.phase is Phase.CONNECTING:
        state.phase = Phase.LIVE
        state.reason = None
        state.renewing = False
        state.connecting_since = state.check_at = None
        state.used_at = max(state.used_at, mono) if not state.was_live else state.used_at
        state.was_live = True
        draft.do(
            ClearIssue(key="stand_in"),
            Tell(event=AvatarEvent(type=AvatarEventType.STREAM_READY)),
        )
    elif not shown and state.phase is Phase.LIVE:
        state.phase = Phase.CONNECTING
        state.connecting_since = mono
        state.check_at = state.check_at or mono + CHECK_AFTER_JOIN
        draft.do(Tell(event=AvatarEvent(type=AvatarEventType.STREAM_DISCONNECTED)))


def _must_end(draft: Draft) -> bool:
    """End the session if a rule says so; the first that applies gives the reason."""
    state = draft.state
    if draft.rules.charges:
        if not draft.rules.paid_allowed:
            ending.begin(draft, "paid_off", requested=True)
            return True
        if state.unwatched_since is not None and draft.due(
            state.unwatched_since + UNWATCHED_SECONDS
        ):
            ending.begin(draft, "nobody_watching")
            return True
        if _cap_reached(draft):
            return True
        waits = state.current is None and state.queue.needs_session
        is_used = speaking.in_session(state) is not None or waits or state.listening
        if not is_used and draft.due(_idle_at(draft)):
            ending.begin(draft, "idle")
            return True
    if (
        state.connecting_since is not None
        and state.audience.watching
        and draft.due(max(state.connecting_since, state.used_at) + CONNECT_SECONDS)
    ):
        ending.begin(draft, "join_failed")
        return True
    return _limit_reached(draft)


def _limit_reached(draft: Draft) -> bool:
    """Make way for the next session before the vendor's own limit, if one is wanted; else end at it.

    Return whether the session ended.
    """
    state = draft.state
    end = renewing.ends_at(state)
    if end is None:
        return False
    if renewing.is_due(draft):
        hold = state.hold_until
        ending.begin(draft, ending.RENEWAL)
        if hold is not None and hold > draft.now.mono:
            state.hold_until, state.wanted = hold, True
        return True
    if draft.due(end):
        ending.begin(draft, "vendor_limit")
        return True
    state.ends_soon = draft.due(end - renewing.WARN_SECONDS)
    return False


def _idle_at(draft: Draft) -> float:
    """Return when the session ends if nothing happens; the first screen has its time to join."""
    state, patience = draft.state, draft.rules.idle_timeout
    if not state.was_live:
        patience = max(patience, CONNECT_SECONDS)
    return max(state.used_at + patience, state.hold_until or 0.0)


def _cap_reached(draft: Draft) -> bool:
    """Stop at the caps: the sentence under way has 15 s, what waits is not said.

    Return whether the session ended.
    """
    state, rules, mono = draft.state, draft.rules, draft.now.mono
    left_today = state.budget.left(rules.max_minutes_per_day, draft.now)
    left = left_today
    if rules.max_minutes_per_session is not None and state.opened_at is not None:
        until = state.opened_at + rules.max_minutes_per_session * 60.0 - state.chain
        left = min(left, until - mono)
    if state.end_by is None:
        if left == float("inf") or not draft.due(mono + max(left, 0.0)):
            return False
        state.end_by = mono + CAP_GRACE_SECONDS
        say_cap(draft, daily=left_today <= 0)
    standing_in.refuse(draft, "cap")
    if speaking.in_session(state) is None or draft.due(state.end_by):
        ending.begin(draft, "cap")
        return True
    return False


def _check(draft: Draft) -> None:
    state = draft.state
    if (
        state.phase is Phase.CONNECTING
        and state.record is not None
        and state.record.session_id is not None
        and not state.checking
        and draft.due(state.check_at)
    ):
        state.check_at = None
        state.checking = True
        draft.do(CheckSession(session_id=state.record.session_id))


def _keep_alive(draft: Draft) -> None:
    state, rules = draft.state, draft.rules
    if not rules.can_keep_alive or state.idle_limit is None:
        return
    every = min(state.idle_limit / 2.0, KEEP_ALIVE_AT_MOST)
    if draft.due(state.kept_alive_at + every):
        state.kept_alive_at = draft.now.mono
        draft.do(KeepAlive())
        draft.due(state.kept_alive_at + every)


def say_cap(draft: Draft, *, daily: bool) -> None:
    """Tell the user that a cap is reached."""
    minutes = draft.rules.max_minutes_per_day if daily else draft.rules.max_minutes_per_session
    key = "cap_reached" if daily else "session_cap_reached"
    draft.do(RaiseIssue(key=key, details={"minutes": f"{minutes or 0:g}"}))
