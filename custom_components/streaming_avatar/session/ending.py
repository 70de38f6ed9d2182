"""How a session ends, and how it is found out whether there is one. A part of the machine."""

from dataclasses import replace

from ..providers.base import AvatarEvent, AvatarEventType
from . import speaking
from .draft import Draft
from .effects import CloseRoom, EndSession, ListSessions, RaiseIssue, Tell
from .events import Listed, Restored
from .model import Phase, Record
from .utterances import Outcome

RUNAWAY_SECONDS = 600.0
"""Two sessions that ended without a word within this time block creates for as long."""
RETRY_AT_MOST = 60.0
LOST_CREATE_LISTS = 3
"""How often the vendor must list no session of a lost create before there is none."""
LOST_CREATE_PAUSE = 5.0
CREATE_SECONDS = 10.0
"""A create that a crash cut off shows in the list after this time, if it is carried out."""
REQUEST_SECONDS = 30.0
"""How long a create may have been under way when its reply was lost in a crash."""
CLOCK_SLACK = 3.0
"""Seconds: a Date header has no fractions, and the request takes its time."""

RENEWAL = "renewal"
"""Why a session ends that makes way for the next."""
HARMLESS = {"idle", "nobody_watching", "vendor_limit", "cap", RENEWAL}
"""Our own reasons to end a session that a screen has shown: nothing ran away."""


def begin(draft: Draft, reason: str, *, requested: bool = False) -> None:
    """End the session; what it was saying ends with it."""
    state = draft.state
    if state.phase in {Phase.OFF, Phase.ENDING}:
        return
    was_live = state.phase is Phase.LIVE
    if state.phase in {Phase.CONNECTING, Phase.LIVE}:
        draft.do(CloseRoom(reason=reason))
        # The screens are out of it; the next session waits for them to join anew.
        state.audience = replace(state.audience, joined=False, ready=False)
    state.phase = Phase.ENDING
    state.end_reason = reason
    state.end_requested = state.end_requested or requested
    is_expected = state.end_requested or reason in {"idle", "vendor_limit", RENEWAL}
    state.reason = None if is_expected else reason
    state.hold_until = state.connecting_since = state.check_at = state.end_by = None
    state.without_viewer = state.checking = False
    state.listening = state.ends_soon = False
    state.renewing = reason == RENEWAL
    state.busy_retry_at = None
    state.busy_retried = False
    state.settle_at = _settle_at(draft)
    if not state.renewing:
        outcome = Outcome.INTERRUPTED if state.end_requested else Outcome.FAILED
        speaking.session_over(draft, outcome, "cap" if reason == "cap" else _cut_reason(reason))
    if was_live:
        draft.do(Tell(event=AvatarEvent(type=AvatarEventType.STREAM_DISCONNECTED)))
    state.call_attempts = state.empty_lists = 0
    state.suspects = frozenset()
    state.call_again_at = draft.now.mono
    draft.save()


def _settle_at(draft: Draft) -> float | None:
    """Return when the vendor has ended the session by itself: some time after its last word."""
    state = draft.state
    if state.record is None:
        return None
    # A call may still be under way, and what it brings is spoken to its end.
    last_use = draft.now.mono + REQUEST_SECONDS
    if state.current is not None:
        deadline = state.current.deadline or state.current.with_deadline(last_use).deadline
        last_use = max(last_use, deadline or 0.0)
    settle_at = last_use + state.record.limit
    if state.record.duration_limit is not None and state.opened_at is not None:
        # It runs from when the vendor made it, some time after the create was sent.
        latest = state.opened_at + REQUEST_SECONDS + state.record.duration_limit
        settle_at = min(settle_at, latest)
    return settle_at


def _cut_reason(reason: str) -> str:
    told = {"stopped", "removed", "nobody_watching", "paid_off"}
    return reason if reason in told else "session_ended"


def restored(draft: Draft, event: Restored) -> None:
    """Take over what the last run left: it is ended before anything else begins."""
    state, now = draft.state, draft.now
    # Its monotonic time is of another run.
    state.budget = replace(event.budget, behind_since=None)
    record = event.record
    if record is None:
        return
    age = _age(draft, record)
    longest = record.seen + record.limit
    if record.duration_limit is not None:
        longest = min(longest, record.duration_limit)
    state.record = record
    state.phase = Phase.ENDING
    state.end_requested = True
    state.opened_at = now.mono - age
    if record.session_id is not None:
        draft.spend(min(age, longest) - record.counted)
        state.metered_at = now.mono if age < longest else None
        state.settle_at = now.mono + REQUEST_SECONDS + record.limit
        state.call_again_at = now.mono
    else:
        # Nobody has used it, so its time runs from the create on, wherever that was delayed.
        state.settle_at = state.opened_at + REQUEST_SECONDS + record.limit
        state.call_again_at = max(now.mono, state.opened_at + CREATE_SECONDS)
    draft.save()


def _age(draft: Draft, record: Record) -> float:
    """Return the seconds since a create was sent, by the vendor's clock where it is known."""
    if draft.now.vendor is not None and record.vendor_since is not None:
        return max(0.0, draft.now.vendor - record.vendor_since)
    return max(0.0, draft.now.wall - record.since)


def settle(draft: Draft) -> None:
    """Call the vendor until it accepted the end, or until its promise to end has come due."""
    state = draft.state
    if state.phase is not Phase.ENDING:
        return
    if state.record is None:
        _finish(draft, counts=False)
        return
    if not state.calling and draft.due(state.settle_at):
        _settle_by_time(draft, state.record)
        return
    if state.calling or not draft.due(state.call_again_at):
        return
    state.calling = True
    state.call_again_at = None
    state.call_attempts += 1
    if state.record.session_id is None:
        draft.do(ListSessions())
    else:
        draft.do(EndSession(session_id=state.record.session_id))


def call_failed(draft: Draft) -> None:
    """Try again, later each time."""
    state = draft.state
    state.calling = False
    pause = min(2.0 ** min(state.call_attempts, 6), RETRY_AT_MOST)
    state.call_again_at = draft.now.mono + pause


def listed(draft: Draft, event: Listed) -> None:
    """Find the session of a create whose reply was lost: the only unknown one of its time."""
    state = draft.state
    state.calling = False
    record = state.record
    if record is None or record.session_id is not None:
        state.call_again_at = draft.now.mono
        return
    candidates = {
        session_id: created_at
        for session_id, created_at in event.sessions
        if created_at is None or _is_of_its_time(draft, record, created_at)
    }
    # One that is gone without being another record's may have been ours.
    state.suspects = (state.suspects | candidates.keys()) - event.known
    age = draft.now.mono - (state.opened_at or draft.now.mono)
    if not state.suspects:
        # After its limit the vendor has ended it by itself: that it is not listed proves nothing.
        state.empty_lists += age < record.limit
        state.call_again_at = draft.now.mono + LOST_CREATE_PAUSE
        is_through = record.lost_at is not None or age >= REQUEST_SECONDS
        if is_through and state.empty_lists >= LOST_CREATE_LISTS:
            _finish(draft, counts=False)
        return
    (suspect, *others) = state.suspects
    if not others and candidates.get(suspect) is not None and age < record.limit:
        state.record = replace(record, session_id=suspect)
        state.metered_at = state.call_again_at = draft.now.mono
        draft.spend(age)
        draft.save()
    else:
        # It could be any of them, or somebody else's: none is touched, and time settles it.
        pause = min(LOST_CREATE_PAUSE * state.call_attempts, RETRY_AT_MOST)
        state.call_again_at = draft.now.mono + pause


def _is_of_its_time(draft: Draft, record: Record, created_at: float) -> bool:
    since = record.vendor_since
    if since is None:
        offset = 0.0 if draft.now.vendor is None else draft.now.vendor - draft.now.wall
        since = record.since + offset
    under_way = REQUEST_SECONDS if record.lost_at is None else record.lost_at
    return since - CLOCK_SLACK <= created_at <= since + under_way + CLOCK_SLACK


def ended(draft: Draft, session_id: str) -> None:
    """The vendor accepted the end: the charge is over."""
    state = draft.state
    state.calling = False
    if state.record is None or state.record.session_id != session_id:
        return
    if state.phase is Phase.ENDING:
        _finish(draft, counts=True)


def _settle_by_time(draft: Draft, record: Record) -> None:
    """Nobody could be asked: the vendor has ended it by itself, and all of it counts as used."""
    if record.session_id is None:
        draft.spend(record.limit - record.counted)
    draft.do(RaiseIssue(key="session_unsettled", details={"since": f"{record.since:.0f}"}))
    _finish(draft, counts=True)


def _finish(draft: Draft, *, counts: bool) -> None:
    """Return to off; `counts`: there was a session."""
    state = draft.state
    if counts and state.record is not None:
        draft.spend(draft.rules.minimum_charge - state.record.counted)
    if counts and state.renewing and state.opened_at is not None:
        state.chain += draft.now.mono - state.opened_at
    harmless = state.end_requested or (state.was_live and state.end_reason in HARMLESS)
    if counts and draft.rules.charges and not state.said and not harmless:
        _note_wordless_end(draft)
    state.phase = Phase.OFF
    state.record = None
    state.opened_at = state.metered_at = state.settle_at = state.call_again_at = None
    state.duration_limit = state.idle_limit = None
    state.end_requested = False
    state.without_viewer = state.without_viewer and state.wanted
    state.unwatched_since = None
    draft.save()


def _note_wordless_end(draft: Draft) -> None:
    state, mono = draft.state, draft.now.mono
    recent = tuple(t for t in state.wordless_ends if mono - t < RUNAWAY_SECONDS)
    state.wordless_ends = (*recent, mono)
    if len(state.wordless_ends) >= 2:  # noqa: PLR2004 - "two sessions", the rule says
        state.wordless_ends = ()
        state.blocked_until = mono + RUNAWAY_SECONDS
        draft.do(
            RaiseIssue(key="creates_blocked", details={"minutes": f"{RUNAWAY_SECONDS / 60:.0f}"})
        )
