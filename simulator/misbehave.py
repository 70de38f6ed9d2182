"""Notes every request to a vendor's paths and lets the faults strike."""

import json

from aiohttp import web
from aiohttp.typedefs import Handler

from simulator.control import PREFIX
from simulator.faults import (
    DelayFault,
    DropBeforeFault,
    DropReplyFault,
    ErrorFault,
    MalformedFault,
    MalformedShape,
    RequestFault,
    RoomLossFault,
)
from simulator.world import SESSION_ID, WORLD, World


@web.middleware
async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Record the call and answer it, well or badly."""
    if request.path.startswith(f"{PREFIX}/"):
        return await handler(request)
    world = request.app[WORLD]
    operation = _operation(request, world)
    call = await world.calls.record(request, operation)
    try:
        response = await _answer(request, handler, world, operation)
    except web.HTTPException as error:
        call.status = error.status
        raise
    except _CutConnection:
        _cut(request)
        return web.Response()
    call.status = response.status
    return response


class _CutConnection(Exception):  # noqa: N818 -- control flow, not an error
    """No reply at all."""


def _operation(request: web.Request, world: World) -> str | None:
    resource = request.match_info.route.resource
    return None if resource is None else world.operations.get(resource.canonical)


async def _answer(
    request: web.Request, handler: Handler, world: World, operation: str | None
) -> web.StreamResponse:
    if operation is None:
        return await handler(request)
    faults = world.faults.take_for_request(operation)
    refusal = await _before_work(world, faults)
    if refusal is not None:
        return refusal
    response = await handler(request)
    return await _after_work(request, response, world, faults)


async def _before_work(world: World, faults: list[RequestFault]) -> web.Response | None:
    for fault in faults:
        match fault:
            case DelayFault(after_work=False):
                await world.clock.sleep(fault.seconds)
            case DropBeforeFault():
                raise _CutConnection
            case ErrorFault(after_work=False):
                return fault.response()
            case _:
                pass
    return None


async def _after_work(
    request: web.Request,
    response: web.StreamResponse,
    world: World,
    faults: list[RequestFault],
) -> web.StreamResponse:
    for fault in faults:
        match fault:
            case DelayFault(after_work=True):
                await world.clock.sleep(fault.seconds)
            case DropReplyFault():
                raise _CutConnection
            case ErrorFault(after_work=True):
                response = fault.response()
            case MalformedFault() if isinstance(response, web.Response):
                response = _malform(response, fault.shape)
            case RoomLossFault():
                session = world.sessions.get(request.get(SESSION_ID, ""))
                if session is not None and not session.closed:
                    await session.lose_room(fault.what)
            case _:
                pass
    return response


def _malform(response: web.Response, shape: MalformedShape) -> web.Response:
    text = response.text or ""
    match shape:
        case MalformedShape.NOT_JSON:
            page = "<html><body><h1>502 Bad Gateway</h1></body></html>"
            return web.Response(text=page, status=response.status, content_type="text/html")
        case MalformedShape.TRUNCATED:
            text = text[: len(text) // 2]
        case MalformedShape.WRONG_SHAPE:
            text = json.dumps([json.loads(text)])
        case MalformedShape.NO_DATA:
            text = json.dumps(
                {key: part for key, part in json.loads(text).items() if key != "data"}
            )
        case MalformedShape.EMPTY:
            text = ""
    return web.Response(text=text, status=response.status, content_type="application/json")


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
