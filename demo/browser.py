"""Chromium, logged in to a Home Assistant."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
import os
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser, BrowserContext, async_playwright

from demo.login import Login

ALLOW_SOUND: Final = "--autoplay-policy=no-user-gesture-required"
"""Lets pages sound that nobody has touched, as the browser of a wall tablet is set up to."""

_FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    # A room on the loopback address of this machine.
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--allow-loopback-in-peer-connection",
    # Nothing beyond this machine is asked for, neither map tiles nor brand pictures.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def chromium_program() -> Path | None:
    """Return the browser's program, None where there is none."""
    program = Path(os.environ.get("SA_CHROMIUM", ""))
    return program if program.is_file() else None


@asynccontextmanager
async def chromium(flags: Sequence[str] = (ALLOW_SOUND,)) -> AsyncIterator[Browser]:
    """Run a browser for as long as the context lasts."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium_program(), headless=True, args=[*_FLAGS, *flags]
        )
        try:
            yield browser
        finally:
            await browser.close()


async def new_context(browser: Browser, login: Login, **options: Any) -> BrowserContext:
    """Return a fresh browser profile in which a user is logged in."""
    options.setdefault("viewport", {"width": 1280, "height": 800})
    context = await browser.new_context(**options)
    await context.add_init_script(login.browser_script())
    return context
