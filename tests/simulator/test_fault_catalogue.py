"""The README's catalogue of faults is whole, and each refusal and shape is what it says."""

from collections.abc import Iterator
import json
from pathlib import Path
import re
from typing import Any

from pydantic import TypeAdapter
import pytest

import simulator
from simulator.chaos import KINDS
from simulator.faults import Fault, GarbledShape, MalformedShape
from simulator.konpro.errors import REFUSALS
from simulator.refusals import BodyShape
from simulator.world import WORLD

from .cloud import KEY, Cloud

README = (Path(simulator.__file__).parent / "README.md").read_text()
SECTION = README.partition("### Faults")[2].partition("### Settings")[0]
LIST = "/v1/streaming/list"
HEADERS = {"x-api-key": KEY}


def code(text: str) -> set[str]:
    """Return the words that stand in code spans."""
    return {word for span in re.findall(r"`([^`]+)`", text) for word in re.findall(r"\w+", span)}


def first_cells() -> set[str]:
    return set(re.findall(r"^\| `(\w+)` \|", SECTION, re.MULTILINE))


def between(begin: str, end: str) -> set[str]:
    return code(SECTION.partition(begin)[2].partition(end)[0])


def kinds() -> set[str]:
    schema: dict[str, Any] = TypeAdapter(Fault).json_schema()
    return set(schema["discriminator"]["mapping"])


def table_of_refusals() -> Iterator[tuple[str, int, int | str]]:
    row = r"^\| `(\w+)` \| (\d+) \| (\w+) \|"
    for name, status, number in re.findall(row, SECTION, re.MULTILINE):
        yield name, int(status), int(number) if number.isdigit() else number


def test_the_catalogue_names_every_kind_and_every_refusal() -> None:
    assert first_cells() == kinds() | REFUSALS.keys()
    assert kinds() == KINDS.keys()


def test_the_catalogue_names_every_shape() -> None:
    assert between("Shapes of `malformed`", "\n\n") == {*MalformedShape}
    assert between("Shapes of `event_garbled`", "\n\n") == {*GarbledShape}
    assert {*BodyShape} < between("Requests.", "Sessions.")


async def test_the_catalogue_names_every_operation(cloud: Cloud) -> None:
    assert between("`operation`:", "or `*`") == set(cloud.app[WORLD].operations.values())


@pytest.mark.parametrize(("name", "status", "number"), [*table_of_refusals()])
async def test_a_refusal_is_what_the_catalogue_says(
    cloud: Cloud, name: str, status: int, number: int | str
) -> None:
    await cloud.control("faults", kind="refusal", name=name, operation="list")
    reply = await cloud.get(LIST)
    told = reply.body.get("error", reply.body)
    assert (reply.status, told["code"]) == (status, number)
    assert told["message"]
    assert (await cloud.get(LIST)).status == 200


async def test_the_refusals_are_told_by_name(cloud: Cloud) -> None:
    known = (await cloud.look("refusals"))["refusals"]
    assert known.keys() == REFUSALS.keys()
    assert known["state_closed"] == {
        "status": 400,
        "code": 10005,
        "message": "session state wrong: closed",
        "shape": "code",
    }


@pytest.mark.parametrize(
    ("shape", "body"),
    [
        ("code", {"code": 400112, "message": "Unauthorized"}),
        ("text_code", {"code": "400112", "message": "Unauthorized"}),
        ("error_object", {"error": {"code": "400112", "message": "Unauthorized"}}),
        ("error_text", {"error": "Unauthorized", "data": None}),
        ("message_only", {"message": "Unauthorized"}),
    ],
)
async def test_a_refusal_has_any_shape(cloud: Cloud, shape: str, body: object) -> None:
    await cloud.control("faults", kind="refusal", name="bad_key", body=shape, status=200)
    reply = await cloud.get(LIST)
    assert (reply.status, reply.body) == (200, body)


@pytest.mark.parametrize("after_work", [False, True])
async def test_a_refusal_comes_before_or_after_the_work(cloud: Cloud, *, after_work: bool) -> None:
    await cloud.control(
        "faults", kind="refusal", name="rate_limited", after_work=after_work, retry_after="9"
    )
    reply = await cloud.call("new")
    assert reply.error == (429, 400123)
    assert reply.headers["Retry-After"] == "9"
    assert len(await cloud.ledger()) == after_work


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "refusal", "name": "nothing_of_the_kind"},
        {"kind": "refusal"},
        {"kind": "error", "operation": "nwe"},
        {"kind": "end_session", "ended_by": "client"},
    ],
    ids=str,
)
async def test_a_name_that_there_is_not_is_refused(cloud: Cloud, fault: dict[str, object]) -> None:
    async with cloud.client.post("/_control/faults", json=fault) as response:
        assert response.status == 400


OPERATIONS = (
    *("new", "start", "task", "interrupt", "stop", "keep_alive"),
    *("start_listening", "stop_listening", "create_token"),
)


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_every_operation_can_be_struck_and_the_others_are_spared(
    cloud: Cloud, operation: str
) -> None:
    session_id = await cloud.live()
    body: dict[str, Any] = (
        {} if operation in {"new", "create_token"} else {"session_id": session_id}
    )
    if operation == "task":
        body["text"] = "Hi"
    await cloud.control("faults", kind="refusal", name="account_suspended", operation=operation)
    assert (await cloud.get(LIST)).status == 200
    assert (await cloud.call(operation, **body)).error == (403, 400631)


async def malformed(cloud: Cloud, shape: str, path: str = LIST) -> tuple[str, bytes]:
    """Return content type and body of a malformed list; HTTP says that all is well."""
    await cloud.control("faults", kind="malformed", shape=shape)
    async with cloud.client.get(path, headers=HEADERS) as response:
        assert response.status == 200
        return response.content_type, await response.read()


@pytest.mark.parametrize(
    ("shape", "body"),
    [
        ("wrong_shape", [{"code": 100, "message": "success", "data": {"sessions": []}}]),
        ("no_data", {"code": 100, "message": "success"}),
        ("null_data", {"code": 100, "message": "success", "data": None}),
        ("null", None),
        ("no_code", {"message": "success", "data": {"sessions": []}}),
        ("text_code", {"code": "100", "message": "success", "data": {"sessions": []}}),
        (
            "unknown_code",
            {"code": 987654, "message": "What is this?", "data": {"sessions": []}},
        ),
    ],
)
async def test_a_malformed_reply_can_still_be_json(cloud: Cloud, shape: str, body: object) -> None:
    content_type, text = await malformed(cloud, shape)
    assert content_type == "application/json"
    assert json.loads(text) == body


async def test_a_malformed_reply_can_have_values_of_other_types(cloud: Cloud) -> None:
    _, text = await malformed(cloud, "wrong_types", "/v1/streaming/avatar.list")
    reply = json.loads(text)
    assert (reply["code"], reply["message"]) == (100, "success")
    assert reply["data"][0] == {
        "avatar_id": 7,
        "created_at": ["a number"],
        "status": 7,
        "is_public": "perhaps",
        "pose_name": 7,
        "default_voice": 7,
        "normal_preview": reply["data"][0]["normal_preview"],
    }


async def test_a_malformed_reply_can_be_too_much(cloud: Cloud) -> None:
    _, text = await malformed(cloud, "huge")
    assert len(text) > 20 * 1024 * 1024
    assert text.startswith(b'{"code": 100, ')
    assert text.endswith(b'xx"}')
    _, text = await malformed(cloud, "deep")
    with pytest.raises((RecursionError, ValueError)):
        json.loads(text)


async def test_a_malformed_reply_can_be_no_text_or_called_another(cloud: Cloud) -> None:
    _, text = await malformed(cloud, "not_utf8")
    with pytest.raises(UnicodeDecodeError):
        text.decode()
    content_type, text = await malformed(cloud, "wrong_content_type")
    assert content_type == "text/plain"
    assert json.loads(text)["code"] == 100


async def test_what_is_malformed_already_is_left_as_it_is(cloud: Cloud) -> None:
    for shape in (MalformedShape.NO_DATA, MalformedShape.WRONG_TYPES):
        for first, text in (("empty", b""), ("null", b"null")):
            await cloud.control("faults", kind="malformed", shape=first)
            assert (await malformed(cloud, shape))[1] == text
