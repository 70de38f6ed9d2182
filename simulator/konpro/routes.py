"""The vendor's paths and envelopes."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from functools import partial

from aiohttp import web
from pydantic import BaseModel, ValidationError

from simulator.konpro import catalogue
from simulator.konpro.access import Access
from simulator.konpro.errors import (
    INVALID_PARAMETER,
    INVALID_QUERY_PARAMETER,
    REFUSALS,
    RefusedError,
)
from simulator.konpro.events import EVENTS
from simulator.konpro.history import HistoryQuery
from simulator.konpro.models import (
    KnowledgeBaseWish,
    NewSession,
    SdkSession,
    SessionReference,
    Task,
    TokenWish,
)
from simulator.konpro.sessions import Konpro
from simulator.previews import preview_url
from simulator.refusals import Refusal
from simulator.settings import PathStyle
from simulator.world import REFUSED, SESSION_ID, World

_SUCCESS = 100
_TOKEN: web.RequestKey[str] = web.RequestKey("session_token", str)
"""The session token that a request came with."""

type _Operation = Callable[[web.Request], Awaitable[object]]
type _Envelope = Callable[[object], dict[str, object]]


def _streaming_envelope(data: object) -> dict[str, object]:
    return {"code": _SUCCESS, "message": "success", "data": data}


def _account_envelope(data: object) -> dict[str, object]:
    return {"error": None, "data": data}


@dataclass(frozen=True, slots=True)
class _Route:
    """One operation and how it is reached."""

    method: str
    path: str
    """`{}` is what joins resource and operation."""
    name: str
    operation: _Operation
    envelope: _Envelope = _streaming_envelope
    takes_token: bool = False
    """Whether a session token will do instead of the key."""


def add_routes(app: web.Application, world: World) -> None:
    """Serve the vendor's operations in the path style of the settings."""
    routes = _Routes(world)
    style = world.settings.path_style
    separator = "/" if style is PathStyle.SLASH else "."
    table = routes.table
    if style is PathStyle.SLASH:
        table.append(_Route("GET", "/v1/streaming/avatar/list", "avatar_list", routes.avatars))
    for route in table:
        path = route.path.format(separator)
        app.router.add_route(route.method, path, partial(routes.answer, route))
        world.operations[path] = route.name
    world.refusals |= REFUSALS
    world.events += EVENTS
    world.on_reset.append(routes.forget)


class _Routes:
    """Requests to operations, results to the data of answers."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._konpro = Konpro(world)
        self._access = Access(lambda: world.limits.api_keys)
        self.table = [
            *(
                _Route("POST", f"/v1/streaming{{}}{name}", name, operation, takes_token=True)
                for name, operation in (
                    ("new", self._new),
                    ("start", self._start),
                    ("task", self._task),
                    ("interrupt", self._interrupt),
                    ("stop", self._stop),
                    ("keep_alive", self._keep_alive),
                    ("start_listening", partial(self._listen, begin=True)),
                    ("stop_listening", partial(self._listen, begin=False)),
                )
            ),
            _Route(
                "POST",
                "/v1/streaming{}create_token",
                "create_token",
                self._create_token,
                _account_envelope,
            ),
            _Route("GET", "/v1/streaming{}list", "list", self._list_open),
            _Route("GET", "/v2/streaming{}list", "history", self._history),
            # These have the same path in either style.
            _Route("GET", "/v1/streaming/avatar.list", "avatar_list", self.avatars),
            *(
                _Route(method, f"/v1/streaming/knowledge_base/{last}", name, operation)
                for method, last, name, operation in (
                    ("GET", "list", "knowledge_base_list", self._knowledge_bases),
                    ("POST", "create", "knowledge_base_create", self._create_knowledge_base),
                    ("POST", "{{id}}", "knowledge_base_update", self._update_knowledge_base),
                )
            ),
            _Route("GET", "/v2/voices", "voice_list", self._voices, _account_envelope),
            _Route(
                "GET",
                "/v2/user/remaining_quota",
                "remaining_quota",
                self._quota,
                _account_envelope,
            ),
        ]

    async def answer(self, route: _Route, request: web.Request) -> web.Response:
        """Answer a request: the key first, then the work."""
        try:
            token = self._access.check(request, takes_token=route.takes_token)
            if token is not None:
                request[_TOKEN] = token
            return web.json_response(route.envelope(await route.operation(request)))
        except RefusedError as error:
            request[REFUSED] = f"{error.refusal.code} {error.message}"
            return web.json_response(error.body, status=error.refusal.status)

    def forget(self) -> None:
        """Be as new."""
        self._access.clear()
        self._konpro.knowledge.reset()

    async def avatars(self, request: web.Request) -> object:
        """Return the avatar list, as untidy as the vendor's."""
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

    async def _create_token(self, request: web.Request) -> object:
        _refuse_query(request)
        if await request.read():
            await _read(request, TokenWish)
        return {"token": self._access.create_token()}

    async def _list_open(self, request: web.Request) -> object:
        _refuse_query(request)
        return {"sessions": self._konpro.list_open()}

    async def _history(self, request: web.Request) -> object:
        try:
            query = HistoryQuery.model_validate(dict(request.query))
        except ValidationError as error:
            raise _refused(INVALID_QUERY_PARAMETER, error) from error
        return self._konpro.history(query)

    async def _knowledge_bases(self, request: web.Request) -> object:
        _refuse_query(request)
        bases = self._konpro.knowledge.as_json()
        return bases if self._world.limits.knowledge_base_shape == "array" else {"list": bases}

    async def _create_knowledge_base(self, request: web.Request) -> object:
        return self._konpro.knowledge.create(await _read(request, KnowledgeBaseWish))

    async def _update_knowledge_base(self, request: web.Request) -> object:
        wish = await _read(request, KnowledgeBaseWish)
        return self._konpro.knowledge.update(request.match_info["id"], wish)

    async def _voices(self, request: web.Request) -> object:
        _refuse_query(request)
        return {"voices": [asdict(voice) | {"preview_audio": ""} for voice in catalogue.VOICES]}

    async def _quota(self, request: web.Request) -> object:
        _refuse_query(request)
        remaining = self._konpro.remaining_quota()
        return {"remaining_quota": remaining, "details": {"api": remaining}}

    async def _new(self, request: web.Request) -> object:
        token = request.get(_TOKEN)
        if token is None:
            wish = await _read(request, NewSession)
        else:
            wish = (await _read(request, SdkSession)).as_new_session()
        self._access.spend(token)
        try:
            session = await self._konpro.new(wish)
        except RefusedError:
            self._access.give_back(token)
            raise
        self._access.bind(token, session.session_id)
        request[SESSION_ID] = session.session_id
        return self._konpro.answer_to_new(session)

    async def _start(self, request: web.Request) -> object:
        await self._konpro.start(await self._read_session_id(request))
        return {"status": "success"}

    async def _task(self, request: web.Request) -> object:
        task = await _read(request, Task)
        self._note_session(request, task.session_id)
        return await self._konpro.task(task)

    async def _interrupt(self, request: web.Request) -> object:
        self._konpro.interrupt(await self._read_session_id(request))
        return {"status": "success"}

    async def _stop(self, request: web.Request) -> object:
        await self._konpro.stop(await self._read_session_id(request))
        return {"status": "success"}

    async def _keep_alive(self, request: web.Request) -> object:
        self._konpro.keep_alive(await self._read_session_id(request))
        return {"status": "success"}

    async def _listen(self, request: web.Request, *, begin: bool) -> object:
        self._konpro.listen(await self._read_session_id(request), begin=begin)
        return {"status": "success"}

    async def _read_session_id(self, request: web.Request) -> str:
        session_id = (await _read(request, SessionReference)).session_id
        self._note_session(request, session_id)
        return session_id

    def _note_session(self, request: web.Request, session_id: str) -> None:
        self._access.check_session(request.get(_TOKEN), session_id)
        request[SESSION_ID] = session_id


def _refuse_query(request: web.Request) -> None:
    if request.query:
        raise RefusedError(INVALID_QUERY_PARAMETER, ", ".join(request.query))


async def _read[Body: BaseModel](request: web.Request, model: type[Body]) -> Body:
    _refuse_query(request)
    if request.content_type != "application/json":
        raise RefusedError(INVALID_PARAMETER, "content-type must be application/json")
    try:
        return model.model_validate_json(await request.read())
    except ValidationError as error:
        raise _refused(INVALID_PARAMETER, error) from error


def _refused(refusal: Refusal, problem: ValidationError) -> RefusedError:
    """Return the refusal that names the first bad field."""
    first = problem.errors(include_url=False, include_input=False)[0]
    place = ".".join(map(str, first["loc"])) or "body"
    return RefusedError(refusal, f"{place}: {first['msg']}")
