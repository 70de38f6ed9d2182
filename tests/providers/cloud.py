"""The simulated cloud inside the test process, and accounts at it."""

from collections.abc import AsyncIterator, Mapping

from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
from pydantic import SecretStr
import pytest

from custom_components.streaming_avatar.providers.base import Credentials, Session, SessionRequest
from custom_components.streaming_avatar.providers.konpro import KonPro
from simulator import ManualClock, PathStyle, Settings, create_app
from simulator.settings import DEFAULT_API_KEY
from simulator.world import WORLD, World

from .vendor import Sleeper

NOTHING = SessionRequest(settings={}, max_duration=3600)


class Cloud:
    """A running simulator, and an account at it."""

    def __init__(self, style: PathStyle, session: ClientSession) -> None:
        self.clock = ManualClock()
        self.session = session
        self.style = style
        self.app = create_app(Settings(path_style=style), clock=self.clock)
        self.server = TestServer(self.app, host="127.0.0.1")

    @property
    def world(self) -> World:
        return self.app[WORLD]

    def account(
        self,
        key: str = DEFAULT_API_KEY,
        remembered: Mapping[str, str] | None = None,
        **secrets: str,
    ) -> KonPro:
        shown = {"api_key": key, **secrets}
        credentials = Credentials(
            base_url=str(self.server.make_url("/")),
            secrets={name: SecretStr(secret) for name, secret in shown.items()},
            remembered=remembered or {},
        )
        return KonPro(self.session, credentials, sleep=Sleeper())

    def known(self, **secrets: str) -> KonPro:
        """An account whose path style is known."""
        return self.account(remembered={"path_style": self.style.value}, **secrets)

    async def live(self, konpro: KonPro, request: SessionRequest = NOTHING) -> Session:
        """Make a session, start it, let its viewer join."""
        session = await konpro.start_session(await konpro.create_session(request))
        path = f"/sessions/{session.session_id}/viewer"
        await self.control(path, {"present": True})
        return session

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
