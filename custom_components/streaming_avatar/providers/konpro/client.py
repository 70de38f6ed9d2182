"""An account at KonPro."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
import logging
from typing import override

from aiohttp import ClientSession
from pydantic import SecretStr

from ..base import (
    AvatarEvent,
    CatalogueItem,
    Check,
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
    NotReadyError,
    PermissionDeniedError,
    SessionGoneError,
)
from ..http import MAX_TRIES, QUICK_TIMEOUT, Reply
from ..livekit import OwnLiveKit
from . import wire
from .api import Api, data_of, read
from .checks import account_checks, session_checks
from .create import access_of, new_body, transport_of, unattended_limit
from .errors import VENDOR, AlreadyStartedError, NoRouteError

_CATALOGUE_FIELDS = ("avatar_id", "voice_id", "knowledge_base_id")
_LOGGER = logging.getLogger(__name__)


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
        self._http_session = session
        self._api = Api(session, credentials, sleep=sleep)
        self._own = OwnLiveKit.of(credentials)
        self._has_keep_alive = True

    @override
    async def verify(self) -> VerifiedAccount:
        style = await self._api.find_style(tries=1)
        if self._own is not None:
            await self._own.prepare()
        return VerifiedAccount(
            unique_id=self._api.account_id(), remember={"path_style": style.value}
        )

    @override
    async def verify_entered(self) -> VerifiedAccount:
        verified = await self.verify()
        if self._own is not None:
            await self._own.verify(self._http_session)
        return verified

    @override
    async def list_avatars(self) -> tuple[CatalogueItem, ...]:
        reply = await self._api.ask("avatar list")
        return await asyncio.to_thread(wire.avatars, data_of(reply)) if reply else ()

    @override
    async def list_voices(self) -> tuple[CatalogueItem, ...]:
        reply = await self._api.ask("voice list")
        return await asyncio.to_thread(wire.voices, data_of(reply)) if reply else ()

    @override
    async def list_knowledge_bases(self) -> tuple[CatalogueItem, ...]:
        reply = await self._api.ask("knowledge base list")
        return await asyncio.to_thread(wire.knowledge_bases, data_of(reply)) if reply else ()

    @override
    async def get_credits(self) -> float | None:
        reply = await self._api.ask("quota", seconds=QUICK_TIMEOUT)
        return read(wire.Quota, "quota", reply).remaining_quota if reply else None

    @override
    async def create_session(self, request: SessionRequest) -> Session:
        body = new_body(request.settings)
        room = None
        if self._own is not None:
            room = self._own.new_room()
            token = await self._own.avatar_token(room)
            body["livekit_settings"] = {
                "room": room,
                "url": self._own.url,
                "access_token": token.get_secret_value(),
            }
        new = read(wire.NewSession, "new", await self._new(request, body))
        return Session(
            session_id=new.session_id,
            duration_limit=new.session_duration_limit,
            idle_limit=self.unattended_limit(request),
            is_paid=new.is_paid,
            access=access_of(new) if room is None else {"room": SecretStr(room)},
        )

    async def _new(self, request: SessionRequest, body: dict[str, object]) -> Reply:
        try:
            return await self._api.post("new", body)
        except AuthenticationError as err:
            is_foreign = not request.settings.keys().isdisjoint(_CATALOGUE_FIELDS)
            if not is_foreign or await self._api.is_key_bad():
                raise
            raise PermissionDeniedError(
                f"{err}: the avatar or the voice is not permitted", code=err.code, sent=False
            ) from None

    @override
    async def start_session(self, session: Session) -> Session:
        if "room" not in session.access:
            transport_of(session)
        with suppress(AlreadyStartedError):
            await self._api.settled("start", session.session_id, tries=2)
        return session

    @override
    def room_address(self, session: Session) -> str | None:
        if self._own is not None and "room" in session.access:
            return self._own.url
        address = session.access.get("url")
        return None if address is None else address.get_secret_value()

    @override
    async def viewer_access(self, session: Session, viewer: Viewer) -> LiveKitTransport:
        if self._own is not None and "room" in session.access:
            room = session.access["room"].get_secret_value()
            return await self._own.viewer_access(room, viewer)
        return transport_of(session)

    @override
    async def end_session(self, session_id: str) -> None:
        with suppress(SessionGoneError):
            await self._api.settled("stop", session_id, tries=MAX_TRIES)

    @override
    async def list_open_sessions(self) -> tuple[OpenSession, ...]:
        return await self._api.open_sessions()

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
        data = data_of(await self._api.post("task", body))
        # The text was accepted, even if the answer tells nothing of it.
        task = wire.Task.model_validate(data if isinstance(data, dict) else {})
        duration = None if task.duration_ms is None else task.duration_ms / 1000
        return Sent(task_id=task.task_id, duration=duration)

    @override
    async def interrupt(self, session: Session) -> Sent:
        # Sent once: a late one would cut the next sentence. What is not ready to speak is silent.
        with suppress(NotReadyError):
            await self._api.for_session("interrupt", session.session_id, tries=1)
        return Sent()

    @override
    async def start_listening(self, session: Session) -> Sent:
        await self._api.for_session("start_listening", session.session_id, tries=1)
        return Sent()

    @override
    async def stop_listening(self, session: Session) -> Sent:
        # Sent once, as an interrupt. What is not ready to listen does not.
        with suppress(NotReadyError):
            await self._api.for_session("stop_listening", session.session_id, tries=1)
        return Sent()

    @override
    async def keep_alive(self, session: Session) -> None:
        if not self._has_keep_alive:
            return
        try:
            await self._api.for_session("keep_alive", session.session_id, tries=MAX_TRIES)
        except NoRouteError:
            self._has_keep_alive = False
            _LOGGER.info("%s has no keep-alive here; only speech keeps a session open", VENDOR)

    async def create_token(self) -> SecretStr:
        """Return a token that stands for the key in one session's own connections.

        Raises:
            ProviderError: see errors.py.

        """
        return read(
            wire.SessionToken, "create_token", await self._api.post("create_token", {})
        ).token

    @override
    def unattended_limit(self, request: SessionRequest) -> float:
        return unattended_limit(request.settings)

    @override
    def vendor_time(self) -> float | None:
        return self._api.http.vendor_time()

    @override
    def decode(self, topic: str | None, payload: bytes) -> AvatarEvent | None:
        del topic
        return wire.decode(payload)

    @override
    async def check_account(self) -> tuple[Check, ...]:
        return await account_checks(self._api, self._http_session, self._own)

    @override
    async def check_session(self, session: Session) -> tuple[Check, ...]:
        return await session_checks(self._api, self._http_session, self._own, session)
