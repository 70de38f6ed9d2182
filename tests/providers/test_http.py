"""What leaves for a vendor, and what is accepted as its answer."""

import threading

from aiohttp import ClientSession, TCPConnector
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

from .client import GET, OK, POST, Resolver, StubSession, client_for
from .vendor import KEY, SPOKEN, Answer, Vendor, flood


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


async def test_a_status_raises_when_nobody_else_judges(vendor: Vendor, client: HttpClient) -> None:
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
