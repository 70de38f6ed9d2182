"""The simulated cloud, and what its control endpoint tells."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
import re
import secrets
import sys
from typing import Any

import aiohttp

from demo.livekit import LiveKit
from demo.processes import Part

_START_SECONDS = 60
_REPOSITORY = Path(__file__).parents[1]
_ADDRESS = re.compile(r"^Simulator: (http://\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Vendor:
    """A running simulated cloud with one account."""

    part: Part
    url: str
    key: str = field(repr=False)

    async def get(self, path: str) -> Any:
        """Read from the control endpoint."""
        return await self._request("GET", path)

    async def post(self, path: str, body: Mapping[str, object]) -> Any:
        """Change something over the control endpoint."""
        return await self._request("POST", path, body)

    async def _request(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> Any:
        async with (
            aiohttp.ClientSession() as http,
            http.request(method, f"{self.url}/_control/{path}", json=body) as response,
        ):
            answer = await response.json()
            if not response.ok:
                raise ValueError(f"{method} {path}: {answer}")
            return answer


@asynccontextmanager
async def simulated_vendor(livekit: LiveKit | None, folder: Path) -> AsyncIterator[Vendor]:
    """Run the simulator with a key that nobody can know beforehand."""
    key = f"demo-{secrets.token_hex(16)}"
    log = folder / "simulator.log"
    log.unlink(missing_ok=True)
    command = [sys.executable, "-m", "simulator", "--port", "0", "--key", key]
    if livekit:
        command += ["--livekit-url", livekit.url]
        command += ["--livekit-key", livekit.key, "--livekit-secret", livekit.secret]

    async def is_up() -> bool:
        return _ADDRESS.search(log.read_text("utf-8")) is not None

    part = await Part.start("Simulated cloud", command, log=log, folder=_REPOSITORY)
    try:
        await part.until(is_up, _START_SECONDS)
        address = _ADDRESS.findall(log.read_text("utf-8"))[0]
        yield Vendor(part, address, key)
    finally:
        await part.stop()
