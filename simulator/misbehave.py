"""Notes every request to a vendor's paths and lets the faults strike."""

from contextlib import suppress

from aiohttp import web
from aiohttp.typedefs import Handler

from simulator.control import PREFIX
from simulator.faults import (
    CutReplyFault,
    DelayFault,
    DropBeforeFault,
    DropReplyFault,
    EndSessionFault,
    ErrorFault,
    MalformedFault,
    RedirectFault,
    RefusalFault,
    RequestFault,
    RoomLossFault,
    TrickleFault,
)
from simulator.malform import malform
from simulator.session import Session
from simulator.world import REFUSED, SESSION_ID, WORLD, World

_TRICKLES = 10


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
        if request.transport is not None:
            request.transport.abort()
        return web.Response()
    finally:
        call.refused = request.get(REFUSED)
        call.answered_at = world.clock.unix()
    call.status = response.status
    return response


class _CutConnection(Exception):  # noqa: N818 -- control flow, not an error
    """No reply at all, or not the whole of it."""


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
            case ErrorFault(after_work=False) | RedirectFault():
                return fault.response()
            case RefusalFault(after_work=False):
                return fault.response(world.refusals[fault.name])
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
            case RoomLossFault() | EndSessionFault():
                await _strike_session(world.sessions.get(request.get(SESSION_ID, "")), fault)
            case _:
                response = _spoil(response, world, fault)
    if isinstance(response, web.Response):
        return await _deliver(request, response, world, faults)
    return response


def _spoil(response: web.StreamResponse, world: World, fault: RequestFault) -> web.StreamResponse:
    """Return what comes instead of `response`."""
    match fault:
        case ErrorFault():
            return fault.response()
        case RefusalFault():
            return fault.response(world.refusals[fault.name])
        case MalformedFault() if isinstance(response, web.Response):
            return malform(response, fault.shape)
        case _:
            return response


async def _deliver(
    request: web.Request, response: web.Response, world: World, faults: list[RequestFault]
) -> web.StreamResponse:
    """Send `response` in pieces where a fault wants it; else return it as it is."""
    for fault in faults:
        match fault:
            case CutReplyFault():
                await _send_half(request, response)
                raise _CutConnection
            case TrickleFault():
                return await _trickle(request, response, world, fault.seconds)
            case _:
                pass
    return response


async def _strike_session(session: Session | None, fault: RoomLossFault | EndSessionFault) -> None:
    if session is None or session.closed:
        return
    if isinstance(fault, RoomLossFault):
        await session.lose_room(fault.what)
    else:
        await session.end(fault.ended_by, fault.reason)


async def _send_half(request: web.Request, response: web.Response) -> None:
    stream, body = await _open_stream(request, response)
    await stream.write(body[: len(body) // 2])


async def _trickle(
    request: web.Request, response: web.Response, world: World, seconds: float
) -> web.StreamResponse:
    stream, body = await _open_stream(request, response)
    begin = 0
    with suppress(ConnectionError):  # the client may lose patience
        for number in range(1, _TRICKLES + 1):
            end = len(body) * number // _TRICKLES
            await stream.write(body[begin:end])
            begin = end
            if number < _TRICKLES:
                await world.clock.sleep(seconds / (_TRICKLES - 1))
        await stream.write_eof()
    return stream


async def _open_stream(
    request: web.Request, response: web.Response
) -> tuple[web.StreamResponse, bytes]:
    """Send the headers of `response`; return what takes its body, and the body."""
    body = response.body if isinstance(response.body, bytes) else b""
    stream = web.StreamResponse(status=response.status, headers=response.headers)
    stream.content_length = len(body)
    await stream.prepare(request)
    return stream, body
