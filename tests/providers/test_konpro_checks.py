"""What is tried of KonPro's API, and what is told of it: enough to see what differs, and no secret."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from aiohttp import ClientSession
from pydantic import SecretStr
import pytest

from custom_components.streaming_avatar.providers.base import Check, Session
from custom_components.streaming_avatar.providers.konpro import KonPro
from custom_components.streaming_avatar.providers.konpro.checks import SESSION_CALLS

from . import hosts
from .vendor import KEY, Answer, Handler, Sleeper, Vendor, drop
from .wire import CREATE, SESSION, SLASH_LIST, TASK, TOKEN, own_account, refused

ACCOUNT_CHECKS = {
    "path_style",
    "key",
    "success_code",
    "session_list",
    "wrong_key",
    "avatar_list",
    "voice_list",
    "knowledge_base_list",
    "quota",
    "create_token",
    *(f"{operation}_route" for operation in SESSION_CALLS),
    "vendor_clock",
}
SESSION_CHECKS = {
    "session_fields",
    "room",
    "start_again",
    "session_listed",
    "session_time",
    "keep_alive",
    "interrupt",
    "start_listening",
    "stop_listening",
    "task_without_viewer",
}
OPEN = replace(SESSION, duration_limit=600.0, is_paid=True)


def results(checks: Sequence[Check]) -> Mapping[str, bool | None]:
    found = {check.key: check.passed for check in checks}
    assert len(found) == len(checks)
    return found


def details(checks: Sequence[Check]) -> Mapping[str, str]:
    return {check.key: check.detail for check in checks}


async def test_an_api_as_documented_passes_all_that_is_free(
    vendor: Vendor, stranger: KonPro
) -> None:
    hosts.konpro(vendor)
    checks = await stranger.check_account()
    assert results(checks) == dict.fromkeys(ACCOUNT_CHECKS, True) | {"create": None}
    assert CREATE not in vendor.routes
    told = details(checks)
    assert told["session_list"] == (
        "slash: HTTP 200, code 100, fields code data message, "
        "data object with sessions; sessions list of 1 with created_at session_id status"
    )
    assert told["wrong_key"] == (
        "HTTP 401, code 400112, fields code message, understood as authentication"
    )
    assert told["avatar_list"] == (
        "/v1/streaming/avatar.list: HTTP 200, code 100, fields code data, "
        "data list of 1 with avatar_id pose_name"
    )


async def test_an_api_as_documented_passes_all_with_a_session(
    vendor: Vendor, konpro: KonPro
) -> None:
    hosts.konpro(vendor)
    checks = await konpro.check_session(OPEN)
    assert results(checks) == dict.fromkeys(SESSION_CHECKS, True)
    told = details(checks)
    assert told["session_listed"].endswith(", status connected")
    assert told["session_fields"] == "duration limit 600 s, is_paid True"
    assert told["room"] == "url token"
    assert not [route for route in vendor.routes if route.endswith(("/stop", "/new"))]


async def test_calls_keep_to_five_a_second(
    vendor: Vendor, stranger: KonPro, sleeper: Sleeper
) -> None:
    hosts.konpro(vendor)
    await stranger.check_account()
    assert sleeper.waits == [0.2] * len(vendor.requests)


@pytest.mark.parametrize(
    ("route", "answer", "expected"),
    [
        (SLASH_LIST, refused(401, 400112, "Unauthorized"),
         {"path_style": True, "key": False, "success_code": None, "session_list": None}),
        (SLASH_LIST, Answer({"code": 100, "data": {"items": []}}), {"session_list": False}),
        (SLASH_LIST, Answer({"code": 7, "data": {"sessions": []}}),
         {"success_code": None, "session_list": None, "key": None}),
        (SLASH_LIST, drop, {"path_style": None, "key": None, "wrong_key": None}),
        (SLASH_LIST, Answer({"code": 100, "data": {"sessions": []}}), {"wrong_key": False}),
        ("GET /v1/streaming/avatar.list", Answer({"code": 100, "data": {"items": [1]}}),
         {"avatar_list": False}),
        ("GET /v1/streaming/avatar.list", Answer({"code": 100, "data": [{"id": "a"}]}),
         {"avatar_list": False}),
        ("GET /v1/streaming/avatar.list", Answer({"code": 100, "data": []}),
         {"avatar_list": True}),
        ("GET /v2/voices", Answer(raw=b"", status=404), {"voice_list": False}),
        ("GET /v2/voices", refused(429, 400123), {"voice_list": None}),
        ("GET /v2/user/remaining_quota", Answer({"error": None, "data": {"left": 3}}),
         {"quota": False}),
        ("POST /v1/streaming/create_token", Answer({"error": None, "data": {}}),
         {"create_token": False}),
        ("POST /v1/streaming/create_token", refused(403, 400562), {"create_token": False}),
        ("POST /v1/streaming/keep_alive", Answer(raw=b"", status=405),
         {"keep_alive_route": False}),
        ("POST /v1/streaming/stop", Answer({"code": 100}), {"stop_route": False}),
        ("POST /v1/streaming/start", Answer({}, status=502), {"start_route": None}),
    ],
)  # fmt: skip
async def test_what_differs_is_told(
    vendor: Vendor,
    stranger: KonPro,
    route: str,
    answer: Handler,
    expected: Mapping[str, bool | None],
) -> None:
    hosts.konpro(vendor)
    vendor.on(route, answer)
    found = results(await stranger.check_account())
    assert {key: found[key] for key in expected} == expected
    assert found.keys() == ACCOUNT_CHECKS | {"create"}


async def test_the_other_style_and_path_are_found(vendor: Vendor, stranger: KonPro) -> None:
    hosts.konpro(vendor)
    missing = Answer(raw=b"", status=404)
    dotted = Answer({"code": 100, "data": {"sessions": []}})
    vendor.on(SLASH_LIST, missing).on("GET /v1/streaming.list", dotted)
    vendor.on("GET /v1/streaming/avatar.list", missing)
    vendor.on("GET /v1/streaming/avatar/list", Answer({"code": 100, "data": []}))
    checks = await stranger.check_account()
    assert results(checks)["path_style"] is True
    assert details(checks)["path_style"].startswith("dotted: HTTP 200")
    assert results(checks)["avatar_list"] is True
    assert "POST /v1/streaming.keep_alive" in vendor.routes


async def test_a_host_that_knows_nothing_is_told_apart(vendor: Vendor, stranger: KonPro) -> None:
    checks = await stranger.check_account()
    found = results(checks)
    assert set(found.values()) == {False, None, True}
    assert {key for key, passed in found.items() if passed} == {"vendor_clock"}
    assert details(checks)["path_style"].endswith("HTTP 404, not JSON, understood as bad_response")


@pytest.mark.parametrize(
    ("opened", "key", "passed"),
    [
        (replace(OPEN, is_paid=None), "session_fields", False),
        (replace(OPEN, duration_limit=None), "session_fields", False),
        (replace(OPEN, access={"flaw": SecretStr("no room to join")}), "room", False),
        (replace(OPEN, session_id="another"), "session_listed", False),
        (replace(OPEN, session_id="another"), "session_time", None),
        (replace(OPEN, session_id="another"), "keep_alive", False),
    ],
)
async def test_a_session_that_differs_is_told(
    vendor: Vendor, konpro: KonPro, opened: Session, key: str, *, passed: bool | None
) -> None:
    hosts.konpro(vendor)
    assert results(await konpro.check_session(opened))[key] is passed


@pytest.mark.parametrize(
    ("route", "answer", "key", "passed"),
    [
        ("POST /v1/streaming/start", refused(400, 10003, "session state wrong: connected"),
         "start_again", True),
        ("POST /v1/streaming/start", refused(400, 10005), "start_again", False),
        ("POST /v1/streaming/start", drop, "start_again", None),
        (TASK, Answer({"code": 100, "data": {"task_id": "t"}}), "task_without_viewer", False),
        (TASK, refused(400, 40001), "task_without_viewer", False),
        ("POST /v1/streaming/start_listening", refused(400, 400006), "start_listening", True),
        ("POST /v1/streaming/start_listening", refused(400, 40001), "start_listening", False),
        ("POST /v1/streaming/keep_alive", drop, "keep_alive", None),
        (SLASH_LIST, Answer({"code": 100, "data": {"sessions": [{"session_id": "eba59f0d",
         "created_at": 1, "status": TOKEN}]}}), "session_time", False),
        (SLASH_LIST, Answer({"code": 100, "data": {"sessions": [{"session_id": "eba59f0d"}]}}),
         "session_time", False),
        (SLASH_LIST, Answer({"code": 100, "data": {"sessions": [{"x": 1}]}}),
         "session_listed", False),
    ],
)  # fmt: skip
async def test_what_differs_with_a_session_is_told(
    vendor: Vendor, konpro: KonPro, route: str, answer: Handler, key: str, *, passed: bool | None
) -> None:
    hosts.konpro(vendor)
    vendor.on(route, answer)
    checks = await konpro.check_session(OPEN)
    assert results(checks)[key] is passed
    assert TOKEN not in repr(checks)


async def test_a_session_of_a_host_that_is_gone_is_no_error(
    vendor: Vendor, stranger: KonPro
) -> None:
    vendor.on(SLASH_LIST, drop)
    assert results(await stranger.check_session(OPEN)) == {
        "session_fields": True,
        "room": True,
        "path_style": None,
    }


@pytest.mark.parametrize("is_there", [True, False])
async def test_rooms_of_ones_own_are_tried_too(
    vendor: Vendor, session: ClientSession, *, is_there: bool
) -> None:
    hosts.konpro(vendor)
    own = own_account(vendor.url, "APIkey", "s3cret-that-must-not-leak-to-anybody")
    konpro = KonPro(session, own, sleep=Sleeper())
    people = [{"identity": "avatar"}] if is_there else []
    service = "POST /twirp/livekit.RoomService"
    vendor.on(f"{service}/ListParticipants", Answer({"participants": people}))
    room = replace(OPEN, access={"room": SecretStr("room-1")})
    assert results(await konpro.check_session(room))["own_room"] is is_there
    assert results(await konpro.check_account())["own_livekit"] is False
    vendor.on(f"{service}/ListRooms", Answer({"rooms": []}))
    assert results(await konpro.check_account())["own_livekit"] is True
    vendor.on(f"{service}/ListParticipants", drop)
    checks = await konpro.check_session(room)
    assert results(checks)["own_room"] is False
    assert "s3cret" not in repr(checks)


@pytest.mark.parametrize(
    "body",
    [
        {KEY: KEY, TOKEN: TOKEN, "code": TOKEN, "message": TOKEN, "data": {TOKEN: [TOKEN]}},
        {"code": 100, "data": {"sessions": [{TOKEN: TOKEN}], TOKEN: TOKEN}},
        {"code": 100, "data": TOKEN},
        {"error": {"code": TOKEN, "message": TOKEN}},
        [TOKEN],
        TOKEN,
    ],
)
async def test_what_came_back_is_told_without_its_values(
    vendor: Vendor, stranger: KonPro, body: object
) -> None:
    hosts.konpro(vendor)
    vendor.on(SLASH_LIST, Answer(body)).on("POST /v1/streaming/create_token", Answer(body))
    checks = [*await stranger.check_account(), *await stranger.check_session(OPEN)]
    said = repr(checks)
    for secret in (KEY, TOKEN):
        assert secret not in said
