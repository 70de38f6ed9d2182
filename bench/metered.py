"""A real Home Assistant with the meter in it, for the benchmarks: the program itself, in a process of its own."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
import os
from pathlib import Path
import shutil
from tempfile import TemporaryDirectory
from typing import Final

from demo.connection import Connection
from demo.home import Home
from demo.login import Login
from demo.ports import free_port

_METER: Final = Path(__file__).parent / "meter"


@dataclass(frozen=True)
class MeteredHome:
    """A running Home Assistant that measures itself."""

    home: Home
    login: Login
    hass: Connection


@asynccontextmanager
async def metered_home(
    environment: Mapping[str, str] | None = None,
) -> AsyncIterator[MeteredHome]:
    """Run an empty one for as long as the context lasts; `environment` is what its process gets besides."""
    with TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home", free_port())
        home.renew()
        # What the sample home says needs avatars that are not there.
        shutil.rmtree(home.folder / "packages")
        packages = home.folder / "packages"
        packages.mkdir()
        (packages / "meter.yaml").write_text("bench_meter:\n", "utf-8")
        shutil.copytree(_METER, home.folder / "custom_components" / "bench_meter")
        try:
            with _environment(environment or {}):
                await home.start()
            login = await home.onboard("Bench", "bench", "bench")
            async with Connection.open(home.url, login.access_token) as hass:
                yield MeteredHome(home, login, hass)
        finally:
            await home.stop()


@contextmanager
def _environment(more: Mapping[str, str]) -> Iterator[None]:
    """Have some more variables while processes are started."""
    before = {name: os.environ.get(name) for name in more}
    os.environ.update(more)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
