"""The control endpoint itself."""

import ast
from pathlib import Path

import pytest

import simulator

from .cloud import KEY, Cloud


async def test_calls_are_recorded_without_the_keys_values(cloud: Cloud) -> None:
    own = {"room": "r", "url": "wss://example.org", "access_token": "very-secret"}
    await cloud.call("new", livekit_settings=own)
    await cloud.get("/v1/streaming/list?x=1", "a-wrong-key")
    async with cloud.client.get("/nowhere", headers={"x-api-key": KEY}) as response:
        assert response.status == 404
    async with cloud.client.get("/_control/calls") as response:
        text = await response.text()
    calls = await cloud.calls()
    assert [
        (call["method"], call["path"], call["operation"], call["status"]) for call in calls
    ] == [
        ("POST", "/v1/streaming/new", "new", 200),
        ("GET", "/v1/streaming/list", "list", 401),
        ("GET", "/nowhere", None, 404),
    ]
    assert {"x-api-key", "content-type"} <= set(calls[0]["headers"])
    assert calls[0]["body"]["livekit_settings"]["access_token"] == "(hidden)"
    assert calls[1]["query"] == {"x": "1"}
    assert [call["refused"] for call in calls] == [None, "400112 Unauthorized", None]
    for secret in (KEY, "a-wrong-key", "very-secret"):
        assert secret not in text


async def test_a_body_that_is_no_json_is_recorded_as_text(cloud: Cloud) -> None:
    await cloud.send("/v1/streaming/new", b"{oops")
    assert (await cloud.calls())[0]["body"] == "{oops"


async def test_a_call_tells_why_it_was_refused(cloud: Cloud) -> None:
    await cloud.call("new", voice={"rate": 9})
    await cloud.control("faults", kind="refusal", name="invalid_parameter")
    await cloud.call("new")
    refused = [call["refused"] for call in await cloud.calls()]
    assert refused[0].startswith("400128 Invalid parameter: voice.rate: ")
    assert refused[1] is None


async def test_both_avatar_lists_are_one_operation(cloud: Cloud) -> None:
    await cloud.get("/v1/streaming/avatar.list")
    await cloud.get("/v1/streaming/avatar/list")
    calls = await cloud.calls()
    assert [call["operation"] for call in calls] == ["avatar_list", "avatar_list"]


async def test_settings_change_one_by_one_and_show_no_keys(cloud: Cloud) -> None:
    before = await cloud.look("settings")
    after = await cloud.control("settings", quota=5)
    assert after == before | {"quota": 5}
    assert "api_keys" not in after


@pytest.mark.parametrize("change", [{"quota": -1}, {"unknown": 1}, {"quota": "5"}], ids=str)
async def test_settings_are_checked(cloud: Cloud, change: dict[str, object]) -> None:
    async with cloud.client.post("/_control/settings", json=change) as response:
        assert response.status == 400


async def test_a_limit_counts_for_sessions_that_are_made_later(cloud: Cloud) -> None:
    await cloud.live(disable_idle_timeout=True)
    await cloud.control("settings", session_duration_seconds=1)
    await cloud.clock.advance(599)
    assert len(await cloud.listed()) == 1


async def test_sessions_are_described(cloud: Cloud) -> None:
    session_id = await cloud.live(activity_idle_timeout=45)
    await cloud.say(session_id)
    await cloud.say(session_id)
    (session,) = (await cloud.look("sessions"))["sessions"]
    assert session == {
        "session_id": session_id,
        "avatar_id": "default",
        "phase": "connected",
        "created_at": 1_800_000_000,
        "viewer_present": True,
        "room_lost": False,
        "listening": False,
        "speaking": True,
        "queue_length": 1,
        "idle_seconds": 45,
        "duration_seconds": 600,
    }


async def test_messages_have_the_time_they_were_sent(cloud: Cloud) -> None:
    session_id = await cloud.live()
    await cloud.clock.advance(3)
    await cloud.say(session_id)
    await cloud.clock.advance(1)
    messages = (await cloud.look(f"sessions/{session_id}/messages"))["messages"]
    assert messages[0]["sent_at"] == 1_800_000_003


async def test_reset_makes_everything_new(cloud: Cloud) -> None:
    session_id = await cloud.live()
    await cloud.say(session_id)
    await cloud.control("settings", quota=1, concurrent_sessions=1, api_keys=["x"])
    await cloud.control("faults", kind="error", count=None)
    await cloud.control("reset")
    assert await cloud.listed() == []
    assert await cloud.ledger() == []
    assert len(await cloud.calls()) == 1
    assert (await cloud.call("stop", session_id=session_id)).error == (400, 400004)
    for _ in range(3):
        await cloud.new()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "messages"),
        *(("POST", path) for path in ("viewer", "end", "room_loss", "user_speech")),
    ],
)
async def test_an_unknown_session_is_told(cloud: Cloud, method: str, path: str) -> None:
    url = f"/_control/sessions/nobody/{path}"
    async with cloud.client.request(method, url, json={"present": True}) as response:
        assert response.status == 404


async def test_a_form_of_a_web_page_changes_nothing(cloud: Cloud) -> None:
    async with cloud.client.post("/_control/settings", data={"quota": "1"}) as response:
        assert response.status == 415


def test_it_knows_nothing_of_what_it_tests() -> None:
    folder = Path(simulator.__file__).parent
    imported = set()
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            match node:
                case ast.Import(names=names):
                    imported |= {alias.name.partition(".")[0] for alias in names}
                case ast.ImportFrom(module=str(module), level=0):
                    imported.add(module.partition(".")[0])
                case _:
                    pass
    assert "aiohttp" in imported
    assert not imported & {"homeassistant", "custom_components", "tests", "voluptuous"}
