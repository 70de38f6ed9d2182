"""A short moving picture of a card: real frames of the page, in real time."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.async_api import FloatRect, Page

_FRAMES_PER_SECOND: Final = 15
_QUALITY: Final = 62
_LAST_FRAME_SECONDS: Final = 0.5
_HALF_A_MILLISECOND: Final = 0.0005


class Film:
    """What a part of a page showed, frame by frame."""

    def __init__(self, box: FloatRect) -> None:
        """Begin without frames; `box` is the part, in CSS pixels."""
        self._box = box
        self._frames: list[tuple[float, bytes]] = []

    def take(self, at: float, jpeg: bytes) -> None:
        """Add what the page showed at a time; too many in a second are left out."""
        if self._frames and at - self._frames[-1][0] < 1 / _FRAMES_PER_SECOND - _HALF_A_MILLISECOND:
            return
        self._frames.append((at, jpeg))

    def save(self, file: Path) -> None:
        """Write an animated WebP file that begins anew at its end."""
        box = self._box
        left, top = round(box["x"]), round(box["y"])
        part = (left, top, left + round(box["width"]), top + round(box["height"]))
        pictures = [Image.open(BytesIO(jpeg)).crop(part) for _, jpeg in self._frames]
        times = [at for at, _ in self._frames]
        times.append(times[-1] + _LAST_FRAME_SECONDS)
        pictures[0].save(
            file,
            save_all=True,
            append_images=pictures[1:],
            duration=[round((end - start) * 1000) for start, end in pairwise(times)],
            loop=0,
            quality=_QUALITY,
            method=6,
        )


@asynccontextmanager
async def filmed(page: Page, box: FloatRect) -> AsyncIterator[Film]:
    """Film a part of a page for as long as the context lasts."""
    film = Film(box)
    devtools = await page.context.new_cdp_session(page)
    acknowledged: set[asyncio.Task[Any]] = set()

    def take(event: dict[str, Any]) -> None:
        film.take(event["metadata"]["timestamp"], base64.b64decode(event["data"]))
        # Without it no further frame comes.
        answer = devtools.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})
        task = asyncio.ensure_future(answer)
        acknowledged.add(task)
        task.add_done_callback(acknowledged.discard)

    devtools.on("Page.screencastFrame", take)
    await devtools.send("Page.startScreencast", {"format": "jpeg", "quality": 95})
    try:
        yield film
    finally:
        await devtools.send("Page.stopScreencast")
        await asyncio.gather(*acknowledged)
        await devtools.detach()
