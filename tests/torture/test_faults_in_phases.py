"""Every fault in every phase of a session, and what must come of it.

The table is written by hand, from the session rules. A cell holds the outcome of the utterance (with its reason; `?`: not
confirmed); who ended the sessions that were paid for, in their order (`c` we, `f` the vendor by a fault, `i` the
vendor's idle limit, `-` there was none), with the number of sentences that the vendor took; and the repairs that are
told 20 seconds later. `=` is what comes of it where nothing is wrong.

The fault strikes in the phase; what is said in it is said right after. In `speaking` it strikes in the middle of a
sentence.
"""

from collections.abc import Awaitable, Callable
import json
from typing import Any

from pydantic import TypeAdapter
import pytest

from simulator.chaos import KINDS
from simulator.faults import Fault, RoomLoss
from simulator.ledger import EndedBy

from .house import House
from .scenes import STATES, result_of

_FAULT: TypeAdapter[Fault] = TypeAdapter(Fault)


def fault(kind: str, **fields: Any) -> Callable[[House], Awaitable[None]]:
    async def strike(house: House) -> None:
        house.cloud.fault(_FAULT.validate_json(json.dumps({"kind": kind, **fields})))

    return strike


def refusal(name: str, operation: str, **fields: Any) -> Callable[[House], Awaitable[None]]:
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


FAULTS: dict[str, Callable[[House], Awaitable[None]]] = {
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
"""


def test_every_kind_of_fault_is_in_the_table() -> None:
    used: set[str] = set()
    for strike in FAULTS.values():
        for cell in strike.__closure__ or ():
            if isinstance(cell.cell_contents, str):
                used.add(cell.cell_contents)
    assert KINDS.keys() <= used
