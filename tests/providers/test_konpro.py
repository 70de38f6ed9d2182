"""KonPro on the wire: what is sent, and what each answer means."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
import logging
import traceback
from typing import Any

from aiohttp import ClientSession
from pydantic import SecretStr
import pytest

from custom_components.streaming_avatar.providers.base import (
    CatalogueItem,
    Credentials,
    LiveKitTransport,
    OpenSession,
    Sent,
    Session,
    SessionRequest,
    Speech,
    TaskType,
    Viewer,
)
from custom_components.streaming_avatar.providers.errors import (
    AuthenticationError,
    BadRequestError,
    BadResponseError,
    BusyError,
    InsecureAddressError,
    NotFoundError,
    PermissionDeniedError,
    ProviderConnectionError,
    ProviderError,
    QuotaError,
    RateLimitError,
    SessionGoneError,
)
from custom_components.streaming_avatar.providers.konpro import SPEC, KonPro
from custom_components.streaming_avatar.providers.settings import SettingValue

from .vendor import KEY, SPOKEN, Answer, Handler, Sleeper, Vendor, cut, drop

TOKEN = "eyJ-token-that-must-not-leak"
NEW = {
    "code": 100,
    "message": "success",
    "data": {
        "session_id": "eba59f0d",
        "sdp": None,
        "access_token": TOKEN,
        "url": "wss://room.example",
        "ice_servers": None,
        "ice_servers2": None,
        "is_paid": True,
        "session_duration_limit": 600,
        "realtime_endpoint": "wss://realtime.example",
        "livekit_agent_token": TOKEN,
    },
}
LIST = Answer({"code": 100, "message": "success", "data": {"sessions": []}})
DONE = Answer({"code": 100, "message": "success"})
SESSION = Session(
    session_id="eba59f0d",
    access={"url": SecretStr("wss://room.example"), "token": SecretStr(TOKEN)},
)
VIEWER = Viewer(id="tablet", publishes=False)
SAY = Speech(text=SPOKEN)
TASK = "POST /v1/streaming/task"
STOP = "POST /v1/streaming/stop"
START = "POST /v1/streaming/start"
CREATE = "POST /v1/streaming/new"
SLASH_LIST = "GET /v1/streaming/list"
DOTTED_LIST = "GET /v1/streaming.list"


def refused(status: int, code: object, message: object = None) -> Answer:
    return Answer({"code": code, "message": message}, status=status)


def request_for(**settings: SettingValue) -> SessionRequest:
    return SessionRequest(settings=settings, max_duration=3600)


def account(
    base_url: str, remembered: Mapping[str, str] | None = None, *, key: str = KEY
) -> Credentials:
    return Credentials(
        base_url=base_url, secrets={"api_key": SecretStr(key)}, remembered=remembered or {}
    )


@pytest.fixture
def konpro(vendor: Vendor, session: ClientSession, sleeper: Sleeper) -> KonPro:
    """An account whose path style is known."""
    return KonPro(session, account(vendor.url, {"path_style": "slash"}), sleep=sleeper)


@pytest.fixture
def stranger(vendor: Vendor, session: ClientSession, sleeper: Sleeper) -> KonPro:
    """An account of which nothing is remembered."""
    return KonPro(session, account(vendor.url), sleep=sleeper)


# What is sent.


async def test_a_create_without_settings_asks_for_the_version_alone(
    vendor: Vendor, konpro: KonPro
) -> None:
    vendor.on(CREATE, Answer(NEW))
    created = await konpro.create_session(request_for())
    [request] = vendor.requests
    assert (request.method, request.path) == ("POST", "/v1/streaming/new")
    assert request.body == {"version": "v1"}
    assert request.headers["x-api-key"] == KEY
    assert request.headers["accept"] == "application/json"
    assert request.headers["content-type"] == "application/json"
    assert "authorization" not in request.headers
    assert (created.session_id, created.duration_limit, created.idle_limit, created.is_paid) == (
        "eba59f0d",
        600.0,
        120.0,
        True,
    )


async def test_a_create_sends_every_setting_exactly(vendor: Vendor, konpro: KonPro) -> None:
    vendor.on(CREATE, Answer(NEW))
    created = await konpro.create_session(
        request_for(
            avatar_id="Ann_public",
            quality="high",
            voice_id="v1",
            rate=1.15,
            emotion="friendly",
            language="de",
            video_encoding="H264",
            activity_idle_timeout=3600,
        )
    )
    assert vendor.requests[0].body == {
        "version": "v1",
        "avatar_id": "Ann_public",
        "quality": "high",
        "video_encoding": "H264",
        "language": "de",
        "activity_idle_timeout": 3600,
        "voice": {"voice_id": "v1", "rate": 1.15, "emotion": "friendly"},
    }
    assert created.idle_limit == 3600.0


def test_nobody_there_ends_a_session_after_its_idle_time(konpro: KonPro) -> None:
    assert konpro.unattended_limit(request_for()) == 120.0
    assert konpro.unattended_limit(request_for(activity_idle_timeout=30)) == 30.0


@pytest.mark.parametrize("style", ["slash", "dotted"])
@pytest.mark.parametrize("operation", ["new", "start", "task", "interrupt", "stop", "keep_alive"])
async def test_each_operation_has_one_path_in_a_style(
    vendor: Vendor, session: ClientSession, style: str, operation: str
) -> None:
    path = f"/v1/streaming{'/' if style == 'slash' else '.'}{operation}"
    vendor.on(f"POST {path}", Answer(NEW))
    konpro = KonPro(session, account(vendor.url, {"path_style": style}))
    calls = {
        "new": lambda: konpro.create_session(request_for()),
        "start": lambda: konpro.start_session(SESSION),
        "task": lambda: konpro.speak(SESSION, SAY),
        "interrupt": lambda: konpro.interrupt(SESSION),
        "stop": lambda: konpro.end_session("eba59f0d"),
        "keep_alive": lambda: konpro.keep_alive(SESSION),
    }
    await calls[operation]()
    assert vendor.routes == [f"POST {path}"]
    assert operation in {"new", "task"} or vendor.requests[0].body == {"session_id": "eba59f0d"}


@pytest.mark.parametrize("task_type", list(TaskType))
async def test_a_task_names_its_type_and_never_waits(
    vendor: Vendor, konpro: KonPro, task_type: TaskType
) -> None:
    vendor.on(TASK, Answer({"code": 100, "data": {"task_id": "9f6c", "duration_ms": 1250.5}}))
    sent = await konpro.speak(SESSION, replace(SAY, task_type=task_type, emotion="excited"))
    assert sent == Sent(task_id="9f6c", duration=1.2505)
    assert vendor.requests[0].body == {
        "session_id": "eba59f0d",
        "text": SPOKEN,
        "task_type": task_type.value,
        "task_mode": "async",
    }


@pytest.mark.parametrize(
    "data",
    [None, [], "x", {}, {"task_id": None, "duration_ms": None}, {"duration_ms": -1},
     {"duration_ms": 1e12}, {"duration_ms": "soon"}, {"task_id": {}}, {"task_id": "x" * 999}],
)  # fmt: skip
async def test_a_task_was_taken_even_if_the_answer_tells_nothing(
    vendor: Vendor, konpro: KonPro, data: object
) -> None:
    vendor.on(TASK, Answer({"code": 100, "data": data}))
    assert await konpro.speak(SESSION, SAY) == Sent()


async def test_emoji_and_markup_arrive_as_they_are(vendor: Vendor, konpro: KonPro) -> None:
    vendor.on(TASK, DONE)
    text = "<b>👋</b> \u202eשלום\n\"quoted\" \\ \x00"
    await konpro.speak(SESSION, Speech(text=text))
    body: Any = vendor.requests[0].body
    assert body["text"] == text


# Envelopes.


@pytest.mark.parametrize(
    "body",
    [
        {"code": 0}, {"code": 100}, {"code": 200}, {"code": 1000}, {"code": "0"},
        {"code": "100"}, {"code": "200"}, {"code": "1000"}, {"code": "SUCCESS"},
        {"code": "success"}, {"code": 100.0}, {"code": " 100 "}, {"error": None},
        {"code": None, "error": None}, {"code": None, "data": {}}, {"data": {}},
        {"code": 100, "error": "a remark"}, {"code": 100, "data": []}, {"error": ""},
    ],
)  # fmt: skip
async def test_an_envelope_says_success(
    vendor: Vendor, konpro: KonPro, body: Mapping[str, object]
) -> None:
    vendor.on(TASK, Answer(body))
    assert await konpro.speak(SESSION, SAY) == Sent()


@pytest.mark.parametrize("body", [{}, [], None, "ok", 100, True, {"message": "success"}])
async def test_what_is_no_envelope_is_a_bad_response(
    vendor: Vendor, konpro: KonPro, body: object
) -> None:
    vendor.on(TASK, Answer(body))
    with pytest.raises(BadResponseError) as caught:
        await konpro.speak(SESSION, SAY)
    assert caught.value.sent


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"code": 201}, "201"), ({"code": -1}, None), ({"code": True}, None),
        ({"code": []}, None), ({"code": "FAILED"}, "failed"), ({"error": "boom"}, None),
        ({"error": {"code": "odd_thing", "message": "x"}}, "odd_thing"),
        ({"code": None, "error": {}, "message": "m"}, ...),
    ],
)  # fmt: skip
async def test_any_other_envelope_is_none(
    vendor: Vendor, konpro: KonPro, body: object, code: object
) -> None:
    vendor.on(TASK, Answer(body))
    if code is ...:
        assert await konpro.speak(SESSION, SAY) == Sent()
        return
    with pytest.raises(ProviderError) as caught:
        await konpro.speak(SESSION, SAY)
    assert type(caught.value) is ProviderError
    assert caught.value.code == code
    assert caught.value.sent


async def test_a_success_code_with_a_bad_status_is_a_failure(
    vendor: Vendor, konpro: KonPro
) -> None:
    vendor.on(TASK, refused(400, 100, "success"))
    with pytest.raises(BadRequestError):
        await konpro.speak(SESSION, SAY)


# Errors.

ROWS = [
    *((400, code, "", AuthenticationError)
      for code in (40009, 400101, 400112, 401056, 401057, 40102, "400112")),
    (401, None, "", AuthenticationError),
    (401, 77, "whatever", AuthenticationError),
    (400, None, "Unauthorized", AuthenticationError),
    (400, 400562, "", PermissionDeniedError),
    (400, 400573, "", PermissionDeniedError),
    (403, None, "", PermissionDeniedError),
    (400, 400599, "", PermissionDeniedError),
    (400, 400631, "", PermissionDeniedError),
    (400, 400561, "space not found", BadRequestError),
    *((400, code, "", BadRequestError) for code in (40001, 40012, 400128, 400175)),
    (400, 40039, "", BadRequestError),
    (400, 400105, "", BadRequestError),
    (400, 40118, "", BadRequestError),
    (400, 40056, "", BadRequestError),
    (400, 400123, "", RateLimitError),
    (429, None, "", RateLimitError),
    (429, 77, "Too many requests", RateLimitError),
    (400, None, "Rate limit exceeded", RateLimitError),
    (400, 400004, "Session does not exist. SessionID: x", SessionGoneError),
    (404, 400004, "", SessionGoneError),
    (400, 10006, "", SessionGoneError),
    (404, None, "Session not found", SessionGoneError),
    (400, 400006, "Session is not in correct state", BusyError),
    (400, None, "Session is not in correct state", BusyError),
    (400, 10001, "session state wrong: new", BusyError),
    (400, 10002, "session state wrong: connecting", BusyError),
    (400, 10002, "", BusyError),
    (400, 10003, "session state wrong: connected", BadRequestError),
    (400, 10004, "session state wrong: closing", SessionGoneError),
    (400, 10005, "session state wrong: closed", SessionGoneError),
    (400, 10004, "", SessionGoneError),
    (400, 10007, "", BusyError),
    (400, 10013, "Concurrent limit reached, please make sure you have closed", BusyError),
    (429, None, "Concurrent limit reached", BusyError),
    (400, 10012, "", NotFoundError),
    (400, 10013, "avatar not found", NotFoundError),
    (400, 10013, "Avatar not allowed", NotFoundError),
    (400, 10007, "avatar not found", NotFoundError),
    (400, 10014, "", ProviderError),
    (400, 10006, "session full", ProviderError),
    (400, 10015, "", QuotaError),
    (400, 10012, "Trial API limit reached", QuotaError),
    (402, None, "", QuotaError),
    (400, "insufficient_credit", "", QuotaError),
    (400, None, "Insufficient credit", QuotaError),
    (400, 99999, "", BadRequestError),
    (409, None, "", BadRequestError),
    (500, None, "", ProviderConnectionError),
    (503, 99999, "", ProviderConnectionError),
    (200, 10005, "session state wrong: closed", SessionGoneError),
    (200, 400112, "Unauthorized", AuthenticationError),
]  # fmt: skip


@pytest.mark.parametrize(("status", "code", "message", "expected"), ROWS)
async def test_a_refusal_is_told_by_code_and_text(
    vendor: Vendor,
    konpro: KonPro,
    status: int,
    code: object,
    message: str,
    expected: type[ProviderError],
) -> None:
    vendor.on(TASK, refused(status, code, message))
    with pytest.raises(ProviderError) as caught:
        await konpro.speak(SESSION, SAY)
    error = caught.value
    assert isinstance(error, expected)
    assert error.reason == expected.reason
    assert error.code == (None if code is None else str(code))
    assert error.sent is (status >= 500)
    assert len(vendor.requests) == 1


@pytest.mark.parametrize(
    "error",
    [
        {"code": 400004, "message": "gone"},
        {"code": "x", "message": "Session not found"},
        "Session not found",
    ],
)
async def test_an_error_may_be_text_or_object(
    vendor: Vendor, konpro: KonPro, error: object
) -> None:
    vendor.on(TASK, Answer({"error": error, "data": None}, status=400))
    with pytest.raises(SessionGoneError):
        await konpro.speak(SESSION, SAY)


@pytest.mark.parametrize(
    ("code", "seconds"), [(10007, 20.0), (400006, 3.0), (10001, 1.0), (10002, 1.0)]
)
async def test_what_is_busy_says_when_to_come_back(
    vendor: Vendor, konpro: KonPro, code: int, seconds: float
) -> None:
    vendor.on(TASK, refused(400, code))
    with pytest.raises(BusyError) as caught:
        await konpro.speak(SESSION, SAY)
    assert caught.value.retry_after == seconds


async def test_a_rate_limit_says_when_to_come_back(vendor: Vendor, konpro: KonPro) -> None:
    body = {"code": 400123, "message": "rate limit exceeded"}
    vendor.on(TASK, Answer(body, status=400, headers={"Retry-After": "5"}))
    with pytest.raises(RateLimitError) as caught:
        await konpro.speak(SESSION, SAY)
    assert caught.value.retry_after == 5.0


# Nothing twice.


@pytest.mark.parametrize(
    "trouble",
    [drop, cut, Answer(raw=b"", status=500), refused(503, 99999), Answer(raw=b"", status=404),
     Answer(raw=b"", status=405), refused(404, None), refused(429, None), refused(400, 10007),
     refused(400, 10001), Answer(raw=b"<html>"), Answer({}, status=307)],
)  # fmt: skip
@pytest.mark.parametrize("route", [CREATE, TASK])
async def test_create_and_task_are_sent_once_whatever_comes_back(
    vendor: Vendor, konpro: KonPro, sleeper: Sleeper, route: str, trouble: Handler
) -> None:
    vendor.on(route, trouble)
    calls = {
        CREATE: lambda: konpro.create_session(request_for(avatar_id="a")),
        TASK: lambda: konpro.speak(SESSION, SAY),
    }
    with pytest.raises(ProviderError):
        await calls[route]()
    assert vendor.routes == [route]
    assert not sleeper.waits


class SilentSession:
    """A host that takes a request and is not heard of again."""

    closed = False

    def __init__(self) -> None:
        self.count = 0

    def request(self, *args: object, **kwargs: object) -> object:
        del args, kwargs
        self.count += 1
        raise TimeoutError


@pytest.mark.parametrize("route", [CREATE, TASK])
async def test_create_and_task_are_sent_once_if_no_answer_comes(route: str) -> None:
    silent: Any = SilentSession()
    konpro = KonPro(silent, account("https://x.example", {"path_style": "slash"}))
    calls = {
        CREATE: lambda: konpro.create_session(request_for()),
        TASK: lambda: konpro.speak(SESSION, SAY),
    }
    with pytest.raises(ProviderConnectionError) as caught:
        await calls[route]()
    assert caught.value.sent
    assert silent.count == 1


async def test_an_interrupt_is_sent_once(vendor: Vendor, konpro: KonPro) -> None:
    vendor.on("POST /v1/streaming/interrupt", Answer({}, status=500))
    with pytest.raises(ProviderConnectionError):
        await konpro.interrupt(SESSION)
    assert len(vendor.requests) == 1


# Path styles.


@pytest.mark.parametrize("missing", [404, 405])
async def test_the_path_style_is_found_by_list(
    vendor: Vendor, stranger: KonPro, missing: int
) -> None:
    vendor.on(SLASH_LIST, Answer(raw=b"no", status=missing)).on(DOTTED_LIST, LIST)
    vendor.on("POST /v1/streaming.new", Answer(NEW)).on("POST /v1/streaming.task", DONE)
    verified = await stranger.verify()
    assert verified.remember == {"path_style": "dotted"}
    await stranger.create_session(request_for())
    await stranger.speak(SESSION, SAY)
    assert vendor.routes == [
        SLASH_LIST,
        DOTTED_LIST,
        "POST /v1/streaming.new",
        "POST /v1/streaming.task",
    ]


async def test_the_slash_is_tried_first(vendor: Vendor, stranger: KonPro) -> None:
    vendor.on(SLASH_LIST, LIST).on(DOTTED_LIST, LIST)
    assert (await stranger.verify()).remember == {"path_style": "slash"}
    assert vendor.routes == [SLASH_LIST]


async def test_a_create_of_a_stranger_lists_first_and_then_knows(
    vendor: Vendor, stranger: KonPro
) -> None:
    vendor.on(DOTTED_LIST, LIST).on("POST /v1/streaming.new", Answer(NEW))
    await stranger.create_session(request_for())
    await stranger.create_session(request_for())
    assert vendor.routes == [
        SLASH_LIST,
        DOTTED_LIST,
        "POST /v1/streaming.new",
        "POST /v1/streaming.new",
    ]


async def test_without_a_style_nothing_is_created(vendor: Vendor, stranger: KonPro) -> None:
    vendor.on(CREATE, Answer(NEW)).on("POST /v1/streaming.new", Answer(NEW))
    with pytest.raises(BadResponseError) as caught:
        await stranger.create_session(request_for())
    assert not caught.value.sent
    assert vendor.routes == [SLASH_LIST, DOTTED_LIST]


async def test_a_remembered_style_is_asked_first_and_may_change(
    vendor: Vendor, session: ClientSession
) -> None:
    vendor.on(DOTTED_LIST, LIST, Answer(raw=b"", status=404)).on(SLASH_LIST, LIST)
    konpro = KonPro(session, account(vendor.url, {"path_style": "dotted"}))
    assert (await konpro.verify()).remember == {"path_style": "dotted"}
    assert vendor.routes == [DOTTED_LIST]
    assert (await konpro.verify()).remember == {"path_style": "slash"}


async def test_a_remembered_nonsense_counts_as_nothing(
    vendor: Vendor, session: ClientSession
) -> None:
    vendor.on(SLASH_LIST, LIST)
    konpro = KonPro(session, account(vendor.url, {"path_style": "sideways"}))
    assert await konpro.list_open_sessions() == ()
    assert vendor.routes == [SLASH_LIST, SLASH_LIST]


# Accounts.


async def test_an_account_has_one_id_that_hides_its_key(
    vendor: Vendor, session: ClientSession
) -> None:
    vendor.on(SLASH_LIST, LIST).on("GET /proxy/v1/streaming/list", LIST)
    ids = [
        (await KonPro(session, credentials).verify()).unique_id
        for credentials in (
            account(vendor.url),
            account(f"{vendor.url}/"),
            account(f"{vendor.url}/proxy"),
            account(vendor.url, key="another"),
        )
    ]
    assert ids[0] == ids[1] == ids[2] != ids[3]
    assert KEY not in ids[0]
    assert len(ids[0]) == 32


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (refused(401, 400112, "Unauthorized"), AuthenticationError),
        (refused(400, 40009), AuthenticationError),
        (Answer(raw=b"", status=401), AuthenticationError),
        (Answer(raw=b"<html>Router</html>"), BadResponseError),
        (Answer({"hello": "world"}), BadResponseError),
        (Answer({"data": {"hello": "world"}}), BadResponseError),
        (Answer({"code": 100, "data": "x"}), BadResponseError),
        (Answer([]), BadResponseError),
        (Answer(raw=b"", status=404), BadResponseError),
        (Answer({}, status=301, headers={"Location": "/"}), BadResponseError),
        (Answer({}, status=500), ProviderConnectionError),
        (drop, ProviderConnectionError),
        (refused(403, 400631), PermissionDeniedError),
        (refused(429, None), RateLimitError),
    ],
)
async def test_an_account_is_refused_with_its_reason_and_at_once(
    vendor: Vendor,
    stranger: KonPro,
    sleeper: Sleeper,
    answer: Handler,
    expected: type[ProviderError],
) -> None:
    vendor.on(SLASH_LIST, answer)
    with pytest.raises(ProviderError) as caught:
        await stranger.verify()
    assert type(caught.value) is expected
    assert not sleeper.waits


async def test_an_unreachable_host_is_a_connection_error(
    vendor: Vendor, session: ClientSession
) -> None:
    url = vendor.url
    await vendor.stop()
    with pytest.raises(ProviderConnectionError):
        await KonPro(session, account(url)).verify()


async def test_plain_http_is_refused_before_the_key_leaves(session: ClientSession) -> None:
    with pytest.raises(InsecureAddressError):
        await KonPro(session, account("http://konpro.example")).verify()


@pytest.mark.parametrize("secrets", [{}, {"api_key": SecretStr("")}])
async def test_an_account_without_a_key_is_an_authentication_error(
    vendor: Vendor, session: ClientSession, secrets: Mapping[str, SecretStr]
) -> None:
    with pytest.raises(AuthenticationError):
        await KonPro(session, Credentials(base_url=vendor.url, secrets=secrets)).verify()
    assert not vendor.requests


def test_the_default_address_is_konpros() -> None:
    assert SPEC.default_base_url == "https://api.konpro.ai"


async def test_an_account_without_an_address_goes_to_konpro() -> None:
    urls = []

    class Spy(SilentSession):
        def request(self, *args: object, **kwargs: object) -> object:
            urls.append(str(args[1]))
            return super().request(*args, **kwargs)

    spy: Any = Spy()
    with pytest.raises(ProviderConnectionError):
        await KonPro(spy, account("")).verify()
    assert urls == ["https://api.konpro.ai/v1/streaming/list"]


# Sessions.


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"session_duration_limit": "600", "is_paid": "true"}, (600.0, True)),
        ({"session_duration_limit": None, "is_paid": None}, (None, None)),
        ({"session_duration_limit": -5, "is_paid": "perhaps"}, (None, None)),
        ({"session_duration_limit": 1e300, "is_paid": {}}, (None, None)),
        ({"session_duration_limit": "soon", "surprise": 1}, (None, True)),
    ],
)
async def test_odd_details_do_not_lose_a_paid_session(
    vendor: Vendor, konpro: KonPro, changes: Mapping[str, object], expected: tuple[object, ...]
) -> None:
    vendor.on(CREATE, Answer({"code": 100, "data": {**NEW["data"], **changes}}))  # type: ignore[dict-item]
    created = await konpro.create_session(request_for())
    assert created.session_id == "eba59f0d"
    assert (created.duration_limit, created.is_paid) == expected


@pytest.mark.parametrize(
    "data", [None, [], {}, {"session_id": ""}, {"session_id": None}, {"session_id": "x" * 300}]
)
async def test_a_create_without_an_id_is_a_bad_response_that_may_have_cost(
    vendor: Vendor, konpro: KonPro, data: object
) -> None:
    vendor.on(CREATE, Answer({"code": 100, "data": data}))
    with pytest.raises(BadResponseError) as caught:
        await konpro.create_session(request_for())
    assert caught.value.sent


@pytest.mark.parametrize(
    ("changes", "flaw"),
    [
        ({"url": None, "sdp": {"type": "offer"}}, "raw WebRTC is not supported"),
        ({"url": None}, "no room to join"),
        ({"url": "javascript:alert(1)"}, "no room to join"),
        ({"url": "wss://a b"}, "no room to join"),
        ({"access_token": ""}, "no room to join"),
        ({"access_token": None}, "no room to join"),
    ],
)
async def test_a_session_that_none_can_join_is_known_but_not_started(
    vendor: Vendor, konpro: KonPro, changes: Mapping[str, object], flaw: str
) -> None:
    vendor.on(CREATE, Answer({"code": 100, "data": {**NEW["data"], **changes}}))  # type: ignore[dict-item]
    created = await konpro.create_session(request_for())
    assert created.session_id == "eba59f0d"
    with pytest.raises(BadResponseError, match=flaw):
        await konpro.start_session(created)
    with pytest.raises(BadResponseError, match=flaw):
        await konpro.viewer_access(created, VIEWER)
    assert vendor.routes == [CREATE]


async def test_a_started_session_can_be_joined(vendor: Vendor, konpro: KonPro) -> None:
    vendor.on(CREATE, Answer(NEW)).on(START, Answer({"code": 100, "data": {"status": "ok"}}))
    started = await konpro.start_session(await konpro.create_session(request_for()))
    transport = await konpro.viewer_access(started, VIEWER)
    assert transport == LiveKitTransport(url="wss://room.example", token=SecretStr(TOKEN))
    assert vendor.routes == [CREATE, START]


@pytest.mark.parametrize("answer", [refused(400, 10003), refused(400, 10002, "session state wrong: connected")])
async def test_a_session_that_runs_already_is_started(
    vendor: Vendor, konpro: KonPro, answer: Answer
) -> None:
    vendor.on(START, answer)
    assert await konpro.start_session(SESSION) == SESSION


@pytest.mark.parametrize("code", [10001, 10002])
@pytest.mark.parametrize("route", [START, STOP])
async def test_a_session_between_two_states_is_asked_again_a_second_later(
    vendor: Vendor, konpro: KonPro, sleeper: Sleeper, code: int, route: str
) -> None:
    busy = refused(400, code)
    vendor.on(route, busy, busy, DONE)
    calls = {
        START: lambda: konpro.start_session(SESSION),
        STOP: lambda: konpro.end_session("eba59f0d"),
    }
    await calls[route]()
    assert vendor.routes == [route] * 3
    assert sleeper.waits == [1.0, 1.0]


async def test_a_session_that_stays_between_two_states_is_given_up(
    vendor: Vendor, konpro: KonPro, sleeper: Sleeper
) -> None:
    vendor.on(START, refused(400, 10001))
    with pytest.raises(BusyError):
        await konpro.start_session(SESSION)
    assert vendor.routes == [START] * 3
    assert sleeper.waits == [1.0, 1.0]


@pytest.mark.parametrize("code", [10004, 10005, 10006, 400004])
async def test_a_session_that_is_gone_cannot_start(
    vendor: Vendor, konpro: KonPro, code: int
) -> None:
    vendor.on(START, refused(400, code))
    with pytest.raises(SessionGoneError):
        await konpro.start_session(SESSION)


@pytest.mark.parametrize(
    "answer",
    [
        DONE,
        Answer({"code": 100, "data": {"status": "closed"}}),
        *(refused(400, code) for code in (10004, 10005, 10006, 400004)),
        refused(404, None, "session not found"),
    ],
)
async def test_a_session_that_is_gone_is_ended(
    vendor: Vendor, konpro: KonPro, answer: Answer
) -> None:
    vendor.on(STOP, answer)
    await konpro.end_session("eba59f0d")
    assert [request.body for request in vendor.requests] == [{"session_id": "eba59f0d"}]


async def test_an_end_is_tried_four_times(
    vendor: Vendor, konpro: KonPro, sleeper: Sleeper
) -> None:
    vendor.on(STOP, drop, Answer({}, status=502), refused(429, None), DONE)
    await konpro.end_session("eba59f0d")
    assert vendor.routes == [STOP] * 4
    assert [round(wait / 1.125) for wait in sleeper.waits] == [1, 2, 4]


@pytest.mark.parametrize("answer", [Answer({}, status=500), drop, Answer(raw=b"bye")])
async def test_an_end_without_an_answer_is_not_taken_for_one(
    vendor: Vendor, konpro: KonPro, answer: Handler
) -> None:
    vendor.on(STOP, answer)
    with pytest.raises(ProviderError):
        await konpro.end_session("eba59f0d")


@pytest.mark.parametrize("answer", [DONE, refused(400, 400006)])
async def test_silence_can_be_interrupted(
    vendor: Vendor, konpro: KonPro, answer: Answer
) -> None:
    vendor.on("POST /v1/streaming/interrupt", answer)
    assert await konpro.interrupt(SESSION) == Sent()


async def test_a_host_without_keep_alive_is_asked_once(
    vendor: Vendor, konpro: KonPro, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await konpro.keep_alive(SESSION)
    await konpro.keep_alive(SESSION)
    assert vendor.routes == ["POST /v1/streaming/keep_alive"]
    assert caplog.text.count("has no keep-alive") == 1


async def test_keep_alive_notices_that_the_session_is_gone(
    vendor: Vendor, konpro: KonPro
) -> None:
    vendor.on("POST /v1/streaming/keep_alive", refused(404, 400004))
    with pytest.raises(SessionGoneError):
        await konpro.keep_alive(SESSION)
    with pytest.raises(SessionGoneError):
        await konpro.keep_alive(SESSION)


async def test_open_sessions_are_told_by_the_vendors_clock(
    vendor: Vendor, konpro: KonPro
) -> None:
    rows = [
        {"session_id": "a", "status": "connected", "created_at": 1795262400, "api_key_type": "x"},
        {"session_id": "b", "status": "new", "created_at": "1795262401.5"},
        {"session_id": "c", "created_at": None},
        {"session_id": 4, "status": None, "created_at": "yesterday"},
        {"session_id": "e", "status": "Closed", "created_at": 1795262400},
    ]
    headers = {"Date": "Sat, 21 Nov 2026 12:00:00 GMT"}
    vendor.on(SLASH_LIST, Answer({"code": 100, "data": {"sessions": rows}}, headers=headers))
    assert konpro.vendor_time() is None
    assert await konpro.list_open_sessions() == (
        OpenSession(session_id="a", created_at=1795262400.0),
        OpenSession(session_id="b", created_at=1795262401.5),
        OpenSession(session_id="c", created_at=None),
        OpenSession(session_id="4", created_at=None),
    )
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC).timestamp()
    assert konpro.vendor_time() == pytest.approx(noon, abs=30)


@pytest.mark.parametrize("data", [None, [], {"sessions": None}, {"sessions": []}])
async def test_no_open_sessions_can_be_said_in_many_ways(
    vendor: Vendor, konpro: KonPro, data: object
) -> None:
    vendor.on(SLASH_LIST, Answer({"code": 100, "data": data}))
    assert await konpro.list_open_sessions() == ()


@pytest.mark.parametrize("row", [None, {}, {"session_id": None}, "a"])
async def test_a_row_that_cannot_be_read_is_not_passed_over(
    vendor: Vendor, konpro: KonPro, row: object
) -> None:
    rows = [{"session_id": "a"}, row]
    vendor.on(SLASH_LIST, Answer({"code": 100, "data": {"sessions": rows}}))
    with pytest.raises(BadResponseError):
        await konpro.list_open_sessions()


# Somebody else's avatar, or a bad key?


@pytest.mark.parametrize("setting", ["avatar_id", "voice_id"])
async def test_a_good_key_with_somebody_elses_avatar_is_not_a_bad_key(
    vendor: Vendor, konpro: KonPro, setting: str
) -> None:
    vendor.on(CREATE, refused(400, 400112, "Unauthorized")).on(SLASH_LIST, LIST)
    with pytest.raises(PermissionDeniedError) as caught:
        await konpro.create_session(request_for(**{setting: "x"}))
    assert caught.value.code == "400112"
    assert not caught.value.sent
    assert vendor.routes == [CREATE, SLASH_LIST]


async def test_a_bad_key_with_an_avatar_is_a_bad_key(vendor: Vendor, konpro: KonPro) -> None:
    bad = refused(400, 400112, "Unauthorized")
    vendor.on(CREATE, bad).on(SLASH_LIST, bad)
    with pytest.raises(AuthenticationError):
        await konpro.create_session(request_for(avatar_id="x"))


async def test_a_key_is_not_called_bad_without_proof(vendor: Vendor, konpro: KonPro) -> None:
    vendor.on(CREATE, refused(400, 400112)).on(SLASH_LIST, Answer({}, status=500))
    with pytest.raises(PermissionDeniedError):
        await konpro.create_session(request_for(avatar_id="x"))
    assert vendor.routes == [CREATE, SLASH_LIST]


async def test_a_bad_key_without_an_avatar_needs_no_proof(
    vendor: Vendor, konpro: KonPro
) -> None:
    vendor.on(CREATE, refused(400, 400112))
    with pytest.raises(AuthenticationError):
        await konpro.create_session(request_for(rate=1.0))
    assert vendor.routes == [CREATE]


# Catalogues.

AVATARS = [
    {"avatar_id": "a", "created_at": 1, "status": "ACTIVE", "pose_name": "Old Ann"},
    {"avatar_id": "a", "created_at": "5", "status": "ACTIVE", "pose_name": "Ann",
     "normal_preview": "https://cdn.example/a.webp"},
    {"avatar_id": "a", "created_at": 3, "status": "ACTIVE", "pose_name": "Older Ann"},
    {"avatar_id": "b", "created_at": 1, "normal_preview": "javascript:alert(1)"},
    {"avatar_id": "c", "created_at": 1, "status": "ACTIVE"},
    {"avatar_id": "c", "created_at": 2, "status": "INACTIVE"},
    {"avatar_id": "", "pose_name": "nobody"},
    {"pose_name": "nobody"},
    None,
    {"avatar_id": 7, "name": "Seven", "status": None},
]  # fmt: skip
EXPECTED_AVATARS = (
    CatalogueItem(id="a", name="Ann", preview_url="https://cdn.example/a.webp"),
    CatalogueItem(id="b", name="b"),
    CatalogueItem(id="7", name="Seven"),
)


@pytest.mark.parametrize("data", [AVATARS, {"avatars": AVATARS}])
async def test_avatars_are_listed_once_newest_and_active(
    vendor: Vendor, konpro: KonPro, data: object
) -> None:
    vendor.on("GET /v1/streaming/avatar.list", Answer({"code": 100, "data": data}))
    assert await konpro.list_avatars() == EXPECTED_AVATARS


@pytest.mark.parametrize("data", [None, {}, [], "x", {"avatars": None}])
async def test_no_avatars_is_an_empty_list(
    vendor: Vendor, konpro: KonPro, data: object
) -> None:
    vendor.on("GET /v1/streaming/avatar.list", Answer({"code": 100, "data": data}))
    assert await konpro.list_avatars() == ()


async def test_the_other_path_of_the_avatars_is_found_and_kept(
    vendor: Vendor, konpro: KonPro
) -> None:
    vendor.on("GET /v1/streaming/avatar/list", Answer({"code": 100, "data": AVATARS}))
    await konpro.list_avatars()
    await konpro.list_avatars()
    assert vendor.routes == [
        "GET /v1/streaming/avatar.list",
        "GET /v1/streaming/avatar/list",
        "GET /v1/streaming/avatar/list",
    ]


async def test_voices_are_those_that_can_stream(vendor: Vendor, konpro: KonPro) -> None:
    voices = [
        {"voice_id": "v1", "name": " Anna ", "language": "German",
         "support_interactive_avatar": True, "preview_audio": "https://x"},
        {"voice_id": "v2", "name": "Bob", "support_interactive_avatar": False},
        {"voice_id": "v3", "name": "Carl"},
        {"voice_id": "v4", "language": None, "support_interactive_avatar": "true"},
        {"name": "nobody", "support_interactive_avatar": True},
    ]  # fmt: skip
    vendor.on("GET /v2/voices", Answer({"error": None, "data": {"voices": voices}}))
    assert await konpro.list_voices() == (
        CatalogueItem(id="v1", name="Anna", language="German"),
        CatalogueItem(id="v4", name="v4"),
    )


async def test_a_host_without_lists_has_empty_ones(vendor: Vendor, konpro: KonPro) -> None:
    assert await konpro.list_avatars() == ()
    assert await konpro.list_voices() == ()
    assert await konpro.get_credits() is None
    assert await konpro.list_languages() == ()
    assert await konpro.list_knowledge_bases() == ()
    assert [event async for event in konpro.events(SESSION)] == []


@pytest.mark.parametrize(
    ("value", "expected"), [(300, 300.0), ("12.5", 12.5), (0, 0.0), (-3, -3.0)]
)
async def test_credits_are_a_number_or_its_text(
    vendor: Vendor, konpro: KonPro, value: object, expected: float
) -> None:
    body = {"error": None, "data": {"remaining_quota": value, "details": {"api": 1}}}
    vendor.on("GET /v2/user/remaining_quota", Answer(body))
    assert await konpro.get_credits() == expected


@pytest.mark.parametrize("data", [None, {}, {"remaining_quota": None}, {"remaining_quota": "x"}])
async def test_credits_that_are_no_number_are_a_bad_response(
    vendor: Vendor, konpro: KonPro, data: object
) -> None:
    vendor.on("GET /v2/user/remaining_quota", Answer({"error": None, "data": data}))
    with pytest.raises(BadResponseError):
        await konpro.get_credits()


@pytest.mark.parametrize(
    ("route", "operation"),
    [
        (SLASH_LIST, "list_open_sessions"),
        ("GET /v1/streaming/avatar.list", "list_avatars"),
        ("GET /v2/voices", "list_voices"),
        ("GET /v2/user/remaining_quota", "get_credits"),
    ],
)
async def test_reading_is_tried_four_times(
    vendor: Vendor, konpro: KonPro, route: str, operation: str
) -> None:
    down = Answer({}, status=500)
    vendor.on(route, down, refused(429, None), down)
    with pytest.raises(ProviderConnectionError):
        await getattr(konpro, operation)()
    assert vendor.routes == [route] * 4


# Secrets.


@pytest.mark.parametrize(
    "answer",
    [
        DONE,
        Answer({"code": 100, "data": {"session_id": {"token": TOKEN}}}),
        Answer({"code": TOKEN, "message": f"{KEY} {TOKEN} {SPOKEN}"}, status=400),
        Answer({"error": {"code": KEY, "message": TOKEN}}),
        Answer(raw=f"{KEY} {TOKEN}".encode(), status=500),
        drop,
    ],
)
async def test_no_failure_of_a_create_tells_a_secret(
    vendor: Vendor, konpro: KonPro, answer: Handler, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    vendor.on(CREATE, answer)
    with pytest.raises(ProviderError) as caught:
        await konpro.create_session(request_for(voice_id=SPOKEN))
    error = caught.value
    said = "".join(traceback.format_exception(error)) + repr(vars(error)) + caplog.text
    for secret in (KEY, TOKEN, SPOKEN):
        assert secret not in said


async def test_no_session_tells_its_token(
    vendor: Vendor, konpro: KonPro, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    vendor.on(CREATE, Answer(NEW)).on(TASK, DONE)
    created = await konpro.create_session(request_for())
    transport = await konpro.viewer_access(created, VIEWER)
    await konpro.speak(created, SAY)
    said = f"{created!r} {created} {transport!r} {konpro!r} {vars(konpro)!r} {caplog.text}"
    for secret in (KEY, TOKEN, SPOKEN):
        assert secret not in said
