"""KonPro on the wire: what is sent, how often, and what counts as an answer."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.streaming_avatar.providers.base import (
    Sent,
    Speech,
    TaskType,
)
from custom_components.streaming_avatar.providers.errors import (
    BadRequestError,
    BadResponseError,
    NotReadyError,
    ProviderConnectionError,
    ProviderError,
)
from custom_components.streaming_avatar.providers.konpro import KonPro

from .vendor import KEY, SPOKEN, Answer, Handler, Sleeper, Vendor, cut, drop
from .wire import (
    CREATE,
    DONE,
    NEW,
    SAY,
    SESSION,
    TASK,
    TOKEN,
    Calls,
    SilentSession,
    account,
    refused,
    request_for,
)


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


@pytest.mark.parametrize("style", ["slash", "dotted"])
@pytest.mark.parametrize(
    "operation",
    [
        "new",
        "start",
        "task",
        "interrupt",
        "stop",
        "keep_alive",
        "start_listening",
        "stop_listening",
    ],
)
async def test_each_operation_has_one_path_in_a_style(
    vendor: Vendor, session: ClientSession, style: str, operation: str
) -> None:
    path = f"/v1/streaming{'/' if style == 'slash' else '.'}{operation}"
    vendor.on(f"POST {path}", Answer(NEW))
    konpro = KonPro(session, account(vendor.url, {"path_style": style}))
    calls: Calls = {
        "new": lambda: konpro.create_session(request_for()),
        "start": lambda: konpro.start_session(SESSION),
        "task": lambda: konpro.speak(SESSION, SAY),
        "interrupt": lambda: konpro.interrupt(SESSION),
        "stop": lambda: konpro.end_session("eba59f0d"),
        "keep_alive": lambda: konpro.keep_alive(SESSION),
        "start_listening": lambda: konpro.start_listening(SESSION),
        "stop_listening": lambda: konpro.stop_listening(SESSION),
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
    text = '<b>👋</b> \u202eمرحبا\n"quoted" \\ \x00'
    await konpro.speak(SESSION, Speech(text=text))
    body: Any = vendor.requests[0].body
    assert body["text"] == text


@pytest.mark.parametrize(
    "body",
    [
        {"code": 0}, {"code": 100}, {"code": 200}, {"code": 1000}, {"code": "0"},
        {"code": "100"}, {"code": "200"}, {"code": "1000"}, {"code": "SUCCESS"},
        {"code": "success"}, {"code": 100.0}, {"code": " 100 "}, {"error": None},
        {"code": None, "error": None}, {"code": None, "data": {}}, {"data": {}},
        {"code": 100, "error": "a remark"}, {"code": 100, "data": []}, {"error": ""},
        {"code": None, "error": {}, "message": "m"},
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
    ],
)  # fmt: skip
async def test_any_other_envelope_is_none(
    vendor: Vendor, konpro: KonPro, body: object, code: str | None
) -> None:
    vendor.on(TASK, Answer(body))
    with pytest.raises(ProviderError) as caught:
        await konpro.speak(SESSION, SAY)
    assert type(caught.value) is BadResponseError
    assert caught.value.code == code
    assert caught.value.sent


async def test_a_success_code_with_a_bad_status_is_a_failure(
    vendor: Vendor, konpro: KonPro
) -> None:
    vendor.on(TASK, refused(400, 100, "success"))
    with pytest.raises(BadRequestError):
        await konpro.speak(SESSION, SAY)


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
    calls: Calls = {
        CREATE: lambda: konpro.create_session(request_for(avatar_id="a")),
        TASK: lambda: konpro.speak(SESSION, SAY),
    }
    with pytest.raises(ProviderError):
        await calls[route]()
    assert vendor.routes == [route]
    assert not sleeper.waits


@pytest.mark.parametrize("route", [CREATE, TASK])
async def test_create_and_task_are_sent_once_if_no_answer_comes(route: str) -> None:
    silent: Any = SilentSession()
    konpro = KonPro(silent, account("https://x.example", {"path_style": "slash"}))
    calls: Calls = {
        CREATE: lambda: konpro.create_session(request_for()),
        TASK: lambda: konpro.speak(SESSION, SAY),
    }
    with pytest.raises(ProviderConnectionError) as caught:
        await calls[route]()
    assert caught.value.sent
    assert silent.count == 1


@pytest.mark.parametrize("operation", ["interrupt", "start_listening", "stop_listening"])
async def test_what_could_come_too_late_is_sent_once(
    vendor: Vendor, konpro: KonPro, operation: str
) -> None:
    vendor.on(f"POST /v1/streaming/{operation}", Answer({}, status=500))
    with pytest.raises(ProviderConnectionError):
        await getattr(konpro, operation)(SESSION)
    assert len(vendor.requests) == 1


async def test_what_is_not_ready_does_not_listen(vendor: Vendor, konpro: KonPro) -> None:
    unready = refused(400, 400006, "Session is not in correct state")
    vendor.on("POST /v1/streaming/start_listening", unready)
    vendor.on("POST /v1/streaming/stop_listening", unready)
    assert await konpro.stop_listening(SESSION) == Sent()
    with pytest.raises(NotReadyError):
        await konpro.start_listening(SESSION)


async def test_a_token_stands_for_the_key_and_is_not_shown(vendor: Vendor, konpro: KonPro) -> None:
    route = "POST /v1/streaming/create_token"
    vendor.on(route, Answer({"error": None, "data": {"token": TOKEN}}))
    token = await konpro.create_token()
    assert token.get_secret_value() == TOKEN
    assert TOKEN not in repr(token)
    [request] = vendor.asked(route)
    assert request.body == {}
    assert request.headers["x-api-key"] == KEY


@pytest.mark.parametrize("data", [None, {}, {"token": ""}, {"token": None}, {"token": [TOKEN]}])
async def test_no_token_is_a_bad_response(vendor: Vendor, konpro: KonPro, data: object) -> None:
    vendor.on("POST /v1/streaming/create_token", Answer({"error": None, "data": data}))
    with pytest.raises(BadResponseError) as caught:
        await konpro.create_token()
    assert TOKEN not in str(caught.value)
