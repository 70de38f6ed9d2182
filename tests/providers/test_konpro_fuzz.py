"""KonPro's host says anything at all: nothing undeclared is raised, and no error tells what was said."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from copy import deepcopy
import json
import traceback
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.streaming_avatar.providers.base import (
    CatalogueItem,
    OpenSession,
    Sent,
    Session,
)
from custom_components.streaming_avatar.providers.errors import ProviderError
from custom_components.streaming_avatar.providers.http import Call, Reply
from custom_components.streaming_avatar.providers.konpro import KonPro
from custom_components.streaming_avatar.providers.konpro.errors import judge, read_refusal

from .vendor import KEY, SPOKEN, Sleeper
from .wire import NEW, SAY, SESSION, TOKEN, account, request_for

SECRETS = (KEY, TOKEN, SPOKEN)
DOCUMENTED: Mapping[str, Any] = {
    "create": NEW,
    "speak": {"code": 100, "data": {"task_id": "9f6c", "duration_ms": 900.5}},
    "open": {
        "code": 100,
        "data": {"sessions": [{"session_id": "a", "status": "new", "created_at": 1763700000}]},
    },
    "avatars": {
        "code": 100,
        "data": [
            {"avatar_id": "a", "pose_name": "Ann", "created_at": 1, "status": "ACTIVE",
             "normal_preview": "https://cdn.example/a.webp"}
        ],
    },
    "voices": {
        "error": None,
        "data": {"voices": [{"voice_id": "v", "name": "Anna", "language": "German",
                             "support_interactive_avatar": True}]},
    },
    "knowledge": {"code": 100, "data": {"list": [{"id": "kb", "name": "Home", "prompt": "p"}]}},
    "credits": {"error": None, "data": {"remaining_quota": 300}},
    "token": {"error": None, "data": {"token": TOKEN}},
    "end": {"code": 400004, "message": "Session does not exist", "error": {"code": "x"}},
}  # fmt: skip
CALLS: Mapping[str, Callable[[KonPro], Awaitable[object]]] = {
    "create": lambda konpro: konpro.create_session(request_for(avatar_id="a")),
    "speak": lambda konpro: konpro.speak(SESSION, SAY),
    "open": lambda konpro: konpro.list_open_sessions(),
    "avatars": lambda konpro: konpro.list_avatars(),
    "voices": lambda konpro: konpro.list_voices(),
    "knowledge": lambda konpro: konpro.list_knowledge_bases(),
    "credits": lambda konpro: konpro.get_credits(),
    "token": lambda konpro: konpro.create_token(),
    "end": lambda konpro: konpro.end_session("eba59f0d"),
    "check_account": lambda konpro: konpro.check_account(),
    "check_session": lambda konpro: konpro.check_session(SESSION),
}

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-2, 2000)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from([*SECRETS, "success", "closed", "100", "0", "", "\ud800", "x" * 300])
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
STATUSES = st.sampled_from([200, 200, 200, 201, 204, 301, 400, 401, 402, 403, 404, 405, 418, 429])


@st.composite
def bodies(draw: st.DrawFn) -> object:
    """Whatever, or a documented answer of which one part, any part, is something else."""
    if draw(st.booleans()):
        return draw(ANYTHING)
    body = deepcopy(DOCUMENTED[draw(st.sampled_from(sorted(DOCUMENTED)))])
    place: Any = body
    while True:
        keys = list(place) if isinstance(place, dict) else range(len(place))
        key = draw(st.sampled_from(list(keys)))
        inner = place[key]
        if not (isinstance(inner, dict | list) and inner and draw(st.booleans())):
            break
        place = inner
    if isinstance(place, dict) and draw(st.booleans()):
        del place[key]
    else:
        place[key] = draw(ANYTHING)
    return body


class _Content:
    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    async def iter_chunked(self, size: int) -> AsyncIterator[bytes]:
        for start in range(0, len(self._raw), size):
            yield self._raw[start : start + size]


class Said:
    """A session to which every host answers the same."""

    closed = False

    def __init__(self, status: int, raw: bytes, headers: Mapping[str, str]) -> None:
        self.status = status
        self.content = _Content(raw)
        self.headers = headers

    @asynccontextmanager
    async def request(self, *_: object, **__: object) -> AsyncIterator[Said]:
        yield self


def outcome(said: Said, name: str) -> object:
    """What a call gives when a host says this, or its declared failure."""

    async def call() -> object:
        http: Any = said
        konpro = KonPro(
            http, account("https://x.example", {"path_style": "slash"}), sleep=Sleeper()
        )
        return await CALLS[name](konpro)

    with asyncio.Runner() as runner:
        try:
            return runner.run(call())
        except ProviderError as error:
            return error


def is_clean(name: str, result: object) -> bool:
    """Whether a result is what its operation promises."""
    match result:
        case Session():
            return bool(result.session_id) and (result.duration_limit or 1.0) > 0
        case Sent():
            return result.duration is None or result.duration >= 0
        case tuple():
            kind = OpenSession if name == "open" else CatalogueItem
            return name.startswith("check") or all(isinstance(row, kind) for row in result)
        case _:
            return name in {"credits", "token", "end"}


@pytest.mark.parametrize("name", DOCUMENTED)
def test_what_is_documented_arrives(name: str) -> None:
    """So what follows is no test of one and the same refusal."""
    result = outcome(Said(200, json.dumps(DOCUMENTED[name]).encode(), {}), name)
    assert not isinstance(result, ProviderError)
    assert is_clean(name, result)
    assert result != ()


@pytest.mark.parametrize("name", CALLS)
@settings(max_examples=60, deadline=None)
@given(
    status=STATUSES,
    body=bodies(),
    date=st.none() | st.sampled_from(["", "x", "Sat, 21 Nov 2026 12:00:00 GMT", SPOKEN]),
    retry_after=st.none() | st.sampled_from(["5", "-1", "1e9", TOKEN, "9" * 400]),
)
def test_no_answer_is_undeclared_or_quoted(
    name: str, status: int, body: object, date: str | None, retry_after: str | None
) -> None:
    raw = json.dumps(body).encode()
    headers = {"Date": date, "Retry-After": retry_after}
    given_headers = {key: value for key, value in headers.items() if value is not None}
    result = outcome(Said(status, raw, given_headers), name)
    if isinstance(result, ProviderError):
        told = "".join(traceback.format_exception(result)) + repr(vars(result))
        assert not [secret for secret in SECRETS if secret in told]
    else:
        assert is_clean(name, result)
        if name in {"create", "token", "check_account", "check_session"}:
            assert not [secret for secret in SECRETS if secret in repr(result)]


@pytest.mark.parametrize("name", ["create", "open", "check_account"])
@settings(max_examples=60, deadline=None)
@given(status=STATUSES, raw=st.binary(max_size=200))
def test_no_bytes_are_undeclared(name: str, status: int, raw: bytes) -> None:
    result = outcome(Said(status, raw, {}), name)
    assert isinstance(result, ProviderError) or is_clean(name, result)


@given(status=st.integers(100, 599), body=ANYTHING)
def test_a_refusal_is_read_whatever_it_is(status: int, body: object) -> None:
    reply = Reply(status=status, body=body)
    error = judge(Call(operation="new", method="POST", path="/new"), reply)
    assert error is None or isinstance(error, ProviderError)
    assert (error is None) <= (read_refusal(reply) is None)
    told = "" if error is None else f"{error} {vars(error)}"
    assert not [secret for secret in SECRETS if secret in told]
