"""What the integration costs at the start: import, set-up and memory, beside two core integrations of similar kind.

Each figure comes from a Home Assistant of its own, in which all that an integration depends on runs already. One avatar
is compared with one account of ElevenLabs (a voice, at a stand-in for its service) and with one Wyoming satellite.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import json
import os
from pathlib import Path
import re
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

from aiohttp import web
from wyoming.event import Event
from wyoming.info import Attribution, Describe, Info, Satellite
from wyoming.ping import Ping, Pong
from wyoming.server import AsyncEventHandler, AsyncTcpServer

from bench.account import account
from bench.metered import metered_home
from demo.furnish import DOMAIN
from demo.ports import LOOPBACK, free_port
from demo.vendor import Vendor, simulated_vendor

_COUNTS: Final = (1, 100)
_RUNS: Final = 3
_MEGABYTE: Final = 1024 * 1024
_IMPORTED: Final = re.compile(r"^import time: +(\d+) \| +\d+ \|( +)(\S+)$", re.MULTILINE)
# As bench/meter/set_up.py writes them.
_BEGIN, _END = "bench: import begins", "bench: import ends"
_NAMED: Final = 8


@dataclass(frozen=True)
class Candidate:
    """An integration to be set up: one entry, or many of its things."""

    domain: str
    thing: str
    entries: Mapping[int, Sequence[Mapping[str, Any]]]
    """What its entries hold, by the number of things."""
    point: Mapping[str, str] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


def avatars(vendor: Vendor) -> Candidate:
    """Return accounts of the simulated cloud."""
    return Candidate(
        DOMAIN, "avatar", {count: [account(vendor.url, vendor.key, count)] for count in _COUNTS}
    )


def satellites(port: int) -> Candidate:
    """Return Wyoming satellites; each is an entry."""
    entry = {"data": {"host": LOOPBACK, "port": port}}
    return Candidate("wyoming", "satellite", {count: [entry] * count for count in _COUNTS})


def voices(url: str, libraries: Path) -> Candidate:
    """Return accounts of ElevenLabs; each is an entry, with a voice and an ear."""
    options = {
        "voice": "voice1",
        "model": "model1",
        "stt_model": "scribe_v2",
        "stt_auto_language": False,
    }
    entry = {"data": {"api_key": "bench"}, "options": options, "minor_version": 2}
    return Candidate(
        "elevenlabs",
        "account",
        {count: [entry] * count for count in _COUNTS},
        {
            "module": "elevenlabs.environment",
            "member": "ElevenLabsEnvironment.PRODUCTION",
            "address": url,
        },
        {"PYTHONPATH": str(libraries)},
    )


async def libraries_of(domain: str) -> Path:
    """Return a folder with what an integration of Home Assistant requires; Home Assistant would install it itself."""
    packages = next((Path(os.environ["SA_HOME"]) / "lib").glob("python3*/site-packages"))
    manifest = json.loads(
        (packages / "homeassistant" / "components" / domain / "manifest.json").read_text("utf-8")
    )
    wanted: list[str] = manifest["requirements"]
    folder = Path(os.environ["SA_CACHE"]) / "bench" / "+".join(sorted(wanted))
    if not (folder / "ready").exists():
        print(f"bench: installing {', '.join(wanted)} into {folder}", flush=True)
        process = await asyncio.create_subprocess_exec(
            *(os.environ["SA_UV"], "pip", "install", "--quiet", "--compile-bytecode"),
            *("--target", folder),
            *("--python", Path(os.environ["SA_HOME"]) / "bin" / "python"),
            *("--constraint", packages / "homeassistant" / "package_constraints.txt"),
            *wanted,
        )
        if await process.wait():
            raise SystemExit("They cannot be installed; the lines above say why.")
        (folder / "ready").touch()
    return folder


@asynccontextmanager
async def voice_service() -> AsyncIterator[str]:
    """Serve what ElevenLabs is asked for at the set-up: one model, one voice."""
    language = {"language_id": "en", "name": "English"}
    models = [{"model_id": "model1", "name": "Model", "languages": [language]}]
    listed = {"voices": [{"voice_id": "voice1", "name": "Voice", "category": "premade"}]}

    async def answer(request: web.Request) -> web.Response:
        return web.json_response(models if request.path.endswith("models") else listed)

    app = web.Application()
    app.router.add_get("/v1/models", answer)
    app.router.add_get("/v1/voices", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, LOOPBACK, port).start()
    try:
        yield f"http://{LOOPBACK}:{port}"
    finally:
        await runner.cleanup()


class _Satellite(AsyncEventHandler):
    """A satellite that says what it is and then waits."""

    async def handle_event(self, event: Event) -> bool:
        if Describe.is_type(event.type):
            satellite = Satellite(
                name="Bench",
                attribution=Attribution(name="", url=""),
                installed=True,
                description=None,
                version=None,
                area=None,
            )
            await self.write_event(Info(satellite=satellite).event())
        elif Ping.is_type(event.type):
            await self.write_event(Pong(text=Ping.from_event(event).text).event())
        return True


@asynccontextmanager
async def satellite_service() -> AsyncIterator[int]:
    """Run satellites, all at one port."""
    port = free_port()
    server = AsyncTcpServer(LOOPBACK, port)
    await server.start(_Satellite)
    try:
        yield port
    finally:
        await server.stop()


async def measure(
    candidate: Candidate, count: int, environment: Mapping[str, str] | None = None
) -> tuple[dict[str, float], str]:
    """Return the figures of a fresh Home Assistant, and what it wrote."""
    async with metered_home({**candidate.environment, **(environment or {})}) as metered:
        point = {"point": candidate.point} if candidate.point else {}
        figures: dict[str, float] = await metered.hass.command(
            "bench_meter/set_up",
            domain=candidate.domain,
            entries=candidate.entries[count],
            **point,
        )
        return figures, metered.home.log.read_text("utf-8", errors="replace")


async def imports(candidate: Candidate) -> list[tuple[str, float]]:
    """Return which packages the import consists of: milliseconds of each, the longest first."""
    _, log = await measure(candidate, 1, {"PYTHONPROFILEIMPORTTIME": "1"})
    part = log.partition(_BEGIN)[2].partition(_END)[0]
    sums: Counter[str] = Counter()
    for microseconds, _, module in _IMPORTED.findall(part):
        sums[_package(module)] += int(microseconds)
    return [(name, total / 1000) for name, total in sums.most_common()]


def _package(module: str) -> str:
    parts = module.split(".")
    if parts[0] in {"homeassistant", "custom_components"}:
        return ".".join(parts[:3])
    return parts[0]


def middle(runs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the median of each figure."""
    return {name: median(run[name] for run in runs) for name in runs[0]}


def summary(runs: Mapping[int, Mapping[str, float]]) -> dict[str, float]:
    """Return what one integration costs: milliseconds of the processor, and megabytes."""
    one, many = (runs[count] for count in _COUNTS)
    further = _COUNTS[1] - _COUNTS[0]
    memory = [run["memory_set_up"] - run["memory_imported"] for run in (one, many)]
    figures = {
        "import_ms": one["import_own"] * 1000,
        "import_mb": (one["memory_imported"] - one["memory_before"]) / _MEGABYTE,
        "modules": one["modules"],
        "first_ms": one["set_up_own"] * 1000,
        "first_wall_ms": one["set_up_wall"] * 1000,
        "hundred_ms": many["set_up_own"] * 1000,
        "hundred_wall_ms": many["set_up_wall"] * 1000,
        "entities_each": one["entities"],
        "each_ms": (many["set_up_own"] - one["set_up_own"]) / further * 1000,
        "each_kb": (memory[1] - memory[0]) / further / 1024,
        "all_mb": (many["memory_set_up"] - many["memory_before"]) / _MEGABYTE,
    }
    figures["entity_ms"] = figures["each_ms"] / figures["entities_each"]
    figures["entity_kb"] = figures["each_kb"] / figures["entities_each"]
    return {name: round(figure, 2) for name, figure in figures.items()}


_ROWS: Final = {
    "import (ms)": "import_ms",
    "import (MB)": "import_mb",
    "new modules": "modules",
    "first one set up (ms)": "first_ms",
    "first one, by the clock (ms)": "first_wall_ms",
    "hundred set up (ms)": "hundred_ms",
    "hundred, by the clock (ms)": "hundred_wall_ms",
    "each further one (ms)": "each_ms",
    "each further one (kB)": "each_kb",
    "entities of each": "entities_each",
    "each entity (ms)": "entity_ms",
    "each entity (kB)": "entity_kb",
    "import and hundred (MB)": "all_mb",
}


async def main() -> None:
    """Measure all three, and print the figures and what they are of the others'."""
    with TemporaryDirectory() as folder:
        async with (
            simulated_vendor(None, Path(folder)) as vendor,
            satellite_service() as port,
            voice_service() as url,
        ):
            candidates = (
                avatars(vendor),
                satellites(port),
                voices(url, await libraries_of("elevenlabs")),
            )
            # It also leaves every file compiled.
            parts = {candidate.domain: await imports(candidate) for candidate in candidates}
            # One run of each by turns, so that a noisy machine hits all.
            runs: dict[tuple[str, int], list[dict[str, float]]] = {}
            for _ in range(_RUNS):
                for candidate in candidates:
                    for count in _COUNTS:
                        figures, _ = await measure(candidate, count)
                        runs.setdefault((candidate.domain, count), []).append(figures)
    result = {
        candidate.domain: summary(
            {count: middle(runs[candidate.domain, count]) for count in _COUNTS}
        )
        for candidate in candidates
    }
    _print(candidates, result, parts)
    ours, *others = result.values()
    ratios = {
        candidate.domain: {
            name: round(ours[name] / other[name], 2) for name in ours if other[name] > 0
        }
        for candidate, other in zip(candidates[1:], others, strict=True)
    }
    print(
        json.dumps(
            {
                **result,
                "ratio_to": ratios,
                "import_parts_ms": {
                    name: {package: round(ms, 1) for package, ms in found[:_NAMED]}
                    for name, found in parts.items()
                },
            }
        )
    )


def _print(
    candidates: Sequence[Candidate],
    result: Mapping[str, Mapping[str, float]],
    parts: Mapping[str, Sequence[tuple[str, float]]],
) -> None:
    ours, *others = result.values()
    names = [f"{candidate.domain} ({candidate.thing})" for candidate in candidates]
    print("processor time, median of", _RUNS)
    print(f"{'':<30}{names[0]:>26}" + "".join(f"{name:>22}{'ours is':>9}" for name in names[1:]))
    for row, key in _ROWS.items():
        line = f"{row:<30}{ours[key]:>26.1f}"
        for other in others:
            ratio = f"{ours[key] / other[key]:.2f} x" if other[key] > 0 else "-"
            line += f"{other[key]:>22.1f}{ratio:>9}"
        print(line)
    for domain, found in parts.items():
        total = sum(ms for _, ms in found)
        print(f"\nimport of {domain}, {total:.0f} ms while it is profiled, of which")
        for package, ms in found[:_NAMED]:
            print(f"  {package:<48}{ms:>8.1f}")


if __name__ == "__main__":
    asyncio.run(main())
