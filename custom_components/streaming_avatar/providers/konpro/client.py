"""KonPro's operations."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from enum import StrEnum
import hashlib
import logging
from typing import override

from aiohttp import ClientSession
from pydantic import SecretStr, ValidationError

from ..base import (
    AvatarEvent,
    CatalogueItem,
    Credentials,
    LiveKitTransport,
    OpenSession,
    Provider,
    Sent,
    Session,
    SessionRequest,
    Speech,
    VerifiedAccount,
    Viewer,
)
from ..errors import (
    AuthenticationError,
    BadResponseError,
    BusyError,
    PermissionDeniedError,
    ProviderError,
    SessionGoneError,
)
from ..http import CALL_TIMEOUT, MAX_TRIES, QUICK_TIMEOUT, Call, HttpClient, Reply, parse_base_url
from . import wire
from .errors import VENDOR, AlreadyStartedError, ChangingStateError, NoRouteError, check

DEFAULT_BASE_URL = "https://api.konpro.ai"
DEFAULT_IDLE_LIMIT = 120.0
"""Seconds (KonPro: Start a New Streaming Session, activity_idle_timeout)."""

_STATE_TRIES = 3
# HeyGen mixes its styles: the operations have dots, what lies below them has slashes and a dot.
_AVATAR_PATHS = ("/v1/streaming/avatar.list", "/v1/streaming/avatar/list")
_TOP_FIELDS = ("avatar_id", "quality", "video_encoding", "language", "activity_idle_timeout")
_VOICE_FIELDS = ("voice_id", "rate", "emotion")
_CATALOGUE_FIELDS = ("avatar_id", "voice_id")
_LOGGER = logging.getLogger(__name__)


class PathStyle(StrEnum):
    """How a host spells the paths of its operations. KonPro documents one of them, with a slash."""

    SLASH = "slash"
    DOTTED = "dotted"

    def path(self, operation: str) -> str:
        """Return the path of an operation."""
        return f"/v1/streaming{'/' if self is PathStyle.SLASH else '.'}{operation}"


class KonPro(Provider):
    """An account at KonPro, or at a host that speaks like it."""

    def __init__(
        self,
        session: ClientSession,
        credentials: Credentials,
        *,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """Keep the account; nothing is read or sent before the first call."""
        self._base_url = credentials.base_url or DEFAULT_BASE_URL
        self._key = credentials.secrets.get("api_key", SecretStr(""))
        self._http = HttpClient(
            session,
            vendor=VENDOR,
            base_url=self._base_url,
            auth={"x-api-key": self._key},
            insecure_allowed=credentials.insecure_allowed,
            sleep=sleep,
        )
        self._sleep = sleep
        remembered = credentials.remembered.get("path_style", "")
        self._style = PathStyle(remembered) if remembered in set(PathStyle) else None
        self._avatar_paths: tuple[str, ...] = _AVATAR_PATHS
        self._has_keep_alive = True

    @override
    async def verify(self) -> VerifiedAccount:
        style = await self._find_style(tries=1)
        host = parse_base_url(self._base_url).host
        account = f"{host}\n{self._key.get_secret_value()}"
        return VerifiedAccount(
            unique_id=hashlib.sha256(account.encode()).hexdigest()[:32],
            remember={"path_style": style.value},
        )

    @override
    async def list_avatars(self) -> tuple[CatalogueItem, ...]:
        for path in self._avatar_paths:
            try:
                reply = await self._get("avatar list", path)
            except NoRouteError:
                continue
            self._avatar_paths = (path,)
            return await asyncio.to_thread(wire.avatars, _data(reply))
        return ()

    @override
    async def list_voices(self) -> tuple[CatalogueItem, ...]:
        try:
            reply = await self._get("voice list", "/v2/voices")
        except NoRouteError:
            return ()
        return await asyncio.to_thread(wire.voices, _data(reply))

    @override
    async def get_credits(self) -> float | None:
        try:
            reply = await self._get("quota", "/v2/user/remaining_quota", seconds=QUICK_TIMEOUT)
        except NoRouteError:
            return None
        return _read(wire.Quota, "quota", reply).remaining_quota

    @override
    async def create_session(self, request: SessionRequest) -> Session:
        style = await self._known_style()
        try:
            reply = await self._post(style, "new", _new_body(request))
        except AuthenticationError as err:
            is_foreign = not request.settings.keys().isdisjoint(_CATALOGUE_FIELDS)
            if not is_foreign or await self._is_key_bad(style):
                raise
            raise PermissionDeniedError(
                f"{err}: the avatar or the voice is not permitted", code=err.code, sent=False
            ) from None
        new = _read(wire.NewSession, "new", reply)
        return Session(
            session_id=new.session_id,
            duration_limit=new.session_duration_limit,
            idle_limit=self.unattended_limit(request),
            is_paid=new.is_paid,
            access=_access(new),
        )

    @override
    async def start_session(self, session: Session) -> Session:
        _transport(session)
        with suppress(AlreadyStartedError):
            await self._settled("start", session.session_id, tries=2)
        return session

    @override
    async def viewer_access(self, session: Session, viewer: Viewer) -> LiveKitTransport:
        del viewer
        return _transport(session)

    @override
    async def end_session(self, session_id: str) -> None:
        with suppress(SessionGoneError):
            await self._settled("stop", session_id, tries=MAX_TRIES)

    @override
    async def list_open_sessions(self) -> tuple[OpenSession, ...]:
        return await self._list(await self._known_style())

    @override
    async def speak(self, session: Session, speech: Speech) -> Sent:
        body = {
            "session_id": session.session_id,
            "text": speech.text,
            # Always both: the documents disagree about what counts without them. "sync" would hold
            # the call until the speech has ended.
            "task_type": speech.task_type.value,
            "task_mode": "async",
        }
        task = _task(await self._post(await self._known_style(), "task", body))
        duration = None if task.duration_ms is None else task.duration_ms / 1000
        return Sent(task_id=task.task_id, duration=duration)

    @override
    async def interrupt(self, session: Session) -> Sent:
        # Sent once: a late one would cut the next sentence. What is not ready to speak is silent.
        with suppress(BusyError):
            await self._session_call("interrupt", session.session_id, tries=1)
        return Sent()

    @override
    async def keep_alive(self, session: Session) -> None:
        if not self._has_keep_alive:
            return
        try:
            await self._session_call("keep_alive", session.session_id, tries=MAX_TRIES)
        except NoRouteError:
            self._has_keep_alive = False
            _LOGGER.info("%s has no keep-alive here; only speech keeps a session open", VENDOR)

    @override
    def unattended_limit(self, request: SessionRequest) -> float:
        return float(request.settings.get("activity_idle_timeout", DEFAULT_IDLE_LIMIT))

    @override
    def vendor_time(self) -> float | None:
        return self._http.vendor_time()

    @override
    def decode(self, topic: str | None, payload: bytes) -> AvatarEvent | None:
        del topic
        return wire.decode(payload)

    async def _known_style(self) -> PathStyle:
        return self._style or await self._find_style(tries=MAX_TRIES)

    async def _find_style(self, *, tries: int) -> PathStyle:
        """Ask for the open sessions in either style, which costs nothing and can be done twice."""
        for style in sorted(PathStyle, key=lambda style: style is not self._style):
            try:
                await self._list(style, tries=tries)
            except NoRouteError:
                continue
            self._style = style
            return style
        raise BadResponseError(f"{VENDOR} list: the host knows none of its paths", sent=False)

    async def _list(self, style: PathStyle, *, tries: int = MAX_TRIES) -> tuple[OpenSession, ...]:
        path = style.path("list")
        reply = await self._get("list", path, seconds=QUICK_TIMEOUT, tries=tries)
        try:
            return wire.open_sessions(_data(reply))
        except ValidationError:
            raise BadResponseError(f"{VENDOR} list: no list of sessions") from None

    async def _is_key_bad(self, style: PathStyle) -> bool:
        """Return whether the key is refused for what needs no permission; without an answer: no.

        HeyGen answers "unauthorized" also for an avatar or a voice that belongs to somebody else.
        """
        try:
            await self._list(style, tries=1)
        except AuthenticationError:
            return True
        except ProviderError:
            return False
        return False

    async def _settled(self, operation: str, session_id: str, *, tries: int) -> None:
        """Call for a session that may be between two states: three times, a second apart."""
        for tries_left in reversed(range(_STATE_TRIES)):
            try:
                await self._session_call(operation, session_id, tries=tries)
            except ChangingStateError as err:
                if not tries_left:
                    raise
                await self._sleep(err.retry_after)
            else:
                return

    async def _session_call(self, operation: str, session_id: str, *, tries: int) -> None:
        style = await self._known_style()
        await self._post(style, operation, {"session_id": session_id}, tries=tries)

    async def _post(
        self, style: PathStyle, operation: str, body: Mapping[str, object], *, tries: int = 1
    ) -> Reply:
        call = Call(
            operation=operation,
            method="POST",
            path=style.path(operation),
            body=body,
            tries=tries,
        )
        return await self._http.request(call, check)

    async def _get(
        self,
        operation: str,
        path: str,
        *,
        seconds: float = CALL_TIMEOUT,
        tries: int = MAX_TRIES,
    ) -> Reply:
        call = Call(operation=operation, method="GET", path=path, timeout=seconds, tries=tries)
        return await self._http.request(call, check)


def _new_body(request: SessionRequest) -> dict[str, object]:
    """Return what a create asks for; what is not set is left out, an empty `voice` too."""
    settings = request.settings
    body: dict[str, object] = {"version": "v1"}
    body |= {key: settings[key] for key in _TOP_FIELDS if key in settings}
    voice = {key: settings[key] for key in _VOICE_FIELDS if key in settings}
    return body | ({"voice": voice} if voice else {})


def _access(new: wire.NewSession) -> dict[str, SecretStr]:
    """Return what viewers need, or the flaw for which none can join.

    A flawed session is open all the same. It is returned, so that its id is known and gets ended.
    """
    if new.url and new.access_token:
        return {"url": SecretStr(new.url), "token": new.access_token}
    is_raw = new.sdp is not None and not new.url
    flaw = "raw WebRTC is not supported" if is_raw else "no room to join"
    return {"flaw": SecretStr(flaw)}


def _transport(session: Session) -> LiveKitTransport:
    if "flaw" in session.access:
        flaw = session.access["flaw"].get_secret_value()
        raise BadResponseError(f"{VENDOR} new: {flaw}")
    return LiveKitTransport(
        url=session.access["url"].get_secret_value(), token=session.access["token"]
    )


def _data(reply: Reply) -> object:
    return reply.body.get("data") if isinstance(reply.body, dict) else None


def _read[T: wire.Wire](model: type[T], operation: str, reply: Reply) -> T:
    try:
        return model.model_validate(_data(reply))
    except ValidationError:
        raise BadResponseError(f"{VENDOR} {operation}: not the promised fields") from None


def _task(reply: Reply) -> wire.Task:
    """Return what a task's answer tells; the text was accepted even if it tells nothing."""
    data = _data(reply)
    return wire.Task.model_validate(data if isinstance(data, dict) else {})
