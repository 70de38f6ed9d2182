"""All parts together, as the demo shows them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from demo.connection import Connection
from demo.furnish import add_account, add_avatar, add_dashboard, furnish, show_first
from demo.home import Home
from demo.livekit import LiveKit, livekit_program, livekit_server
from demo.login import Login
from demo.processes import Part
from demo.vendor import Vendor, simulated_vendor

USER = "demo"
PASSWORD = "demo"  # noqa: S105 - of a home that nobody outside this machine reaches


@dataclass(frozen=True)
class House:
    """Everything that runs."""

    home: Home
    vendor: Vendor
    livekit: LiveKit | None
    login: Login

    @property
    def clouds(self) -> tuple[Part, ...]:
        """The parts that nobody restarts."""
        return (self.vendor.part, self.livekit.part) if self.livekit else (self.vendor.part,)


@asynccontextmanager
async def house(folder: Path, port: int, say: Callable[[str], None]) -> AsyncIterator[House]:
    """Run the whole house in a folder, with nothing left of what it was before."""
    async with _livekit(folder, say) as livekit:
        say("Starting the simulated cloud ...")
        async with simulated_vendor(livekit, folder) as vendor:
            say("Starting Home Assistant; the very first time it takes a minute ...")
            home = Home(folder / "home", port)
            home.renew()
            try:
                await home.start()
                login = await home.onboard("Demo", USER, PASSWORD)
                await _furnish(home, vendor, login)
                yield House(home, vendor, livekit, login)
            finally:
                await home.stop()


@asynccontextmanager
async def _livekit(folder: Path, say: Callable[[str], None]) -> AsyncIterator[LiveKit | None]:
    program = livekit_program()
    if program is None:
        say(
            "There is no LiveKit server, so the avatar will not appear. scripts/setup livekit says how to get it."
        )
        yield None
        return
    say("Starting the LiveKit server ...")
    async with livekit_server(program, folder) as livekit:
        yield livekit


async def _furnish(home: Home, vendor: Vendor, login: Login) -> None:
    async with Connection.open(home.url, login.access_token) as connection:
        entry_id = await add_account(connection, vendor)
        await add_avatar(connection, entry_id, "Ava", {"avatar": {"avatar_id": "default"}})
        await furnish(connection)
        await add_dashboard(connection)
        await show_first(connection)
