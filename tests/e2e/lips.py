"""Whether a face moves its mouth with what is to be heard."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tests.e2e.screen import Frame

_QUIET = 0.005
_STEP_SECONDS = 0.02
_SYLLABLE_SECONDS = 0.12
"""A mouth follows syllables, not the single swings of a voice."""
_LAG_SECONDS = 0.1
"""The meter and the picture are not read at exactly the same moment."""
_LAG_BETWEEN_SCREENS = 0.5
"""Each fetches the sound for itself, and begins when it has it."""


def sounding(frames: Sequence[Frame], since: float = 0) -> list[Frame]:
    """Return the frames from the first to the last with sound, none if there is no sound."""
    loud = [frame.at for frame in frames if frame.loudness > _QUIET and frame.at >= since]
    return [frame for frame in frames if loud and loud[0] <= frame.at <= loud[-1]]


def lip_sync(frames: Sequence[Frame], heard: Sequence[Frame] | None = None) -> float:
    """Return how well the mouth's opening correlates with the envelope of the sound, -1 to 1.

    `heard` are the frames of the screen that sounds, where that is another one.
    """
    step = np.arange(frames[0].at, frames[-1].at, _STEP_SECONDS)
    sound, longest = (heard, _LAG_BETWEEN_SCREENS) if heard else (frames, _LAG_SECONDS)
    envelope = _sampled(step, sound, [frame.loudness for frame in sound])
    mouth = _sampled(step, frames, [frame.mouth for frame in frames])
    most = round(longest / _STEP_SECONDS)
    middle = envelope[most : len(step) - most]
    return max(
        float(np.corrcoef(middle, mouth[lag : lag + len(middle)])[0, 1])
        for lag in range(2 * most + 1)
    )


def _sampled(
    step: npt.NDArray[np.float64], frames: Sequence[Frame], values: Sequence[float]
) -> npt.NDArray[np.float64]:
    width = round(_SYLLABLE_SECONDS / _STEP_SECONDS)
    window = np.hanning(width + 2)[1:-1]
    even = np.interp(step, [frame.at for frame in frames], values)
    return np.convolve(even, window / window.sum(), "same")
