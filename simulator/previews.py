"""Still pictures of the avatars, for catalogues."""

import asyncio
from importlib.util import find_spec

from aiohttp import web

_PREFIX = "/previews"
_HEIGHT = 480


def add_preview_routes(app: web.Application) -> None:
    """Serve the pictures, where the drawing library is installed."""
    if _can_draw():
        app.router.add_get(f"{_PREFIX}/{{look}}.png", _serve, allow_head=False)


def preview_url(request: web.Request, look: str) -> str | None:
    """Return the address of a picture of `look`, as the client reached us."""
    if not _can_draw():
        return None
    return str(request.url.with_path(f"{_PREFIX}/{look}.png"))


def _can_draw() -> bool:
    return find_spec("PIL") is not None and find_spec("numpy") is not None


async def _serve(request: web.Request) -> web.Response:
    from simulator.media.look import LOOKS  # noqa: PLC0415 -- optional library
    from simulator.media.still import draw_still  # noqa: PLC0415 -- optional library

    look = request.match_info["look"]
    if look not in LOOKS:
        raise web.HTTPNotFound
    picture = await asyncio.to_thread(draw_still, look, _HEIGHT)
    return web.Response(body=picture, content_type="image/png")
