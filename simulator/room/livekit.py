"""Real rooms: the avatar is a participant of a LiveKit room.

Who is in a room is asked of the server every quarter of a second. The publisher's own room
events tell of a viewer that only listens up to 2.6 s late, and of a short visit never.
"""

import asyncio
from collections.abc import AsyncGenerator
import logging
from typing import override

import aiohttp
from livekit import api
from livekit.api.room_service import RoomService
from livekit.rtc import (
    ConnectError,
    LocalAudioTrack,
    LocalVideoTrack,
    Room as RtcRoom,
    RoomOptions,
    TrackPublishOptions,
    TrackSource,
    VideoCodec,
    VideoEncoding,
)
from livekit.rtc.participant import PublishDataError, PublishTrackError

from simulator.media.engines import find_voice
from simulator.media.face import Animation, atlas
from simulator.media.speech import Speech, VoiceError
from simulator.room.base import (
    AVATAR_IDENTITY,
    VIEWER_IDENTITY,
    Room,
    RoomError,
    RoomSpec,
    Stage,
)
from simulator.room.pumps import FRAMES_PER_SECOND, AudioPump, Playback, VideoPump
from simulator.room.token import room_token
from simulator.settings import LiveKitServer
from simulator.tasks import stop

_LOGGER = logging.getLogger(__name__)

_POLL_SECONDS = 0.25
_LEAVE_SECONDS = 5.0
_EMPTY_ROOM_SECONDS = 3600
"""The room waits for its first participant as long as the longest session lasts."""
_AVATAR_TOKEN_SECONDS = 86_400
_SERVER_ERRORS = (api.ServerError, aiohttp.ClientError, TimeoutError)
_PREPARED_PICTURE = ("clara", 854, 480)


class LiveKitRoom(Room):
    """One room of a LiveKit server."""

    def __init__(self, spec: RoomSpec, server: LiveKitServer, service: RoomService) -> None:
        """Make no connection yet."""
        super().__init__(spec)
        self._server = server
        self._service = service
        self._room = RtcRoom()
        self._room.on("disconnected", self._on_disconnected)
        self._closing = False
        self._drawing: asyncio.Task[Animation] | None = None
        self._joining: asyncio.Task[None] | None = None
        self._audio: AudioPump | None = None
        self._pumps: list[asyncio.Task[None]] = []
        self._poll: asyncio.Task[None] | None = None

    @property
    @override
    def url(self) -> str:
        return self._server.url

    @override
    def viewer_token(self, valid_seconds: float) -> str:
        return self._token(VIEWER_IDENTITY, valid_seconds)

    @override
    async def open(self) -> None:
        wish = api.CreateRoomRequest(name=self.spec.name, empty_timeout=_EMPTY_ROOM_SECONDS)
        try:
            await self._service.create_room(wish)
        except _SERVER_ERRORS as error:
            _LOGGER.error("LiveKit server: %s", error)  # noqa: TRY400 -- its text says it all
            raise RoomError("The LiveKit server made no room") from error
        loop = asyncio.get_running_loop()
        self._poll = loop.create_task(self._watch(), name=f"watch {self.spec.name}")
        self._drawing = loop.create_task(self._draw())

    @override
    async def enter(self) -> None:
        self._joining = asyncio.get_running_loop().create_task(self._join())
        try:
            # A cancelled join would kill the process: the native library panics.
            await asyncio.shield(self._joining)
        except (ConnectError, PublishTrackError) as error:
            raise RoomError("The avatar could not join") from error

    @override
    async def play(self, speech: Speech, cut: asyncio.Event) -> AsyncGenerator[int]:
        if self._audio is None or speech.sound is None:
            return
        playback = Playback(speech, speech.sound, cut)
        self._audio.play(playback)
        try:
            while (mark := await playback.marks.get()) is not None:
                yield mark
        finally:
            self._audio.drop(playback)

    @override
    async def send(self, payload: bytes) -> None:
        if not self._room.isconnected():
            return
        try:
            await self._room.local_participant.publish_data(payload, reliable=True)
        except PublishDataError as error:
            _LOGGER.warning("A data message was lost: %s", error)

    @override
    async def remove_viewer(self) -> None:
        wish = api.RoomParticipantIdentity(room=self.spec.name, identity=VIEWER_IDENTITY)
        try:
            await self._service.remove_participant(wish)
        except _SERVER_ERRORS as error:
            _LOGGER.info("Nobody was removed: %s", error)

    @override
    async def lose(self) -> None:
        self.lost = True
        await self._delete()
        await self._leave()

    @override
    async def close(self) -> None:
        if self._closing:
            return
        self._closing = True
        await stop(self._poll)
        await self._leave()
        await self._delete()
        self.note_viewer(present=False)

    def _token(self, identity: str, valid_seconds: float) -> str:
        return room_token(
            api_key=self._server.api_key,
            api_secret=self._server.api_secret,
            identity=identity,
            room=self.spec.name,
            valid_seconds=valid_seconds,
        )

    async def _draw(self) -> Animation:
        spec = self.spec
        return await asyncio.to_thread(Animation, spec.look, spec.width, spec.height)

    async def _join(self) -> None:
        options = RoomOptions(auto_subscribe=False)
        token = self._token(AVATAR_IDENTITY, _AVATAR_TOKEN_SECONDS)
        await self._room.connect(self._server.url, token, options)
        if self._closing or self._drawing is None:
            return
        audio = self._audio = AudioPump()
        video = VideoPump(await self._drawing, self.spec.width, self.spec.height, self.spec.name)
        await asyncio.gather(self._publish_audio(audio), self._publish_video(video))
        loop = asyncio.get_running_loop()
        self._pumps = [loop.create_task(audio.run()), loop.create_task(video.run(audio))]

    async def _publish_audio(self, pump: AudioPump) -> None:
        track = LocalAudioTrack.create_audio_track("avatar-audio", pump.source)
        options = TrackPublishOptions(source=TrackSource.SOURCE_MICROPHONE)
        await self._room.local_participant.publish_track(track, options)

    async def _publish_video(self, pump: VideoPump) -> None:
        track = LocalVideoTrack.create_video_track("avatar-video", pump.source)
        options = TrackPublishOptions(
            source=TrackSource.SOURCE_CAMERA,
            simulcast=False,
            video_codec=VideoCodec.Value(self.spec.video_codec),
            video_encoding=VideoEncoding(
                max_bitrate=self.spec.video_bitrate, max_framerate=FRAMES_PER_SECOND
            ),
        )
        await self._room.local_participant.publish_track(track, options)

    async def _leave(self) -> None:
        if self._joining is not None:
            await asyncio.wait([self._joining])
        for pump in self._pumps:
            await stop(pump)
        self._pumps = []
        if self._audio is not None:
            self._audio.stop()
        leaving = asyncio.ensure_future(self._room.disconnect())
        await asyncio.wait([leaving], timeout=_LEAVE_SECONDS)

    def _on_disconnected(self, reason: object) -> None:
        if not self._closing:
            _LOGGER.info("The avatar lost its room %s: %s", self.spec.name, reason)
            self.lost = True

    async def _delete(self) -> None:
        try:
            await self._service.delete_room(api.DeleteRoomRequest(room=self.spec.name))
        except _SERVER_ERRORS as error:
            _LOGGER.info("No room was deleted: %s", error)

    async def _watch(self) -> None:
        wish = api.ListParticipantsRequest(room=self.spec.name)
        while True:
            try:
                answer = await self._service.list_participants(wish)
            except _SERVER_ERRORS as error:
                _LOGGER.debug("Participants of %s are not known: %s", self.spec.name, error)
            else:
                self.note_viewer(present=any(map(_is_viewer, answer.participants)))
            await asyncio.sleep(_POLL_SECONDS)


class LiveKitStage(Stage):
    """Makes rooms on one LiveKit server."""

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
        if self._client is None:
            server = self._server
            self._client = api.LiveKitAPI(server.url, server.api_key, server.api_secret)
        return LiveKitRoom(spec, self._server, self._client.room)

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
