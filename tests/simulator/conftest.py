import asyncio
from collections.abc import AsyncIterator

import pytest

from simulator import PathStyle, Settings

from .cloud import Cloud


@pytest.fixture
async def cloud(socket_enabled: None) -> AsyncIterator[Cloud]:
    """A cloud with its usual settings."""
    del socket_enabled
    cloud = Cloud()
    async with cloud.client:
        yield cloud
    await asyncio.get_running_loop().shutdown_default_executor()


@pytest.fixture
async def dotted(socket_enabled: None) -> AsyncIterator[Cloud]:
    """A cloud that joins resource and operation with a dot."""
    del socket_enabled
    cloud = Cloud(Settings(path_style=PathStyle.DOTTED))
    async with cloud.client:
        yield cloud
