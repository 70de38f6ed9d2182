"""All parts together, as the demo shows them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from demo.connection import Connection
from demo.furnish import (
    DASHBOARD,
    add_account,
    add_avatar,
    add_built_in,
    add_dashboard,
    furnish,
    home_dashboard,
    show_first,
)
from demo.home import Home
from demo.livekit import LiveKit, livekit_program, livekit_server
from demo.login import Login
from demo.processes import Part
from demo.vendor import Vendor, simulated_vendor
from demo.voice import Voice, add_voice, piper

USER = "demo"
PASSWORD = "demo"  # noqa: S105 - of a home that nobody outside this machine reaches


@dataclass(frozen=True)
class Cloud:
    """A simulated vendor with the rooms that his avatars appear in."""

    vendor: Vendor
    livekit: LiveKit


@dataclass(frozen=True)
class House:
    """Everything that runs."""

    home: Home
    voice: Voice
    cloud: Cloud | None
    login: Login

    @property
    def servers(self) -> tuple[Part, ...]:
        """The parts that nobody restarts."""
        cloud = (self.cloud.vendor.part, self.cloud.livekit.part) if self.cloud else ()
        return (self.voice.part, *cloud)


@asynccontextmanager
async def house(
    folder: Path, port: int, say: Callable[[str], None], *, with_cloud: bool = True
) -> AsyncIterator[House]:
    """Run the whole house in a folder, with nothing left of what it was before."""
    say("Starting Piper, the voice of the house ...")
    async with piper(folder) as voice, _cloud(folder, say, wanted=with_cloud) as cloud:
        say("Starting Home Assistant; the very first time it takes a minute ...")
        home = Home(folder / "home", port)
        home.renew()
        try:
            await home.start()
            login = await home.onboard("Demo", USER, PASSWORD)
            parts = House(home, voice, cloud, login)
            await _furnish(parts)
            yield parts
        finally:
            await home.stop()


@asynccontextmanager
async def _cloud(
    folder: Path, say: Callable[[str], None], *, wanted: bool
) -> AsyncIterator[Cloud | None]:
    program = livekit_program()
    if not wanted or program is None:
        if wanted:
            say(
                "There is no LiveKit server, so the avatar from a cloud, Ava, stays away. "
                "scripts/setup livekit says how to get it."
            )
        yield None
        return
    say("Starting the simulated cloud and its LiveKit server ...")
    async with (
        livekit_server(program, folder) as livekit,
        simulated_vendor(livekit, folder) as vendor,
    ):
        yield Cloud(vendor, livekit)


async def _furnish(parts: House) -> None:
    with_cloud = parts.cloud is not None
    async with Connection.open(parts.home.url, parts.login.access_token) as connection:
        await add_voice(connection, parts.voice)
        await add_built_in(connection)
        if parts.cloud:
            entry_id = await add_account(connection, parts.cloud.vendor)
            await add_avatar(connection, entry_id, "Ava", {"avatar_id": "default"})
        await furnish(connection, with_cloud=with_cloud)
        dashboard = home_dashboard(with_cloud=with_cloud)
        await add_dashboard(connection, DASHBOARD, "Avatar home", dashboard)
        await show_first(connection)
