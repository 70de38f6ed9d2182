"""Hosts that do what their vendor's documents promise, for the tests that every provider has to pass."""

from collections.abc import Callable, Mapping
import time

from aiohttp import web

from .vendor import KEY, Answer, Handler, Vendor
from .wire import NEW, refused

type Host = Callable[[Vendor], object]
"""Teaches a vendor's host all that the provider asks of it."""

SESSION_ID: str = NEW["data"]["session_id"]
TASK_FIELDS = {"session_id", "text", "task_type", "task_mode"}


def nobody(vendor: Vendor) -> None:
    """Nothing is asked of anybody."""
    del vendor


def konpro(vendor: Vendor) -> None:
    """KonPro, with one session that is open and that nobody watches."""
    answers: Mapping[str, Handler] = {
        "GET /v1/streaming/list": _listed,
        "GET /v1/streaming/avatar.list": Answer(
            {"code": 100, "data": [{"avatar_id": "Ann_public", "pose_name": "Ann"}]}
        ),
        "GET /v2/voices": Answer(
            {
                "error": None,
                "data": {
                    "voices": [
                        {"voice_id": "v1", "name": "Anna", "support_interactive_avatar": True}
                    ]
                },
            }
        ),
        "GET /v1/streaming/knowledge_base/list": Answer(
            {"code": 100, "data": {"list": [{"id": "kb1", "name": "Our home", "prompt": "p"}]}}
        ),
        "GET /v2/user/remaining_quota": Answer({"error": None, "data": {"remaining_quota": 300}}),
        "POST /v1/streaming/create_token": Answer({"error": None, "data": {"token": "one-use"}}),
        "POST /v1/streaming/new": Answer(NEW),
        "POST /v1/streaming/task": _for_session(
            refused(400, 400006, "Session is not in correct state"), TASK_FIELDS
        ),
        **{
            f"POST /v1/streaming/{operation}": _for_session(
                Answer({"code": 100, "message": "success"})
            )
            for operation in (
                "start",
                "stop",
                "interrupt",
                "keep_alive",
                "start_listening",
                "stop_listening",
            )
        },
    }
    for route, answer in answers.items():
        vendor.on(route, _with_key(answer))


def watched_konpro(vendor: Vendor) -> None:
    """The same, with somebody in the room: so it speaks."""
    konpro(vendor)
    task = Answer({"code": 100, "data": {"task_id": "9f6c", "duration_ms": 900}})
    vendor.on("POST /v1/streaming/task", _with_key(_for_session(task, TASK_FIELDS)))


async def _listed(request: web.Request) -> web.StreamResponse:
    row = {"session_id": SESSION_ID, "status": "connected", "created_at": int(time.time())}
    return await Answer({"code": 100, "message": "success", "data": {"sessions": [row]}})(request)


def _with_key(answer: Handler) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        is_known = request.headers.get("x-api-key") == KEY
        return await (answer if is_known else refused(401, 400112, "Unauthorized"))(request)

    return handle


def _for_session(answer: Handler, fields: set[str] | None = None) -> Handler:
    """Answer for the one session, if the request has exactly these fields."""

    async def handle(request: web.Request) -> web.StreamResponse:
        body = await request.json()
        if body.keys() != (fields or {"session_id"}):
            return await refused(400, 400128, "Invalid parameter")(request)
        if body["session_id"] != SESSION_ID:
            return await refused(400, 400004, "Session does not exist")(request)
        return await answer(request)

    return handle
