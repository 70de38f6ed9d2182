"""Paths, keys and envelopes."""

from email.utils import parsedate_to_datetime

import pytest

from .cloud import KEY, Cloud

POSTS = (
    "new",
    "start",
    "task",
    "interrupt",
    "stop",
    "keep_alive",
    "start_listening",
    "stop_listening",
    "create_token",
)
GETS = (
    "/v1/streaming/list",
    "/v2/streaming/list",
    "/v1/streaming/knowledge_base/list",
    "/v1/streaming/avatar.list",
    "/v1/streaming/avatar/list",
    "/v2/voices",
    "/v2/user/remaining_quota",
)


async def status(cloud: Cloud, method: str, path: str) -> int:
    headers = {"x-api-key": KEY}
    async with cloud.client.request(method, path, headers=headers, json={}) as response:
        return response.status


@pytest.mark.parametrize("operation", POSTS)
async def test_the_other_path_style_is_unknown(cloud: Cloud, dotted: Cloud, operation: str) -> None:
    assert await status(cloud, "POST", f"/v1/streaming/{operation}") != 404
    assert await status(cloud, "POST", f"/v1/streaming.{operation}") == 404
    assert await status(dotted, "POST", f"/v1/streaming.{operation}") != 404
    assert await status(dotted, "POST", f"/v1/streaming/{operation}") == 404


async def test_the_list_follows_the_path_style_and_the_avatar_list_has_its_dot(
    cloud: Cloud, dotted: Cloud
) -> None:
    assert await status(cloud, "GET", "/v1/streaming.list") == 404
    assert await status(dotted, "GET", "/v1/streaming/list") == 404
    assert await status(dotted, "GET", "/v1/streaming.list") == 200
    assert await status(dotted, "GET", "/v1/streaming/avatar.list") == 200
    assert await status(dotted, "GET", "/v1/streaming/avatar/list") == 404
    assert await status(dotted, "GET", "/v2/streaming.list") == 200
    assert await status(dotted, "GET", "/v1/streaming/knowledge_base/list") == 200


async def test_the_wrong_method_is_refused(cloud: Cloud) -> None:
    assert await status(cloud, "GET", "/v1/streaming/new") == 405
    assert await status(cloud, "POST", "/v1/streaming/list") == 405


@pytest.mark.parametrize("key", [None, "", "wrong", KEY + " x"])
@pytest.mark.parametrize("path", GETS)
async def test_a_get_needs_the_key(cloud: Cloud, path: str, key: str | None) -> None:
    assert (await cloud.get(path, key)).error == (401, 400112)


@pytest.mark.parametrize("operation", POSTS)
async def test_a_post_needs_the_key_before_anything_else(cloud: Cloud, operation: str) -> None:
    reply = await cloud.send(f"/v1/streaming/{operation}", b"not json", key="wrong")
    assert reply.error == (401, 400112)
    assert reply.body["message"] == "Unauthorized"
    bearer = await cloud.send(
        f"/v1/streaming/{operation}", b"{}", key=None, Authorization=f"Bearer {KEY}"
    )
    assert bearer.error == (401, 400112)


async def test_a_key_can_be_taken_away_and_given_back(cloud: Cloud) -> None:
    await cloud.control("settings", api_keys=["other"])
    assert (await cloud.get("/v1/streaming/list")).error == (401, 400112)
    assert (await cloud.get("/v1/streaming/list", "other")).status == 200
    await cloud.control("settings", api_keys=[KEY, "other"])
    assert (await cloud.get("/v1/streaming/list")).status == 200


@pytest.mark.parametrize("path", GETS)
async def test_a_get_takes_no_query(cloud: Cloud, path: str) -> None:
    assert (await cloud.get(f"{path}?unknown=1")).error == (400, 400175)


async def test_streaming_answers_have_a_code_and_account_answers_have_no_error(
    cloud: Cloud,
) -> None:
    reply = await cloud.get("/v1/streaming/list")
    assert reply.body == {"code": 100, "message": "success", "data": {"sessions": []}}
    reply = await cloud.get("/v2/user/remaining_quota")
    assert reply.body == {"error": None, "data": {"remaining_quota": 600, "details": {"api": 600}}}


async def test_every_answer_has_the_vendors_date(cloud: Cloud) -> None:
    await cloud.control("settings", clock_offset_seconds=3600.0)
    for path in ("/v1/streaming/list", "/nowhere", "/_control/ledger"):
        async with cloud.client.get(path) as response:
            date = parsedate_to_datetime(response.headers["Date"])
            assert date.timestamp() == cloud.clock.unix()
    await cloud.new()
    (session,) = await cloud.listed()
    assert session["created_at"] == 1_800_003_600


async def test_the_avatar_list_is_as_untidy_as_the_vendors(cloud: Cloud) -> None:
    avatars = (await cloud.get("/v1/streaming/avatar.list")).data
    assert avatars == (await cloud.get("/v1/streaming/avatar/list")).data
    ids = [avatar["avatar_id"] for avatar in avatars]
    assert "default" in ids
    assert len(ids) > len(set(ids))
    assert any(avatar["pose_name"] is None for avatar in avatars)
    assert {avatar["status"] for avatar in avatars} == {"ACTIVE"}


async def test_a_preview_is_a_picture(cloud: Cloud) -> None:
    pytest.importorskip("PIL")
    avatars = (await cloud.get("/v1/streaming/avatar.list")).data
    async with cloud.session.get(avatars[0]["normal_preview"]) as response:
        assert response.content_type == "image/png"
        assert (await response.read()).startswith(b"\x89PNG")
    async with cloud.client.get("/previews/nobody.png") as response:
        assert response.status == 404


async def test_the_voice_list_has_voices_that_cannot_stream(cloud: Cloud) -> None:
    voices = (await cloud.get("/v2/voices")).data["voices"]
    assert {voice["support_interactive_avatar"] for voice in voices} == {True, False}
    assert voices[0].keys() == {
        "voice_id",
        "language",
        "gender",
        "name",
        "preview_audio",
        "support_pause",
        "emotion_support",
        "support_interactive_avatar",
        "support_locale",
    }
