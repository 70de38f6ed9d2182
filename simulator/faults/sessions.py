"""Faults that strike a new session, or a text that it is given to say."""

from typing import Literal

from simulator.faults.base import BaseFault, PositiveSeconds


class SessionFault(BaseFault):
    """Strikes a session when it is made."""


class EndAtOnceFault(SessionFault):
    """A new session ends right after it was started."""

    kind: Literal["end_session_at_once"]


class LeaveWithViewerFault(SessionFault):
    """The avatar leaves a new session, and ends it, as soon as its viewer left."""

    kind: Literal["leave_with_viewer"]


class NoEventsFault(SessionFault):
    """No data messages are sent into the room of a new session."""

    kind: Literal["no_events"]


class ShortLimitsFault(SessionFault):
    """A new session ends earlier than its limits say."""

    kind: Literal["short_limits"]
    duration_seconds: PositiveSeconds | None = None
    """None: the limit is kept."""
    idle_seconds: PositiveSeconds | None = None


class LateInListFault(SessionFault):
    """The list does not show a new session at first."""

    kind: Literal["late_in_list"]
    seconds: PositiveSeconds


class StaysInListFault(SessionFault):
    """The list still shows a new session when it has ended."""

    kind: Literal["stays_in_list"]
    seconds: PositiveSeconds


class SpeechFault(BaseFault):
    """Strikes a text that was accepted."""


class SpeechFailsFault(SpeechFault):
    """The voice cannot speak it: told in sync mode, never told in async mode."""

    kind: Literal["speech_fails"]


class SpeechHangsFault(SpeechFault):
    """All is said, and its end never comes; an interrupt ends it."""

    kind: Literal["speech_hangs"]
