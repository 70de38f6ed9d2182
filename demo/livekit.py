"""The LiveKit server: the rooms in which the simulated cloud puts its avatars."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import json
import os
from pathlib import Path
import secrets
import socket

import aiohttp

from demo.ports import LOOPBACK, free_port
from demo.processes import Part

_START_SECONDS = 30


@dataclass(frozen=True)
class LiveKit:
    """A running LiveKit server."""

    part: Part
    url: str
    key: str
    secret: str = field(repr=False)


def livekit_program() -> Path | None:
    """Return the server's program, None where there is none."""
    program = Path(os.environ.get("SA_LIVEKIT", ""))
    return program if program.is_file() else None


@asynccontextmanager
async def livekit_server(program: Path, folder: Path) -> AsyncIterator[LiveKit]:
    """Run a server that nobody outside this machine reaches, with a key of its own."""
    port, key, secret = free_port(), "demo", secrets.token_hex(32)
    configuration = _write(folder, _configuration(port, key, secret))

    async def is_up() -> bool:
        try:
            async with (
                aiohttp.ClientSession() as http,
                http.get(f"http://{LOOPBACK}:{port}/") as response,
            ):
                return response.ok
        except aiohttp.ClientError:
            return False

    part = await Part.start(
        "LiveKit server", [program, "--config", configuration], log=folder / "livekit.log"
    )
    try:
        await part.until(is_up, _START_SECONDS)
        yield LiveKit(part, f"ws://{LOOPBACK}:{port}", key, secret)
    finally:
        await part.stop()


def _write(folder: Path, configuration: dict[str, object]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "livekit.json"  # YAML to the server, of which JSON is a part
    file.touch(mode=0o600)
    file.write_text(json.dumps(configuration), "utf-8")
    return file


def _configuration(port: int, key: str, secret: str) -> dict[str, object]:
    return {
        "port": port,
        "bind_addresses": [LOOPBACK],
        "keys": {key: secret},
        "logging": {"level": "info", "json": False},
        "rtc": {
            "udp_port": free_port(socket.SOCK_DGRAM),
            "tcp_port": 0,
            "use_external_ip": False,
            "node_ip": LOOPBACK,
            "enable_loopback_candidate": True,
            "use_mdns": False,
            "interfaces": {"includes": ["lo"]},
            # Without an entry it would ask public servers, and send the browsers there.
            "stun_servers": [f"{LOOPBACK}:3478"],
        },
        "turn": {"enabled": False},
    }
