"""Real rooms: on the LiveKit server of the settings, or on one that the caller brings along.

Who is in a room of the settings' server is asked of it every quarter of a second. The publisher's
own room events tell of a viewer that only listens up to 2.6 s late, and of a short visit never: that
is how it is in a caller's room.
"""

import asyncio
import logging
from typing import override

import aiohttp
from livekit import api
from livekit.api.room_service import RoomService

from simulator.media.engines import find_voice
from simulator.media.face import atlas
from simulator.media.speech import VoiceError
from simulator.room.base import (
    AGENT_IDENTITY,
    AVATAR_IDENTITY,
    VIEWER_IDENTITY,
    OwnRoom,
    Room,
    RoomError,
    RoomSpec,
    Stage,
)
from simulator.room.participant import ParticipantRoom
from simulator.room.token import refuse_unless_welcome, room_token
from simulator.settings import LiveKitServer

_LOGGER = logging.getLogger(__name__)

_EMPTY_ROOM_SECONDS = 3600
"""The room waits for its first participant as long as the longest session lasts."""
_AVATAR_TOKEN_SECONDS = 86_400
_SERVER_ERRORS = (api.ServerError, aiohttp.ClientError, TimeoutError)
_PREPARED_PICTURE = ("clara", 854, 480)


class HostedRoom(ParticipantRoom):
    """A room of the settings' LiveKit server."""

    def __init__(self, spec: RoomSpec, server: LiveKitServer, service: RoomService) -> None:
        """Make no connection yet."""
        super().__init__(spec)
        self._server = server
        self._service = service

    @property
    @override
    def url(self) -> str:
        return self._server.url

    @override
    def viewer_token(self, valid_seconds: float) -> str:
        return self._token(VIEWER_IDENTITY, valid_seconds)

    @override
    def agent_token(self, valid_seconds: float) -> str | None:
        return self._token(AGENT_IDENTITY, valid_seconds)

    @override
    def avatar_token(self) -> str:
        return self._token(AVATAR_IDENTITY, _AVATAR_TOKEN_SECONDS)

    @override
    async def open(self) -> None:
        wish = api.CreateRoomRequest(name=self.spec.name, empty_timeout=_EMPTY_ROOM_SECONDS)
        try:
            await self._service.create_room(wish)
        except _SERVER_ERRORS as error:
            _LOGGER.error("LiveKit server: %s", error)  # noqa: TRY400 -- its text says it all
            raise RoomError("The LiveKit server made no room") from error
        await super().open()

    @override
    async def has_viewer(self) -> bool | None:
        wish = api.ListParticipantsRequest(room=self.spec.name)
        try:
            answer = await self._service.list_participants(wish)
        except _SERVER_ERRORS as error:
            _LOGGER.debug("Participants of %s are not known: %s", self.spec.name, error)
            return None
        return any(map(_is_viewer, answer.participants))

    @override
    async def remove_viewer(self) -> None:
        wish = api.RoomParticipantIdentity(room=self.spec.name, identity=VIEWER_IDENTITY)
        try:
            await self._service.remove_participant(wish)
        except _SERVER_ERRORS as error:
            _LOGGER.info("Nobody was removed: %s", error)

    @override
    async def delete(self) -> None:
        try:
            await self._service.delete_room(api.DeleteRoomRequest(room=self.spec.name))
        except _SERVER_ERRORS as error:
            _LOGGER.info("No room was deleted: %s", error)

    def _token(self, identity: str, valid_seconds: float) -> str:
        return room_token(
            api_key=self._server.api_key,
            api_secret=self._server.api_secret,
            identity=identity,
            room=self.spec.name,
            valid_seconds=valid_seconds,
        )


class CallersRoom(ParticipantRoom):
    """A room of the caller: the avatar is a guest, everybody else is a viewer."""

    def __init__(self, spec: RoomSpec, own: OwnRoom) -> None:
        """Make no connection yet."""
        super().__init__(spec)
        self._own = own

    @property
    @override
    def url(self) -> str:
        return self._own.url

    @override
    def viewer_token(self, valid_seconds: float) -> str:
        return self._own.token

    @override
    def agent_token(self, valid_seconds: float) -> str | None:
        return None

    @override
    def avatar_token(self) -> str:
        return self._own.token

    @override
    async def enter(self) -> None:
        # The server would let it into whatever room the token names.
        refuse_unless_welcome(self._own.token, self.spec.name)
        await super().enter()

    @override
    async def has_viewer(self) -> bool | None:
        return bool(self.rtc.remote_participants)

    @override
    async def remove_viewer(self) -> None:
        _LOGGER.info("Nobody was removed: the room is the caller's")

    @override
    async def delete(self) -> None:
        return


class LiveKitStage(Stage):
    """Makes rooms on one LiveKit server, and takes avatars to others."""

    def __init__(self, server: LiveKitServer) -> None:
        """Find a voice. Raises VoiceError where none is installed."""
        self._server = server
        self._client: api.LiveKitAPI | None = None
        self._engine_voice = self.voice = find_voice()

    @override
    async def prepare(self) -> None:
        try:
            await self._engine_voice.load()
        except VoiceError, ImportError, OSError:
            _LOGGER.exception("The voice could not be loaded")
        await asyncio.to_thread(atlas, *_PREPARED_PICTURE)

    @override
    def make_room(self, spec: RoomSpec) -> Room:
        if spec.own is not None:
            return CallersRoom(spec, spec.own)
        if self._client is None:
            server = self._server
            self._client = api.LiveKitAPI(server.url, server.api_key, server.api_secret)
        return HostedRoom(spec, self._server, self._client.room)

    @override
    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()
        await super().close()


def _is_viewer(participant: api.ParticipantInfo) -> bool:
    """Say whether it is the viewer, fully there: media connected."""
    return (
        participant.identity == VIEWER_IDENTITY
        and participant.state == api.ParticipantInfo.State.ACTIVE
    )
