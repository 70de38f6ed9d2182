"""Which requests came in. Key values are never kept."""

from collections import deque
from dataclasses import asdict, dataclass, field
import json
from typing import cast

from aiohttp import web

from simulator.clock import Clock

_KEPT_CALLS = 20_000
_SECRET_FIELDS = frozenset({"access_token", "token"})


@dataclass(slots=True, kw_only=True)
class Call:
    """One request and how it was answered."""

    method: str
    path: str
    operation: str | None
    """None: no such path."""
    status: int | None
    """None: not answered, or not yet."""
    headers: tuple[str, ...]
    """Names of the headers that were sent, in lower case."""
    query: dict[str, str]
    body: object
    """The JSON that was sent; a string where it was none."""
    refused: str | None
    """Code and message with which the vendor refused it; None too where a fault struck."""
    received_at: float
    """Unix seconds."""
    answered_at: float | None
    """Unix seconds; None: not yet."""
    received_monotonic: float
    """Seconds of this machine's monotonic clock, to be compared with another process's."""


@dataclass(slots=True)
class CallLog:
    """The last calls, oldest first."""

    clock: Clock
    calls: deque[Call] = field(default_factory=lambda: deque(maxlen=_KEPT_CALLS))

    async def record(self, request: web.Request, operation: str | None) -> Call:
        """Add `request`; its status is filled in when it is known."""
        call = Call(
            method=request.method,
            path=request.path,
            operation=operation,
            status=None,
            headers=tuple(sorted(name.lower() for name in request.headers)),
            query=dict(request.query),
            body=None,
            refused=None,
            received_at=self.clock.unix(),
            answered_at=None,
            received_monotonic=self.clock.monotonic(),
        )
        self.calls.append(call)
        call.body = _readable(await request.read())
        return call

    def as_json(self) -> list[dict[str, object]]:
        """Return the calls as JSON values."""
        return [asdict(call) for call in self.calls]


def _readable(body: bytes) -> object:
    if not body:
        return None
    try:
        return _without_secrets(json.loads(body))
    except ValueError, RecursionError:
        return body.decode(errors="replace")


def _without_secrets(value: object) -> object:
    match value:
        case dict():
            fields = cast("dict[str, object]", value)
            return {
                key: "(hidden)" if key in _SECRET_FIELDS else _without_secrets(part)
                for key, part in fields.items()
            }
        case list():
            return [_without_secrets(part) for part in cast("list[object]", value)]
        case _:
            return value
