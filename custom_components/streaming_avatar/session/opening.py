"""How a session comes to be. Pure; a part of the machine."""

from dataclasses import replace

from . import ending, keeping, renewing, speaking, standing_in
from .budget import Now
from .draft import Draft
from .effects import ClearIssue, CreateSession, OpenRoom, StartSession
from .events import Created, CreateFailed, Start
from .model import Phase, Record, Rules, State
from .utterances import Mouth

BUSY_RETRY_SECONDS = 20.0


def want(draft: Draft, event: Start) -> None:
    """Have a session without having anything to say."""
    state = draft.state
    state.without_viewer = state.without_viewer or event.without_viewer
    state.wanted = state.phase in {Phase.OFF, Phase.STARTING, Phase.ENDING}
    state.asleep = False
    state.used_at = draft.now.mono
    if event.hold is not None:
        state.hold_until = max(state.hold_until or 0.0, draft.now.mono + event.hold)


def created(draft: Draft, event: Created) -> None:
    """Take the new session: it costs money from now on."""
    state = draft.state
    state.calling = False
    state.record = replace(
        _sent(draft, event.sent_at),
        session_id=event.session_id,
        duration_limit=event.duration_limit,
    )
    state.metered_at = event.sent_at
    keeping.meter(draft)
    state.duration_limit = event.duration_limit
    state.idle_limit = event.idle_limit
    state.used_at = state.kept_alive_at = draft.now.mono
    draft.save()
    if state.end_requested or state.closed:
        ending.begin(draft, state.end_reason or "stopped", requested=True)
        return
    if draft.rules.charges and not draft.rules.paid_allowed:
        ending.begin(draft, "paid_off", requested=True)
        return
    state.calling = True
    draft.do(StartSession())


def _sent(draft: Draft, sent_at: float) -> Record:
    """Return the record of a create, which may have waited for those of the account's others."""
    state = draft.state
    record = state.record or _new_record(draft)
    waited = 0.0 if state.opened_at is None else sent_at - state.opened_at
    state.opened_at = sent_at
    return replace(
        record,
        since=record.since + waited,
        vendor_since=None if record.vendor_since is None else record.vendor_since + waited,
    )


def may_be_sent(state: State, now: Now, rules: Rules) -> bool:
    """Return whether a create that waited for its turn is still wanted, and still allowed."""
    is_wanted = not state.end_requested and _is_needed(state, rules)
    return is_wanted and refusal(state, now, rules) is None


def _is_needed(state: State, rules: Rules) -> bool:
    """Return whether there is to be a session, if nothing forbids it.

    While the cards or the speaker say something, what waits for a session would only keep it waiting.
    """
    if state.wanted or (rules.always_on and not state.asleep):
        return True
    if (rest := renewing.pending(state)) is not None and rest.utterance.may_start:
        return True
    is_free = state.current is None or state.current.mouth is Mouth.SESSION
    return is_free and state.queue.may_start_session


def refusal(state: State, now: Now, rules: Rules) -> str | None:
    """Return why no session may be opened now; None: it may."""
    return _refusal(Draft.of(state, now, rules))


def create_skipped(draft: Draft) -> None:
    """Forget a create that was not sent."""
    draft.state.calling = False
    draft.state.record = draft.state.opened_at = None
    draft.save()
    give_up(draft)


def create_failed(draft: Draft, event: CreateFailed) -> None:
    """Take a refusal, or begin to find out what became of a create whose reply was lost."""
    state = draft.state
    state.calling = False
    state.reason = event.reason
    if event.sent:
        # Never sent again for those who wait: it may have cost money already.
        state.record = replace(
            _sent(draft, event.sent_at), lost_at=max(draft.now.mono - event.sent_at, 0.0)
        )
        _refuse(draft, event.reason)
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
    _refuse(draft, event.reason)
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
    state.renewing = False
    state.chain = 0.0


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
    state.check_at = draft.now.mono + keeping.CHECK_AFTER_JOIN
    draft.do(OpenRoom())


def unblock(draft: Draft) -> None:
    """Allow new sessions again."""
    draft.state.blocked_until = None
    draft.state.wordless_ends = ()
    draft.do(ClearIssue(key="creates_blocked"))


def settle(draft: Draft) -> None:
    """Open a session if somebody needs one and nothing forbids it."""
    state = draft.state
    if draft.due(state.blocked_until):
        unblock(draft)
    if state.phase is Phase.STARTING and state.busy_retry_at is not None:
        if not _is_needed(state, draft.rules):
            give_up(draft)
        elif draft.due(state.busy_retry_at):
            _open_unless_refused(draft)
        return
    if state.phase is not Phase.OFF or state.closed:
        state.wanted = state.wanted and not state.closed
        return
    if _is_needed(state, draft.rules):
        _open_unless_refused(draft)
    else:
        state.renewing = False


def _open_unless_refused(draft: Draft) -> None:
    state = draft.state
    refusal = _refusal(draft)
    if refusal is None:
        _open(draft)
    elif refusal == "nobody_watching":
        # What is to be said waits for somebody until it expires; a bare session does not.
        if state.wanted:
            state.wanted = False
            state.hold_until = None
            state.reason = refusal
        if not _is_needed(state, draft.rules):
            give_up(draft)
    else:
        state.reason = refusal
        _refuse(draft, refusal)
        give_up(draft)


def _refuse(draft: Draft, reason: str) -> None:
    """Tell what waits for a session that there will be none."""
    standing_in.refuse(draft, reason)
    speaking.no_session(draft, reason)


def _refusal(draft: Draft) -> str | None:
    """Return why no session may be opened now."""
    state, rules = draft.state, draft.rules
    if not rules.charges:
        return None
    if not rules.paid_allowed:
        return "paid_off"
    if state.blocked_until is not None:
        return "blocked"
    left = state.budget.left(rules.max_minutes_per_day, draft.now)
    if left < max(rules.minimum_charge, 1.0):
        keeping.say_cap(draft, daily=True)
        return "cap"
    if state.renewing and _left_of_session(draft) < max(rules.minimum_charge, 1.0):
        keeping.say_cap(draft, daily=False)
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
    state.unwatched_since = None if state.audience.watching else now.mono
    state.end_by = state.busy_retry_at = None
    state.record = _new_record(draft)
    state.opened_at = now.mono
    state.metered_at = None
    if not state.renewing:
        state.chain = 0.0
    left = min(state.budget.left(rules.max_minutes_per_day, now), _left_of_session(draft))
    draft.do(
        ClearIssue(key="cap_reached"),
        ClearIssue(key="session_cap_reached"),
        CreateSession(max_duration=left),
    )


def _left_of_session(draft: Draft) -> float:
    """Return the seconds that a session may last by its cap; one that takes over goes on with what is left."""
    cap = draft.rules.max_minutes_per_session
    return float("inf") if cap is None else cap * 60.0 - draft.state.chain


def _new_record(draft: Draft) -> Record:
    now = draft.now
    return Record(
        session_id=None,
        since=now.wall,
        vendor_since=now.vendor,
        limit=draft.rules.unattended_limit,
    )
