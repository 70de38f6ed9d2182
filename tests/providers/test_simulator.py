"""KonPro against the simulated cloud, an independent reading of the same documents."""

from collections.abc import AsyncIterator, Mapping

from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
from pydantic import SecretStr
import pytest

from custom_components.streaming_avatar.providers.base import (
    Credentials,
    SessionRequest,
    Speech,
    TaskType,
    Viewer,
)
from custom_components.streaming_avatar.providers.errors import (
    AuthenticationError,
    BusyError,
    NotFoundError,
    PermissionDeniedError,
    ProviderConnectionError,
    SessionGoneError,
)
from custom_components.streaming_avatar.providers.konpro import KonPro
from simulator import ManualClock, PathStyle, Settings, create_app
from simulator.settings import DEFAULT_API_KEY

from .vendor import Sleeper

EVERYTHING = SessionRequest(
    settings={
        "avatar_id": "Marcus_Desk_public",
        "quality": "high",
        "voice_id": "voice_greta",
        "rate": 1.25,
        "emotion": "friendly",
        "language": "de",
        "video_encoding": "H264",
        "activity_idle_timeout": 3600,
    },
    max_duration=3600,
)
NOTHING = SessionRequest(settings={}, max_duration=3600)


class Cloud:
    """A running simulator, and an account at it."""

    def __init__(self, style: PathStyle, session: ClientSession) -> None:
        self.clock = ManualClock()
        self.session = session
        self.server = TestServer(
            create_app(Settings(path_style=style), clock=self.clock), host="127.0.0.1"
        )

    def account(
        self, key: str = DEFAULT_API_KEY, remembered: Mapping[str, str] | None = None
    ) -> KonPro:
        credentials = Credentials(
            base_url=str(self.server.make_url("/")),
            secrets={"api_key": SecretStr(key)},
            remembered=remembered or {},
        )
        return KonPro(self.session, credentials, sleep=Sleeper())

    async def control(self, path: str, body: object) -> None:
        url = self.server.make_url(f"/_control{path}")
        async with self.session.post(url, json=body) as response:
            assert response.status == 200, await response.text()


@pytest.fixture(params=list(PathStyle))
async def cloud(request: pytest.FixtureRequest, session: ClientSession) -> AsyncIterator[Cloud]:
    cloud = Cloud(request.param, session)
    await cloud.server.start_server()
    yield cloud
    await cloud.server.close()


async def test_a_whole_session(cloud: Cloud) -> None:
    verified = await cloud.account().verify()
    konpro = cloud.account(remembered=verified.remember)
    created = await konpro.create_session(EVERYTHING)
    started = await konpro.start_session(created)
    assert await konpro.start_session(started) == started
    transport = await konpro.viewer_access(started, Viewer(id="tablet", publishes=False))
    assert transport.url.startswith("ws")
    with pytest.raises(BusyError) as caught:
        await konpro.speak(started, Speech(text="Hello"))
    assert caught.value.retry_after == 3.0

    await cloud.control(f"/sessions/{created.session_id}/viewer", {"present": True})
    sent = await konpro.speak(started, Speech(text="Hello there.", task_type=TaskType.REPEAT))
    assert sent.task_id
    assert sent.duration
    await konpro.interrupt(started)
    await konpro.interrupt(started)
    await konpro.keep_alive(started)
    [row] = await konpro.list_open_sessions()
    assert row.session_id == created.session_id
    now = konpro.vendor_time()
    assert now is not None
    assert row.created_at is not None
    assert abs(now - row.created_at) < 5

    await konpro.end_session(created.session_id)
    await konpro.end_session(created.session_id)
    assert await konpro.list_open_sessions() == ()
    with pytest.raises(SessionGoneError):
        await konpro.speak(started, Speech(text="Anyone?"))


async def test_the_account_and_its_catalogues(cloud: Cloud) -> None:
    konpro = cloud.account()
    avatars = await konpro.list_avatars()
    assert [avatar.id for avatar in avatars] == [
        "default",
        "Marcus_Desk_public",
        "Aiko_Studio_public",
        "9c1f7a30-custom",
    ]
    assert avatars[2].name == "Aiko in the studio"
    assert avatars[3].name == "9c1f7a30-custom"
    voices = await konpro.list_voices()
    assert [voice.name for voice in voices] == ["Joe", "Nina", "Greta"]
    assert await konpro.get_credits()


async def test_every_setting_may_be_left_out(cloud: Cloud) -> None:
    konpro = cloud.account()
    created = await konpro.create_session(NOTHING)
    assert created.idle_limit == 120.0
    await konpro.end_session(created.session_id)


async def test_a_wrong_key(cloud: Cloud) -> None:
    with pytest.raises(AuthenticationError):
        await cloud.account("wrong").verify()


async def test_somebody_elses_voice_and_an_unknown_avatar(cloud: Cloud) -> None:
    konpro = cloud.account()
    with pytest.raises(PermissionDeniedError):
        await konpro.create_session(
            SessionRequest(settings={"voice_id": "voice_of_a_stranger"}, max_duration=60)
        )
    with pytest.raises(NotFoundError):
        await konpro.create_session(
            SessionRequest(settings={"avatar_id": "nobody"}, max_duration=60)
        )
    assert await konpro.list_open_sessions() == ()


async def test_more_sessions_than_the_account_may_have(cloud: Cloud) -> None:
    konpro = cloud.account()
    created = [await konpro.create_session(NOTHING) for _ in range(3)]
    with pytest.raises(BusyError) as caught:
        await konpro.create_session(NOTHING)
    assert caught.value.retry_after == 20.0
    for session in created:
        await konpro.end_session(session.session_id)


async def test_a_create_whose_reply_is_lost_is_found_by_the_list(cloud: Cloud) -> None:
    verified = await cloud.account().verify()
    konpro = cloud.account(remembered=verified.remember)
    await cloud.control("/faults", {"operation": "new", "kind": "drop_reply"})
    with pytest.raises(ProviderConnectionError) as caught:
        await konpro.create_session(NOTHING)
    assert caught.value.sent
    [row] = await konpro.list_open_sessions()
    await konpro.end_session(row.session_id)
