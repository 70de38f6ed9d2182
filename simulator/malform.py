"""Replies that cannot be read, made of replies that can."""

from collections.abc import Callable
import json
from typing import cast

from aiohttp import web

from simulator.faults import MalformedShape

PADDING = 21 * 1024 * 1024
"""Bytes that make a reply huge."""

_DEPTH = 100_000
_UNKNOWN_CODE = 987_654
_PAGE = "<html><body><h1>502 Bad Gateway</h1></body></html>"
_ENVELOPE = frozenset({"code", "message", "error"})

type _Json = dict[str, object]


def malform(response: web.Response, shape: MalformedShape) -> web.Response:
    """Return `response`, a JSON object, so that it cannot be read as what it is."""
    body = response.body if isinstance(response.body, bytes) else b""
    text = body.decode("utf-8", "surrogateescape")
    content_type = {
        MalformedShape.NOT_JSON: "text/html",
        MalformedShape.WRONG_CONTENT_TYPE: "text/plain",
    }.get(shape, "application/json")
    changed = _TEXTS[shape](text) if shape in _TEXTS else _change(shape, text)
    return web.Response(
        body=changed.encode("utf-8", "surrogateescape"),
        status=response.status,
        content_type=content_type,
        charset="utf-8",
    )


def retype(value: object) -> object:
    """Return `value` with every string, number and truth in it of another type."""
    match value:
        case dict():
            return {key: retype(part) for key, part in cast("_Json", value).items()}
        case list():
            return [retype(part) for part in cast("list[object]", value)]
        case bool():
            return "perhaps"
        case int() | float():
            return ["a number"]
        case str():
            return 7
        case _:
            return value


def _change(shape: MalformedShape, text: str) -> str:
    """Return the envelope with another content; what is malformed already as it is."""
    try:
        envelope = json.loads(text)
    except ValueError, RecursionError:
        return text
    if not isinstance(envelope, dict):
        return text
    match shape:
        case MalformedShape.NO_DATA | MalformedShape.NO_CODE:
            missing = "data" if shape is MalformedShape.NO_DATA else "code"
            changed = {key: part for key, part in envelope.items() if key != missing}
        case MalformedShape.NULL_DATA:
            changed = envelope | {"data": None}
        case MalformedShape.TEXT_CODE:
            changed = envelope | {"code": str(envelope.get("code", ""))}
        case MalformedShape.UNKNOWN_CODE:
            changed = envelope | {"code": _UNKNOWN_CODE, "message": "What is this?"}
        case MalformedShape.WRONG_TYPES:
            changed = {
                key: part if key in _ENVELOPE else retype(part) for key, part in envelope.items()
            }
        case _:
            changed = envelope
    return json.dumps(changed)


_TEXTS: dict[MalformedShape, Callable[[str], str]] = {
    MalformedShape.NOT_JSON: lambda _: _PAGE,
    MalformedShape.TRUNCATED: lambda text: text[: len(text) // 2],
    MalformedShape.WRONG_SHAPE: lambda text: f"[{text}]",
    MalformedShape.EMPTY: lambda _: "",
    MalformedShape.NULL: lambda _: "null",
    MalformedShape.DEEP: lambda _: f'{{"code": 100, "data": {"[" * _DEPTH}{"]" * _DEPTH}}}',
    MalformedShape.NOT_UTF8: lambda text: text[:-1] + ', "name": "\udcff\udcfe"}',
    MalformedShape.WRONG_CONTENT_TYPE: lambda text: text,
    MalformedShape.HUGE: lambda text: f'{text[:-1]}, "padding": "{"x" * PADDING}"}}',
}
"""Those that are made of the text; the others change the content."""
