"""The one way over HTTP to a vendor, for every provider.

A key goes to the host that the user named and nowhere else, no answer can exhaust the memory, and
every failure is a `ProviderError` whose text names vendor, operation and status, never a body, a
query or a key.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from ipaddress import ip_address
import json
import logging
import random
import time

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    InvalidURL,
)
from pydantic import SecretStr
from yarl import URL

from .errors import (
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

CALL_TIMEOUT = 30.0
"""Seconds for one try of an ordinary call, connection and answer included."""
QUICK_TIMEOUT = 15.0
"""Seconds for one try of a call that a person or a settlement waits for (lists, quota)."""
CONNECT_TIMEOUT = 10.0
"""Seconds to reach the host; apart from the total, for what never connected was never sent."""
MAX_TRIES = 4
MAX_BODY = 20 * 1024 * 1024
"""Bytes of one answer, after decompression."""
MAX_RETRY_AFTER = 60.0
"""Seconds; a vendor that asks for more is not waited for any longer."""

_FIRST_PAUSE = 1.0
_PARSE_IN_EXECUTOR = 100_000
_CHUNK = 65_536
_NEVER_SENT = (ClientConnectorError, ConnectionTimeoutError, InvalidURL)
_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Call:
    """One operation at a vendor."""

    operation: str
    """Its name in errors and logs."""
    method: str
    path: str
    """Below the base URL, with a leading slash."""
    body: Mapping[str, object] | None = field(default=None, repr=False)
    timeout: float = CALL_TIMEOUT
    """Seconds for one try."""
    tries: int = 1
    """More than one only for what may be carried out twice; `MAX_TRIES` at most."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A complete answer that is neither a redirect nor too large."""

    status: int
    body: object = field(repr=False)
    """The parsed JSON; None where `is_json` is false, which a success never is."""
    is_json: bool = True
    retry_after: float | None = None
    """Seconds, 0 to 60, as the vendor asked."""

    @property
    def is_success(self) -> bool:
        """Whether the status is one of the 2xx."""
        return HTTPStatus(200) <= self.status < HTTPStatus(300)


type Judge = Callable[[Call, Reply], ProviderError | None]
"""How a provider judges an answer; None: all is well."""


def parse_base_url(text: str) -> URL:
    """Return an API's address in one spelling: without a trailing slash; a path is allowed.

    Raises:
        InvalidAddressError: not http or https, no host, or with user, query or fragment.

    """
    try:
        url = URL(text.strip())
        port = url.port
    except ValueError:
        raise InvalidAddressError("The address is not a URL", sent=False) from None
    is_web = url.scheme in {"http", "https"} and url.host and port
    if not is_web or len(text.split()) != 1:
        raise InvalidAddressError("The address is no http or https URL", sent=False)
    if url.user is not None or url.password is not None or "?" in text or "#" in text:
        raise InvalidAddressError("The address may hold no user, query or fragment", sent=False)
    return url.with_path(url.raw_path.rstrip("/"), encoded=True)


def is_secure(url: URL) -> bool:
    """Return whether a key cannot be read on its way there: https, or this very machine."""
    if url.scheme == "https" or url.host == "localhost":
        return True
    try:
        return ip_address(url.host or "").is_loopback
    except ValueError:
        return False


def describe(vendor: str, call: Call, reply: Reply, code: str | None = None) -> str:
    """Return the text of an error: vendor, operation, status and the vendor's own code."""
    text = f"{vendor} {call.operation}: HTTP {reply.status}"
    return text if code is None else f"{text}, code {code}"


def status_error(
    vendor: str, call: Call, reply: Reply, code: str | None = None
) -> ProviderError | None:
    """Judge an answer by its HTTP status alone, as far as all vendors mean the same by it."""
    text = describe(vendor, call, reply, code)
    match reply.status:
        case _ if reply.is_success:
            return None
        case HTTPStatus.UNAUTHORIZED:
            return AuthenticationError(text, code=code, sent=False)
        case HTTPStatus.PAYMENT_REQUIRED:
            return QuotaError(text, code=code, sent=False)
        case HTTPStatus.FORBIDDEN:
            return PermissionDeniedError(text, code=code, sent=False)
        case HTTPStatus.TOO_MANY_REQUESTS:
            return RateLimitError(text, code=code, retry_after=reply.retry_after)
        case status if status == HTTPStatus.REQUEST_TIMEOUT or status >= HTTPStatus(500):
            return ProviderConnectionError(text, code=code)
        case status if status < HTTPStatus(400) or not reply.is_json:
            return BadResponseError(text, code=code, sent=status < HTTPStatus(400))
        case _:
            return BadRequestError(text, code=code, sent=False)


class HttpClient:
    """The requests of one account, over a session that is injected and stays its owner's."""

    def __init__(
        self,
        session: ClientSession,
        *,
        vendor: str,
        base_url: str,
        auth: Mapping[str, SecretStr],
        insecure_allowed: bool = False,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Keep what every request needs. `auth`: header fields that prove who we are."""
        self._session = session
        self._vendor = vendor
        self._base_url = base_url
        self._auth = auth
        self._insecure_allowed = insecure_allowed
        self._sleep = sleep
        self._monotonic = monotonic
        self._clock_offset: float | None = None

    def vendor_time(self) -> float | None:
        """Return the vendor's clock in unix seconds, to about a second; None before a `Date`."""
        if self._clock_offset is None:
            return None
        return self._monotonic() + self._clock_offset

    async def request(self, call: Call, judge: Judge | None = None) -> Reply:
        """Carry out a call and return its answer, which `judge` (else the HTTP status) found good.

        Connection trouble, 5xx and 429 are tried again after 1, 2 and 4 seconds (with jitter, and
        not before the vendor's `Retry-After`), if the call allows it.

        Raises:
            ProviderError: whatever `judge` returned, or what `status_error` says.
            InsecureAddressError: a key would travel in the clear; nothing was sent.
            ProviderConnectionError: no complete answer; `sent` is false only if it never left.
            BadResponseError: a redirect, more than 20 MB, or a success that is not JSON.

        """
        url = self._url(call)
        headers = self._headers(call)
        pause = _FIRST_PAUSE
        for tries_left in reversed(range(min(call.tries, MAX_TRIES))):
            try:
                return await self._attempt(call, url, headers, judge)
            except (ProviderConnectionError, RateLimitError) as err:
                if not tries_left:
                    raise
                asked = err.retry_after if isinstance(err, RateLimitError) else None
            jitter = random.uniform(0, pause / 4)  # noqa: S311 - spreads load, guards nothing
            await self._sleep(max(pause + jitter, asked or 0.0))
            pause *= 2
        raise ValueError("a call needs at least one try")

    def _url(self, call: Call) -> URL:
        url = parse_base_url(self._base_url)
        if not (self._insecure_allowed or is_secure(url)):
            raise InsecureAddressError(
                f"{self._vendor} {call.operation}: the key would travel over plain http", sent=False
            )
        return url.with_path(url.raw_path.rstrip("/") + call.path, encoded=True)

    def _headers(self, call: Call) -> dict[str, str]:
        headers = {"accept": "application/json"}
        if call.body is not None:
            headers["content-type"] = "application/json"
        for name, secret in self._auth.items():
            value = secret.get_secret_value()
            if not (value and value.isascii() and value.isprintable()):
                raise AuthenticationError(
                    f"{self._vendor} {call.operation}: the key is empty or no key at all",
                    sent=False,
                )
            headers[name] = value
        return headers

    async def _attempt(
        self, call: Call, url: URL, headers: Mapping[str, str], judge: Judge | None
    ) -> Reply:
        if self._session.closed:
            raise ProviderConnectionError(
                f"{self._vendor} {call.operation}: the connection is shut down", sent=False
            )
        data = None if call.body is None else json.dumps(call.body).encode()
        # No cause is chained: aiohttp's exceptions hold the request with its headers.
        try:
            async with self._session.request(
                call.method,
                url,
                data=data,
                headers=headers,
                allow_redirects=False,
                timeout=ClientTimeout(total=call.timeout, connect=CONNECT_TIMEOUT),
            ) as response:
                reply = await self._read(call, response)
        except (ClientError, TimeoutError, OSError, UnicodeError) as err:
            raise ProviderConnectionError(
                f"{self._vendor} {call.operation}: no complete answer ({type(err).__name__})",
                sent=not isinstance(err, _NEVER_SENT),
            ) from None
        _LOGGER.debug("%s %s: HTTP %s", self._vendor, call.operation, reply.status)
        error = status_error(self._vendor, call, reply) if judge is None else judge(call, reply)
        if error is not None:
            raise error
        return reply

    async def _read(self, call: Call, response: ClientResponse) -> Reply:
        date = _unix_time(response.headers.get("Date"))
        if date is not None:
            self._clock_offset = date - self._monotonic()
        status = response.status
        where = f"{self._vendor} {call.operation}"
        if HTTPStatus(300) <= status < HTTPStatus(400):
            raise BadResponseError(f"{where}: HTTP {status}, and keys do not follow redirects")
        raw = await _read_limited(response)
        if raw is None:
            raise BadResponseError(
                f"{where}: HTTP {status} with an answer of more than {MAX_BODY} bytes"
            )
        if len(raw) > _PARSE_IN_EXECUTOR:
            is_json, body = await asyncio.to_thread(_parse, raw)
        else:
            is_json, body = _parse(raw)
        reply = Reply(
            status=status,
            body=body,
            is_json=is_json,
            retry_after=_seconds(response.headers.get("Retry-After"), date),
        )
        if reply.is_success and not is_json:
            raise BadResponseError(f"{where}: HTTP {status} with an answer that is not JSON")
        return reply


async def _read_limited(response: ClientResponse) -> bytes | None:
    """Return the body, None if it is larger than `MAX_BODY`; no more than that is ever held."""
    raw = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        raw += chunk
        if len(raw) > MAX_BODY:
            return None
    return bytes(raw)


def _parse(raw: bytes) -> tuple[bool, object]:
    """Return whether it is JSON, and what it says."""
    try:
        return True, json.loads(raw, parse_constant=_refuse_constant)
    except ValueError, RecursionError:
        return False, None


def _refuse_constant(name: str) -> object:
    raise ValueError(name)


def _unix_time(date: str | None) -> float | None:
    """Return the seconds of an HTTP date, None if it is none."""
    if date is None:
        return None
    try:
        moment = parsedate_to_datetime(date)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except ValueError, OverflowError:
        return None


def _seconds(retry_after: str | None, now: float | None) -> float | None:
    """Return the seconds of `Retry-After`: a number, or a date against the answer's `Date`."""
    if retry_after is None:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        seconds = float(text)
    else:
        moment = _unix_time(text)
        if moment is None:
            return None
        seconds = moment - (time.time() if now is None else now)
    return min(max(seconds, 0.0), MAX_RETRY_AFTER)
