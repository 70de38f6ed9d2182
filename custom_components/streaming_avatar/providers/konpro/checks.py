"""What KonPro's API does, compared with what this integration takes for granted about it."""

from collections.abc import Mapping
from contextlib import suppress
import re
import time

from aiohttp import ClientSession
from pydantic import SecretStr, ValidationError

from ..base import Check, Session
from ..errors import (
    AuthenticationError,
    NotReadyError,
    ProviderError,
    RoomServerError,
    SessionGoneError,
)
from ..livekit import OwnLiveKit
from . import wire
from .api import LISTS, Api, PathStyle
from .errors import AlreadyStartedError, NoRouteError
from .probe import Probe, Seen

NO_SESSION = "00000000-0000-0000-0000-000000000000"
WRONG_KEY = SecretStr("not-a-key-of-this-account")
TASK = {"text": "Hello.", "task_type": "repeat", "task_mode": "async"}
SESSION_CALLS: Mapping[str, Mapping[str, object]] = {
    "start": {},
    "task": TASK,
    "interrupt": {},
    "keep_alive": {},
    "start_listening": {},
    "stop_listening": {},
    "stop": {},
}
"""What is asked of a session, with what it takes beside the session's id."""
AGE_SECONDS = 300.0
"""How long ago a session that was made for a check can have been made."""

_ROWS: Mapping[str, tuple[type[wire.Wire], str]] = {
    "avatar list": (wire.Avatar, "avatars"),
    "voice list": (wire.Voice, "voices"),
    "knowledge base list": (wire.KnowledgeBase, "list"),
}
_STATUS = re.compile(r"[A-Za-z_]{1,20}")


async def account_checks(
    api: Api, http: ClientSession, own: OwnLiveKit | None
) -> tuple[Check, ...]:
    """Try what costs nothing."""
    probe = Probe(api)
    style = await _check_list(api, probe)
    for name in LISTS:
        await _check_catalogue(probe, name)
    token = await probe.post("create_token", style.path("create_token"))
    probe.note(
        "create_token", token.told(), passed=token.went() and _fits(wire.SessionToken, token.data)
    )
    for operation, body in SESSION_CALLS.items():
        path = style.path(operation)
        seen = await probe.post(operation, path, session_id=NO_SESSION, **body)
        probe.note(f"{operation}_route", seen.told(), passed=seen.went(SessionGoneError))
    now = api.http.vendor_time()
    late = "no Date header" if now is None else f"{now - time.time():+.0f} s from this clock"
    has_clock = None if now is None and not probe.answered else now is not None
    probe.note("vendor_clock", late, passed=has_clock)
    if own is not None:
        await _check_server(probe, http, own)
    probe.note("create", "costs money, so it is tried only where that is asked for", passed=None)
    return tuple(probe.checks)


async def session_checks(
    api: Api, http: ClientSession, own: OwnLiveKit | None, session: Session
) -> tuple[Check, ...]:
    """Try the rest on a session that is open and that nobody watches."""
    probe = Probe(api)
    _check_fields(probe, session)
    try:
        style = await api.style()
    except ProviderError as err:
        probe.note("path_style", f"not found ({err.reason})", passed=None)
        return tuple(probe.checks)

    async def call(operation: str, **body: object) -> Seen:
        path = style.path(operation)
        return await probe.post(operation, path, session_id=session.session_id, **body)

    again = await call("start")
    is_started = again.went() or again.went(AlreadyStartedError)
    probe.note("start_again", again.told(), passed=is_started)
    await _check_row(api, probe, style, session)
    for operation in ("keep_alive", "interrupt", "start_listening", "stop_listening"):
        seen = await call(operation)
        # Without a viewer there may be nobody yet to interrupt, or to listen.
        probe.note(operation, seen.told(), passed=seen.went() or seen.went(NotReadyError))
    task = await call("task", **TASK)
    probe.note("task_without_viewer", task.told(), passed=task.went(NotReadyError))
    if own is not None and "room" in session.access:
        await _check_room(probe, http, own, session.access["room"].get_secret_value())
    return tuple(probe.checks)


async def _check_list(api: Api, probe: Probe) -> PathStyle:
    """Try the list of sessions: how paths are spelt, whether the key counts, what a success is."""
    for style in PathStyle:
        seen = await probe.get("list", style.path("list"))
        if not isinstance(seen.error, NoRouteError):
            break
    told = f"{style}: {seen.told()}"
    is_good = seen.went() or None
    is_refused = isinstance(seen.error, AuthenticationError)
    is_lost = isinstance(seen.error, NoRouteError)
    probe.note("path_style", told, passed=None if seen.went() is None else not is_lost)
    probe.note("key", told, passed=False if is_refused else is_good)
    probe.note("success_code", told, passed=is_good)
    probe.note("session_list", told, passed=is_good and _is_session_list(seen.data))
    wrong = await probe.get("list", style.path("list"), api.client(WRONG_KEY))
    probe.note("wrong_key", wrong.told(), passed=wrong.went(AuthenticationError))
    return style


async def _check_catalogue(probe: Probe, name: str) -> None:
    """Try one of the account's lists, on each path until the host knows it."""
    told = []
    for path in LISTS[name]:
        seen = await probe.get(name, path)
        told.append(f"{path}: {seen.told()}")
        if not isinstance(seen.error, NoRouteError):
            break
    passed = seen.went() and _is_known(name, seen.data)
    probe.note(name.replace(" ", "_"), "; ".join(told), passed=passed)


async def _check_server(probe: Probe, http: ClientSession, own: OwnLiveKit) -> None:
    """Try the user's own LiveKit server."""
    told = "it accepts key and secret"
    try:
        await own.verify(http)
    except RoomServerError as err:
        told = str(err)
        probe.note("own_livekit", told, passed=False)
    else:
        probe.note("own_livekit", told, passed=True)


def _check_fields(probe: Probe, session: Session) -> None:
    """Look at what came with the session; its room is known by the names of what opens it."""
    limit = session.duration_limit
    told = "none" if limit is None else f"{limit:.0f} s"
    probe.note(
        "session_fields",
        f"duration limit {told}, is_paid {session.is_paid}",
        passed=limit is not None and session.is_paid is not None,
    )
    probe.note("room", " ".join(session.access) or "none", passed="flaw" not in session.access)


async def _check_row(api: Api, probe: Probe, style: PathStyle, session: Session) -> None:
    """Try whether the list of open sessions has this one, and knows when it was made."""
    seen = await probe.get("list", style.path("list"))
    row = None
    with suppress(ValidationError):
        rows = wire.listed_sessions(seen.data)
        row = next((row for row in rows if row.session_id == session.session_id), None)
    status = row.status if row and row.status and _STATUS.fullmatch(row.status) else "none"
    probe.note(
        "session_listed",
        f"{seen.told()}, status {status}",
        passed=seen.went() and row is not None,
    )
    now = api.http.vendor_time()
    if row is None or row.created_at is None or now is None:
        probe.note("session_time", "not told", passed=None if row is None else False)
    else:
        age = now - row.created_at
        probe.note("session_time", f"made {age:.0f} s ago", passed=abs(age) < AGE_SECONDS)


async def _check_room(probe: Probe, http: ClientSession, own: OwnLiveKit, room: str) -> None:
    """Try whether the avatar came into the room that it was asked into."""
    try:
        is_in = await own.is_avatar_in(http, room)
    except RoomServerError as err:
        probe.note("own_room", str(err), passed=False)
    else:
        told = "the avatar is in it" if is_in else "the avatar is not in it"
        probe.note("own_room", told, passed=is_in)


def _is_known(name: str, data: object) -> bool:
    """Return whether a list is one, and at least one of its rows makes sense."""
    if name not in _ROWS:
        return _fits(wire.Quota, data)
    model, key = _ROWS[name]
    rows = wire.array(data, key)
    return rows is not None and (not rows or any(True for _ in wire.rows_of(model, data, key)))


def _is_session_list(data: object) -> bool:
    try:
        wire.listed_sessions(data)
    except ValidationError:
        return False
    return True


def _fits(model: type[wire.Wire], data: object) -> bool:
    try:
        model.model_validate(data)
    except ValidationError:
        return False
    return True
