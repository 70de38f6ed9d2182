"""The built-in avatar: how soon it speaks, what its code weighs, what it takes of a processor, how fast it reads lips.

All on a real Home Assistant with Piper, in a real Chromium that draws in software.
"""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
import gzip
import json
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
import time
from typing import Final
from urllib.parse import urlsplit

import aiohttp
import numpy as np
from playwright.async_api import Page, ViewportSize

from bench.processor import processor_seconds
from demo.browser import chromium, new_context
from demo.connection import Connection
from demo.furnish import DOMAIN, Avatar, add_built_in, add_dashboard
from demo.home import Home
from demo.login import Login
from demo.ports import free_port
from demo.voice import Voice, add_voice, piper, spoken, stream_spoken

_REPOSITORY: Final = Path(__file__).parents[1]
_CARD: Final = "/streaming_avatar/fe/"
_DASHBOARD: Final = "bench-avatar"
_SAMPLES: Final = 20
_WARM_UP: Final = 2
_PATIENCE: Final = 60_000
_LOUD: Final = 0.005
_SETTLE_SECONDS: Final = 6
_WATCH_SECONDS: Final = 15
_PAUSE_SECONDS: Final = 0.3
_STORY: Final = " ".join(
    f"This is sentence number {number} of a story, and it goes on for quite a while."
    for number in range(1, 13)
)
_FACE_PIXELS: Final = 400
_HEADER_PIXELS: Final = 56
_VIEWPORT: Final = ViewportSize(width=_FACE_PIXELS, height=_FACE_PIXELS + _HEADER_PIXELS)
_EARS: Final = """
(() => {
  const connect = AudioNode.prototype.connect;
  const meters = new Map();
  AudioNode.prototype.connect = function (target, ...more) {
    if (target instanceof AudioDestinationNode) {
      if (!meters.has(target.context)) {
        const meter = target.context.createAnalyser();
        meter.fftSize = 512;
        meters.set(target.context, meter);
      }
      connect.call(this, meters.get(target.context));
    }
    return connect.call(this, target, ...more);
  };
  const samples = new Float32Array(512);
  window.onset = (loud) => new Promise((resolve) => {
    const look = () => {
      for (const meter of meters.values()) {
        meter.getFloatTimeDomainData(samples);
        if (samples.some((sample) => Math.abs(sample) > loud)) return resolve(Date.now());
      }
      setTimeout(look, 2);
    };
    look();
  });
})();
"""
_HIDE: Final = """
() => {
  Object.defineProperty(document, 'hidden', { get: () => true });
  Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' });
  document.dispatchEvent(new Event('visibilitychange'));
}
"""
_READ_LIPS: Final = """
([rate, sound]) => {
  const bytes = Uint8Array.from(atob(sound), (letter) => letter.charCodeAt(0));
  const samples = Float32Array.from(new Int16Array(bytes.buffer), (sample) => sample / 32768);
  const seconds = samples.length / rate;
  const speeds = [];
  for (let run = 0; run < 7; run += 1) {
    const since = performance.now();
    const reader = new lips.LipSync(rate);
    for (let at = 0; at < samples.length; at += 1024) reader.push(samples.subarray(at, at + 1024));
    reader.finish();
    for (let at = 0; at < seconds; at += 1 / 60) reader.shapeAt(at);
    speeds.push(seconds / ((performance.now() - since) / 1000));
  }
  return speeds;
}
"""


@dataclass(frozen=True)
class House:
    """A Home Assistant with the built-in avatar on a dashboard of its own."""

    home: Home
    login: Login
    hass: Connection
    avatar: Avatar
    voice: Voice

    async def speak(self, text: str, task_mode: str = "async") -> None:
        """Have a text said."""
        await self.hass.action(
            DOMAIN, "speak", entity_id=self.avatar.entity_id, text=text, task_mode=task_mode
        )

    async def silence(self) -> None:
        """Have nothing said."""
        await self.hass.action(DOMAIN, "interrupt", entity_id=self.avatar.entity_id)


@asynccontextmanager
async def built_in_house(folder: Path) -> AsyncIterator[House]:
    """Run a house in a folder."""
    home = Home(folder / "home", free_port())
    home.renew()
    async with piper(folder) as voice:
        try:
            await home.start()
            login = await home.onboard("Bench", "bench", "bench")
            async with Connection.open(home.url, login.access_token) as hass:
                await add_voice(hass, voice)
                avatar = await add_built_in(hass)
                card = {"type": "custom:streaming-avatar-card", "entity": avatar.entity_id}
                views = [{"title": "Avatar", "type": "panel", "cards": [card]}]
                await add_dashboard(hass, _DASHBOARD, "Bench", {"views": views})
                yield House(home, login, hass, avatar, voice)
        finally:
            await home.stop()


@asynccontextmanager
async def shown(house: House, script: str = "") -> AsyncIterator[Page]:
    """Show the avatar in a fresh browser; `script` runs in the page before anything else."""
    async with chromium() as browser:
        context = await new_context(browser, house.login, viewport=_VIEWPORT)
        await context.add_init_script(script)
        page = await context.new_page()
        await page.goto(f"{house.home.url}/{_DASHBOARD}/0")
        await page.locator("streaming-avatar-face canvas").wait_for(timeout=_PATIENCE)
        yield page


async def first_sounds(house: House) -> dict[str, list[float]]:
    """Return milliseconds from the action to the first sound, and how they come about, for each sample."""
    figures: dict[str, list[float]] = {
        name: [] for name in ("from action to sound", "engine to its first byte", "silence in it")
    }
    async with shown(house, _EARS) as page:
        for number in range(_WARM_UP + _SAMPLES):
            text = f"The light in room {number} has been on for {90 - number} minutes."
            engine, silence = await _ask_engine(house.voice, text)
            await asyncio.sleep(_PAUSE_SECONDS)
            onset = asyncio.create_task(page.evaluate("onset", _LOUD))
            await asyncio.sleep(_PAUSE_SECONDS)
            asked_at = time.time()
            await house.speak(text)
            heard_at = await onset / 1000
            await asyncio.sleep(_PAUSE_SECONDS)
            await house.silence()
            if number >= _WARM_UP:
                for values, seconds in zip(
                    figures.values(), (heard_at - asked_at, engine, silence), strict=True
                ):
                    values.append(seconds * 1000)
    figures["added by us"] = [
        whole - engine - silence for whole, engine, silence in zip(*figures.values(), strict=True)
    ]
    return figures


async def _ask_engine(voice: Voice, text: str) -> tuple[float, float]:
    """Return the seconds to the engine's first byte, asked without us, and those of silence at its beginning."""
    start, first, sound = time.monotonic(), 0.0, b""
    rate = 1
    async for chunk in stream_spoken(voice, text):
        first = first or time.monotonic() - start
        rate, sound = chunk.rate, sound + chunk.audio
    samples = np.abs(np.frombuffer(sound, dtype="<i2")) / 32768
    return first, float(np.argmax(samples > _LOUD)) / rate


async def code_fetched(house: House) -> dict[str, int]:
    """Return what the card fetches of its own until it talks: bytes of each file, gzipped."""
    fetched: set[str] = set()
    async with chromium() as browser:
        context = await new_context(browser, house.login, viewport=_VIEWPORT)
        page = await context.new_page()
        page.on("request", lambda request: fetched.add(request.url))
        await page.goto(f"{house.home.url}/{_DASHBOARD}/0")
        await page.locator("streaming-avatar-face canvas").wait_for(timeout=_PATIENCE)
        await house.speak("This is all the code that is needed.", "sync")
    sizes = {}
    async with aiohttp.ClientSession() as http:
        for url in fetched:
            name = urlsplit(url).path
            if _CARD in name and name.endswith(".js"):
                async with http.get(url) as response:
                    body = await response.read()
                sizes[name.partition(_CARD)[2]] = len(gzip.compress(body, 9))
    return sizes


async def processor_shares(house: House) -> dict[str, float]:
    """Return what the browser takes of one core, in percent."""
    shares = {}
    async with shown(house) as page:
        shares["idle"] = await _share()
        speaking = asyncio.create_task(house.speak(_STORY, "sync"))
        shares["speaking"] = await _share()
        await house.silence()
        await asyncio.wait([speaking])
        await page.evaluate(_HIDE)
        shares["hidden"] = await _share()
    sound = await house.hass.rest(
        "POST",
        "tts_get_url",
        {"engine_id": "tts.piper", "message": _STORY, "options": {"preferred_format": "wav"}},
    )
    async with chromium() as browser:
        page = await browser.new_page(viewport=_VIEWPORT)
        await page.goto(f"{house.home.url}/manifest.json")
        await page.evaluate("(url) => new Audio(url).play()", sound["path"])
        shares["an audio element alone"] = await _share()
    return shares


async def _share() -> float:
    await asyncio.sleep(_SETTLE_SECONDS)
    used, since = processor_seconds("chrom"), time.monotonic()
    await asyncio.sleep(_WATCH_SECONDS)
    return (processor_seconds("chrom") - used) / (time.monotonic() - since) * 100


async def lip_sync_speed(house: House) -> float:
    """Return how many seconds of speech are read in one second."""
    rate, sound = await spoken(house.voice, _STORY)
    bundler = _REPOSITORY / "card" / "node_modules" / ".bin" / "esbuild"
    process = await asyncio.create_subprocess_exec(
        bundler,
        _REPOSITORY / "card" / "src" / "lipsync" / "lip-sync.ts",
        *("--bundle", "--minify", "--target=es2021", "--format=iife", "--global-name=lips"),
        stdout=asyncio.subprocess.PIPE,
    )
    code, _ = await process.communicate()
    async with chromium() as browser:
        page = await browser.new_page()
        await page.add_script_tag(content=code.decode())
        speeds: list[float] = await page.evaluate(
            _READ_LIPS, [rate, base64.b64encode(sound).decode()]
        )
    return median(speeds)


async def main() -> None:
    """Measure everything, and print it."""
    with TemporaryDirectory() as folder:
        async with built_in_house(Path(folder)) as house:
            sound = await first_sounds(house)
            sizes = await code_fetched(house)
            shares = await processor_shares(house)
            speed = await lip_sync_speed(house)
    print("speak action to the first sound (ms)       p50     p95")
    for name, values in sound.items():
        print(f"  {name:<36}{median(values):>8.0f}{quantiles(values, n=20)[-1]:>8.0f}")
    print("\ncode from shell to talking face (gzip)")
    for name, size in sorted(sizes.items(), key=lambda item: -item[1]):
        print(f"  {name:<36}{size:>8}")
    print(f"  {'all':<36}{sum(sizes.values()):>8}")
    print(f"\nshare of one core, {_FACE_PIXELS} px, drawn in software (%)")
    for name, share in shares.items():
        print(f"  {name:<36}{share:>8.1f}")
    print(f"\nlip-sync, times real time{speed:>21.0f}")
    added = sound["added by us"]
    print(
        json.dumps(
            {
                "first_sound_added_p50_ms": round(median(added)),
                "first_sound_added_p95_ms": round(quantiles(added, n=20)[-1]),
                "code_gzip_bytes": sum(sizes.values()),
                **{
                    f"core_{name.replace(' ', '_')}_percent": round(share, 1)
                    for name, share in shares.items()
                },
                "lip_sync_times_real_time": round(speed),
            }
        )
    )


if __name__ == "__main__":
    asyncio.run(main())
