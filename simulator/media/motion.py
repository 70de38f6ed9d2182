"""How a face moves by itself: breath, blinks, glances. Time in, pose out."""

from dataclasses import dataclass
import math
import random

from simulator.media.features import Eyes, Mouth

_BREATH_SECONDS = 4.6
_BLINK_SECONDS = 0.22
_BLINK_EVERY = (2.2, 5.5)
_GLANCE_EVERY = (1.6, 4.5)
_GLANCES = ((0.0, 0.0), (0.0, 0.0), (-0.8, 0.0), (0.8, 0.0), (0.0, -0.8))
_MOUTH_EASING = 0.65
"""Share of the way to the wanted position that the mouth goes in one frame."""
_LOUD = 0.55


@dataclass(frozen=True, slots=True)
class Pose:
    """One moment of a face."""

    eyes: Eyes
    mouth: Mouth
    sway: float
    """-1 to 1: breath moves the body up and down."""


class Motion:
    """The moves of one face."""

    def __init__(self, seed: str) -> None:
        """Move like no other face with another `seed`."""
        self._random = random.Random(seed)
        self._blink_at = self._random.uniform(0.8, 2.5)
        self._glance_until = 0.0
        self._gaze = _GLANCES[0]
        self._mouth = Mouth(0.0, 0.3)
        self._brows = 0.0

    def pose(self, seconds: float, heard: Mouth | None) -> Pose:
        """Return the pose `seconds` after the start; `heard` is what the sound asks for."""
        speaking = heard is not None
        self._mouth = _towards(self._mouth, heard or Mouth(0.0, 0.3))
        wanted = 1.0 if heard is not None and heard.open > _LOUD else 0.0
        self._brows += (wanted - self._brows) * 0.12
        eyes = Eyes(
            open=self._lid(seconds),
            gaze_x=self._look_around(seconds, speaking=speaking)[0],
            gaze_y=self._gaze[1],
            brows=self._brows,
        )
        sway = math.sin(2 * math.pi * seconds / _BREATH_SECONDS)
        if speaking:
            sway = 0.6 * sway + 0.4 * math.sin(2 * math.pi * seconds / 1.3)
        return Pose(eyes, self._mouth, sway)

    def _lid(self, seconds: float) -> float:
        since = seconds - self._blink_at
        if since > _BLINK_SECONDS:
            self._blink_at = seconds + self._random.uniform(*_BLINK_EVERY)
            return 1.0
        if since < 0:
            return 1.0
        return abs(2 * since / _BLINK_SECONDS - 1)

    def _look_around(self, seconds: float, *, speaking: bool) -> tuple[float, float]:
        if seconds >= self._glance_until:
            self._glance_until = seconds + self._random.uniform(*_GLANCE_EVERY)
            self._gaze = _GLANCES[0] if speaking else self._random.choice(_GLANCES)
        return self._gaze


def _towards(current: Mouth, wanted: Mouth) -> Mouth:
    return Mouth(
        current.open + (wanted.open - current.open) * _MOUTH_EASING,
        current.width + (wanted.width - current.width) * _MOUTH_EASING,
    )
