"""A vendor that fails: what may be tried again, and what is never told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
import logging
import traceback
from typing import Any

from aiohttp import ClientSession, ConnectionTimeoutError, InvalidURL, TCPConnector
import pytest

from custom_components.streaming_avatar.providers.errors import (
    BadRequestError,
    ProviderConnectionError,
    ProviderError,
    RateLimitError,
)
from custom_components.streaming_avatar.providers.http import (
    Call,
    HttpClient,
    Reply,
)

from .client import GET, NOON, OK, POST, Resolver, StubSession, client_for
from .vendor import KEY, SPOKEN, Answer, Handler, Sleeper, Vendor, cut, drop, hang


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


async def test_a_failed_handshake_was_never_sent(vendor: Vendor, session: ClientSession) -> None:
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
async def test_every_trouble_is_a_provider_error(error: BaseException, *, sent: bool) -> None:
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


async def test_a_host_has_less_time_to_be_reached_than_to_answer() -> None:
    session = StubSession(TimeoutError())
    with pytest.raises(ProviderConnectionError):
        await client_for(session, "https://api.example").request(POST)
    [timeout] = session.timeouts
    assert (timeout.connect, timeout.total) == (10.0, 30.0)


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


@pytest.mark.parametrize("trouble", [drop, Answer({}, status=503), Answer(raw=b"", status=429)])
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


@asynccontextmanager
async def babbler(said: bytes) -> AsyncIterator[str]:
    """A host that says one thing, whatever it is asked."""

    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize(("year", "expected"), [(2020, 0.0), (9990, 60.0)], ids=["past", "future"])
async def test_a_vendor_without_a_clock_is_measured_by_ours(
    session: ClientSession, year: int, expected: float
) -> None:
    date = format_datetime(NOON.replace(year=year), usegmt=True)
    answer = f"HTTP/1.1 429 No\r\nRetry-After: {date}\r\nContent-Length: 2\r\n\r\n{{}}"
    async with babbler(answer.encode()) as url:
        client = client_for(session, url)
        with pytest.raises(RateLimitError) as caught:
            await client.request(POST)
    assert caught.value.retry_after == expected
    assert client.vendor_time() is None


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
    session: ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with babbler(b"220 mail ready\r\n\r\n") as url:
        with pytest.raises(ProviderConnectionError) as caught:
            await client_for(session, url).request(POST)
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
