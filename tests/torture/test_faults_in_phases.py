"""Every fault in every phase of a session, and what must come of it.

The table is written by hand, from the session rules. A cell holds the outcome of the utterance (with its reason; `?`:
not confirmed); who ended the sessions that were paid for, in their order (`c` we, `f` the vendor by a fault, `i` its
idle limit, `d` its duration limit, `-` there was none), with the number of sentences that the vendor took; and the
repairs that are told 20 seconds later. `=` is what comes of it where nothing is wrong, `<` is as in the cell before,
`<<` as in the one before that.

The fault strikes in the phase; what is said in it is said right after. In `speaking` it strikes in the middle of a
sentence.
"""

import json
import re
from typing import Any

from pydantic import TypeAdapter
import pytest

from simulator.chaos import KINDS
from simulator.faults import Fault, RoomLoss
from simulator.ledger import EndedBy

from .house import House
from .scenes import STATES, Strike, result_of

_FAULT: TypeAdapter[Fault] = TypeAdapter(Fault)


KINDS_IN_TABLE: set[str] = set()


def fault(kind: str, **fields: Any) -> Strike:
    KINDS_IN_TABLE.add(kind)

    async def strike(house: House) -> None:
        house.cloud.fault(_FAULT.validate_json(json.dumps({"kind": kind, **fields})))

    return strike


def refusal(name: str, operation: str, **fields: Any) -> Strike:
    return fault("refusal", name=name, operation=operation, **fields)


async def vendor_ends(house: House) -> None:
    for session in house.cloud.sessions:
        await session.end(EndedBy.IDLE, "by itself")


async def viewer_is_lost(house: House) -> None:
    for session in house.cloud.sessions:
        await session.lose_room(RoomLoss.VIEWER)


async def room_is_lost(house: House) -> None:
    for session in house.cloud.sessions:
        await session.lose_room(RoomLoss.ROOM)


async def line_is_cut(house: House) -> None:
    assert house.line is not None
    house.line.cut_now()


async def key_is_revoked(house: House) -> None:
    house.cloud.limit(api_keys=("another",))


async def screen_goes(house: House) -> None:
    for screen in house.screens:
        screen.close()
    house.screens.clear()


FAULTS: dict[str, Strike] = {
    "nothing": fault("delay", operation="history", seconds=1.0),
    "quota": refusal("quota_exhausted", "new", count=None),
    "credit": refusal("insufficient_credit", "new", count=None),
    "plan": refusal("plan_too_low", "new", count=None),
    "suspended": refusal("account_suspended", "new", count=None),
    "forbidden": refusal("permission_denied", "new", count=None),
    "bad key": refusal("bad_key", "*", count=None),
    "no avatar": refusal("avatar_missing", "new", count=None),
    "parameter": refusal("invalid_parameter", "new", count=None),
    "busy once": refusal("concurrency", "new"),
    "busy": refusal("concurrency", "new", count=None),
    "rate": refusal("rate_limited", "new", count=None),
    "new 500": refusal("internal", "new"),
    "new 500 done": refusal("internal", "new", after_work=True),
    "new redirect": fault("redirect", operation="new"),
    "new slow": fault("delay", operation="new", seconds=3.0),
    "new trickles": fault("trickle", operation="new", seconds=3.0),
    "new undone": fault("drop_before", operation="new"),
    "new lost": fault("drop_reply", operation="new"),
    "new cut": fault("cut_reply", operation="new"),
    "new odd": fault("malformed", operation="new", shape="not_json"),
    "new empty": fault("malformed", operation="new", shape="no_data"),
    "new as text": fault("malformed", operation="new", shape="wrong_content_type"),
    "new ended": fault("end_session", operation="new", ended_by="fault"),
    "start 500": refusal("internal", "start"),
    "start closed": fault("end_session", operation="start", ended_by="fault"),
    "start refused": refusal("permission_denied", "start"),
    "at once": fault("end_session_at_once"),
    "leaves": fault("leave_with_viewer"),
    "no events": fault("no_events"),
    "short": fault("short_limits", duration_seconds=15.0, idle_seconds=15.0),
    "late in list": fault("late_in_list", seconds=5.0),
    "stays in list": fault("stays_in_list", seconds=30.0),
    "text": refusal("blocked_words", "task"),
    "not ready": refusal("session_not_ready", "task"),
    "task rate": refusal("rate_limited", "task"),
    "task 500": refusal("internal", "task"),
    "task undone": fault("drop_before", operation="task"),
    "task lost": fault("drop_reply", operation="task"),
    "task odd": fault("malformed", operation="task", shape="truncated"),
    "task ended": fault("end_session", operation="task", ended_by="fault"),
    "task kicks": fault("room_loss", operation="task", what="viewer"),
    "task gone": refusal("state_closed", "task"),
    "stop 500": refusal("internal", "stop", count=2),
    "stop lost": fault("drop_reply", operation="stop"),
    "stop missing": refusal("session_missing", "stop", after_work=True),
    "list 500": refusal("internal", "list", count=3),
    "error": fault("error", operation="task", status=418, code="teapot"),
    "event lost": fault("event_lost", event="avatar_stop_talking"),
    "event doubled": fault("event_doubled", event="*", count=None),
    "event swapped": fault("event_swapped", event="avatar_end_message"),
    "event late": fault("event_late", event="avatar_stop_talking", seconds=3.0),
    "event garbled": fault("event_garbled", event="avatar_stop_talking", shape="not_json"),
    "voice fails": fault("speech_fails"),
    "voice hangs": fault("speech_hangs"),
    "vendor ends": vendor_ends,
    "viewer lost": viewer_is_lost,
    "room lost": room_is_lost,
    "line cut": line_is_cut,
    "key revoked": key_is_revoked,
    "screen goes": screen_goes,
}

TABLE = """
               off  starting  connecting  live  speaking  ending
nothing        spoken c1  <  <  <  <  spoken cc1
quota          failed:quota -0 !account_quota  =  =  =  =  failed:quota c0 !account_quota
credit         failed:quota -0 !account_quota  =  =  =  =  failed:quota c0 !account_quota
plan           failed:plan -0 !account_plan  =  =  =  =  failed:plan c0 !account_plan
suspended      failed:suspended -0 !account_suspended  =  =  =  =  failed:suspended c0 !account_suspended
forbidden      failed:permission -0  =  =  =  =  failed:permission c0
no avatar      failed:not_found -0 !settings_unknown  =  =  =  =  failed:not_found c0 !settings_unknown
parameter      failed:bad_request -0  =  =  =  =  failed:bad_request c0
busy once      =  =  =  =  =  =
busy           failed:busy -0  =  =  =  =  failed:busy c0
rate           failed:rate_limit -0  =  =  =  =  failed:rate_limit c0
new 500        failed:connection -0  =  =  =  =  failed:connection c0
new 500 done   failed:connection c0  =  =  =  =  failed:connection cc0
new redirect   failed:bad_response -0  =  =  =  =  failed:bad_response c0
new slow       =  =  =  =  =  =
new trickles   =  =  =  =  =  =
new undone     failed:connection -0  =  =  =  =  failed:connection c0
new lost       failed:connection c0  =  =  =  =  failed:connection cc0
new cut        failed:connection c0  =  =  =  =  failed:connection cc0
new odd        failed:bad_response c0  =  =  =  =  failed:bad_response cc0
new empty      failed:bad_response c0  =  =  =  =  failed:bad_response cc0
new as text    =  =  =  =  =  =
new ended      spoken fc1  =  =  =  =  spoken cfc1
start 500      =  =  =  =  =  =
start closed   spoken fc1  <  =  =  =  spoken cfc1
start refused  spoken cc1  <  =  =  =  spoken ccc1
at once        spoken fc1  <  =  =  =  spoken cfc1
leaves         spoken f1  <  =  =  =  spoken cf1
no events      spoken? c1  <  =  =  =  spoken? cc1
short          spoken d1  <  =  =  =  spoken cd1
late in list   =  =  =  =  =  =
stays in list  =  =  =  =  =  =
text           failed:invalid_text c0  <  <  <  =  failed:invalid_text cc0
error          failed:bad_request c0  <  <  <  =  failed:bad_request cc0
not ready      =  =  =  =  =  =
task rate      =  =  =  =  =  =
task 500       failed:connection c0  <  <  <  =  failed:connection cc0
task undone    failed:connection c0  <  <  <  =  failed:connection cc0
task lost      =  =  =  =  =  =
task odd       =  =  =  =  =  =
task ended     failed:session_ended f1  <  <  <  =  failed:session_ended cf1
task kicks     spoken? c1  <  <  <  =  spoken? cc1
task gone      spoken cc1  <  <  <  =  spoken ccc1
stop 500       =  =  =  =  =  =
stop lost      =  =  =  =  =  =
stop missing   =  =  =  =  =  =
list 500       =  =  =  =  =  =
event lost     spoken? c1  <  <  <  <  spoken? cc1
event doubled  =  =  =  =  =  =
event swapped  =  =  =  =  =  =
event late     =  =  =  =  =  =
event garbled  spoken? c1  <  <  <  <  spoken? cc1
voice fails    spoken? c1  <  <  <  =  spoken? cc1
voice hangs    spoken? c1  <  <  <  =  spoken? cc1
vendor ends    =  =  spoken ic1  <  failed:session_ended i1  spoken ic1
viewer lost    =  =  =  =  =  =
room lost      =  =  expired:waited_too_long c0  <  spoken? c1  =
line cut       failed:connection -0  failed:connection c0  <  <  =  expired:waited_too_long c0
bad key        failed:authentication -0  expired:waited_too_long c0  failed:authentication c0  <  =  <<
key revoked    failed:authentication -0  <  failed:authentication c0  <  =  expired:waited_too_long c0
screen goes    expired:nobody_watching -0  expired:nobody_watching c0  <  <  spoken? c1  expired:nobody_watching c0
"""


def expected() -> dict[str, dict[str, str]]:
    """Read the table: cells are two spaces or more apart."""
    head, *lines = TABLE.strip("\n").splitlines()
    phases = head.split()
    table: dict[str, dict[str, str]] = {}
    for line in lines:
        name, *cells = re.split(r" {2,}", line)
        row = table[name] = {}
        for phase, cell in zip(phases, cells, strict=True):
            match cell:
                case "=":
                    row[phase] = table["nothing"][phase]
                case "<" | "<<":
                    row[phase] = list(row.values())[-len(cell)]
                case _:
                    row[phase] = cell
    return table


@pytest.mark.no_fail_on_log_exception  # the scene tells it
@pytest.mark.parametrize("fault_name", FAULTS)
def test_a_fault_in_each_phase(fault_name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    results: dict[str, str] = {}
    for phase in STATES:
        with monkeypatch.context() as patch:
            results[phase] = result_of(phase, FAULTS[fault_name], patch)
    assert results == expected()[fault_name]


def test_the_table_holds_every_fault() -> None:
    assert expected().keys() == FAULTS.keys()


def test_every_kind_of_fault_of_the_simulator_strikes() -> None:
    assert KINDS.keys() == KINDS_IN_TABLE
