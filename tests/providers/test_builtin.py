"""The built-in avatar as a provider: it costs nothing, asks nobody, and leaves its words to Home Assistant."""

from aiohttp import ClientSession
import pytest

from custom_components.streaming_avatar.providers.base import (
    Charges,
    Credentials,
    NoTransport,
    Provider,
    Sent,
    SessionRequest,
    Speech,
    Synthesize,
    Viewer,
)
from custom_components.streaming_avatar.providers.builtin import SPEC

REQUEST = SessionRequest(settings={}, max_duration=3600.0)


@pytest.fixture
def provider(session: ClientSession) -> Provider:
    """Without a network: sockets are closed in this test suite unless a test opens them."""
    return SPEC.factory(session, Credentials())


def test_it_is_free_and_asks_nothing() -> None:
    assert SPEC.asks_nothing
    assert SPEC.capabilities.charges is Charges.NONE
    assert SPEC.default_base_url is None
    keys = {setting.key for setting in SPEC.avatar_settings}
    assert not keys & {"idle_timeout", "max_minutes_per_day", "stand_in"}
    assert {"look", "emotion", "speech_engine", "speech_voice", "fallback_speaker"} <= keys


async def test_all_of_it_is_one_account(provider: Provider) -> None:
    assert await provider.verify() == await provider.verify()
    assert await provider.list_avatars() == ()
    assert await provider.list_voices() == ()
    assert await provider.get_credits() is None


async def test_a_session_has_nothing_to_join_and_nothing_to_end(provider: Provider) -> None:
    session = await provider.create_session(REQUEST)
    assert await provider.start_session(session) == session
    assert session.session_id != (await provider.create_session(REQUEST)).session_id
    assert session.is_paid is False
    for publishes in (True, False):
        viewer = Viewer(id="kitchen", publishes=publishes)
        assert await provider.viewer_access(session, viewer) == NoTransport()
    assert await provider.list_open_sessions() == ()
    await provider.end_session(session.session_id)
    await provider.end_session(session.session_id)
    assert provider.unattended_limit(REQUEST) == 0.0


async def test_what_it_says_is_synthesised_with_the_voice_that_the_user_set(
    provider: Provider,
) -> None:
    session = await provider.create_session(REQUEST)
    delivery = await provider.speak(session, Speech(text="Hello.", emotion="excited"))
    assert delivery == Synthesize(text="Hello.", emotion="excited")
    assert await provider.interrupt(session) == Sent()
