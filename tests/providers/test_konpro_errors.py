"""What KonPro's refusals mean."""

import logging
import traceback

import pytest

from custom_components.streaming_avatar.providers.errors import (
    AuthenticationError,
    BadRequestError,
    BusyError,
    NotFoundError,
    NotReadyError,
    PermissionDeniedError,
    PlanError,
    ProviderConnectionError,
    ProviderError,
    QuotaError,
    RateLimitError,
    SessionGoneError,
    SuspendedError,
    TextRefusedError,
    VoiceError,
)
from custom_components.streaming_avatar.providers.konpro import KonPro

from .vendor import KEY, SPOKEN, Answer, Handler, Vendor, drop
from .wire import (
    CREATE,
    DONE,
    LIST,
    NEW,
    SAY,
    SESSION,
    SLASH_LIST,
    TASK,
    TOKEN,
    VIEWER,
    refused,
    request_for,
)

ROWS: list[tuple[int, object, str, type[ProviderError]]] = [
    *((400, code, "", AuthenticationError)
      for code in (40009, 400101, 400112, 401056, 401057, 40102, "400112")),
    (401, None, "", AuthenticationError),
    (401, 77, "whatever", AuthenticationError),
    (400, None, "Unauthorized", AuthenticationError),
    (401, None, "Session not found", AuthenticationError),
    (402, None, "Rate limit exceeded", QuotaError),
    (403, None, "Avatar not found", PermissionDeniedError),
    (400, 400562, "", PermissionDeniedError),
    (400, 400573, "", PermissionDeniedError),
    (403, None, "", PermissionDeniedError),
    (400, 400599, "", PlanError),
    (403, 400599, "plan too low", PlanError),
    (400, 400631, "", SuspendedError),
    (401, 400631, "", SuspendedError),
    (400, None, "This account has been suspended", SuspendedError),
    (400, 400561, "space not found", BadRequestError),
    *((400, code, "", BadRequestError) for code in (40001, 40012, 400128, 400175)),
    (400, 40039, "", TextRefusedError),
    (400, 400105, "", TextRefusedError),
    (400, None, "The text holds blocked words", TextRefusedError),
    (400, 40118, "", BadRequestError),
    (400, 40056, "", VoiceError),
    (400, 77, "Audio generation failed", VoiceError),
    (400, 400123, "", RateLimitError),
    (429, None, "", RateLimitError),
    (429, 77, "Too many requests", RateLimitError),
    (400, None, "Rate limit exceeded", RateLimitError),
    (400, 400004, "Session does not exist. SessionID: x", SessionGoneError),
    (404, 400004, "", SessionGoneError),
    (400, 10006, "", SessionGoneError),
    (404, None, "Session not found", SessionGoneError),
    (400, 400006, "Session is not in correct state", NotReadyError),
    (400, None, "Session is not in correct state", NotReadyError),
    (400, 10001, "session state wrong: new", NotReadyError),
    (400, 10002, "session state wrong: connecting", NotReadyError),
    (400, 10002, "", NotReadyError),
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
    (500, 400123, "Rate limit exceeded", ProviderConnectionError),
    (500, 10007, "", ProviderConnectionError),
    (500, None, "Concurrent limit reached", ProviderConnectionError),
    (500, 400004, "Session does not exist", SessionGoneError),
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


async def test_the_outer_code_counts_before_the_inner(vendor: Vendor, konpro: KonPro) -> None:
    inner = {"code": "insufficient_credit", "message": "x"}
    vendor.on(TASK, Answer({"code": 400004, "error": inner}, status=400))
    with pytest.raises(SessionGoneError):
        await konpro.speak(SESSION, SAY)


@pytest.mark.parametrize(
    ("code", "seconds"), [(10007, 20.0), (400006, 0.25), (10001, 1.0), (10002, 1.0)]
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


async def test_a_bad_key_without_an_avatar_needs_no_proof(vendor: Vendor, konpro: KonPro) -> None:
    vendor.on(CREATE, refused(400, 400112))
    with pytest.raises(AuthenticationError):
        await konpro.create_session(request_for(rate=1.0))
    assert vendor.routes == [CREATE]


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
