"""`python -m demo`: a Home Assistant with a talking avatar, until Ctrl-C."""

import argparse
import asyncio
from collections.abc import Sequence
import fcntl
from pathlib import Path
import signal
import sys

from demo.home import RESTART_EXIT_CODE, Home
from demo.house import PASSWORD, USER, house
from demo.ports import is_free
from demo.processes import Part, PartError

_REPOSITORY = Path(__file__).parents[1]
_PORT = 8123


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until Ctrl-C, SIGTERM or the end of the terminal; return the exit code."""
    options = _parser().parse_args(arguments)
    folder: Path = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say(f"The demo is running already in {folder}.")
            return 1
        if not is_free(options.port):
            _say(
                f"Port {options.port} is taken, perhaps by another Home Assistant. "
                f"Try another one: scripts/demo --port {options.port + 1}"
            )
            return 1
        try:
            asyncio.run(_run(folder, options))
        except PartError as err:
            _say(str(err))
            return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument("--port", type=int, default=_PORT, help="of Home Assistant")
    parser.add_argument(
        "--folder", type=Path, default=_REPOSITORY / ".demo", help="where everything is kept"
    )
    parser.add_argument(
        "--no-cloud", action="store_true", help="the built-in avatar only, no simulated cloud"
    )
    parser.add_argument(
        "--pictures", type=Path, metavar="FOLDER", help="take pictures for the README, then end"
    )
    return parser


def _say(text: str) -> None:
    print(text, flush=True)


async def _run(folder: Path, options: argparse.Namespace) -> None:
    """Run the demo; the first signal ends it, and no later one disturbs the tidying up."""
    demo = asyncio.create_task(_demo(folder, options))
    stopped = asyncio.Event()

    def stop() -> None:
        if not stopped.is_set():
            stopped.set()
            _say("\nStopping ...")
            demo.cancel()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop)
    try:
        await demo
    except asyncio.CancelledError:
        _say("Everything has been stopped.")


async def _demo(folder: Path, options: argparse.Namespace) -> None:
    pictures: Path | None = options.pictures
    async with house(folder, options.port, _say, with_cloud=not options.no_cloud) as parts:
        if pictures:
            from demo.pictures import take_pictures  # noqa: PLC0415 - wants a browser

            await take_pictures(parts, pictures)
            return
        _say(
            f"\nStreaming Avatar demo is ready: {parts.home.url}  "
            f"user {USER}, password {PASSWORD}\nCtrl-C stops everything."
        )
        await asyncio.gather(_keep_home(parts.home), *map(_watch, parts.servers))


async def _watch(part: Part) -> None:
    await part.wait()
    raise PartError(f"{part.name} has ended by itself.\n{part.last_lines()}")


async def _keep_home(home: Home) -> None:
    """Start Home Assistant again whenever somebody asked it for that."""
    while True:
        part = home.running
        if await part.wait() != RESTART_EXIT_CODE:
            await _watch(part)
        _say("Home Assistant starts again ...")
        await home.start()


if __name__ == "__main__":
    sys.exit(main())
