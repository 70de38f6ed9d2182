"""Calls whose answer is looked at rather than used.

What is told of one names statuses, codes and fields, and no values: anybody may read it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
import re

from ..base import Check
from ..errors import ProviderConnectionError, ProviderError, RateLimitError
from ..http import QUICK_TIMEOUT, Call, HttpClient, Reply
from .api import Api, data_of
from .errors import code_of, judge

PAUSE = 0.2
"""Seconds between two calls: the vendor states no rate, so they keep to five a second."""

PATIENCE = 2
"""Calls in a row without an answer after which no more are tried: each takes its time."""

_NOT_TRIED = (ProviderConnectionError, RateLimitError)
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")
_MOST_FIELDS = 20


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What came of one call."""

    reply: Reply | None
    error: ProviderError | None

    @property
    def data(self) -> object:
        """What a good answer is about, None if it is none."""
        return data_of(self.reply) if self.reply is not None and self.error is None else None

    def went(self, *wanted: type[ProviderError]) -> bool | None:
        """Return whether it was refused in one of the wanted ways, or went well if there are none.

        None: it could not be tried.
        """
        if self.error is None:
            return not wanted
        return None if isinstance(self.error, _NOT_TRIED) else isinstance(self.error, wanted)

    def told(self) -> str:
        """Return status, code and fields, and how a refusal was understood."""
        if self.reply is None:
            return f"no answer that could be read ({self.error.reason if self.error else ''})"
        parts = [f"HTTP {self.reply.status}"]
        body = self.reply.body
        if not self.reply.is_json:
            parts.append("not JSON")
        elif isinstance(body, dict):
            parts += [f"code {code_of(body) or 'none'}", f"fields {names(body)}"]
            parts += [f"data {shape(body['data'])}"] if "data" in body else []
        else:
            parts.append(shape(body))
        if self.error is not None:
            parts.append(f"understood as {self.error.reason}")
        return ", ".join(parts)


class Probe:
    """One run of checks, one call after the other."""

    def __init__(self, api: Api) -> None:
        """Have tried nothing yet."""
        self._api = api
        self._unanswered = 0
        self.answered = False
        """Whether any call had an answer."""
        self.checks: list[Check] = []

    def note(self, key: str, detail: str, *, passed: bool | None) -> None:
        """Keep what came of a check."""
        self.checks.append(Check(key=key, passed=passed, detail=detail))

    async def get(self, operation: str, path: str, http: HttpClient | None = None) -> Seen:
        """Read something once, with another key if `http` has one."""
        return await self._see(
            Call(operation=operation, method="GET", path=path, timeout=QUICK_TIMEOUT), http
        )

    async def post(self, operation: str, path: str, **body: object) -> Seen:
        """Call an operation once."""
        return await self._see(
            Call(operation=operation, method="POST", path=path, body=body, timeout=QUICK_TIMEOUT)
        )

    async def _see(self, call: Call, http: HttpClient | None = None) -> Seen:
        if self._unanswered >= PATIENCE:
            given_up = ProviderConnectionError("the calls before had no answer", sent=False)
            return Seen(reply=None, error=given_up)
        replies: list[Reply] = []

        def judged(call: Call, reply: Reply) -> ProviderError | None:
            replies.append(reply)
            return judge(call, reply)

        await self._api.sleep(PAUSE)
        error: ProviderError | None = None
        try:
            await (http or self._api.http).request(call, judged)
        except ProviderError as err:
            error = err
        self.answered = self.answered or bool(replies)
        is_lost = isinstance(error, ProviderConnectionError) and not replies
        self._unanswered = self._unanswered + 1 if is_lost else 0
        return Seen(reply=replies[-1] if replies else None, error=error)


def names(fields: Iterable[object]) -> str:
    """Return the names of fields, without what could be a value in their place."""
    found = sorted(name for name in fields if isinstance(name, str) and _FIELD.fullmatch(name))
    return " ".join(found[:_MOST_FIELDS]) or "none"


def shape(data: object) -> str:
    """Return what kind of data it is, and the fields it has: its own, or those of its first row."""
    match data:
        case dict():
            inner = [f"{name} {shape(rows)}" for name, rows in data.items() if _is_list(name, rows)]
            return "; ".join([f"object with {names(data)}", *inner[:1]])
        case [dict() as row, *_]:
            return f"list of {len(data)} with {names(row)}"
        case list():
            return f"list of {len(data)}"
        case None:
            return "null"
        case _:
            return type(data).__name__


def _is_list(name: object, rows: object) -> bool:
    return isinstance(name, str) and bool(_FIELD.fullmatch(name)) and isinstance(rows, list)
