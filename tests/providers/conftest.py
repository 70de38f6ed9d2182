import asyncio
from collections.abc import AsyncIterator

from aiohttp import ClientSession
import pytest

from custom_components.streaming_avatar.providers.http import HttpClient
from custom_components.streaming_avatar.providers.konpro import KonPro

from .client import client_for
from .cloud import cloud  # noqa: F401 - a fixture
from .vendor import Sleeper, Vendor
from .wire import account


@pytest.fixture
async def vendor(socket_enabled: None) -> AsyncIterator[Vendor]:
    del socket_enabled
    vendor = Vendor()
    await vendor.start()
    yield vendor
    await vendor.stop()


@pytest.fixture
async def session(socket_enabled: None) -> AsyncIterator[ClientSession]:
    del socket_enabled
    async with ClientSession() as session:
        yield session
    await asyncio.get_running_loop().shutdown_default_executor()


@pytest.fixture
def sleeper() -> Sleeper:
    return Sleeper()


@pytest.fixture
def konpro(vendor: Vendor, session: ClientSession, sleeper: Sleeper) -> KonPro:
    """An account whose path style is known."""
    return KonPro(session, account(vendor.url, {"path_style": "slash"}), sleep=sleeper)


@pytest.fixture
def stranger(vendor: Vendor, session: ClientSession, sleeper: Sleeper) -> KonPro:
    """An account of which nothing is remembered."""
    return KonPro(session, account(vendor.url), sleep=sleeper)


@pytest.fixture
def client(vendor: Vendor, session: ClientSession, sleeper: Sleeper) -> HttpClient:
    return client_for(session, vendor.url, sleep=sleeper)
