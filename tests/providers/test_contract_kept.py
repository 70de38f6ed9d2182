"""What every provider has to do, whoever it is, with a host that works and with one that does not."""

from annotationlib import Format
import asyncio
from collections.abc import Awaitable, Callable, Mapping
import inspect
import json
import logging
import traceback
from typing import Any

from aiohttp import ClientSession
from hypothesis import HealthCheck, given, settings, strategies as st
from pydantic import SecretStr
import pytest

from custom_components.streaming_avatar.providers import PROVIDERS
from custom_components.streaming_avatar.providers.base import (
    Ack,
    AvatarEvent,
    Charges,
    Credentials,
    Provider,
    ProviderSpec,
    Publish,
    Sent,
    Session,
    SessionRequest,
    Speech,
    Synthesize,
    Viewer,
)
from custom_components.streaming_avatar.providers.errors import (
    ProviderConnectionError,
    ProviderError,
)

from . import hosts
from .client import StubSession
from .vendor import KEY, SPOKEN, Answer, Handler, Sleeper, Vendor, cut, drop, hang
from .wire import TOKEN

HOSTS: Mapping[str, hosts.Host] = {
    "builtin": hosts.nobody,
    "konpro": hosts.watched_konpro,
}
"""A host for each provider that does what its documents promise: one line for a new one."""

REQUEST = SessionRequest(settings={}, max_duration=600.0)
VIEWER = Viewer(id="tablet", publishes=True)
SAY = Speech(text=SPOKEN)
SECRETS = (KEY, TOKEN, SPOKEN)

TROUBLES: Mapping[str, Handler] = {
    "drops": drop,
    "cuts": cut,
    "is_a_web_page": Answer(raw=f"<html>{KEY} {TOKEN}</html>".encode()),
    "is_empty": Answer(raw=b""),
    "is_not_utf8": Answer(raw=b'\xff{"code": 100}'),
    "is_truncated": Answer(raw=b'{"code": 100, "data": {"sess'),
    "is_deep": Answer(raw=b"[" * 50_000),
    "is_null": Answer(None),
    "has_null_data": Answer({"code": 100, "data": None}),
    "has_wrong_types": Answer({"code": {}, "message": [TOKEN], "data": [[KEY]], "error": 5}),
    "has_a_huge_number": Answer(raw=b'{"code": 1' + b"0" * 5000 + b"}"),
    "refuses": Answer({"code": TOKEN, "message": f"{KEY} {SPOKEN}"}, status=400),
    "does_not_know_us": Answer({"message": KEY}, status=401),
    "is_down": Answer({"message": TOKEN}, status=503),
    "asks_for_patience": Answer({}, status=429, headers={"Retry-After": "1e9"}),
    "goes_elsewhere": Answer({}, status=307, headers={"Location": "https://evil.example"}),
    "is_gone": Answer(raw=b"", status=404),
}


@pytest.fixture(params=list(PROVIDERS))
def spec(request: pytest.FixtureRequest) -> ProviderSpec:
    return PROVIDERS[request.param]


@pytest.fixture
def host(spec: ProviderSpec, vendor: Vendor) -> Vendor:
    HOSTS[spec.id](vendor)
    return vendor


def made(spec: ProviderSpec, http: Any, base_url: str, remembered: Mapping[str, str]) -> Provider:
    """A client with no more credentials than it needs; if it ever waits, that takes no time."""
    secrets = {setting.key: SecretStr(KEY) for setting in spec.credentials if setting.required}
    credentials = Credentials(base_url=base_url, secrets=secrets, remembered=remembered)
    declared = inspect.signature(spec.factory, annotation_format=Format.STRING)
    has_sleep = "sleep" in declared.parameters
    factory: Callable[..., Provider] = spec.factory
    return factory(http, credentials, **({"sleep": Sleeper()} if has_sleep else {}))


@pytest.fixture
async def provider(spec: ProviderSpec, host: Vendor, session: ClientSession) -> Provider:
    """A client of a host that works, as it is after it was verified."""
    remembered = (await made(spec, session, host.url, {}).verify()).remember
    host.requests.clear()
    return made(spec, session, host.url, remembered)


type Operation = Callable[[Provider, Session], Awaitable[object]]

OPERATIONS: Mapping[str, Operation] = {
    "verify": lambda provider, _: provider.verify(),
    "verify_entered": lambda provider, _: provider.verify_entered(),
    "avatars": lambda provider, _: provider.list_avatars(),
    "voices": lambda provider, _: provider.list_voices(),
    "languages": lambda provider, _: provider.list_languages(),
    "knowledge": lambda provider, _: provider.list_knowledge_bases(),
    "credits": lambda provider, _: provider.get_credits(),
    "create": lambda provider, _: provider.create_session(REQUEST),
    "start": lambda provider, session: provider.start_session(session),
    "access": lambda provider, session: provider.viewer_access(session, VIEWER),
    "speak": lambda provider, session: provider.speak(session, SAY),
    "interrupt": lambda provider, session: provider.interrupt(session),
    "start_listening": lambda provider, session: provider.start_listening(session),
    "stop_listening": lambda provider, session: provider.stop_listening(session),
    "keep_alive": lambda provider, session: provider.keep_alive(session),
    "list_sessions": lambda provider, _: provider.list_open_sessions(),
    "end": lambda provider, session: provider.end_session(session.session_id),
    "check_account": lambda provider, _: provider.check_account(),
    "check_session": lambda provider, session: provider.check_session(session),
}
NEVER_FAIL = {"check_account", "check_session"}


def test_every_provider_has_a_host() -> None:
    assert HOSTS.keys() == PROVIDERS.keys()


async def test_an_account_is_the_same_each_time_and_hides_its_key(
    spec: ProviderSpec, host: Vendor, session: ClientSession
) -> None:
    first, second = [await made(spec, session, host.url, {}).verify() for _ in range(2)]
    assert first == second == await made(spec, session, host.url, {}).verify_entered()
    assert first.unique_id
    assert KEY not in repr(first)
    json.dumps(dict(first.remember))


async def test_lists_have_names_and_no_id_twice(provider: Provider) -> None:
    for fetch in (provider.list_avatars, provider.list_voices, provider.list_knowledge_bases):
        items = await fetch()
        assert all(item.id and item.name for item in items)
        assert len({item.id for item in items}) == len(items)


async def test_a_session_lives_as_the_core_wants_it(
    spec: ProviderSpec, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    capabilities = spec.capabilities
    created = await provider.create_session(REQUEST)
    session = await provider.start_session(created)
    assert session.session_id == created.session_id
    transport = await provider.viewer_access(session, VIEWER)
    assert transport.kind in capabilities.transports
    spoken = await provider.speak(session, SAY)
    assert isinstance(spoken, Synthesize) is capabilities.synthesizes
    for delivery in (
        spoken,
        await provider.interrupt(session),
        await provider.start_listening(session),
        await provider.stop_listening(session),
    ):
        assert isinstance(delivery, Sent | Publish | Synthesize)
    await provider.keep_alive(session)
    is_listed = session.session_id in {
        row.session_id for row in await provider.list_open_sessions()
    }
    assert is_listed or capabilities.charges is Charges.NONE
    await provider.end_session(session.session_id)
    await provider.end_session("one-that-nobody-knows")
    said = f"{created!r} {session!r} {transport!r} {provider!r} {vars(provider)!r} {caplog.text}"
    assert not [secret for secret in SECRETS if secret in said]


async def test_a_session_that_costs_money_ends_by_itself_at_some_time(
    spec: ProviderSpec, provider: Provider
) -> None:
    limit = provider.unattended_limit(REQUEST)
    assert 0.0 <= limit < float("inf")
    assert limit > 0.0 or spec.capabilities.charges is Charges.NONE


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_whatever_a_host_does_is_a_declared_error_and_tells_no_secret(
    spec: ProviderSpec,
    host: Vendor,
    session: ClientSession,
    caplog: pytest.LogCaptureFixture,
    trouble: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    remembered = (await made(spec, session, host.url, {}).verify()).remember
    opened = await made(spec, session, host.url, remembered).create_session(REQUEST)
    host.only(TROUBLES[trouble])
    for name, operation in OPERATIONS.items():
        host.requests.clear()
        caplog.clear()
        said = ""
        try:
            answer = await operation(made(spec, session, host.url, remembered), opened)
            # What is to be said is of course in the delivery.
            said = repr(answer).replace(SPOKEN, "") if name == "speak" else repr(answer)
        except ProviderError as error:
            assert name not in NEVER_FAIL
            said = "".join(traceback.format_exception(error)) + repr(vars(error))
        logged = [r.getMessage() for r in caplog.records if r.name.startswith("custom_components")]
        told = f"{said} {logged}"
        assert not [secret for secret in SECRETS if secret in told], name
        if name in {"create", "speak", "interrupt"}:
            # What may have been done is not done again; a create may look whether its key is bad.
            asked = [request for request in host.requests if request.method == "POST"]
            assert len(asked) <= 1, name


@pytest.mark.parametrize("operation", ["create", "speak"])
async def test_what_starts_a_charge_or_is_heard_is_sent_once_if_no_answer_comes(
    spec: ProviderSpec, operation: str
) -> None:
    silent = StubSession(TimeoutError())
    provider = made(spec, silent, "https://x.example", {"path_style": "slash"})
    failures = []
    try:
        await OPERATIONS[operation](provider, Session(session_id="x"))
    except ProviderConnectionError as error:
        failures.append(error.sent)
    assert failures == [True] * len(silent.urls)
    assert len(silent.urls) <= 1


async def test_a_call_that_is_cancelled_ends(
    spec: ProviderSpec, provider: Provider, host: Vendor
) -> None:
    host.only(hang)
    call = asyncio.ensure_future(provider.create_session(REQUEST))
    for _ in range(200):
        if call.done() or host.requests:
            break
        await asyncio.wait([call], timeout=0.02)
    assert call.cancel() is bool(host.requests)
    if host.requests:
        with pytest.raises(asyncio.CancelledError):
            await call


async def test_checks_tell_what_they_are_and_no_secret(provider: Provider) -> None:
    session = await provider.create_session(REQUEST)
    checks = [*await provider.check_account(), *await provider.check_session(session)]
    for check in checks:
        assert check.key.isidentifier()
        assert check.key.islower()
        assert check.detail
    assert not [secret for secret in SECRETS if secret in repr(checks)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(topic=st.none() | st.text(max_size=20), payload=st.binary(max_size=300))
def test_no_message_of_a_room_raises(spec: ProviderSpec, topic: str | None, payload: bytes) -> None:
    provider = made(spec, None, "https://x.example", {})
    assert isinstance(provider.decode(topic, payload), AvatarEvent | Ack | None)
