"""The real parts, started once: LiveKit server, simulated cloud, Piper, Home Assistant, browser."""

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
import shutil
from typing import Any, Protocol

from playwright.async_api import Browser
import pytest
import pytest_asyncio

from demo.browser import chromium
from demo.connection import Connection
from demo.furnish import FLOWS, Avatar, add_account, add_avatar, add_built_in, add_dashboard
from demo.home import Home
from demo.livekit import LiveKit, livekit_program, livekit_server
from demo.login import Login
from demo.ports import free_port
from demo.vendor import Vendor, simulated_vendor
from demo.voice import Voice, add_voice, piper
from tests.e2e.logs import Logs
from tests.e2e.media import record_media
from tests.e2e.screen import Screen, open_screen

DASHBOARD = "end-to-end"
MACHINES = Path(__file__).parent / "machines"

LOGS = pytest.StashKey[Logs]()
SCREENS = pytest.StashKey[list[Screen]]()
FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run all tests in the loop in which the parts were started."""
    marker = pytest.mark.asyncio(loop_scope="session")
    for item in items:
        if pytest_asyncio.is_async_test(item):
            item.add_marker(marker, append=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Attach to a failure what all parts wrote meanwhile."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
        if logs := item.stash.get(LOGS, None):
            report.sections += logs.ends().items()
        screens = item.stash.get(SCREENS, None)
        for number, screen in enumerate(screens or [], 1):
            report.sections.append((f"console of screen {number}", "\n".join(screen.console)))
    return report


@dataclass(frozen=True)
class House:
    """A Home Assistant with a voice and an account at the simulated cloud."""

    home: Home
    voice: Voice
    vendor: Vendor
    login: Login
    hass: Connection
    entry_id: str


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("house")


@pytest.fixture(autouse=True)
def logs(folder: Path, request: pytest.FixtureRequest) -> Iterator[Logs]:
    """What is written during the test; a stack trace in it is a failure."""
    logs = request.node.stash[LOGS] = Logs(folder)
    yield logs
    assert logs.stack_traces() == []


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def livekit(folder: Path) -> AsyncIterator[LiveKit]:
    program = livekit_program()
    assert program, "there is no LiveKit server"
    async with livekit_server(program, folder) as server:
        yield server


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running_vendor(livekit: LiveKit, folder: Path) -> AsyncIterator[Vendor]:
    async with simulated_vendor(livekit, folder) as vendor:
        yield vendor


@pytest_asyncio.fixture(loop_scope="session")
async def vendor(running_vendor: Vendor) -> Vendor:
    """The cloud as it is at first."""
    await running_vendor.post("reset", {})
    return running_vendor


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def voice(folder: Path) -> AsyncIterator[Voice]:
    async with piper(folder) as voice:
        yield voice


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running_house(running_vendor: Vendor, voice: Voice, folder: Path) -> AsyncIterator[House]:
    home = Home(folder / "home", free_port())
    home.renew()
    shutil.copytree(MACHINES, home.folder / "custom_components" / "odd_machines")
    await record_media(home.media, voice)
    try:
        await home.start()
        login = await home.onboard("Olivia Owner", "olivia", "end-to-end")
        async with Connection.open(home.url, login.access_token) as hass:
            await add_voice(hass, voice)
            await hass.rest("POST", FLOWS, {"handler": "odd_machines"})
            entry_id = await add_account(hass, running_vendor)
            await add_dashboard(hass, DASHBOARD, "End to end", {"views": []})
            yield House(home, voice, running_vendor, login, hass, entry_id)
    finally:
        await home.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def house(running_house: House, vendor: Vendor) -> House:
    """The home, before anything has happened at the cloud."""
    return running_house


@pytest_asyncio.fixture(loop_scope="session")
async def hass(house: House) -> Connection:
    """The owner's connection to Home Assistant."""
    return house.hass


async def show_on_dashboard(hass: Connection, *avatars: Avatar, **card: Any) -> None:
    """Let the dashboard hold one card for each avatar, with some options."""
    cards = [
        {"type": "custom:streaming-avatar-card", "entity": avatar.entity_id, **card}
        for avatar in avatars
    ]
    views = [{"title": "Home", "type": "sections", "sections": [{"cards": cards}]}]
    await hass.command("lovelace/config/save", url_path=DASHBOARD, config={"views": views})


class AvatarMaker(Protocol):
    async def __call__(self, name: str = "Ava", **settings: Any) -> Avatar: ...


@pytest_asyncio.fixture(loop_scope="session")
async def make_avatar(house: House) -> AsyncIterator[AvatarMaker]:
    """Add avatars of the simulated cloud for one test; the dashboard shows them."""
    avatars: list[Avatar] = []

    async def make(name: str = "Ava", **settings: Any) -> Avatar:
        avatar = await add_avatar(house.hass, house.entry_id, name, settings)
        avatars.append(avatar)
        await show_on_dashboard(house.hass, *avatars)
        return avatar

    yield make
    for avatar in avatars:
        await house.hass.command(
            "config_entries/subentries/delete",
            entry_id=avatar.entry_id,
            subentry_id=avatar.subentry_id,
        )


@pytest_asyncio.fixture(loop_scope="session")
async def avatar(make_avatar: AvatarMaker) -> Avatar:
    """An avatar with the settings that the dialog proposes."""
    return await make_avatar()


@pytest_asyncio.fixture(loop_scope="session")
async def mira(hass: Connection) -> AsyncIterator[Avatar]:
    """The built-in avatar as two clicks make it, on the dashboard."""
    avatar = await add_built_in(hass)
    await show_on_dashboard(hass, avatar)
    yield avatar
    await remove_account(hass, avatar.entry_id)


async def remove_account(hass: Connection, entry_id: str) -> None:
    """Remove an account with all its avatars."""
    await hass.rest("DELETE", f"config/config_entries/entry/{entry_id}")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


type ScreenOpener = Callable[..., Awaitable[Screen]]


@pytest_asyncio.fixture(loop_scope="session")
async def show(
    house: House, browser: Browser, request: pytest.FixtureRequest, folder: Path
) -> AsyncIterator[ScreenOpener]:
    """Open the dashboard on further screens; all are closed after the test."""
    opened: list[Screen] = request.node.stash.setdefault(SCREENS, [])

    async def open_one(login: Login | None = None, **options: Any) -> Screen:
        screen = await open_screen(browser, login or house.login, f"/{DASHBOARD}/0", **options)
        opened.append(screen)
        return screen

    yield open_one
    for number, screen in enumerate(opened, 1):
        if request.node.stash.get(FAILED, False):
            await screen.save(folder / "failures" / f"{request.node.name}-{number}")
        await screen.close()
    assert [crash for screen in opened for crash in screen.crashes] == []
