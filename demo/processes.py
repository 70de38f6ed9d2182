"""Programs that run beside this one: each in a process group of its own, with its output in a file."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
import contextlib
import os
from pathlib import Path
import signal
from typing import Self

_POLL_SECONDS = 0.1
_LAST_LINES = 12


class PartError(Exception):
    """A part did not start, or did not answer; the message is for people."""


class Part:
    """A running program."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, log: Path) -> None:
        """Take over a started program that leads its own process group."""
        self.name = name
        self.log = log
        self._process = process

    @classmethod
    async def start(
        cls,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Self:
        """Start a program whose output goes to the end of `log`."""
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            try:
                process = await asyncio.create_subprocess_exec(
                    *command,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=output,
                    stderr=asyncio.subprocess.STDOUT,
                    cwd=folder,
                    env={**os.environ, **(environment or {})},
                    # Ctrl-C in the terminal reaches us alone; we end the rest in order.
                    start_new_session=True,
                )
            except OSError as err:
                raise PartError(f"{name} cannot be started: {err}") from err
        return cls(name, process, log)

    @property
    def pid(self) -> int:
        """The process id, which is that of the group too."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """What the program ended with, None while it runs."""
        return self._process.returncode

    async def wait(self) -> int:
        """Wait for the end of the program and return its exit code."""
        return await self._process.wait()

    async def until(self, is_ready: Callable[[], Awaitable[bool]], seconds: float) -> None:
        """Wait until the program does its work.

        Raises:
            PartError: it ended, or was not ready in time.

        """
        try:
            async with asyncio.timeout(seconds):
                while not await is_ready():
                    if self.exit_code is not None:
                        raise PartError(f"{self.name} has ended by itself.\n{self.last_lines()}")
                    await asyncio.sleep(_POLL_SECONDS)
        except TimeoutError:
            raise PartError(
                f"{self.name} was not ready in {seconds:.0f} s.\n{self.last_lines()}"
            ) from None

    def last_lines(self) -> str:
        """Return the end of the log, with where to find the rest."""
        lines = self.log.read_text("utf-8", errors="replace").splitlines()[-_LAST_LINES:]
        return "\n".join([f"The end of {self.log}:", *(f"  {line}" for line in lines)])

    async def stop(self, seconds: float = 20) -> None:
        """End the program and all that it started; kill what is still there after `seconds`."""
        self.signal(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.wait(), seconds)
        await self.kill()

    async def kill(self) -> None:
        """End the program and all that it started at once, without a chance to tidy up."""
        self.signal(signal.SIGKILL)
        await self.wait()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program and all that it started."""
        # The group lives on for as long as one of its members does.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)
