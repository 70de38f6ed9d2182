"""Clients to test with, and sessions that fail on purpose."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, override

from aiohttp import ClientSession, ClientTimeout
from aiohttp.abc import AbstractResolver, ResolveResult
from pydantic import SecretStr
from yarl import URL

from custom_components.streaming_avatar.providers.http import (
    Call,
    HttpClient,
)

from .vendor import KEY, SPOKEN, Answer, Sleeper

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
        self.timeouts: list[ClientTimeout] = []

    def request(self, method: str, url: URL, **kwargs: Any) -> object:
        del method
        self.urls.append(url)
        self.timeouts.append(kwargs["timeout"])
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
            ResolveResult(hostname=host, host="127.0.0.1", port=port, family=2, proto=0, flags=0)
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
