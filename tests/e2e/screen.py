"""A browser at the wall that shows a dashboard with the avatar's card."""

import base64
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from playwright.async_api import (
    Browser,
    BrowserContext,
    Error as PlaywrightError,
    Locator,
    Page,
    WebSocket,
    expect,
)

from demo.browser import new_context
from demo.login import Login
from tests.e2e.recording import Recording
from tests.e2e.watching import PATIENCE, eventually

expect.set_options(timeout=PATIENCE * 1000)

RECORDER: Final = (Path(__file__).parent / "recorder.js").read_text("utf-8")
_CARD_FILES: Final = "/streaming_avatar/fe/"
_MILLISECONDS: Final = 1000


@dataclass(frozen=True)
class Frame:
    """What the page showed and played at one moment."""

    at: float
    """Unix time."""
    loudness: float
    """Root mean square of what comes out of AudioContexts."""
    mouth: float
    """How far it is open, 0 to 1."""
    yaw: float
    """How far the head is turned, -1 to 1."""
    highlighted: int
    """How many characters of the caption are marked as said."""


class Screen:
    """One browser profile with one page."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        """Use `open_screen`."""
        self.context = context
        self.page = page
        self.console: list[str] = []
        self.crashes: list[str] = []
        """Exceptions that nobody caught in a file of the card."""
        self.requests: list[str] = []
        """Addresses that the page asked for, websockets included."""
        self.messages: list[str] = []
        """Texts that websockets brought."""
        page.on("console", lambda message: self.console.append(f"{message.type}: {message.text}"))
        page.on("pageerror", self._take_error)
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("websocket", self._take_socket)

    def _take_error(self, error: PlaywrightError) -> None:
        told = f"{error.message}\n{error.stack}"
        self.console.append(f"uncaught: {told}")
        if _CARD_FILES in told:
            self.crashes.append(told)

    def _take_socket(self, socket: WebSocket) -> None:
        self.requests.append(socket.url)
        socket.on("framereceived", self._take_message)

    def _take_message(self, message: str | bytes) -> None:
        if isinstance(message, str):
            self.messages.append(message)

    @property
    def card(self) -> Locator:
        """The card itself."""
        return self.page.locator("streaming-avatar-view")

    @property
    def caption(self) -> Locator:
        """The words at the lower edge."""
        return self.card.locator(".caption")

    def button(self, name: str) -> Locator:
        """A button of the card."""
        return self.card.get_by_role("button", name=name, exact=True)

    async def until_mode(self, mode: str, seconds: float = PATIENCE) -> None:
        """Wait until the card shows a mode (`portrait`, `live`, `elsewhere` ...)."""
        await expect(self.card.locator(f"ha-card.is-{mode}")).to_be_attached(
            timeout=seconds * _MILLISECONDS
        )

    async def until_face_is_there(self) -> None:
        """Wait until a drawn face is shown."""
        await self.page.wait_for_function("recorder.frames.length > 0")

    async def until_loud(self) -> None:
        """Wait until an AudioContext of the page sounds."""
        await self.page.wait_for_function("recorder.frames.at(-1)?.[1] > 0.01")

    async def until_silent(self) -> None:
        """Wait until no AudioContext of the page has sounded for a second."""
        await self.page.wait_for_function(
            "recorder.frames.slice(-40).every(([, loudness]) => loudness < 0.005)"
            " && recorder.frames.length > 40"
        )

    async def until_video_runs(self, frames: int = 10) -> None:
        """Wait until that many further pictures were shown, and not all of them alike."""
        seen = await self.page.evaluate(_WATCH_VIDEO, frames)
        assert seen["frames"] >= frames, seen
        assert seen["different"] > 1, seen

    async def recording(self) -> Recording:
        """Return all that was to be heard since the page was opened."""
        taken: dict[str, Any] = await self.page.evaluate("recorder.take()")
        samples = np.frombuffer(base64.b64decode(taken["samples"]), dtype="<i2")
        began_at = (taken["startedAt"] or 0) / _MILLISECONDS
        return Recording(began_at, samples.astype(np.float32) / 32768)

    async def frames(self) -> list[Frame]:
        """Return what was to be seen and measured, once for each frame since the face was there."""
        taken: list[list[float]] = await self.page.evaluate("recorder.frames")
        return [
            Frame(at / _MILLISECONDS, loudness, mouth, yaw, int(highlighted))
            for at, loudness, mouth, yaw, highlighted in taken
        ]

    async def heard_since(self, time: float) -> Recording:
        """Return what was to be heard from a Unix time on."""
        recording = await self.recording()
        return recording.between(time, recording.ended_at)

    async def until_recorded(self, time: float) -> None:
        """Wait until the recording reaches a Unix time."""

        async def ended_at() -> float:
            return (await self.recording()).ended_at

        await eventually(ended_at, lambda end: end > time)

    async def save(self, path: Path) -> None:
        """Write what is to be seen and was to be heard to files next to each other, if the page is there."""
        with suppress(PlaywrightError):
            await self.page.screenshot(path=path.with_suffix(".png"))
            (await self.recording()).save(path.with_suffix(".wav"))

    async def close(self) -> None:
        """Close the browser profile; the page is gone without a word, as when a tab is closed."""
        await self.context.close()


_WATCH_VIDEO: Final = """
async (wanted) => {
  const find = (root) => {
    for (const element of root.querySelectorAll('*')) {
      if (element.localName === 'video') return element;
      const inner = element.shadowRoot && find(element.shadowRoot);
      if (inner) return inner;
    }
    return null;
  };
  const canvas = new OffscreenCanvas(64, 64);
  const pictures = new Set();
  let frames = 0;
  const end = performance.now() + 20000;
  while (frames < wanted || pictures.size < 2) {
    if (performance.now() > end) break;
    const video = find(document);
    if (!video) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      continue;
    }
    const shown = await Promise.race([
      new Promise((resolve) => video.requestVideoFrameCallback(() => resolve(true))),
      new Promise((resolve) => setTimeout(() => resolve(false), 2000)),
    ]);
    if (!shown) continue;
    frames += 1;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context.drawImage(video, 0, 0, 64, 64);
    pictures.add(context.getImageData(0, 0, 64, 64).data.join());
  }
  return { frames, different: pictures.size };
}
"""


async def load_screen(
    browser: Browser, login: Login, path: str, scripts: Sequence[str] = (), **options: Any
) -> Screen:
    """Load a dashboard in a fresh browser profile whose sound is recorded; nothing is asked of the page yet.

    `scripts` run in the page before anything else.
    """
    context = await new_context(browser, login, **options)
    for script in (RECORDER, *scripts):
        await context.add_init_script(script)
    page = await context.new_page()
    screen = Screen(context, page)
    await page.goto(f"{login.url}{path}", wait_until="domcontentloaded")
    return screen


async def open_screen(browser: Browser, login: Login, path: str, **options: Any) -> Screen:
    """Load a dashboard and wait for its card."""
    screen = await load_screen(browser, login, path, **options)
    await expect(screen.card).to_be_attached(timeout=PATIENCE * _MILLISECONDS)
    return screen
