"""What the vendor refuses: the simulator is as strict as the documents."""

import json
from typing import Any

import pytest

from .cloud import Cloud

INVALID = (400, 400128)
NOT_READY = (400, 400006)
MISSING = (400, 400004)
CLOSED = (400, 10005)
INVALID_TEXT = (400, 40039)
SESSION_OPERATIONS = (
    "start",
    "interrupt",
    "stop",
    "keep_alive",
    "start_listening",
    "stop_listening",
)

FULL_WISH: dict[str, Any] = {
    "quality": "medium",
    "avatar_id": "default",
    "voice": {
        "voice_id": "voice_joe",
        "rate": 1,
        "emotion": "Excited",
        "elevenlabs_settings": {
            "stability": 0.5,
            "similarity_boost": 1,
            "style": 0,
            "use_speaker_boost": True,
            "model_id": "eleven_flash_v2_5",
        },
    },
    "stt_settings": {"provider": "deepgram", "confidence": 0.55},
    "video_encoding": "H264",
    "knowledge_base": "You are a butler.",
    "version": "v1",
    "knowledge_base_id": "kb_butler",
    "disable_idle_timeout": False,
    "activity_idle_timeout": 3600,
    "language": "en",
    "silence_response": True,
    "livekit_settings": {"room": "r", "url": "wss://example.org", "access_token": "secret"},
}

BAD_WISHES: list[dict[str, Any]] = [
    {"unknown": 1},
    {"avatarName": "default"},
    {"quality": "ultra"},
    {"quality": None},
    {"avatar_id": None},
    {"avatar_id": 5},
    {"version": "v3"},
    {"version": 1},
    {"silence_response": 1},
    {"knowledge_base_id": "nowhere"},
    {"knowledge_base_id": ""},
    {"video_encoding": "h264"},
    {"voice": {"rate": 0.49}},
    {"voice": {"rate": 1.51}},
    {"voice": {"rate": "1"}},
    {"voice": {"rate": True}},
    {"voice": {"emotion": "angry"}},
    {"voice": {"emotion": ""}},
    {"voice": {"voiceId": "voice_joe"}},
    {"voice": "voice_joe"},
    {"voice": {"elevenlabs_settings": {"stability": 1.1}}},
    {"voice": {"elevenlabs_settings": {"model_id": "other"}}},
    {"stt_settings": {"provider": "whisper"}},
    {"stt_settings": {"confidence": -0.1}},
    {"activity_idle_timeout": 29},
    {"activity_idle_timeout": 3601},
    {"activity_idle_timeout": 60.0},
    {"activity_idle_timeout": 60.5},
    {"activity_idle_timeout": "60"},
    {"disable_idle_timeout": "false"},
    {"disable_idle_timeout": 0},
    {"language": "en-US"},
    {"language": ""},
    {"knowledge_base": ["a"]},
    {"livekit_settings": {"room": "r"}},
    {"livekit_settings": {}},
    {"livekit_settings": None},
    *(
        {"livekit_settings": FULL_WISH["livekit_settings"] | change}
        for change in (
            {"room": ""},
            {"room": 1},
            {"url": "https://example.org"},
            {"url": "example.org"},
            {"access_token": ""},
            {"token": "x"},
        )
    ),
]


async def test_every_documented_field_is_taken(cloud: Cloud) -> None:
    assert (await cloud.call("new", **FULL_WISH)).status == 200
    assert (await cloud.call("new")).status == 200
    assert (await cloud.call("new", voice={}, stt_settings={})).status == 200


@pytest.mark.parametrize(
    "wish",
    [
        {"voice": {"rate": 0.5}},
        {"voice": {"rate": 1.5}},
        {"activity_idle_timeout": 30},
        {"activity_idle_timeout": 3600},
        {"version": "v2"},
        {"quality": "high"},
        {"quality": "low"},
        {"voice": {"emotion": "broadcaster"}},
    ],
)
async def test_the_ends_of_every_range_are_taken(cloud: Cloud, wish: dict[str, Any]) -> None:
    assert (await cloud.call("new", **wish)).status == 200


@pytest.mark.parametrize("wish", BAD_WISHES, ids=json.dumps)
async def test_a_wish_outside_the_documents_is_refused(cloud: Cloud, wish: dict[str, Any]) -> None:
    assert (await cloud.call("new", **wish)).error == INVALID
    assert await cloud.ledger() == []


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b'"x"', b"{", b"{'a': 1}", b'{"quality": "low"} x', b"\xff{}"]
)
async def test_what_is_not_a_json_object_is_refused(cloud: Cloud, body: bytes) -> None:
    assert (await cloud.send("/v1/streaming/new", body)).error == INVALID


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded"])
async def test_another_content_type_is_refused(cloud: Cloud, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    assert (await cloud.send("/v1/streaming/new", b"{}", **headers)).error == INVALID


async def test_a_charset_may_be_named(cloud: Cloud) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    assert (await cloud.send("/v1/streaming/new", b"{}", **headers)).status == 200


async def test_the_message_names_the_bad_field(cloud: Cloud) -> None:
    reply = await cloud.call("new", voice={"rate": 9})
    assert reply.body["message"].startswith("Invalid parameter: voice.rate: ")


async def test_an_unknown_avatar_is_not_found(cloud: Cloud) -> None:
    for avatar_id in ("nobody", ""):
        reply = await cloud.call("new", avatar_id=avatar_id)
        assert reply.error == (400, 10013)
        assert reply.body["message"] == "avatar not found"


async def test_an_unknown_voice_answers_like_a_bad_key(cloud: Cloud) -> None:
    for voice_id in ("stranger", ""):
        reply = await cloud.call("new", voice={"voice_id": voice_id})
        assert reply.error == (401, 400112)


async def test_a_voice_that_cannot_stream_is_refused(cloud: Cloud) -> None:
    assert (await cloud.call("new", voice={"voice_id": "voice_film_only"})).error == INVALID


async def test_a_room_of_the_callers_own_can_be_forbidden(cloud: Cloud) -> None:
    await cloud.control("settings", own_livekit=False)
    own = FULL_WISH["livekit_settings"]
    assert (await cloud.call("new", livekit_settings=own)).error == (403, 400573)
    assert await cloud.ledger() == []


async def test_an_exhausted_quota_is_told(cloud: Cloud) -> None:
    await cloud.control("settings", quota=0)
    assert (await cloud.call("new")).error == (400, 10015)
    assert (await cloud.get("/v2/user/remaining_quota")).data["remaining_quota"] == 0


async def test_the_fourth_session_at_a_time_is_refused(cloud: Cloud) -> None:
    first, *_ = [await cloud.new() for _ in range(3)]
    reply = await cloud.call("new")
    assert reply.error == (400, 10007)
    assert reply.body["message"].startswith("Concurrent limit reached, please make sure")
    await cloud.call("stop", session_id=first)
    assert (await cloud.call("new")).status == 200


async def test_a_place_is_free_when_the_release_delay_has_passed(cloud: Cloud) -> None:
    await cloud.control("settings", concurrent_sessions=1, release_delay_seconds=20.0)
    await cloud.call("stop", session_id=await cloud.new())
    assert await cloud.listed() == []
    await cloud.clock.advance(19.9)
    assert (await cloud.call("new")).error == (400, 10007)
    await cloud.clock.advance(0.2)
    assert (await cloud.call("new")).status == 200


@pytest.mark.parametrize("operation", SESSION_OPERATIONS)
async def test_a_session_reference_is_read_strictly(cloud: Cloud, operation: str) -> None:
    session_id = await cloud.new()
    assert (await cloud.call(operation)).error == INVALID
    assert (await cloud.call(operation, session_id=7)).error == INVALID
    assert (await cloud.call(operation, session_id=session_id, more=1)).error == INVALID


@pytest.mark.parametrize(
    "change",
    [
        {"text": None},
        {"text": 1},
        {"task_type": "chat"},
        {"task_type": None},
        {"task_mode": "later"},
        {"taskType": "repeat"},
    ],
    ids=json.dumps,
)
async def test_a_task_is_read_strictly(cloud: Cloud, change: dict[str, Any]) -> None:
    task = {"session_id": await cloud.live(), "text": "Hi", "task_type": "repeat"} | change
    assert (await cloud.call("task", **task)).error == INVALID
    assert (await cloud.row())["tasks"] == []


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "x" * 1001])
async def test_a_text_that_is_empty_or_too_long_is_refused(cloud: Cloud, text: str) -> None:
    session_id = await cloud.live()
    assert (await cloud.call("task", session_id=session_id, text=text)).error == INVALID_TEXT


async def test_a_text_with_a_blocked_word_is_refused(cloud: Cloud) -> None:
    await cloud.control("settings", blocked_words=["Bother"])
    session_id = await cloud.live()
    reply = await cloud.call("task", session_id=session_id, text="Oh, bother!")
    assert reply.error == (400, 400105)
    assert await cloud.say(session_id, "That is bothersome.")


async def test_a_thousand_characters_are_taken(cloud: Cloud) -> None:
    assert await cloud.say(await cloud.live(), "x" * 1000)


@pytest.mark.parametrize("operation", SESSION_OPERATIONS)
async def test_an_unknown_session_does_not_exist(cloud: Cloud, operation: str) -> None:
    reply = await cloud.call(operation, session_id="nobody")
    assert reply.error == MISSING
    assert reply.body["message"] == "Session does not exist. SessionID: nobody"


async def test_a_task_for_an_unknown_session_is_refused(cloud: Cloud) -> None:
    assert (await cloud.call("task", session_id="nobody", text="Hi")).error == MISSING


@pytest.mark.parametrize("operation", [name for name in SESSION_OPERATIONS if name != "stop"])
async def test_a_closed_session_is_in_the_wrong_state(cloud: Cloud, operation: str) -> None:
    session_id = await cloud.live()
    await cloud.call("stop", session_id=session_id)
    reply = await cloud.call(operation, session_id=session_id)
    assert reply.error == CLOSED
    assert reply.body["message"] == "session state wrong: closed"


async def test_a_task_for_a_closed_session_is_refused(cloud: Cloud) -> None:
    session_id = await cloud.live()
    await cloud.call("stop", session_id=session_id)
    assert (await cloud.call("task", session_id=session_id, text="Hi")).error == CLOSED


async def test_a_second_stop_finds_nothing(cloud: Cloud) -> None:
    session_id = await cloud.live()
    assert (await cloud.call("stop", session_id=session_id)).status == 200
    assert (await cloud.call("stop", session_id=session_id)).error == MISSING


async def test_a_second_start_is_in_the_wrong_state(cloud: Cloud) -> None:
    session_id = await cloud.new()
    await cloud.call("start", session_id=session_id)
    assert (await cloud.call("start", session_id=session_id)).error == (400, 10003)
    await cloud.viewer(session_id, present=True)
    assert (await cloud.call("start", session_id=session_id)).error == (400, 10003)


async def test_a_task_waits_for_start_and_viewer(cloud: Cloud) -> None:
    session_id = await cloud.new()
    assert (await cloud.call("task", session_id=session_id, text="Hi")).error == NOT_READY
    await cloud.call("start", session_id=session_id)
    assert (await cloud.call("task", session_id=session_id, text="Hi")).error == NOT_READY
    await cloud.viewer(session_id, present=True)
    assert await cloud.say(session_id)


@pytest.mark.parametrize("operation", ["start_listening", "stop_listening"])
async def test_listening_waits_for_start_and_viewer(cloud: Cloud, operation: str) -> None:
    session_id = await cloud.new()
    assert (await cloud.call(operation, session_id=session_id)).error == NOT_READY
    await cloud.call("start", session_id=session_id)
    assert (await cloud.call(operation, session_id=session_id)).error == NOT_READY
    await cloud.viewer(session_id, present=True)
    assert (await cloud.call(operation, session_id=session_id)).status == 200
    await cloud.control(f"sessions/{session_id}/room_loss", what="room")
    assert (await cloud.call(operation, session_id=session_id)).error == NOT_READY


async def test_interrupt_and_keep_alive_do_not_wait_for_the_viewer(cloud: Cloud) -> None:
    session_id = await cloud.new()
    assert (await cloud.call("interrupt", session_id=session_id)).status == 200
    assert (await cloud.call("keep_alive", session_id=session_id)).status == 200
