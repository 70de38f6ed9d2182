"""KonPro: the life of a session."""

from collections.abc import Mapping
from datetime import UTC, datetime
import logging

from pydantic import SecretStr, ValidationError
import pytest

from custom_components.streaming_avatar.providers.base import (
    LiveKitTransport,
    OpenSession,
    Sent,
)
from custom_components.streaming_avatar.providers.errors import (
    BadResponseError,
    BusyError,
    ProviderError,
    SessionGoneError,
)
from custom_components.streaming_avatar.providers.konpro import KonPro
from custom_components.streaming_avatar.providers.konpro.wire import NewSession

from .vendor import Answer, Handler, Sleeper, Vendor, drop
from .wire import (
    CREATE,
    DONE,
    NEW,
    SESSION,
    SLASH_LIST,
    START,
    STOP,
    TOKEN,
    VIEWER,
    Calls,
    refused,
    request_for,
)


async def test_where_the_room_is_is_known_before_the_start(vendor: Vendor, konpro: KonPro) -> None:
    vendor.on(CREATE, Answer(NEW))
    created = await konpro.create_session(request_for())
    assert konpro.room_address(created) == "wss://room.example"
    assert vendor.routes == [CREATE]


async def test_a_session_without_a_room_has_no_address(vendor: Vendor, konpro: KonPro) -> None:
    vendor.on(CREATE, Answer({"code": 100, "data": {"session_id": "eba59f0d"}}))
    assert konpro.room_address(await konpro.create_session(request_for())) is None


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
    vendor.on(CREATE, Answer({"code": 100, "data": {**NEW["data"], **changes}}))
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
    vendor.on(CREATE, Answer({"code": 100, "data": {**NEW["data"], **changes}}))
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


@pytest.mark.parametrize(
    "answer", [refused(400, 10003), refused(400, 10002, "session state wrong: connected")]
)
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
    calls: Calls = {
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


async def test_an_end_is_tried_four_times(vendor: Vendor, konpro: KonPro, sleeper: Sleeper) -> None:
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
async def test_silence_can_be_interrupted(vendor: Vendor, konpro: KonPro, answer: Answer) -> None:
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


async def test_keep_alive_notices_that_the_session_is_gone(vendor: Vendor, konpro: KonPro) -> None:
    vendor.on("POST /v1/streaming/keep_alive", refused(404, 400004))
    with pytest.raises(SessionGoneError):
        await konpro.keep_alive(SESSION)
    with pytest.raises(SessionGoneError):
        await konpro.keep_alive(SESSION)


async def test_open_sessions_are_told_by_the_vendors_clock(vendor: Vendor, konpro: KonPro) -> None:
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


def test_an_answer_that_cannot_be_read_is_not_quoted() -> None:
    with pytest.raises(ValidationError) as caught:
        NewSession.model_validate({"access_token": TOKEN, "session_id": [TOKEN]})
    assert TOKEN not in str(caught.value)
