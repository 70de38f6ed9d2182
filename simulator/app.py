"""The simulator as an aiohttp application."""

from email.utils import formatdate
from functools import partial

from aiohttp import web

from simulator.clock import Clock, SystemClock
from simulator.control import add_control_routes
from simulator.konpro.routes import add_routes
from simulator.misbehave import middleware
from simulator.previews import add_preview_routes
from simulator.room.base import Stage
from simulator.room.silent import SilentStage
from simulator.settings import Settings
from simulator.world import WORLD, World


def create_app(settings: Settings | None = None, *, clock: Clock | None = None) -> web.Application:
    """Return the simulated cloud, to be served on a loopback address.

    With a LiveKit server in `settings` it must run in real time: leave `clock` out then.
    """
    settings = settings or Settings()
    clock = clock or SystemClock()
    world = World(settings, clock)
    world.stage = _make_stage(world)
    app = web.Application(middlewares=[middleware])
    app[WORLD] = world
    add_routes(app, world)
    add_preview_routes(app)
    add_control_routes(app, world)
    app.on_response_prepare.append(partial(_date, world))
    app.on_startup.append(_start)
    app.on_shutdown.append(_stop)
    app.on_cleanup.append(_clean_up)
    return app


def _make_stage(world: World) -> Stage:
    server = world.settings.livekit
    if server is None:
        return SilentStage(world.clock, lambda: world.limits.characters_per_second)
    from simulator.room.livekit import LiveKitStage  # noqa: PLC0415 -- optional libraries

    return LiveKitStage(server)


async def _date(world: World, _request: web.Request, response: web.StreamResponse) -> None:
    response.headers["Date"] = formatdate(world.clock.unix(), usegmt=True)


async def _start(app: web.Application) -> None:
    app[WORLD].tasks.spawn(app[WORLD].stage.prepare(), "prepare the stage")


async def _stop(app: web.Application) -> None:
    await app[WORLD].end_all("the simulator stopped")


async def _clean_up(app: web.Application) -> None:
    await _stop(app)
    app[WORLD].sessions.clear()
    await app[WORLD].stage.close()
