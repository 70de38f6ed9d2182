"""What KonPro's refusals mean.

KonPro documents none ("400 Bad Request"). These are HeyGen's (error reference, discussions),
whose API it shares. The numbers 10001 to 10015 are paired with different messages by different
sources, so there the text decides where it is known. Most come with HTTP 400, which says little.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus
import re

from ..errors import (
    AuthenticationError,
    BadRequestError,
    BadResponseError,
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
from ..http import Call, Reply, describe, status_error

VENDOR = "KonPro"

CONCURRENCY_PAUSE = 20.0
"""Seconds: an ended session is counted for about that long (HeyGen: discussion 6746ec96)."""
JOIN_PAUSE = 0.25
"""Seconds: an avatar learns of a listen-only viewer up to 2.6 s after it joined (LiveKit 1.13), often sooner."""
STATE_PAUSE = 1.0
"""Seconds that a session needs from one state to the next."""

_SUCCESS = frozenset({"0", "100", "200", "1000", "success"})
_MAX_TEXT = 500
# An error's text may be logged, so what an answer calls its code must look like one.
_CODE = re.compile(r"\d{1,9}|[A-Za-z]+(?:_[A-Za-z]+)*")
_MAX_CODE = 40


class NoRouteError(BadResponseError):
    """The host knows no such path (HTTP 404 or 405): another path style, another API, or no API."""


class AlreadyStartedError(BadRequestError):
    """The session is in the state that the call should bring it to."""


class ChangingStateError(NotReadyError):
    """The session is between two states; the same call will do in a second."""


class Cause(Enum):
    """What a refusal means."""

    AUTHENTICATION = auto()
    PERMISSION = auto()
    PLAN = auto()
    SUSPENDED = auto()
    PARAMETER = auto()
    TEXT = auto()
    VOICE = auto()
    RATE_LIMIT = auto()
    QUOTA = auto()
    CONCURRENCY = auto()
    NOT_JOINED = auto()
    CHANGING_STATE = auto()
    STARTED = auto()
    GONE = auto()
    NOT_FOUND = auto()
    OTHER = auto()


_BY_CODE = {
    **dict.fromkeys(
        ("40009", "400101", "400112", "401056", "401057", "40102"), Cause.AUTHENTICATION
    ),
    **dict.fromkeys(("400562", "400573"), Cause.PERMISSION),
    "400599": Cause.PLAN,
    "400631": Cause.SUSPENDED,
    # Missing or invalid parameter; no template, no such space: neither is a case of streaming.
    **dict.fromkeys(("40001", "40012", "400128", "400175", "40118", "400561"), Cause.PARAMETER),
    **dict.fromkeys(("40039", "400105"), Cause.TEXT),
    "40056": Cause.VOICE,
    "400123": Cause.RATE_LIMIT,
    "insufficient_credit": Cause.QUOTA,
    "400004": Cause.GONE,
    "400006": Cause.NOT_JOINED,
}

_BY_UNSURE_CODE = {
    "10001": Cause.CHANGING_STATE,
    "10002": Cause.CHANGING_STATE,
    "10003": Cause.STARTED,
    "10004": Cause.GONE,
    "10005": Cause.GONE,
    "10006": Cause.GONE,
    "10007": Cause.CONCURRENCY,
    "10012": Cause.NOT_FOUND,
    "10013": Cause.NOT_FOUND,
    "10014": Cause.OTHER,
    "10015": Cause.QUOTA,
}

_BY_TEXT = (
    (re.compile(r"concurrent"), Cause.CONCURRENCY),
    (re.compile(r"state wrong: (?:new|connecting)\b"), Cause.CHANGING_STATE),
    (re.compile(r"state wrong: connected\b"), Cause.STARTED),
    (re.compile(r"state wrong: clos(?:ing|ed)\b"), Cause.GONE),
    (re.compile(r"session (?:does not exist|not found)"), Cause.GONE),
    (re.compile(r"not in (?:the )?correct state"), Cause.NOT_JOINED),
    (re.compile(r"session (?:is )?full"), Cause.OTHER),
    (re.compile(r"(?:avatar|voice) (?:is )?not (?:found|allowed)"), Cause.NOT_FOUND),
    (re.compile(r"(?:insufficient|not enough)[ _]credit|api limit reached|quota"), Cause.QUOTA),
    (re.compile(r"rate limit|too many requests"), Cause.RATE_LIMIT),
    (re.compile(r"account (?:is |has been )?suspended"), Cause.SUSPENDED),
    (re.compile(r"blocked words?"), Cause.TEXT),
    (re.compile(r"audio generation failed"), Cause.VOICE),
    (re.compile(r"unauthorized|invalid api[ _]key"), Cause.AUTHENTICATION),
)

_BY_STATUS = {
    HTTPStatus.UNAUTHORIZED: Cause.AUTHENTICATION,
    HTTPStatus.PAYMENT_REQUIRED: Cause.QUOTA,
    HTTPStatus.FORBIDDEN: Cause.PERMISSION,
}

_CLASSES: dict[Cause, type[ProviderError]] = {
    Cause.AUTHENTICATION: AuthenticationError,
    Cause.PERMISSION: PermissionDeniedError,
    Cause.PLAN: PlanError,
    Cause.SUSPENDED: SuspendedError,
    Cause.PARAMETER: BadRequestError,
    Cause.TEXT: TextRefusedError,
    Cause.VOICE: VoiceError,
    Cause.QUOTA: QuotaError,
    Cause.STARTED: AlreadyStartedError,
    Cause.GONE: SessionGoneError,
    Cause.NOT_FOUND: NotFoundError,
    Cause.OTHER: ProviderError,
}


@dataclass(frozen=True)
class Refusal:
    """What an answer says that is no success."""

    code: str | None
    text: str
    """In lower case, for matching only: it may quote what was sent."""


def judge(call: Call, reply: Reply) -> ProviderError | None:
    """Judge an answer of KonPro's; None: a success."""
    if reply.is_success and not _is_envelope(reply.body):
        return BadResponseError(f"{describe(VENDOR, call, reply)}: not an answer of {VENDOR}'s")
    refusal = read_refusal(reply)
    if refusal is None:
        return None
    cause = _cause(reply, refusal)
    if cause is not None:
        return _error(cause, call, reply, refusal.code)
    if reply.status in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}:
        text = describe(VENDOR, call, reply, refusal.code)
        return NoRouteError(text, code=refusal.code, sent=False)
    # An unknown code in a success: who knows what was done.
    return status_error(VENDOR, call, reply, refusal.code) or BadResponseError(
        describe(VENDOR, call, reply, refusal.code), code=refusal.code
    )


def read_refusal(reply: Reply) -> Refusal | None:
    """Return what was refused, None if the answer is a success.

    A success is HTTP 2xx with one of the codes 0, 100, 200, 1000 and "SUCCESS" (number or text), or
    with no code and no error. `error` is null, a text or an object with `code` and `message`.
    """
    body = reply.body if isinstance(reply.body, dict) else {}
    error = body.get("error")
    code = _code(body.get("code"))
    is_fine = code in _SUCCESS if body.get("code") is not None else not error
    if reply.is_success and is_fine:
        return None
    texts = [body.get("message"), body.get("msg"), error]
    if isinstance(error, dict):
        texts += [error.get("message"), error.get("code")]
        if code is None or code in _SUCCESS:
            code = _code(error.get("code"))
    text = " ".join(text[:_MAX_TEXT] for text in texts if isinstance(text, str)).lower()
    return Refusal(None if code in _SUCCESS else code, text)


def code_of(body: Mapping[str, object]) -> str | None:
    """Return an answer's code, wherever it stands, success or not; None if it has none."""
    error = body.get("error")
    inner = error.get("code") if isinstance(error, dict) else None
    return _code(body.get("code")) or _code(inner)


def _is_envelope(body: object) -> bool:
    return isinstance(body, dict) and not body.keys().isdisjoint(("code", "data", "error"))


def _code(value: object) -> str | None:
    """Return a code as text, whether it came as number or text; None if it is no code."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value).strip()
    return text.lower() if len(text) <= _MAX_CODE and _CODE.fullmatch(text) else None


def _cause(reply: Reply, refusal: Refusal) -> Cause | None:
    code = refusal.code or ""
    if (cause := _BY_CODE.get(code)) is not None:
        return cause
    unsure = _BY_UNSURE_CODE.get(code)
    if unsure is None and reply.status in _BY_STATUS:
        return _BY_STATUS[HTTPStatus(reply.status)]
    if unsure is None and reply.status >= HTTPStatus(500):
        return None
    by_text = next((cause for words, cause in _BY_TEXT if words.search(refusal.text)), None)
    return by_text or unsure


def _error(cause: Cause, call: Call, reply: Reply, code: str | None) -> ProviderError:
    text = describe(VENDOR, call, reply, code)
    may_have_been_done = reply.status >= HTTPStatus(500)
    if may_have_been_done and cause in {Cause.RATE_LIMIT, Cause.CONCURRENCY}:
        return ProviderConnectionError(text, code=code)
    match cause:
        case Cause.RATE_LIMIT:
            return RateLimitError(text, code=code, retry_after=reply.retry_after)
        case Cause.CONCURRENCY:
            return BusyError(text, code=code, retry_after=CONCURRENCY_PAUSE)
        case Cause.NOT_JOINED:
            return NotReadyError(text, code=code, retry_after=JOIN_PAUSE)
        case Cause.CHANGING_STATE:
            return ChangingStateError(text, code=code, retry_after=STATE_PAUSE)
        case _:
            # A server that failed while it refused may have done half of it.
            return _CLASSES[cause](text, code=code, sent=may_have_been_done)
