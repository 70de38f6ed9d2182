"""Sound and picture of one avatar, pumped into LiveKit's native sources."""

import asyncio
from dataclasses import dataclass, field

from livekit.rtc import AudioFrame, AudioSource, VideoBufferType, VideoFrame, VideoSource
import numpy as np
from numpy.typing import NDArray

from simulator.media.face import Animation
from simulator.media.features import Mouth
from simulator.media.motion import Motion
from simulator.media.speech import MOUTH_RATE, SAMPLE_RATE, Sound, Speech

FRAMES_PER_SECOND = 24

_FRAME_SAMPLES = SAMPLE_RATE // 50
_QUEUE_MILLISECONDS = 100
_LATE_SECONDS = 0.5


@dataclass(slots=True, eq=False)
class Playback:
    """One speech on its way out."""

    speech: Speech
    sound: Sound
    cut: asyncio.Event
    marks: asyncio.Queue[int | None] = field(default_factory=asyncio.Queue)
    """Indexes of words as they begin; None: over."""
    pushed: int = 0
    """Samples handed to the native queue, silence behind the end included."""
    told: int = 0
    """Words that have been marked."""

    def heard_seconds(self, queued: float) -> float:
        """Return how far a listener has come, with `queued` seconds still in the queue."""
        return max(0.0, self.pushed / SAMPLE_RATE - queued)


class AudioPump:
    """Silence, and speech where there is some."""

    def __init__(self) -> None:
        """Make the native source."""
        self.source = AudioSource(SAMPLE_RATE, 1, queue_size_ms=_QUEUE_MILLISECONDS)
        self._playback: Playback | None = None

    def play(self, playback: Playback) -> None:
        """Play from the next frame on."""
        self._playback = playback

    def mouth(self) -> Mouth | None:
        """Return what the mouth does to what is heard now; None: nothing is said."""
        playback = self._playback
        if playback is None:
            return None
        rows = playback.sound.mouth
        index = int(playback.heard_seconds(self.source.queued_duration) * MOUTH_RATE)
        if index >= len(rows):
            return None
        return Mouth(float(rows[index, 0]), float(rows[index, 1]))

    async def run(self) -> None:
        """Pump until cancelled; the native queue sets the pace."""
        silence = np.zeros(_FRAME_SAMPLES, dtype=np.int16)
        while True:
            playback = self._playback
            samples = silence if playback is None else self._next(playback)
            await self.source.capture_frame(
                AudioFrame(samples.tobytes(), SAMPLE_RATE, 1, _FRAME_SAMPLES)
            )
            if playback is not None and playback is self._playback:
                self._tell(playback)

    def drop(self, playback: Playback) -> None:
        """Cut `playback`, if it is not over."""
        if playback is self._playback:
            playback.cut.set()

    def stop(self) -> None:
        """End what is being played."""
        if self._playback is not None:
            self._playback.marks.put_nowait(None)
            self._playback = None

    def _next(self, playback: Playback) -> NDArray[np.int16]:
        if playback.cut.is_set():
            self.source.clear_queue()
            self.stop()
            return np.zeros(_FRAME_SAMPLES, dtype=np.int16)
        part = playback.sound.samples[playback.pushed : playback.pushed + _FRAME_SAMPLES]
        playback.pushed += _FRAME_SAMPLES
        return np.pad(part, (0, _FRAME_SAMPLES - len(part)))

    def _tell(self, playback: Playback) -> None:
        heard = playback.heard_seconds(self.source.queued_duration)
        words = playback.speech.words
        while playback.told < len(words) and words[playback.told].start_seconds <= heard:
            playback.marks.put_nowait(playback.told)
            playback.told += 1
        if heard >= playback.speech.duration_seconds:
            self.stop()


class VideoPump:
    """The face, frame by frame."""

    def __init__(self, animation: Animation, width: int, height: int, seed: str) -> None:
        """Make the native source."""
        self.source = VideoSource(width, height)
        self._animation = animation
        self._motion = Motion(seed)
        self._frame = VideoFrame(width, height, VideoBufferType.I420, self._animation.buffer)

    async def run(self, audio: AudioPump) -> None:
        """Pump until cancelled. A frame is three copies: it is drawn right in the loop."""
        loop = asyncio.get_running_loop()
        begin = due = loop.time()
        while True:
            self._animation.draw(self._motion.pose(due - begin, audio.mouth()))
            self.source.capture_frame(self._frame)
            due += 1 / FRAMES_PER_SECOND
            if loop.time() - due > _LATE_SECONDS:
                due = loop.time()
            await asyncio.sleep(max(0.0, due - loop.time()))
