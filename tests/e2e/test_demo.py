"""`scripts/demo` as a stranger runs it."""

from collections.abc import AsyncIterator
import os
from pathlib import Path
import re
import signal
import subprocess
import sys

import pytest_asyncio

from demo.connection import Connection
from demo.login import log_in
from demo.ports import free_port
from demo.processes import Part

REPOSITORY = Path(__file__).parents[2]
MARK = "STREAMING_AVATAR_DEMO_UNDER_TEST"
READY = re.compile(r"is ready: (http://\S+)  user (\w+), password (\w+)")


class Demo:
    """A demo in a folder of its own, as a program."""

    def __init__(self, folder: Path) -> None:
        """Take a free port."""
        self.folder = folder
        self.port = free_port()
        self.log = folder.parent / f"{folder.name}.log"
        self.part: Part

    async def start(self, *options: str) -> None:
        """Start it, with a fresh log."""
        self.log.unlink(missing_ok=True)
        command: list[str | Path] = [
            sys.executable,
            "-m",
            "demo",
            "--port",
            str(self.port),
            "--folder",
            self.folder,
            *options,
        ]
        self.part = await Part.start(
            "demo",
            command,
            log=self.log,
            folder=REPOSITORY,
            environment={MARK: str(self.folder)},  # handed down to all that it starts
        )

    async def until_printed(self, wanted: re.Pattern[str]) -> re.Match[str]:
        """Wait for something that it prints."""

        def found() -> re.Match[str] | None:
            return wanted.search(self.log.read_text("utf-8"))

        async def is_printed() -> bool:
            return found() is not None

        await self.part.until(is_printed, 120)
        match = found()
        assert match
        return match

    def programs(self) -> dict[int, str]:
        """Return process ids and command lines of the demo and of all that it has started."""
        mark = f"{MARK}={self.folder}".encode()
        programs = {}
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (process / "environ").read_bytes().split(b"\0"):
                    command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    programs[int(process.name)] = command
            except OSError:  # it has ended meanwhile, or is somebody else's
                continue
        return programs


@pytest_asyncio.fixture(loop_scope="session")
async def demo(tmp_path: Path) -> AsyncIterator[Demo]:
    demo = Demo(tmp_path / "demo")
    await demo.start()
    yield demo
    await demo.part.stop()


async def expect_nothing_left(demo: Demo, exit_code: int) -> str:
    """Wait for the end, and return what was printed."""
    assert await demo.part.wait() == exit_code
    assert demo.programs() == {}
    return demo.log.read_text("utf-8")


async def test_demo_is_a_home_with_things_until_ctrl_c(demo: Demo) -> None:
    address, user, password = (await demo.until_printed(READY)).groups()
    login = await log_in(address, user, password)
    async with Connection.open(address, login.access_token) as hass:
        assert await hass.state("media_player.mira") == "idle"
        assert await hass.state("media_player.ava") == "off"
        things = ("input_button.doorbell", "binary_sensor.washing_machine")
        for entity_id in (*things, "binary_sensor.front_door", "light.kitchen_light"):
            assert await hass.state(entity_id) != "unavailable"

    second = Demo(demo.folder.parent / "second")
    second.port = demo.port
    await second.start()
    assert f"Port {demo.port} is taken" in await expect_nothing_left(second, 1)
    assert any("hass" in command for command in demo.programs().values())

    demo.part.signal(signal.SIGINT)
    assert "Everything has been stopped." in await expect_nothing_left(demo, 0)

    # At once again, without a cloud; this time somebody loses patience before it is ready.
    await demo.start("--no-cloud")
    await demo.until_printed(re.compile("Starting Home Assistant"))
    demo.part.signal(signal.SIGTERM)
    printed = await expect_nothing_left(demo, 0)
    assert "Everything has been stopped." in printed
    assert "cloud" not in printed


async def test_demo_ends_whole_when_one_part_dies_and_says_which(demo: Demo) -> None:
    await demo.until_printed(READY)
    cloud = min(pid for pid, command in demo.programs().items() if "-m simulator" in command)
    os.kill(cloud, signal.SIGKILL)
    assert "Simulated cloud has ended by itself." in await expect_nothing_left(demo, 1)


def test_the_help_of_the_script_names_every_option() -> None:
    script = subprocess.run(  # noqa: S603 - a script of ours
        [REPOSITORY / "scripts" / "demo", "--help"], capture_output=True, text=True, check=True
    )
    program = subprocess.run(
        [sys.executable, "-m", "demo", "--help"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    options = set(re.findall(r"--[a-z-]+", program.stdout)) - {"--help"}
    assert len(options) == 4
    assert options <= set(re.findall(r"--[a-z-]+", script.stdout))
