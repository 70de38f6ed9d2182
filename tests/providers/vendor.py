"""A vendor's host inside the test process: it answers as told, and keeps what it was asked."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
import json
from typing import Self

from aiohttp import web
from aiohttp.test_utils import TestServer

KEY = "k3y-that-must-not-leak"
SPOKEN = "a sentence that must not leak"


@dataclass(frozen=True)
class Request:
    """What arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: object


@dataclass(frozen=True)
class Answer:
    """What is sent back: `body` as JSON, or `raw` as it is."""

    body: object = None
    status: int = 200
    raw: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        del request
        raw = json.dumps(self.body).encode() if self.raw is None else self.raw
        kind = {"Content-Type": "application/json" if self.raw is None else "text/html"}
        return web.Response(body=raw, status=self.status, headers=kind | dict(self.headers))


async def drop(request: web.Request) -> web.StreamResponse:
    """Do the work, and lose the reply."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def cut(request: web.Request) -> web.StreamResponse:
    """Break off within the answer."""
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"code": 100, ')
    assert request.transport is not None
    request.transport.close()
    return response


async def flood(request: web.Request) -> web.StreamResponse:
    """Send until the other side has had enough."""
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" " * 65_536)


async def hang(request: web.Request) -> web.StreamResponse:
    """Answer never."""
    del request
    await asyncio.get_running_loop().create_future()
    raise AssertionError


type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Vendor:
    """Answers of a route come in order, the last one for ever; without a route it is 404."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self._routes: dict[str, list[Handler]] = {}
        self._anything: Handler | None = None
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._server = TestServer(app, host="127.0.0.1")

    def on(self, route: str, *answers: Handler) -> Self:
        """Answer a route, for example "GET /v1/streaming/list"."""
        self._routes[route] = list(answers)
        return self

    def only(self, answer: Handler) -> None:
        """From now on answer everything alike."""
        self._routes.clear()
        self._anything = answer

    @property
    def url(self) -> str:
        """The base URL, without a trailing slash."""
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def port(self) -> int:
        """The TCP port."""
        assert self._server.port
        return self._server.port

    @property
    def routes(self) -> list[str]:
        """What was asked, in order."""
        return [f"{request.method} {request.path}" for request in self.requests]

    def asked(self, route: str) -> list[Request]:
        """Return the requests of one route."""
        return [request for request in self.requests if f"{request.method} {request.path}" == route]

    async def start(self) -> None:
        """Listen."""
        await self._server.start_server()

    async def stop(self) -> None:
        """Be gone."""
        await self._server.close()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        route = f"{request.method} {request.raw_path}"
        self.requests.append(
            Request(
                request.method,
                request.raw_path,
                {name.lower(): value for name, value in request.headers.items()},
                json.loads(raw) if raw else None,
            )
        )
        if self._anything is not None:
            return await self._anything(request)
        handlers = self._routes.get(route)
        if handlers is None:
            return web.Response(status=404, text="<h1>Not Found</h1>", content_type="text/html")
        handler = handlers.pop(0) if len(handlers) > 1 else handlers[0]
        return await handler(request)


class Sleeper:
    """Waits no time, and remembers how long it should have."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.waits.append(seconds)
