"""The command line."""

import asyncio
from pathlib import Path
import sys

from aiohttp import ClientSession
import pytest

from simulator.__main__ import main

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--host", "0.0.0.0"],  # noqa: S104 -- that it is refused is the point
        ["--host", "example.org"],
        ["--path-style", "dashed"],
        ["--livekit-url", "ws://127.0.0.1:7880"],
    ],
    ids=" ".join,
)
def test_options_that_make_no_sense_are_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "error: " in capsys.readouterr().err


@pytest.mark.usefixtures("socket_enabled")
async def test_it_says_where_it_listens_and_stops_when_told() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "simulator", "--port", "0", "--key", "one", "--key", "two"),
        *("--path-style", "dotted"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    line = (await process.stdout.readline()).decode().strip()
    assert line.startswith("Simulator: http://127.0.0.1:")
    url = line.removeprefix("Simulator: ")
    async with ClientSession() as client:
        for key, status in (("one", 200), ("two", 200), ("simulator-key", 401)):
            headers = {"x-api-key": key}
            async with client.get(f"{url}/v1/streaming.list", headers=headers) as response:
                assert response.status == status
    process.terminate()
    assert await process.wait() == 0
