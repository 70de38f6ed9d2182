"""The avatar as a participant of a LiveKit room, whoever has the room."""

from abc import abstractmethod
import asyncio
from collections.abc import AsyncGenerator
import logging
from typing import override

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

from simulator.media.face import Animation
from simulator.media.speech import Speech
from simulator.room.base import Room, RoomError, RoomSpec
from simulator.room.pumps import FRAMES_PER_SECOND, AudioPump, Playback, VideoPump
from simulator.tasks import stop

_LOGGER = logging.getLogger(__name__)

_POLL_SECONDS = 0.25
_LEAVE_SECONDS = 5.0


class ParticipantRoom(Room):
    """A room that the avatar joins over the network."""

    def __init__(self, spec: RoomSpec) -> None:
        """Make no connection yet."""
        super().__init__(spec)
        self.rtc = RtcRoom()
        self.rtc.on("disconnected", self._on_disconnected)
        self._closing = False
        self._drawing: asyncio.Task[Animation] | None = None
        self._joining: asyncio.Task[None] | None = None
        self._audio: AudioPump | None = None
        self._pumps: list[asyncio.Task[None]] = []
        self._poll: asyncio.Task[None] | None = None

    @abstractmethod
    def avatar_token(self) -> str:
        """Return the token that the avatar joins with."""

    @abstractmethod
    async def has_viewer(self) -> bool | None:
        """Say whether a viewer is there; None: not known now."""

    @abstractmethod
    async def delete(self) -> None:
        """Delete the room, as far as it is ours. Never raises."""

    @override
    async def open(self) -> None:
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
        if not self.rtc.isconnected():
            return
        try:
            await self.rtc.local_participant.publish_data(payload, reliable=True)
        except PublishDataError as error:
            _LOGGER.warning("A data message was lost: %s", error)

    @override
    async def lose(self) -> None:
        self.lost = True
        await self.delete()
        await self._leave()

    @override
    async def close(self) -> None:
        if self._closing:
            return
        self._closing = True
        await stop(self._poll)
        await self._leave()
        await self.delete()
        self.note_viewer(present=False)

    async def _draw(self) -> Animation:
        spec = self.spec
        return await asyncio.to_thread(Animation, spec.look, spec.width, spec.height)

    async def _join(self) -> None:
        options = RoomOptions(auto_subscribe=False)
        await self.rtc.connect(self.url, self.avatar_token(), options)
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
        await self.rtc.local_participant.publish_track(track, options)

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
        await self.rtc.local_participant.publish_track(track, options)

    async def _leave(self) -> None:
        if self._joining is not None:
            await asyncio.wait([self._joining])
        for pump in self._pumps:
            await stop(pump)
        self._pumps = []
        if self._audio is not None:
            self._audio.stop()
        leaving = asyncio.ensure_future(self.rtc.disconnect())
        await asyncio.wait([leaving], timeout=_LEAVE_SECONDS)

    def _on_disconnected(self, reason: object) -> None:
        if not self._closing:
            _LOGGER.info("The avatar lost its room %s: %s", self.spec.name, reason)
            self.lost = True

    async def _watch(self) -> None:
        while True:
            present = await self.has_viewer()
            if present is not None:
                self.note_viewer(present=present)
            await asyncio.sleep(_POLL_SECONDS)
