"""KonPro: path styles, accounts and their catalogues."""

from collections.abc import Mapping
from typing import Any

from aiohttp import ClientSession
from pydantic import SecretStr
import pytest

from custom_components.streaming_avatar.providers.base import (
    CatalogueItem,
    Credentials,
)
from custom_components.streaming_avatar.providers.errors import (
    AuthenticationError,
    BadResponseError,
    InsecureAddressError,
    PermissionDeniedError,
    PlanError,
    ProviderConnectionError,
    ProviderError,
    RateLimitError,
    SuspendedError,
)
from custom_components.streaming_avatar.providers.konpro import SPEC, KonPro

from .client import StubSession
from .vendor import KEY, Answer, Handler, Sleeper, Vendor, drop
from .wire import (
    CREATE,
    DONE,
    DOTTED_LIST,
    LIST,
    NEW,
    SAY,
    SESSION,
    SLASH_LIST,
    SilentSession,
    account,
    refused,
    request_for,
)


@pytest.mark.parametrize("missing", [404, 405])
async def test_the_path_style_is_found_by_list(
    vendor: Vendor, stranger: KonPro, missing: int
) -> None:
    vendor.on(SLASH_LIST, Answer(raw=b"no", status=missing)).on(DOTTED_LIST, LIST)
    vendor.on("POST /v1/streaming.new", Answer(NEW)).on("POST /v1/streaming.task", DONE)
    verified = await stranger.verify()
    assert verified.remember == {"path_style": "dotted"}
    await stranger.create_session(request_for())
    await stranger.speak(SESSION, SAY)
    assert vendor.routes == [
        SLASH_LIST,
        DOTTED_LIST,
        "POST /v1/streaming.new",
        "POST /v1/streaming.task",
    ]


async def test_the_slash_is_tried_first(vendor: Vendor, stranger: KonPro) -> None:
    vendor.on(SLASH_LIST, LIST).on(DOTTED_LIST, LIST)
    assert (await stranger.verify()).remember == {"path_style": "slash"}
    assert vendor.routes == [SLASH_LIST]


async def test_a_create_of_a_stranger_lists_first_and_then_knows(
    vendor: Vendor, stranger: KonPro
) -> None:
    vendor.on(DOTTED_LIST, LIST).on("POST /v1/streaming.new", Answer(NEW))
    await stranger.create_session(request_for())
    await stranger.create_session(request_for())
    assert vendor.routes == [
        SLASH_LIST,
        DOTTED_LIST,
        "POST /v1/streaming.new",
        "POST /v1/streaming.new",
    ]


async def test_without_a_style_nothing_is_created(vendor: Vendor, stranger: KonPro) -> None:
    vendor.on(CREATE, Answer(NEW)).on("POST /v1/streaming.new", Answer(NEW))
    with pytest.raises(BadResponseError) as caught:
        await stranger.create_session(request_for())
    assert not caught.value.sent
    assert vendor.routes == [SLASH_LIST, DOTTED_LIST]


async def test_a_remembered_style_is_asked_first_and_may_change(
    vendor: Vendor, session: ClientSession
) -> None:
    vendor.on(DOTTED_LIST, LIST, Answer(raw=b"", status=404)).on(SLASH_LIST, LIST)
    konpro = KonPro(session, account(vendor.url, {"path_style": "dotted"}))
    assert (await konpro.verify()).remember == {"path_style": "dotted"}
    assert vendor.routes == [DOTTED_LIST]
    assert (await konpro.verify()).remember == {"path_style": "slash"}


async def test_a_remembered_nonsense_counts_as_nothing(
    vendor: Vendor, session: ClientSession
) -> None:
    vendor.on(SLASH_LIST, LIST)
    konpro = KonPro(session, account(vendor.url, {"path_style": "sideways"}))
    assert await konpro.list_open_sessions() == ()
    assert vendor.routes == [SLASH_LIST, SLASH_LIST]


async def test_an_account_has_one_id_that_hides_its_key(
    vendor: Vendor, session: ClientSession
) -> None:
    vendor.on(SLASH_LIST, LIST).on("GET /proxy/v1/streaming/list", LIST)
    ids = [
        (await KonPro(session, credentials).verify()).unique_id
        for credentials in (
            account(vendor.url),
            account(f"{vendor.url}/"),
            account(f"{vendor.url}/proxy"),
            account(vendor.url, key="another"),
        )
    ]
    assert ids[0] == ids[1] == ids[2] != ids[3]
    assert KEY not in ids[0]
    assert len(ids[0]) == 32


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (refused(401, 400112, "Unauthorized"), AuthenticationError),
        (refused(400, 40009), AuthenticationError),
        (Answer(raw=b"", status=401), AuthenticationError),
        (Answer(raw=b"<html>Router</html>"), BadResponseError),
        (Answer({"hello": "world"}), BadResponseError),
        (Answer({"data": {"hello": "world"}}), BadResponseError),
        (Answer({"code": 100, "data": "x"}), BadResponseError),
        (Answer([]), BadResponseError),
        (Answer(raw=b"", status=404), BadResponseError),
        (Answer({}, status=301, headers={"Location": "/"}), BadResponseError),
        (Answer({}, status=500), ProviderConnectionError),
        (drop, ProviderConnectionError),
        (refused(403, 400562), PermissionDeniedError),
        (refused(403, 400599), PlanError),
        (refused(403, 400631), SuspendedError),
        (refused(429, None), RateLimitError),
    ],
)
async def test_an_account_is_refused_with_its_reason_and_at_once(
    vendor: Vendor,
    stranger: KonPro,
    sleeper: Sleeper,
    answer: Handler,
    expected: type[ProviderError],
) -> None:
    vendor.on(SLASH_LIST, answer)
    with pytest.raises(ProviderError) as caught:
        await stranger.verify()
    assert type(caught.value) is expected
    assert not sleeper.waits


async def test_an_unreachable_host_is_a_connection_error(
    vendor: Vendor, session: ClientSession
) -> None:
    url = vendor.url
    await vendor.stop()
    with pytest.raises(ProviderConnectionError):
        await KonPro(session, account(url)).verify()


async def test_plain_http_is_refused_before_the_key_leaves(session: ClientSession) -> None:
    with pytest.raises(InsecureAddressError):
        await KonPro(session, account("http://konpro.example")).verify()


@pytest.mark.parametrize("secrets", [{}, {"api_key": SecretStr("")}])
async def test_an_account_without_a_key_is_an_authentication_error(
    vendor: Vendor, session: ClientSession, secrets: Mapping[str, SecretStr]
) -> None:
    with pytest.raises(AuthenticationError):
        await KonPro(session, Credentials(base_url=vendor.url, secrets=secrets)).verify()
    assert not vendor.requests


def test_the_default_address_is_konpros() -> None:
    assert SPEC.default_base_url == "https://api.konpro.ai"


async def test_an_account_without_an_address_goes_to_konpro() -> None:
    urls = []

    class Spy(SilentSession):
        def request(self, *args: object, **kwargs: object) -> object:
            urls.append(str(args[1]))
            return super().request(*args, **kwargs)

    spy: Any = Spy()
    with pytest.raises(ProviderConnectionError):
        await KonPro(spy, account("")).verify()
    assert urls == ["https://api.konpro.ai/v1/streaming/list"]


AVATARS = [
    {"avatar_id": "a", "created_at": 1, "status": "ACTIVE", "pose_name": "Old Ann"},
    {"avatar_id": "a", "created_at": "5", "status": "ACTIVE", "pose_name": "Ann",
     "normal_preview": "https://cdn.example/a.webp"},
    {"avatar_id": "a", "created_at": 3, "status": "ACTIVE", "pose_name": "Older Ann"},
    {"avatar_id": "b", "created_at": 1, "normal_preview": "javascript:alert(1)"},
    {"avatar_id": "c", "created_at": 1, "status": "ACTIVE"},
    {"avatar_id": "c", "created_at": 2, "status": "INACTIVE"},
    {"avatar_id": "", "pose_name": "nobody"},
    {"pose_name": "nobody"},
    None,
    {"avatar_id": 7, "name": "Seven", "status": None},
]  # fmt: skip
EXPECTED_AVATARS = (
    CatalogueItem(id="a", name="Ann", preview_url="https://cdn.example/a.webp"),
    CatalogueItem(id="b", name="b"),
    CatalogueItem(id="7", name="Seven"),
)


@pytest.mark.parametrize("data", [AVATARS, {"avatars": AVATARS}])
async def test_avatars_are_listed_once_newest_and_active(
    vendor: Vendor, konpro: KonPro, data: object
) -> None:
    vendor.on("GET /v1/streaming/avatar.list", Answer({"code": 100, "data": data}))
    assert await konpro.list_avatars() == EXPECTED_AVATARS


@pytest.mark.parametrize("data", [None, {}, [], "x", {"avatars": None}])
async def test_no_avatars_is_an_empty_list(vendor: Vendor, konpro: KonPro, data: object) -> None:
    vendor.on("GET /v1/streaming/avatar.list", Answer({"code": 100, "data": data}))
    assert await konpro.list_avatars() == ()


async def test_the_other_path_of_the_avatars_is_found_and_kept(
    vendor: Vendor, konpro: KonPro
) -> None:
    vendor.on("GET /v1/streaming/avatar/list", Answer({"code": 100, "data": AVATARS}))
    await konpro.list_avatars()
    await konpro.list_avatars()
    assert vendor.routes == [
        "GET /v1/streaming/avatar.list",
        "GET /v1/streaming/avatar/list",
        "GET /v1/streaming/avatar/list",
    ]


async def test_voices_are_those_that_can_stream(vendor: Vendor, konpro: KonPro) -> None:
    voices = [
        {"voice_id": "v1", "name": " Anna ", "language": "German",
         "support_interactive_avatar": True, "preview_audio": "https://x"},
        {"voice_id": "v2", "name": "Bob", "support_interactive_avatar": False},
        {"voice_id": "v3", "name": "Carl"},
        {"voice_id": "v4", "language": None, "support_interactive_avatar": "true"},
        {"name": "nobody", "support_interactive_avatar": True},
    ]  # fmt: skip
    vendor.on("GET /v2/voices", Answer({"error": None, "data": {"voices": voices}}))
    assert await konpro.list_voices() == (
        CatalogueItem(id="v1", name="Anna", language="German"),
        CatalogueItem(id="v4", name="v4"),
    )


KNOWLEDGE = [
    {"id": "kb1", "name": " Our home ", "opening": "Hello", "prompt": "You are the host."},
    {"id": 7, "name": None},
    {"id": "kb1", "name": "Our home, again"},
    {"name": "nobody"},
    "x",
]
KNOWN = (CatalogueItem(id="kb1", name="Our home, again"), CatalogueItem(id="7", name="7"))


@pytest.mark.parametrize("data", [KNOWLEDGE, {"list": KNOWLEDGE}])
async def test_knowledge_bases_come_in_two_shapes(
    vendor: Vendor, konpro: KonPro, data: object
) -> None:
    vendor.on("GET /v1/streaming/knowledge_base/list", Answer({"code": 100, "data": data}))
    assert await konpro.list_knowledge_bases() == KNOWN


async def test_the_other_path_of_the_knowledge_bases_is_found_and_kept(
    vendor: Vendor, konpro: KonPro
) -> None:
    vendor.on("GET /v1/streaming/knowledge_base.list", Answer({"code": 100, "data": KNOWLEDGE}))
    assert await konpro.list_knowledge_bases() == await konpro.list_knowledge_bases() == KNOWN
    assert vendor.routes == [
        "GET /v1/streaming/knowledge_base/list",
        "GET /v1/streaming/knowledge_base.list",
        "GET /v1/streaming/knowledge_base.list",
    ]


async def test_a_host_without_lists_has_empty_ones(konpro: KonPro) -> None:
    assert await konpro.list_avatars() == ()
    assert await konpro.list_voices() == ()
    assert await konpro.get_credits() is None
    assert await konpro.list_languages() == ()
    assert await konpro.list_knowledge_bases() == ()
    assert [event async for event in konpro.events(SESSION)] == []


@pytest.mark.parametrize(
    ("value", "expected"), [(300, 300.0), ("12.5", 12.5), (0, 0.0), (-3, -3.0)]
)
async def test_credits_are_a_number_or_its_text(
    vendor: Vendor, konpro: KonPro, value: object, expected: float
) -> None:
    body = {"error": None, "data": {"remaining_quota": value, "details": {"api": 1}}}
    vendor.on("GET /v2/user/remaining_quota", Answer(body))
    assert await konpro.get_credits() == expected


@pytest.mark.parametrize("data", [None, {}, {"remaining_quota": None}, {"remaining_quota": "x"}])
async def test_credits_that_are_no_number_are_a_bad_response(
    vendor: Vendor, konpro: KonPro, data: object
) -> None:
    vendor.on("GET /v2/user/remaining_quota", Answer({"error": None, "data": data}))
    with pytest.raises(BadResponseError):
        await konpro.get_credits()


@pytest.mark.parametrize(
    ("route", "operation"),
    [
        (SLASH_LIST, "list_open_sessions"),
        ("GET /v1/streaming/avatar.list", "list_avatars"),
        ("GET /v2/voices", "list_voices"),
        ("GET /v1/streaming/knowledge_base/list", "list_knowledge_bases"),
        ("GET /v2/user/remaining_quota", "get_credits"),
    ],
)
async def test_reading_is_tried_four_times(
    vendor: Vendor, konpro: KonPro, route: str, operation: str
) -> None:
    down = Answer({}, status=500)
    vendor.on(route, down, refused(429, None), down)
    with pytest.raises(ProviderConnectionError):
        await getattr(konpro, operation)()
    assert vendor.routes == [route] * 4


@pytest.mark.parametrize(
    ("operation", "seconds"),
    [("list_open_sessions", 15), ("get_credits", 15), ("list_voices", 30), ("list_avatars", 30)],
)
async def test_what_somebody_waits_for_has_less_time(operation: str, seconds: float) -> None:
    slow = StubSession(TimeoutError())
    credentials = account("https://x.example", {"path_style": "slash"})
    konpro = KonPro(slow, credentials, sleep=Sleeper())  # type: ignore[arg-type]
    with pytest.raises(ProviderConnectionError):
        await getattr(konpro, operation)()
    assert [timeout.total for timeout in slow.timeouts] == [seconds] * 4
