"""KonPro's room messages: whatever arrives, nothing is raised."""

import json
import math
from typing import Any

from aiohttp import ClientSession
from hypothesis import given, strategies as st
import pytest

from custom_components.streaming_avatar.providers.base import (
    AvatarEvent,
    AvatarEventType,
    Credentials,
)
from custom_components.streaming_avatar.providers.konpro import KonPro
from custom_components.streaming_avatar.providers.konpro.wire import MAX_MESSAGE, decode

ON_THE_WIRE = [
    "avatar_start_talking",
    "avatar_stop_talking",
    "avatar_talking_message",
    "avatar_end_message",
    "user_start",
    "user_stop",
    "user_talking_message",
    "user_end_message",
    "user_silence",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def encoded(**message: Any) -> bytes:
    return json.dumps(message).encode()


@pytest.mark.parametrize("kind", ON_THE_WIRE)
def test_every_event_of_the_wire_is_known(kind: str) -> None:
    event = decode(encoded(type=kind, task_id="9f6c", message="Hello ", more=[1]))
    is_piece = kind.endswith("talking_message")
    assert event == AvatarEvent(
        type=AvatarEventType(kind), task_id="9f6c", text="Hello " if is_piece else None
    )


@pytest.mark.parametrize("topic", [None, "", "anything"])
async def test_any_topic_will_do(socket_enabled: None, topic: str | None) -> None:
    del socket_enabled
    async with ClientSession() as session:
        konpro = KonPro(session, Credentials())
        event = konpro.decode(topic, b'{"type":"user_silence"}')
    assert event == AvatarEvent(type=AvatarEventType.USER_SILENCE)


@pytest.mark.parametrize(
    ("duration", "expected"),
    [(1500, 1.5), ("1500", 1.5), (0, 0.0), (-1, None), (1e300, None), (math.nan, None),
     (math.inf, None), (None, None), ("long", None), ([], None), (True, 0.001)],
)  # fmt: skip
def test_the_end_of_speech_may_tell_its_length(duration: object, expected: float | None) -> None:
    event = decode(encoded(type="avatar_stop_talking", task_id="t", duration_ms=duration))
    assert event == AvatarEvent(
        type=AvatarEventType.AVATAR_STOP_TALKING, task_id="t", duration=expected
    )


def test_a_length_belongs_to_the_end_alone() -> None:
    event = decode(encoded(type="avatar_start_talking", duration_ms=1500))
    assert event == AvatarEvent(type=AvatarEventType.AVATAR_START_TALKING)


@pytest.mark.parametrize(
    ("task_id", "expected"), [(5, "5"), (" a ", "a"), ("", None), ({}, None), ("x" * 256, None)]
)
def test_an_id_that_makes_no_sense_is_none(task_id: object, expected: str | None) -> None:
    event = decode(encoded(type="avatar_end_message", task_id=task_id))
    assert event == AvatarEvent(type=AvatarEventType.AVATAR_END_MESSAGE, task_id=expected)


@pytest.mark.parametrize("text", ["Hello ", " ", "\n", "👋 مرحبا", "<b>", "7"])
def test_a_piece_keeps_its_spaces(text: str) -> None:
    event = decode(encoded(type="avatar_talking_message", message=text))
    assert event is not None
    assert event.text == text


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"Hello",
        b'"push_to_talk:start"',
        b"[]",
        b"null",
        b"{}",
        b'{"event_type":"avatar_start_talking"}',
        b'{"type":null}',
        b'{"type":["avatar_start_talking"]}',
        b'{"type":"avatar_start_speaking"}',
        b'{"type":"stream_ready"}',
        b'{"type":"stream_disconnected"}',
        b'{"type":"AVATAR_START_TALKING"}',
        b'{"type":"avatar_talking_message"}',
        b'{"type":"avatar_talking_message","message":""}',
        b'{"type":"avatar_talking_message","message":{}}',
        b'{"type":"avatar_talking_message","message":"\\ud800"}',
        b'{"type":"user_silence"',
        b'\xff{"type":"user_silence"}',
        b"[" * 10_000,
        b'{"a":' * 3_000,
        encoded(type="user_silence", padding="x" * MAX_MESSAGE),
    ],
    ids=lambda payload: repr(payload[:40]),
)
def test_what_is_not_for_us_is_nothing(payload: bytes) -> None:
    assert decode(payload) is None


@given(st.binary(max_size=300))
def test_no_bytes_raise(payload: bytes) -> None:
    decode(payload)


@given(st.sampled_from(ON_THE_WIRE), JSON, JSON, JSON)
def test_no_fields_raise_and_what_comes_out_is_clean(
    kind: str, task_id: object, message: object, duration: object
) -> None:
    event = decode(encoded(type=kind, task_id=task_id, message=message, duration_ms=duration))
    if event is None:
        assert kind.endswith("talking_message")
        return
    assert event.type == kind
    assert event.task_id is None or 0 < len(event.task_id) <= 255
    assert event.duration is None or 0 <= event.duration <= 3600
    assert (event.text or "").encode() is not None
