"""What the network sees of a sound: the same numbers as card/src/lipsync/mfcc.ts gives, which a test compares."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]

RATE: Final = 16_000
HOP: Final = 160
FRAME: Final = 400
SIZE: Final = 512
BANDS: Final = 26
COEFFICIENTS: Final = 13
FLOOR: Final = 1e-5
LOWEST: Final = 60.0
HIGHEST: Final = 7600.0
PRE_EMPHASIS: Final = 0.95
WARP_BEND: Final = 4800.0
"""Above it a warped frequency axis runs straight to the end of the band."""


def mel(hertz: Array) -> Array:
    """Return the pitch that is heard."""
    return np.asarray(2595 * np.log10(1 + hertz / 700))


def bank(warp: float = 1.0) -> Array:
    """Return the weights of each band; `warp` makes the throat longer or shorter."""
    lowest, highest = mel(np.array([LOWEST, HIGHEST]))
    pitches = np.linspace(float(lowest), float(highest), BANDS + 2)
    corners = 700 * (10 ** (pitches / 2595) - 1)
    slope = (HIGHEST - WARP_BEND * warp) / (HIGHEST - WARP_BEND)
    corners = np.where(
        corners < WARP_BEND, corners * warp, WARP_BEND * warp + (corners - WARP_BEND) * slope
    )
    bins = np.arange(SIZE // 2 + 1) * RATE / SIZE
    low, middle, high = corners[:-2, None], corners[1:-1, None], corners[2:, None]
    rising, falling = (bins - low) / (middle - low), (high - bins) / (high - middle)
    return np.asarray(np.maximum(0, np.minimum(rising, falling)))


_WINDOW: Final = 0.54 - 0.46 * np.cos(2 * np.pi * np.arange(FRAME) / (FRAME - 1))
_ANGLES: Final = np.pi * np.outer(np.arange(COEFFICIENTS), 2 * np.arange(BANDS) + 1) / (2 * BANDS)
_COSINES: Final = np.cos(_ANGLES) * np.sqrt(
    np.where(np.arange(COEFFICIENTS) == 0, 1, 2)[:, None] / BANDS
)


def mfcc(samples: Array, warp: float = 1.0) -> Array:
    """Return one row for each 10 ms of a sound at 16 kHz; the frame of row n lies around sample 160 n."""
    padded = np.concatenate([np.zeros(FRAME // 2), samples, np.zeros(FRAME // 2)])
    sharp = np.append(padded[0], padded[1:] - PRE_EMPHASIS * padded[:-1])
    count = (len(sharp) - FRAME) // HOP + 1
    frames = sharp[np.arange(FRAME) + HOP * np.arange(count)[:, None]] * _WINDOW
    power = np.abs(np.fft.rfft(frames, SIZE)) ** 2
    return np.asarray(np.log(power @ bank(warp).T + FLOOR) @ _COSINES.T)


def resample(samples: Array, rate: int) -> Array:
    """Return a sound at 16 kHz."""
    if rate == RATE:
        return samples
    count = round(len(samples) * RATE / rate)
    spectrum = np.fft.rfft(samples)
    kept = np.zeros(count // 2 + 1, complex)
    shared = min(len(spectrum), len(kept))
    kept[:shared] = spectrum[:shared]
    return np.asarray(np.fft.irfft(kept, count) * (count / len(samples)))
