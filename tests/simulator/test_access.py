"""Session tokens: one token, one session."""

import json

import pytest

from .cloud import Cloud, Reply


async def token(cloud: Cloud) -> str:
    text: str = (await cloud.call("create_token")).data["token"]
    return text


async def with_token(cloud: Cloud, token: str, operation: str, **body: object) -> Reply:
    return await cloud.send(
        cloud.path(operation),
        json.dumps(body).encode(),
        key=None,
        Authorization=f"Bearer {token}",
    )


async def test_a_token_is_made_for_the_key_alone(cloud: Cloud) -> None:
    first = await cloud.call("create_token")
    assert first.body == {"error": None, "data": {"token": first.data["token"]}}
    assert await token(cloud) != first.data["token"]
    assert (await with_token(cloud, first.data["token"], "create_token")).error == (401, 400112)


async def test_an_empty_body_will_do_and_another_will_not(cloud: Cloud) -> None:
    assert (await cloud.send(cloud.path("create_token"), b"")).status == 200
    assert (await cloud.call("create_token", more=1)).error == (400, 400128)


async def test_a_token_serves_one_session_and_no_other(cloud: Cloud) -> None:
    mine = await token(cloud)
    session_id = (await with_token(cloud, mine, "new")).data["session_id"]
    assert (await with_token(cloud, mine, "start", session_id=session_id)).status == 200
    await cloud.viewer(session_id, present=True)
    task = {"session_id": session_id, "text": "Hi", "task_mode": "async"}
    assert (await with_token(cloud, mine, "task", **task)).status == 200

    other = await cloud.live()
    for operation in ("start", "interrupt", "keep_alive", "start_listening", "stop"):
        reply = await with_token(cloud, mine, operation, session_id=other)
        assert reply.error == (401, 400112)
    assert (await with_token(cloud, mine, "task", **task | {"session_id": other})).status == 401
    assert (await with_token(cloud, mine, "new")).error == (401, 400112)
    assert len(await cloud.listed()) == 2

    assert (await with_token(cloud, mine, "stop", session_id=session_id)).status == 200
    assert (await with_token(cloud, mine, "new")).error == (401, 400112)


async def test_the_sdk_has_words_of_its_own(cloud: Cloud) -> None:
    wish = {
        "avatar_name": "Aiko_Studio_public",
        "voice": {"elevenlabs_settings": {}},
        "knowledge_base_id": "kb_cook",
        "version": "v2",
        "source": "sdk",
        "ia_is_livekit_transport": True,
    }
    assert (await cloud.call("new", **wish)).error == (400, 400128)
    mine = await token(cloud)
    session_id = (await with_token(cloud, mine, "new", **wish)).data["session_id"]
    assert (await cloud.row())["avatar_id"] == "Aiko_Studio_public"
    await cloud.call("start", session_id=session_id)
    await cloud.viewer(session_id, present=True)
    await cloud.say(session_id, "Who are you?", task_type="talk")
    await cloud.clock.advance(10)
    messages = await cloud.messages(session_id)
    assert "".join(m.get("message", "") for m in messages) == "My name is Julia."
    other = await token(cloud)
    for bad in ({"avatar_name": "nobody"}, {"source": "web"}, {"avatar_name": None}):
        assert (await with_token(cloud, other, "new", **bad)).status == 400


async def test_a_refused_create_leaves_the_token_good(cloud: Cloud) -> None:
    mine = await token(cloud)
    assert (await with_token(cloud, mine, "new", avatar_name="nobody")).error == (400, 10013)
    assert (await with_token(cloud, mine, "new")).status == 200


@pytest.mark.parametrize("bad", ["", "made-up"])
async def test_a_token_that_was_never_given_out_is_refused(cloud: Cloud, bad: str) -> None:
    assert (await with_token(cloud, bad, "new")).error == (401, 400112)


async def test_a_wrong_key_is_not_made_good_by_a_token(cloud: Cloud) -> None:
    mine = await token(cloud)
    reply = await cloud.send(cloud.path("new"), b"{}", key="wrong", Authorization=f"Bearer {mine}")
    assert reply.error == (401, 400112)


async def test_lists_take_no_token(cloud: Cloud) -> None:
    headers = {"Authorization": f"Bearer {await token(cloud)}"}
    async with cloud.client.get("/v1/streaming/list", headers=headers) as response:
        assert response.status == 401


async def test_a_reset_forgets_all_tokens(cloud: Cloud) -> None:
    mine = await token(cloud)
    await cloud.control("reset")
    assert (await with_token(cloud, mine, "new")).error == (401, 400112)


async def test_no_token_is_kept_in_the_calls(cloud: Cloud) -> None:
    mine = await token(cloud)
    await with_token(cloud, mine, "new")
    assert mine not in json.dumps(await cloud.calls())
