import asyncio
from collections.abc import AsyncIterator, Callable
from email.utils import format_datetime
from datetime import UTC, datetime
import logging
import threading
import traceback
from typing import Any, override

from aiohttp import ClientSession, ConnectionTimeoutError, InvalidURL, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
from pydantic import SecretStr
import pytest
from yarl import URL

from custom_components.streaming_avatar.providers import http
from custom_components.streaming_avatar.providers.errors import (
    AuthenticationError,
    BadRequestError,
    BadResponseError,
    InsecureAddressError,
    InvalidAddressError,
    PermissionDeniedError,
    ProviderConnectionError,
    ProviderError,
    QuotaError,
    RateLimitError,
)
from custom_components.streaming_avatar.providers.http import (
    Call,
    HttpClient,
    Reply,
    is_secure,
    parse_base_url,
    status_error,
)

from .vendor import KEY, SPOKEN, Answer, Handler, Sleeper, Vendor, cut, drop, flood, hang

GET = Call(operation="list", method="GET", path="/list", tries=4)
POST = Call(operation="new", method="POST", path="/new", body={"text": SPOKEN})
OK = Answer({"code": 100})
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class StubSession:
    """A session whose every request fails in one way."""

    closed = False

    def __init__(self, error: BaseException) -> None:
        self.error = error
        self.urls: list[URL] = []

    def request(self, method: str, url: URL, **kwargs: Any) -> object:
        del method, kwargs
        self.urls.append(url)
        raise self.error


class Resolver(AbstractResolver):
    """Every name is this machine, or none is known."""

    def __init__(self, *, is_known: bool) -> None:
        self._is_known = is_known

    @override
    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        if not self._is_known:
            raise OSError("no such host")
        return [
            ResolveResult(
                hostname=host, host="127.0.0.1", port=port, family=2, proto=0, flags=0
            )
        ]

    @override
    async def close(self) -> None:
        pass


def client_for(
    session: ClientSession | StubSession,
    base_url: str,
    *,
    sleep: Sleeper | None = None,
    key: str = KEY,
    insecure_allowed: bool = False,
    monotonic: Callable[[], float] = lambda: 0.0,
) -> HttpClient:
    return HttpClient(
        session,  # type: ignore[arg-type]
        vendor="Acme",
        base_url=base_url,
        auth={"x-api-key": SecretStr(key)},
        insecure_allowed=insecure_allowed,
        sleep=sleep or Sleeper(),
        monotonic=monotonic,
    )


@pytest.fixture
def client(vendor: Vendor, session: ClientSession, sleeper: Sleeper) -> HttpClient:
    return client_for(session, vendor.url, sleep=sleeper)


async def test_a_post_carries_key_and_json(vendor: Vendor, client: HttpClient) -> None:
    vendor.on("POST /new", Answer({"code": 100, "data": {"id": "ü"}}))
    reply = await client.request(POST)
    assert reply == Reply(status=200, body={"code": 100, "data": {"id": "ü"}})
    [request] = vendor.requests
    assert request.body == {"text": SPOKEN}
    assert request.headers["x-api-key"] == KEY
    assert request.headers["accept"] == "application/json"
    assert request.headers["content-type"] == "application/json"


async def test_a_get_has_no_body(vendor: Vendor, client: HttpClient) -> None:
    vendor.on("GET /list", OK)
    await client.request(GET)
    [request] = vendor.requests
    assert request.body is None
    assert "content-type" not in request.headers


@pytest.mark.parametrize("suffix", ["/proxy/a%2Fb", "/proxy/a%2Fb/", "/proxy/a%2Fb//"])
async def test_the_base_url_may_have_a_path(
    vendor: Vendor, session: ClientSession, suffix: str
) -> None:
    vendor.on("GET /proxy/a%2Fb/list", OK)
    await client_for(session, vendor.url + suffix).request(GET)
    assert vendor.routes == ["GET /proxy/a%2Fb/list"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://api.example", "https://api.example"),
        (" https://API.Example/ ", "https://api.example"),
        ("https://api.example:8443/v9/", "https://api.example:8443/v9"),
        ("http://192.168.1.5:8000", "http://192.168.1.5:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_address_has_one_spelling(text: str, expected: str) -> None:
    assert str(parse_base_url(text)) == expected
    assert parse_base_url(expected) == parse_base_url(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "api.example",
        "/v1",
        "ftp://api.example",
        "wss://api.example",
        "https://",
        "https://api.example:99999",
        "https://api.example:0",
        "https://user@api.example",
        "https://user:password@api.example",
        "https://api.example/?key=1",
        "https://api.example/#x",
        "https://[::1",
        "https://a b.example",
        "javascript:alert(1)",
        "file:///etc/passwd",
    ],
)
async def test_what_is_no_address_is_refused_before_anything_is_sent(text: str) -> None:
    session = StubSession(AssertionError())
    with pytest.raises(InvalidAddressError) as caught:
        await client_for(session, text).request(GET)
    assert caught.value.reason == "invalid_address"
    assert not caught.value.sent
    assert not session.urls


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://api.example", True),
        ("http://localhost:8000", True),
        ("http://127.0.0.1", True),
        ("http://127.9.9.9", True),
        ("http://[::1]", True),
        ("http://192.168.1.5", False),
        ("http://0.0.0.0", False),
        ("http://localhost.example", False),
        ("http://127.0.0.1.example", False),
        ("http://api.example", False),
    ],
)
def test_a_key_is_safe_with_https_or_at_home(url: str, *, expected: bool) -> None:
    assert is_secure(URL(url)) is expected


async def test_a_key_does_not_travel_in_the_clear() -> None:
    session = StubSession(AssertionError())
    with pytest.raises(InsecureAddressError) as caught:
        await client_for(session, "http://api.example").request(GET)
    assert caught.value.reason == "insecure"
    assert not caught.value.sent
    assert not session.urls


async def test_a_key_travels_in_the_clear_once_confirmed(
    vendor: Vendor, socket_enabled: None
) -> None:
    del socket_enabled
    vendor.on("GET /list", OK)
    connector = TCPConnector(resolver=Resolver(is_known=True))
    async with ClientSession(connector=connector) as session:
        url = f"http://api.example:{vendor.port}"
        await client_for(session, url, insecure_allowed=True).request(GET)
    assert vendor.routes == ["GET /list"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("call", [GET, POST], ids=["get", "post"])
async def test_a_key_does_not_follow_a_redirect(
    vendor: Vendor, client: HttpClient, status: int, call: Call
) -> None:
    elsewhere = Vendor()
    await elsewhere.start()
    moved = Answer({}, status=status, headers={"Location": f"{elsewhere.url}/x?{KEY}"})
    vendor.on("GET /list", moved).on("POST /new", moved)
    with pytest.raises(BadResponseError, match="keys do not follow redirects") as caught:
        await client.request(call)
    await elsewhere.stop()
    assert not elsewhere.requests
    assert len(vendor.requests) == 1
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("key", ["", "two\r\nx-admin: 1", "schlüssel", "tab\tkey", "\ud800"])
async def test_what_can_be_no_key_is_not_sent(key: str) -> None:
    session = StubSession(AssertionError())
    with pytest.raises(AuthenticationError) as caught:
        await client_for(session, "https://api.example", key=key).request(GET)
    assert not caught.value.sent
    assert not session.urls


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<html>Welcome to your router</html>",
        b'{"code": 100',
        b'{"code": NaN}',
        b"\xff\xfe\xfd",
        b"[" * 50_000,
        b"[" * 200_000,
        b"9" * 5_000,
    ],
    ids=["empty", "html", "half", "nan", "bytes", "deep", "deeper", "long_number"],
)
async def test_a_success_that_is_not_json_is_none(
    vendor: Vendor, client: HttpClient, raw: bytes
) -> None:
    vendor.on("POST /new", Answer(raw=raw))
    with pytest.raises(BadResponseError, match="not JSON") as caught:
        await client.request(POST)
    assert caught.value.sent


async def test_an_endless_answer_is_cut(
    vendor: Vendor, client: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "MAX_BODY", 1_000_000)
    vendor.on("GET /list", flood)
    with pytest.raises(BadResponseError, match="more than 1000000 bytes"):
        await client.request(GET)
    assert len(vendor.requests) == 1


@pytest.mark.parametrize(("padding", "is_apart"), [(99_000, False), (101_000, True)])
async def test_a_large_answer_is_parsed_apart_from_the_loop(
    vendor: Vendor,
    client: HttpClient,
    monkeypatch: pytest.MonkeyPatch,
    padding: int,
    *,
    is_apart: bool,
) -> None:
    threads: list[threading.Thread] = []
    parse = http._parse

    def spy(raw: bytes) -> tuple[bool, object]:
        threads.append(threading.current_thread())
        return parse(raw)

    monkeypatch.setattr(http, "_parse", spy)
    vendor.on("GET /list", Answer(["x" * padding]))
    reply = await client.request(GET)
    assert reply.body == ["x" * padding]
    assert [thread is not threading.main_thread() for thread in threads] == [is_apart]


@pytest.mark.parametrize(
    ("status", "is_json", "expected", "sent"),
    [
        (400, True, BadRequestError, False),
        (400, False, BadResponseError, False),
        (401, True, AuthenticationError, False),
        (401, False, AuthenticationError, False),
        (402, True, QuotaError, False),
        (403, True, PermissionDeniedError, False),
        (404, False, BadResponseError, False),
        (408, True, ProviderConnectionError, True),
        (409, True, BadRequestError, False),
        (429, False, RateLimitError, False),
        (500, True, ProviderConnectionError, True),
        (502, False, ProviderConnectionError, True),
        (599, False, ProviderConnectionError, True),
    ],
)
def test_a_status_has_one_meaning(
    status: int, expected: type[ProviderError], *, is_json: bool, sent: bool
) -> None:
    error = status_error("Acme", GET, Reply(status=status, body=None, is_json=is_json), "77")
    assert type(error) is expected
    assert (error.code, error.sent) == ("77", sent)
    assert str(error) == f"Acme list: HTTP {status}, code 77"


async def test_a_status_raises_when_nobody_else_judges(
    vendor: Vendor, client: HttpClient
) -> None:
    vendor.on("POST /new", Answer({"message": SPOKEN}, status=403))
    with pytest.raises(PermissionDeniedError, match=r"^Acme new: HTTP 403$"):
        await client.request(POST)


async def test_a_check_decides_over_a_success_and_over_a_failure(
    vendor: Vendor, client: HttpClient
) -> None:
    vendor.on("POST /new", Answer({"code": 5}), Answer({"code": 6}, status=400))
    with pytest.raises(QuotaError):
        await client.request(POST, lambda call, reply: QuotaError(f"{call}{reply}"))
    reply = await client.request(POST, lambda _call, _reply: None)
    assert (reply.status, reply.body) == (400, {"code": 6})


async def test_a_refused_connection_was_never_sent(
    vendor: Vendor, session: ClientSession, sleeper: Sleeper
) -> None:
    url = vendor.url
    await vendor.stop()
    with pytest.raises(ProviderConnectionError) as caught:
        await client_for(session, url, sleep=sleeper).request(POST)
    assert not caught.value.sent
    assert not sleeper.waits


async def test_an_unknown_host_was_never_sent(socket_enabled: None) -> None:
    del socket_enabled
    connector = TCPConnector(resolver=Resolver(is_known=False))
    async with ClientSession(connector=connector) as session:
        with pytest.raises(ProviderConnectionError) as caught:
            await client_for(session, "https://api.example").request(POST)
    assert not caught.value.sent


async def test_a_failed_handshake_was_never_sent(
    vendor: Vendor, session: ClientSession
) -> None:
    with pytest.raises(ProviderConnectionError) as caught:
        await client_for(session, f"https://127.0.0.1:{vendor.port}").request(POST)
    assert not caught.value.sent
    assert not vendor.requests


async def test_a_session_that_was_closed_sends_nothing(vendor: Vendor) -> None:
    session = ClientSession()
    await session.close()
    with pytest.raises(ProviderConnectionError) as caught:
        await client_for(session, vendor.url).request(POST)
    assert not caught.value.sent


@pytest.mark.parametrize(
    ("error", "sent"),
    [
        (ConnectionTimeoutError(), False),
        (InvalidURL("x"), False),
        (TimeoutError(), True),
        (OSError(), True),
        (UnicodeError(), True),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_every_trouble_is_a_provider_error(
    error: BaseException, *, sent: bool
) -> None:
    with pytest.raises(ProviderConnectionError) as caught:
        await client_for(StubSession(error), "https://api.example").request(POST)
    assert caught.value.sent is sent


@pytest.mark.parametrize("handler", [drop, cut])
async def test_a_lost_reply_may_have_been_carried_out_and_is_not_repeated(
    vendor: Vendor, client: HttpClient, handler: Handler
) -> None:
    vendor.on("POST /new", handler)
    with pytest.raises(ProviderConnectionError) as caught:
        await client.request(POST)
    assert caught.value.sent
    assert len(vendor.requests) == 1


async def test_a_reused_connection_that_breaks_repeats_no_post_behind_our_back(
    vendor: Vendor, client: HttpClient
) -> None:
    vendor.on("GET /list", OK).on("POST /new", drop)
    await client.request(GET)
    with pytest.raises(ProviderConnectionError):
        await client.request(POST)
    assert vendor.routes == ["GET /list", "POST /new"]


async def test_an_answer_that_does_not_come_may_have_been_carried_out(
    vendor: Vendor, client: HttpClient
) -> None:
    vendor.on("POST /new", hang)
    call = Call(operation="new", method="POST", path="/new", body={}, timeout=0.05)
    with pytest.raises(ProviderConnectionError, match="TimeoutError") as caught:
        await client.request(call)
    assert caught.value.sent
    assert len(vendor.requests) == 1


async def test_cancelling_the_caller_cancels_the_request(
    vendor: Vendor, client: HttpClient
) -> None:
    arrived = asyncio.Event()

    async def arrive(request: Any) -> Any:
        arrived.set()
        return await hang(request)

    vendor.on("POST /new", arrive)
    task = asyncio.create_task(client.request(POST))
    await arrived.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize(
    "trouble", [drop, Answer({}, status=503), Answer(raw=b"", status=429)]
)
async def test_what_may_be_done_twice_is_tried_four_times_with_growing_pauses(
    vendor: Vendor, client: HttpClient, sleeper: Sleeper, trouble: Handler
) -> None:
    vendor.on("POST /stop", trouble, trouble, trouble, OK)
    call = Call(operation="stop", method="POST", path="/stop", body={}, tries=4)
    assert (await client.request(call)).is_success
    assert len(vendor.requests) == 4
    for wait, pause in zip(sleeper.waits, (1, 2, 4), strict=True):
        assert pause <= wait <= pause * 1.25


async def test_the_fourth_failure_is_the_last(
    vendor: Vendor, client: HttpClient, sleeper: Sleeper
) -> None:
    vendor.on("GET /list", Answer({}, status=500))
    call = Call(operation="list", method="GET", path="/list", tries=99)
    with pytest.raises(ProviderConnectionError):
        await client.request(call)
    assert len(vendor.requests) == 4
    assert len(sleeper.waits) == 3


@pytest.mark.parametrize("status", [400, 401, 404])
async def test_a_refusal_is_not_tried_again(
    vendor: Vendor, client: HttpClient, status: int
) -> None:
    vendor.on("GET /list", Answer({}, status=status))
    with pytest.raises(ProviderError):
        await client.request(GET)
    assert len(vendor.requests) == 1


def http_date(seconds: float) -> str:
    return format_datetime(datetime.fromtimestamp(NOON.timestamp() + seconds, UTC), usegmt=True)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("60", 60.0),
        ("3600", 60.0),
        ("9" * 400, 60.0),
        (http_date(12), 12.0),
        (http_date(-12), 0.0),
        (http_date(9999), 60.0),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("", None),
    ],
)
async def test_a_vendor_says_how_long_to_wait(
    vendor: Vendor, client: HttpClient, value: str, expected: float | None
) -> None:
    headers = {"Retry-After": value, "Date": http_date(0)}
    vendor.on("POST /new", Answer({}, status=429, headers=headers))
    with pytest.raises(RateLimitError) as caught:
        await client.request(POST)
    assert caught.value.retry_after == expected
    assert not caught.value.sent


async def test_a_pause_is_no_shorter_than_the_vendor_asked(
    vendor: Vendor, client: HttpClient, sleeper: Sleeper
) -> None:
    busy = Answer({}, status=429, headers={"Retry-After": "9"})
    vendor.on("GET /list", busy, busy, busy, OK)
    await client.request(GET)
    assert sleeper.waits == [9.0, 9.0, 9.0]


async def test_the_vendors_clock_is_read_from_any_answer_and_runs_on(
    vendor: Vendor, session: ClientSession
) -> None:
    now = 1000.0
    client = client_for(session, vendor.url, monotonic=lambda: now)
    assert client.vendor_time() is None
    vendor.on("POST /new", Answer({}, status=400, headers={"Date": http_date(0)}))
    with pytest.raises(BadRequestError):
        await client.request(POST)
    assert client.vendor_time() == NOON.timestamp()
    now += 90
    assert client.vendor_time() == NOON.timestamp() + 90


@pytest.mark.parametrize(
    "date", ["yesterday", "", "Mon, 99 Foo 2026 12:00:00 GMT", "Sat, 01 Jan 99999 00:00:00 GMT"]
)
async def test_a_date_that_is_none_leaves_the_clock_alone(
    vendor: Vendor, client: HttpClient, date: str
) -> None:
    vendor.on("POST /new", Answer({}, headers={"Date": date}))
    await client.request(POST)
    assert client.vendor_time() is None


async def test_a_date_without_a_zone_is_utc(vendor: Vendor, client: HttpClient) -> None:
    vendor.on("POST /new", Answer({}, headers={"Date": "Sat, 21 Nov 2026 12:00:00 -0000"}))
    await client.request(POST)
    assert client.vendor_time() == NOON.timestamp()


@pytest.fixture
async def babbler(socket_enabled: None) -> AsyncIterator[str]:
    """A host that speaks no HTTP."""
    del socket_enabled

    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"220 mail ready\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()
    await server.wait_closed()


def everything_said(error: BaseException, log: str) -> str:
    """Return all that a traceback, a repr or the log could show of an error."""
    texts = ["".join(traceback.format_exception(error)), repr(error), str(vars(error)), log]
    cause = error.__cause__
    return " ".join([*texts, repr(cause)])


@pytest.mark.parametrize(
    "handler",
    [
        drop,
        cut,
        Answer({"code": KEY, "message": SPOKEN}, status=400),
        Answer(raw=f"{KEY} {SPOKEN}".encode()),
        Answer(raw=f"{KEY} {SPOKEN}".encode(), status=500),
        Answer({}, status=302, headers={"Location": f"/?{KEY}"}),
    ],
)
async def test_no_failure_tells_key_or_text(
    vendor: Vendor,
    client: HttpClient,
    handler: Handler,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    vendor.on("POST /new", handler)
    with pytest.raises(ProviderError) as caught:
        await client.request(POST)
    said = everything_said(caught.value, caplog.text)
    assert KEY not in said
    assert SPOKEN not in said
    assert "Acme new" in str(caught.value)


async def test_a_host_that_speaks_no_http_tells_no_key(
    babbler: str, session: ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(ProviderConnectionError) as caught:
        await client_for(session, babbler).request(POST)
    assert caught.value.sent
    assert KEY not in everything_said(caught.value, caplog.text)


async def test_nothing_of_ours_shows_a_secret(client: HttpClient) -> None:
    reply = Reply(status=200, body={"access_token": KEY})
    for thing in (client, POST, reply):
        assert KEY not in repr(thing)
        assert SPOKEN not in repr(thing)


async def test_a_call_needs_a_try(client: HttpClient) -> None:
    with pytest.raises(ValueError, match="at least one"):
        await client.request(Call(operation="x", method="GET", path="/x", tries=0))
