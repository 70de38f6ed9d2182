"""Knowledge bases, and the history of all sessions."""

import pytest

from .cloud import Cloud

BASES = "/v1/streaming/knowledge_base"
HISTORY = "/v2/streaming/list"
WISH = b'{"name": "Gardener", "opening": "Hello", "prompt": "You are Rose."}'


async def test_knowledge_bases_come_in_either_shape(cloud: Cloud) -> None:
    bases = (await cloud.get(f"{BASES}/list")).data["list"]
    assert [base["id"] for base in bases] == ["kb_butler", "kb_cook"]
    assert bases[0].keys() == {"id", "name", "opening", "prompt"}
    await cloud.control("settings", knowledge_base_shape="array")
    assert (await cloud.get(f"{BASES}/list")).data == bases


async def test_a_knowledge_base_is_made_changed_and_forgotten(cloud: Cloud) -> None:
    made = (await cloud.send(f"{BASES}/create", WISH)).data["id"]
    changed = WISH.replace(b"Gardener", b"Head gardener")
    assert (await cloud.send(f"{BASES}/{made}", changed)).data["name"] == "Head gardener"
    last = (await cloud.get(f"{BASES}/list")).data["list"][-1]
    assert (last["id"], last["name"]) == (made, "Head gardener")
    assert await cloud.new(knowledge_base_id=made)
    await cloud.control("reset")
    assert len((await cloud.get(f"{BASES}/list")).data["list"]) == 2


@pytest.mark.parametrize(
    "body", [b"{}", b'{"name": "x"}', WISH[:-1] + b', "id": "x"}', WISH.replace(b"Gardener", b"")]
)
@pytest.mark.parametrize("last", ["create", "kb_cook"])
async def test_a_knowledge_base_is_read_strictly(cloud: Cloud, last: str, body: bytes) -> None:
    assert (await cloud.send(f"{BASES}/{last}", body)).error == (400, 400128)


async def test_an_unknown_knowledge_base_cannot_be_changed(cloud: Cloud) -> None:
    assert (await cloud.send(f"{BASES}/nobody", WISH)).error == (400, 400128)


async def test_the_operations_have_names_for_faults_and_calls(cloud: Cloud) -> None:
    await cloud.get(f"{BASES}/list")
    await cloud.send(f"{BASES}/create", WISH)
    await cloud.send(f"{BASES}/kb_cook", WISH)
    await cloud.get(HISTORY)
    await cloud.call("create_token")
    assert [call["operation"] for call in await cloud.calls()] == [
        "knowledge_base_list",
        "knowledge_base_create",
        "knowledge_base_update",
        "history",
        "create_token",
    ]


async def test_the_history_keeps_what_was_closed_and_has_pages(cloud: Cloud) -> None:
    first = await cloud.new(voice={"voice_id": "voice_greta"})
    await cloud.clock.advance(7)
    await cloud.call("stop", session_id=first)
    second = await cloud.live()
    page = (await cloud.get(f"{HISTORY}?page_size=1")).data
    assert [row["session_id"] for row in page["data"]] == [second]
    assert (page["total"], page["page"], page["page_size"]) == (2, 1, 1)
    token = page["next_pagination_token"]
    page = (await cloud.get(f"{HISTORY}?page_size=1&token={token}")).data
    assert page["next_pagination_token"] is None
    assert page["data"] == [
        {
            "session_id": first,
            "status": "closed",
            "created_at": 1_800_000_000,
            "api_key_type": "regular",
            "duration": 7,
            "avatar_id": "default",
            "voice_name": "Greta",
        }
    ]
    page = (await cloud.get(f"{HISTORY}?status=connected")).data
    assert [row["session_id"] for row in page["data"]] == [second]
    assert (await cloud.get(f"{HISTORY}?page=3")).data["data"] == []


@pytest.mark.parametrize("query", ["page=0", "page_size=101", "status=lost", "page=x", "token=a"])
async def test_the_history_is_asked_strictly(cloud: Cloud, query: str) -> None:
    assert (await cloud.get(f"{HISTORY}?{query}")).error == (400, 400175)
