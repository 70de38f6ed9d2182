"""From the action to the first sound, when no session is open yet: step by step, beside the order of the vendor's SDK.

Both by turns, in fresh browser profiles of a real Chromium, at the same simulated cloud with a real LiveKit server. The
SDK's page is a dashboard, too, with another card on it; it has its library loaded beforehand and asks the cloud itself.
What the simulated cloud takes for an answer, or from a text to its sound, counts for neither.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
import json
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
import time
from typing import Final

from playwright.async_api import Browser, Page, StorageState, ViewportSize

from demo.browser import ALLOW_SOUND, chromium, new_context
from demo.connection import Connection
from demo.furnish import DOMAIN, Avatar, add_account, add_avatar, add_dashboard
from demo.home import Home
from demo.livekit import livekit_program, livekit_server
from demo.login import Login
from demo.ports import free_port
from demo.vendor import Vendor, simulated_vendor

_REPOSITORY: Final = Path(__file__).parents[1]
_BUILT: Final = _REPOSITORY / "custom_components" / DOMAIN / "www"
_SPY: Final = (Path(__file__).parent / "cold_speak.js").read_text("utf-8")
_DASHBOARD: Final = "bench-cold"
_SAMPLES: Final = 10
_WARM_UP: Final = 1
_PATIENCE: Final = 60_000
_SETTLE_SECONDS: Final = 2.0
_TEXT: Final = "The washing machine has finished, and the laundry is ready."
_VIEWPORT: Final = ViewportSize(width=600, height=600)
# It asks the cloud straight from a page of another origin.
_ANY_ORIGIN: Final = "--disable-web-security"

STEPS: Final = ("create", "start", "join", "first frame", "first sound")


@dataclass(frozen=True)
class Stage:
    """All parts."""

    home: Home
    login: Login
    hass: Connection
    vendor: Vendor
    avatar: Avatar


@asynccontextmanager
async def set_up_stage(folder: Path) -> AsyncIterator[Stage]:
    """Run all parts."""
    program = livekit_program()
    if program is None:
        raise SystemExit("There is no LiveKit server; scripts/setup livekit says how to get it.")
    home = Home(folder / "home", free_port())
    home.renew()
    async with (
        livekit_server(program, folder) as livekit,
        simulated_vendor(livekit, folder) as vendor,
    ):
        try:
            await home.start()
            login = await home.onboard("Bench", "bench", "bench")
            async with Connection.open(home.url, login.access_token) as hass:
                entry_id = await add_account(hass, vendor)
                avatar = await add_avatar(hass, entry_id, "Ava", {"stand_in": False})
                card = {"type": "custom:streaming-avatar-card", "entity": avatar.entity_id}
                other = {"type": "markdown", "content": "Nothing of ours"}
                views = [
                    {"title": "Avatar", "type": "panel", "cards": [card]},
                    {"title": "Other", "type": "panel", "cards": [other]},
                ]
                await add_dashboard(hass, _DASHBOARD, "Bench", {"views": views})
                yield Stage(home, login, hass, vendor, avatar)
        finally:
            await home.stop()


async def ours(
    stage: Stage, browser: Browser, remembered: StorageState | None
) -> tuple[dict[str, float], StorageState]:
    """Return the moments of one cold speak of ours, in milliseconds of Unix time, and what the browser remembers.

    With it the next one is the same screen, for which the seat is kept; nothing else is there beforehand.
    """
    context = await new_context(browser, stage.login, viewport=_VIEWPORT, storage_state=remembered)
    await context.add_init_script(_SPY)
    page = await context.new_page()
    await page.goto(f"{stage.home.url}/{_DASHBOARD}/0")
    await page.locator("streaming-avatar-view ha-card.is-portrait").wait_for(timeout=_PATIENCE)
    await asyncio.sleep(_SETTLE_SECONDS)
    begun = time.time() * 1000
    await stage.hass.action(DOMAIN, "speak", entity_id=stage.avatar.entity_id, text=_TEXT)
    moments = {"begun": begun} | await _until_sound(page) | await _chunk(page)
    await stage.hass.action(DOMAIN, "stop_session", entity_id=stage.avatar.entity_id)
    moments |= await _at_the_cloud(stage.vendor, begun)
    remembered = await context.storage_state()
    await context.close()
    moments["created"], moments["started"] = moments["new_answered"], moments["start_answered"]
    return moments, remembered


async def as_the_sdk(
    stage: Stage, browser: Browser, wanted: Mapping[str, object]
) -> dict[str, float]:
    """Return the moments of one cold speak in the SDK's order."""
    context = await new_context(browser, stage.login, viewport=_VIEWPORT)
    await context.add_init_script(_SPY)
    page = await context.new_page()
    await page.goto(f"{stage.home.url}/{_DASHBOARD}/1")
    await page.get_by_text("Nothing of ours").wait_for(timeout=_PATIENCE)
    await page.evaluate("async (url) => { window.livekit = await import(url); }", _library())
    await asyncio.sleep(_SETTLE_SECONDS)
    await page.evaluate(
        "async (options) => { window.stop = await speakAsTheSdk(options); }",
        {"base": stage.vendor.url, "key": stage.vendor.key, "wanted": wanted, "text": _TEXT},
    )
    moments = await _until_sound(page)
    await page.evaluate("stop()")
    moments |= await _at_the_cloud(stage.vendor, moments["begun"])
    await context.close()
    return moments


def _library() -> str:
    """Return the address of the very room library that the card uses."""
    chunks: list[str] = json.loads((_BUILT / "manifest.json").read_text("utf-8"))["chunks"]
    (name,) = (chunk for chunk in chunks if chunk.startswith("chunks/livekit-client-"))
    return f"/streaming_avatar/fe/{name}"


async def _until_sound(page: Page) -> dict[str, float]:
    await page.wait_for_function("marks.sound && marks.frame", timeout=_PATIENCE, polling=50)
    marks: dict[str, float] = await page.evaluate("marks")
    return marks


async def _chunk(page: Page) -> dict[str, float]:
    """Return when the room's code was asked for, and when it was there."""
    found = await page.evaluate(
        """() => performance.getEntriesByType('resource')
        .filter(({ name }) => name.includes('/livekit-client-'))
        .map((entry) => [entry.startTime, entry.responseEnd].map((at) => at + performance.timeOrigin))[0]"""
    )
    return {} if found is None else dict(zip(("chunk_asked", "chunk_there"), found, strict=True))


async def _at_the_cloud(vendor: Vendor, since: float) -> dict[str, float]:
    """Return when the cloud got what, when it answered, and what it took itself."""
    moments: dict[str, float] = {}
    refused = 0
    for call in (await vendor.get("calls"))["calls"]:
        received, answered = call["received_at"] * 1000, (call["answered_at"] or 0) * 1000
        operation = call["operation"]
        if received < since - 1 or operation not in {"create_token", "new", "start", "task"}:
            continue
        if operation == "task" and call["status"] != 200:  # noqa: PLR2004 - HTTP's word for yes
            refused += 1
            continue
        moments[f"{operation}_received"], moments[f"{operation}_answered"] = received, answered
    row = (await vendor.get("ledger"))["sessions"][-1]
    (task,) = row["tasks"]
    moments["accepted"], moments["speaking"] = task["accepted_at"] * 1000, task["started_at"] * 1000
    moments["refused"] = refused
    return moments


def steps(moments: Mapping[str, float]) -> dict[str, float]:
    """Return the milliseconds of each step, without what the simulated cloud took itself."""

    def waited(*operations: str) -> float:
        return sum(
            moments[f"{name}_answered"] - moments[f"{name}_received"]
            for name in operations
            if f"{name}_received" in moments
        )

    ends = [moments[name] for name in ("created", "started", "joined", "frame", "sound")]
    begins = [moments["begun"], *ends]
    whole = dict(
        zip(STEPS, (end - begin for begin, end in zip(begins, ends, strict=False)), strict=True)
    )
    whole["create"] -= waited("create_token", "new")
    whole["start"] -= waited("start")
    whole["first sound"] -= moments["speaking"] - moments["accepted"]
    return whole


_PARTS: Final = {
    "action to the create at the cloud": ("begun", "new_received"),
    "its answer to the start at the cloud": ("new_answered", "start_received"),
    "its answer to the page that may join": ("start_answered", "told"),
    "that to the first word to the room": ("told", "connecting"),
    "connecting: signalling, candidates, keys": ("connecting", "joined"),
    "joined to the first picture": ("joined", "frame"),
    "picture to the text at the cloud": ("frame", "accepted"),
    "the room's way of the sound": ("speaking", "sound"),
}
_CODE: Final = {
    "asked for, after the action": ("begun", "chunk_asked"),
    "there, before the card may join": ("chunk_there", "told"),
}


async def main() -> None:
    """Measure by turns, and print both."""
    runs: tuple[list[dict[str, float]], list[dict[str, float]]] = ([], [])
    with TemporaryDirectory() as folder:
        async with (
            set_up_stage(Path(folder)) as stage,
            chromium() as browser,
            chromium((ALLOW_SOUND, _ANY_ORIGIN)) as free_browser,
        ):
            remembered: StorageState | None = None
            for _ in range(_WARM_UP + _SAMPLES):
                moments, remembered = await ours(stage, browser, remembered)
                runs[0].append(moments)
                calls = (await stage.vendor.get("calls"))["calls"]
                wanted = next(call["body"] for call in calls if call["operation"] == "new")
                runs[1].append(await as_the_sdk(stage, free_browser, wanted))
    _print(*(found[_WARM_UP:] for found in runs))


def _middle(runs: Sequence[Mapping[str, float]], first: str, last: str) -> float:
    return median(run[last] - run[first] for run in runs if first in run and last in run)


def _print(mine: Sequence[dict[str, float]], theirs: Sequence[dict[str, float]]) -> None:
    figures = [
        {name: median(steps(run)[name] for run in found) for name in STEPS}
        | {"all": median(sum(steps(run).values()) for run in found)}
        for found in (mine, theirs)
    ]
    print(f"ms, median of {len(mine)}, without the simulated cloud's own time")
    print(f"{'step':<20}{'ours':>10}{'SDK':>10}{'ours - SDK':>12}")
    for name, value in figures[0].items():
        print(f"{name:<20}{value:>10.0f}{figures[1][name]:>10.0f}{value - figures[1][name]:>12.0f}")
    parts = [
        {name: _middle(found, *ends) for name, ends in _PARTS.items()} for found in (mine, theirs)
    ]
    clouds = [_cloud(found) for found in (mine, theirs)]
    for title, (left, right) in (
        ("where it goes (ms)", parts),
        ("the simulated cloud's own time (ms)", clouds),
    ):
        print(f"\n{title:<46}{'ours':>10}{'SDK':>10}")
        for name, value in left.items():
            print(f"  {name:<44}{value:>10.0f}{right[name]:>10.0f}")
    print("\nthe room's code in our page (ms)")
    code = {name: _middle(mine, *ends) for name, ends in _CODE.items()}
    for name, value in code.items():
        print(f"  {name:<44}{value:>10.0f}")
    refused = [sum(run["refused"] for run in found) for found in (mine, theirs)]
    print(
        f"\ntexts refused because it did not know of the viewer yet: {refused[0]:.0f}, {refused[1]:.0f}"
    )
    print(
        json.dumps(
            {
                "ours_ms": _rounded(figures[0]),
                "sdk_ms": _rounded(figures[1]),
                "slower_ms": {
                    name: round(value - figures[1][name]) for name, value in figures[0].items()
                },
                "parts_ms": {"ours": _rounded(parts[0]), "sdk": _rounded(parts[1])},
                "code_ms": _rounded(code),
                "cloud_ms": {"ours": _rounded(clouds[0]), "sdk": _rounded(clouds[1])},
            }
        )
    )


def _cloud(runs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {
        "new": _middle(runs, "new_received", "new_answered"),
        "start": _middle(runs, "start_received", "start_answered"),
        "text to its sound": _middle(runs, "accepted", "speaking"),
    }


def _rounded(figures: Mapping[str, float]) -> dict[str, int]:
    return {name.replace(" ", "_"): round(value) for name, value in figures.items()}


if __name__ == "__main__":
    asyncio.run(main())
