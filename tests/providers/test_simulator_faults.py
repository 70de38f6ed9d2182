"""KonPro under every fault of the simulated cloud. The expected errors are written by hand."""

from contextlib import suppress

import pytest

from custom_components.streaming_avatar.providers.base import Speech
from custom_components.streaming_avatar.providers.errors import (
    AuthenticationError,
    BadRequestError,
    BadResponseError,
    BusyError,
    NotFoundError,
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
from simulator.faults import (
    CutReplyFault,
    DropBeforeFault,
    DropReplyFault,
    EventGarbledFault,
    GarbledShape,
    MalformedFault,
    MalformedShape,
    RedirectFault,
    RefusalFault,
)
from simulator.refusals import BodyShape
from simulator.settings import DEFAULT_API_KEY, PathStyle

from .cloud import NOTHING, Cloud

pytestmark = pytest.mark.parametrize("cloud", [PathStyle.SLASH], indirect=True)

MEANINGS: dict[str, type[ProviderError]] = {
    "bad_key": AuthenticationError,
    "key_40009": AuthenticationError,
    "key_400101": AuthenticationError,
    "key_401056": AuthenticationError,
    "key_401057": AuthenticationError,
    "key_40102": AuthenticationError,
    "avatar_or_voice_not_yours": AuthenticationError,
    "forbidden": PermissionDeniedError,
    "permission_denied": PermissionDeniedError,
    "plan_too_low": PlanError,
    "account_suspended": SuspendedError,
    "space_missing": BadRequestError,
    "missing_parameter": BadRequestError,
    "invalid_parameter_40012": BadRequestError,
    "invalid_parameter": BadRequestError,
    "invalid_query_parameter": BadRequestError,
    "invalid_text": TextRefusedError,
    "blocked_words": TextRefusedError,
    "not_a_template": BadRequestError,
    "audio_failed": VoiceError,
    "rate_limited": RateLimitError,
    "session_missing": SessionGoneError,
    "session_not_found": SessionGoneError,
    "session_not_ready": BusyError,
    "state_new": BusyError,
    "state_connecting": BusyError,
    "state_connected": BadRequestError,
    "state_closing": SessionGoneError,
    "state_closed": SessionGoneError,
    "concurrency": BusyError,
    "avatar_not_found_10012": NotFoundError,
    "avatar_missing": NotFoundError,
    "avatar_not_allowed": NotFoundError,
    "session_full": ProviderError,
    "quota_exhausted": QuotaError,
    "insufficient_credit": QuotaError,
    "internal": ProviderConnectionError,
    "bad_gateway": ProviderConnectionError,
    "unavailable": ProviderConnectionError,
    "gateway_timeout": ProviderConnectionError,
}

WITHOUT_CODE: dict[str, type[ProviderError]] = {
    "bad_key": AuthenticationError,
    "account_suspended": PermissionDeniedError,
    "insufficient_credit": QuotaError,
}
"""What the HTTP status says where the body has no code."""

READABLE, NOTHING_OPEN, ANOTHER_ID = "readable", "nothing open", "another id"
SHAPES_OF_A_LIST: dict[MalformedShape, type[ProviderError] | str] = {
    MalformedShape.NOT_JSON: BadResponseError,
    MalformedShape.TRUNCATED: BadResponseError,
    MalformedShape.WRONG_SHAPE: BadResponseError,
    MalformedShape.NO_DATA: NOTHING_OPEN,
    MalformedShape.NULL_DATA: NOTHING_OPEN,
    MalformedShape.EMPTY: BadResponseError,
    MalformedShape.NULL: BadResponseError,
    MalformedShape.NO_CODE: READABLE,
    MalformedShape.TEXT_CODE: READABLE,
    MalformedShape.UNKNOWN_CODE: ProviderError,
    MalformedShape.WRONG_TYPES: ANOTHER_ID,
    MalformedShape.DEEP: BadResponseError,
    MalformedShape.NOT_UTF8: BadResponseError,
    MalformedShape.WRONG_CONTENT_TYPE: READABLE,
    MalformedShape.HUGE: BadResponseError,
}
"""Null is an empty list to many servers, a number as good as a text: both are read."""


async def test_every_refusal_and_every_shape_has_a_meaning(cloud: Cloud) -> None:
    assert MEANINGS.keys() == cloud.world.refusals.keys()
    assert SHAPES_OF_A_LIST.keys() == {*MalformedShape}


@pytest.mark.parametrize("name", MEANINGS)
async def test_a_refused_create_means(cloud: Cloud, name: str) -> None:
    cloud.world.faults.add(RefusalFault(kind="refusal", name=name, operation="new"))
    with pytest.raises(ProviderError) as caught:
        await cloud.known().create_session(NOTHING)
    assert isinstance(caught.value, MEANINGS[name])
    # Nobody makes a session twice because of a refusal.
    assert len([call for call in cloud.world.calls.calls if call.operation == "new"]) == 1
    assert cloud.world.ledger.rows == []


@pytest.mark.parametrize("name", MEANINGS)
async def test_a_refused_text_means(cloud: Cloud, name: str) -> None:
    konpro = cloud.known()
    session = await cloud.live(konpro)
    cloud.world.faults.add(RefusalFault(kind="refusal", name=name, operation="task"))
    with pytest.raises(ProviderError) as caught:
        await konpro.speak(session, Speech(text="a private sentence"))
    assert isinstance(caught.value, MEANINGS[name])
    assert len([call for call in cloud.world.calls.calls if call.operation == "task"]) == 1
    for secret in ("a private sentence", DEFAULT_API_KEY):
        assert secret not in str(caught.value)


@pytest.mark.parametrize("shape", BodyShape)
@pytest.mark.parametrize("name", ["bad_key", "account_suspended", "insufficient_credit"])
async def test_a_refusal_is_understood_in_any_shape(
    cloud: Cloud, name: str, shape: BodyShape
) -> None:
    fault = RefusalFault(kind="refusal", name=name, operation="new", body=shape)
    cloud.world.faults.add(fault)
    has_code = shape not in {BodyShape.ERROR_TEXT, BodyShape.MESSAGE_ONLY}
    with pytest.raises((MEANINGS if has_code else WITHOUT_CODE)[name]):
        await cloud.known().create_session(NOTHING)


@pytest.mark.parametrize(("shape", "meaning"), SHAPES_OF_A_LIST.items())
async def test_a_malformed_list_means(
    cloud: Cloud, shape: MalformedShape, meaning: type[ProviderError] | str
) -> None:
    konpro = cloud.known()
    created = await konpro.create_session(NOTHING)
    fault = MalformedFault(kind="malformed", operation="list", shape=shape, count=None)
    cloud.world.faults.add(fault)
    if not isinstance(meaning, str):
        with pytest.raises(meaning):
            await konpro.list_open_sessions()
        return
    ids = {READABLE: [created.session_id], NOTHING_OPEN: [], ANOTHER_ID: ["7"]}[meaning]
    assert [row.session_id for row in await konpro.list_open_sessions()] == ids


@pytest.mark.parametrize(
    "shape", [shape for shape in MalformedShape if shape is not MalformedShape.HUGE]
)
@pytest.mark.parametrize(
    "operation", ["avatar_list", "voice_list", "knowledge_base_list", "remaining_quota"]
)
async def test_a_malformed_catalogue_is_an_error_or_empty(
    cloud: Cloud, shape: MalformedShape, operation: str
) -> None:
    konpro = cloud.known()
    ask = {
        "avatar_list": konpro.list_avatars,
        "voice_list": konpro.list_voices,
        "knowledge_base_list": konpro.list_knowledge_bases,
        "remaining_quota": konpro.get_credits,
    }[operation]
    fault = MalformedFault(kind="malformed", operation=operation, shape=shape, count=None)
    cloud.world.faults.add(fault)
    with suppress(ProviderError):
        answer = await ask()
        rows = answer if isinstance(answer, tuple) else ()
        assert all(row.id and row.name for row in rows)


@pytest.mark.parametrize(
    ("fault", "meaning"),
    [
        (DropBeforeFault(kind="drop_before", operation="new"), ProviderConnectionError),
        (DropReplyFault(kind="drop_reply", operation="new"), ProviderConnectionError),
        (CutReplyFault(kind="cut_reply", operation="new"), ProviderConnectionError),
        (RedirectFault(kind="redirect", operation="new"), BadResponseError),
    ],
    ids=lambda value: getattr(value, "kind", None),
)
async def test_a_create_without_a_reply_may_have_cost_something(
    cloud: Cloud,
    fault: DropBeforeFault | DropReplyFault | CutReplyFault | RedirectFault,
    meaning: type[ProviderError],
) -> None:
    konpro = cloud.known()
    cloud.world.faults.add(fault.model_copy())
    with pytest.raises(meaning) as caught:
        await konpro.create_session(NOTHING)
    assert caught.value.sent
    assert len(cloud.world.ledger.rows) == (fault.kind in {"drop_reply", "cut_reply"})


@pytest.mark.parametrize("shape", GarbledShape)
async def test_a_garbled_message_harms_nobody(cloud: Cloud, shape: GarbledShape) -> None:
    konpro = cloud.known()
    created = await cloud.live(konpro)
    cloud.world.faults.add(EventGarbledFault(kind="event_garbled", shape=shape, count=None))
    await konpro.speak(created, Speech(text="Hello there"))
    await cloud.clock.advance(10)
    (session,) = cloud.world.sessions.open()
    assert session.messages
    for message in session.messages:
        konpro.decode(None, message.data)


async def test_a_key_that_is_good_again_is_good(cloud: Cloud) -> None:
    cloud.world.faults.add(RefusalFault(kind="refusal", name="bad_key"))
    konpro = cloud.known()
    with pytest.raises(AuthenticationError):
        await konpro.list_open_sessions()
    assert await konpro.list_open_sessions() == ()
