from collections.abc import AsyncIterator
import asyncio

from aiohttp import ClientSession
import pytest

from .vendor import Sleeper, Vendor


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
