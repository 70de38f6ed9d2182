"""A Home Assistant core with avatars on a simulated cloud, for the benchmarks."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
import socket
import sys
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from aiohttp import ClientError, ClientSession, ThreadedResolver
from homeassistant.core import HomeAssistant
from homeassistant.loader import DATA_CUSTOM_COMPONENTS
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_test_home_assistant

from bench.account import account
from custom_components.streaming_avatar.const import DOMAIN

API_KEY = "bench-key-0123456789"


def free_port() -> int:
    """Return a TCP port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def simulated_cloud() -> AsyncGenerator[str]:
    """Run the simulator in a process of its own, without rooms, and yield its address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "simulator", "--port", str(port), "--key", API_KEY),
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        async with ClientSession() as session:
            async with asyncio.timeout(30):
                while not await _answers(session, url):  # noqa: ASYNC110 - another process
                    await asyncio.sleep(0.05)
        yield url
    finally:
        process.terminate()
        await process.wait()


async def _answers(session: ClientSession, url: str) -> bool:
    try:
        async with session.get(f"{url}/_control/sessions") as response:
            return response.status == 200  # noqa: PLR2004 - HTTP's word for yes
    except ClientError:
        return False


@asynccontextmanager
async def home_with_avatars(url: str, avatars: int) -> AsyncGenerator[tuple[HomeAssistant, Any]]:
    """Run a Home Assistant core with one account and some avatars; yield it with the account."""
    with TemporaryDirectory() as folder:
        async with async_test_home_assistant(config_dir=folder) as hass:
            hass.data.pop(DATA_CUSTOM_COMPONENTS)
            stored = account(url, API_KEY, avatars, idle_timeout=3600, max_minutes_per_day=1440)
            entry = MockConfigEntry(domain=DOMAIN, title="Bench", unique_id="bench", **stored)
            entry.add_to_hass(hass)
            with (
                patch("homeassistant.components.frontend.async_setup", return_value=True),
                # The usual one looks for devices in the local network.
                patch(
                    "homeassistant.helpers.aiohttp_client._async_make_resolver",
                    return_value=ThreadedResolver(),
                ),
            ):
                await async_setup_component(hass, DOMAIN, {})
                await hass.async_block_till_done()
            try:
                yield hass, entry.runtime_data
            finally:
                await hass.config_entries.async_unload(entry.entry_id)
                await hass.async_stop(force=True)
