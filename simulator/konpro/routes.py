"""The vendor's paths and envelopes."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from functools import partial
import secrets

from aiohttp import web
from pydantic import BaseModel, ValidationError

from simulator.konpro import catalogue
from simulator.konpro.errors import (
    INVALID_PARAMETER,
    INVALID_QUERY_PARAMETER,
    UNAUTHORIZED,
    RefusedError,
)
from simulator.konpro.models import NewSession, SessionReference, Task
from simulator.konpro.sessions import Konpro
from simulator.previews import preview_url
from simulator.settings import PathStyle
from simulator.world import SESSION_ID, World

_SUCCESS = 100

type _Operation = Callable[[web.Request], Awaitable[object]]
type _Envelope = Callable[[object], dict[str, object]]


def add_routes(app: web.Application, world: World) -> None:
    """Serve the vendor's operations in the path style of the settings."""
    routes = _Routes(Konpro(world), world)
    style = world.settings.path_style
    separator = "/" if style is PathStyle.SLASH else "."
    for name, operation in routes.posts.items():
        path = f"/v1/streaming{separator}{name}"
        _add(app, world, "POST", path, name, operation, _streaming_envelope)
    gets: list[tuple[str, str, _Operation, _Envelope]] = [
        (f"/v1/streaming{separator}list", "list", routes.list_open, _streaming_envelope),
        # This one has the dot in either style.
        ("/v1/streaming/avatar.list", "avatar_list", routes.avatars, _streaming_envelope),
        ("/v2/voices", "voice_list", routes.voices, _account_envelope),
        ("/v2/user/remaining_quota", "remaining_quota", routes.quota, _account_envelope),
    ]
    if style is PathStyle.SLASH:
        gets.append(
            ("/v1/streaming/avatar/list", "avatar_list", routes.avatars, _streaming_envelope)
        )
    for path, name, operation, envelope in gets:
        _add(app, world, "GET", path, name, operation, envelope)


class _Routes:
    """Requests to operations, results to the data of answers."""

    def __init__(self, konpro: Konpro, world: World) -> None:
        self._konpro = konpro
        self._world = world
        self.posts: dict[str, _Operation] = {
            "new": self._new,
            "start": self._start,
            "task": self._task,
            "interrupt": self._interrupt,
            "stop": self._stop,
            "keep_alive": self._keep_alive,
        }

    async def list_open(self, request: web.Request) -> object:
        _refuse_query(request)
        return {"sessions": self._konpro.list_open()}

    async def avatars(self, request: web.Request) -> object:
        _refuse_query(request)
        return [
            {
                "avatar_id": avatar.avatar_id,
                "created_at": avatar.created_at,
                "status": "ACTIVE",
                "is_public": avatar.is_public,
                "pose_name": avatar.pose_name,
                "default_voice": avatar.default_voice,
                "normal_preview": preview_url(request, avatar.look),
            }
            for avatar in catalogue.AVATARS
        ]

    async def voices(self, request: web.Request) -> object:
        _refuse_query(request)
        return {"voices": [asdict(voice) | {"preview_audio": ""} for voice in catalogue.VOICES]}

    async def quota(self, request: web.Request) -> object:
        _refuse_query(request)
        remaining = self._konpro.remaining_quota()
        return {"remaining_quota": remaining, "details": {"api": remaining}}

    async def _new(self, request: web.Request) -> object:
        session = await self._konpro.new(await _read(request, NewSession))
        request[SESSION_ID] = session.session_id
        return self._konpro.answer_to_new(session)

    async def _start(self, request: web.Request) -> object:
        await self._konpro.start(await _read_session_id(request))
        return {"status": "success"}

    async def _task(self, request: web.Request) -> object:
        task = await _read(request, Task)
        request[SESSION_ID] = task.session_id
        return await self._konpro.task(task)

    async def _interrupt(self, request: web.Request) -> object:
        self._konpro.interrupt(await _read_session_id(request))
        return {"status": "success"}

    async def _stop(self, request: web.Request) -> object:
        await self._konpro.stop(await _read_session_id(request))
        return {"status": "success"}

    async def _keep_alive(self, request: web.Request) -> object:
        self._konpro.keep_alive(await _read_session_id(request))
        return {"status": "success"}


def _add(
    app: web.Application,
    world: World,
    method: str,
    path: str,
    name: str,
    operation: _Operation,
    envelope: _Envelope,
) -> None:
    app.router.add_route(method, path, partial(_answer, world, operation, envelope))
    world.operations[path] = name


async def _answer(
    world: World, operation: _Operation, envelope: _Envelope, request: web.Request
) -> web.Response:
    try:
        _check_key(request, world.limits.api_keys)
        return web.json_response(envelope(await operation(request)))
    except RefusedError as error:
        return web.json_response(error.body, status=error.refusal.status)


def _streaming_envelope(data: object) -> dict[str, object]:
    return {"code": _SUCCESS, "message": "success", "data": data}


def _account_envelope(data: object) -> dict[str, object]:
    return {"error": None, "data": data}


def _check_key(request: web.Request, keys: tuple[str, ...]) -> None:
    given = request.headers.get("x-api-key", "").encode()
    if not any(secrets.compare_digest(given, key.encode()) for key in keys):
        raise RefusedError(UNAUTHORIZED)


def _refuse_query(request: web.Request) -> None:
    if request.query:
        raise RefusedError(INVALID_QUERY_PARAMETER, ", ".join(request.query))


async def _read_session_id(request: web.Request) -> str:
    session_id = (await _read(request, SessionReference)).session_id
    request[SESSION_ID] = session_id
    return session_id


async def _read[Body: BaseModel](request: web.Request, model: type[Body]) -> Body:
    _refuse_query(request)
    if request.content_type != "application/json":
        raise RefusedError(INVALID_PARAMETER, "content-type must be application/json")
    try:
        return model.model_validate_json(await request.read())
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "body"
        raise RefusedError(INVALID_PARAMETER, f"{place}: {first['msg']}") from error
