"""Sound turned into what WebRTC carries and what a mouth does to it."""

import numpy as np
from numpy.typing import NDArray

from simulator.media.speech import MOUTH_RATE, SAMPLE_RATE, Sound

_HOP = SAMPLE_RATE // MOUTH_RATE
_WINDOW = 1024
_VOWEL_SPLIT_HZ = 900.0
_TOP_HZ = 3600.0
_SILENCE = 0.08
_SMOOTHING = np.array([0.25, 0.5, 0.25])


def make_sound(parts: list[NDArray[np.int16]], sample_rate: int) -> Sound:
    """Join mono `parts` of `sample_rate` Hz."""
    samples = np.concatenate([resample(part, sample_rate) for part in parts])
    return Sound(samples, _mouth(samples))


def resample(samples: NDArray[np.int16], sample_rate: int) -> NDArray[np.int16]:
    """Return `samples` at `SAMPLE_RATE`, band limited."""
    if sample_rate == SAMPLE_RATE or not len(samples):
        return samples
    length = round(len(samples) * SAMPLE_RATE / sample_rate)
    spectrum = np.fft.rfft(samples.astype(np.float32))
    bins = length // 2 + 1
    wanted = np.zeros(bins, dtype=spectrum.dtype)
    kept = min(bins, len(spectrum))
    wanted[:kept] = spectrum[:kept]
    wave = np.fft.irfft(wanted, length) * (length / len(samples))
    return np.clip(wave, -32768, 32767).astype(np.int16)


def _mouth(samples: NDArray[np.int16]) -> NDArray[np.float32]:
    """Return (opening, width) for every hundredth of a second."""
    count = -(-len(samples) // _HOP)
    padded = np.zeros(count * _HOP + _WINDOW, dtype=np.float32)
    begin = (_WINDOW - _HOP) // 2
    padded[begin : begin + len(samples)] = samples
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[: count * _HOP : _HOP]
    if not count or not np.any(samples):
        return np.zeros((count, 2), dtype=np.float32)
    power = np.abs(np.fft.rfft(frames * np.hanning(_WINDOW), axis=1)) ** 2
    split = round(_VOWEL_SPLIT_HZ * _WINDOW / SAMPLE_RATE)
    top = round(_TOP_HZ * _WINDOW / SAMPLE_RATE)
    low, high = power[:, 1:split].sum(axis=1), power[:, split:top].sum(axis=1)
    loudness = np.sqrt(low + high)
    level = np.clip(loudness / np.percentile(loudness, 95), 0, 1)
    opening = np.where(level < _SILENCE, 0, level**0.7)
    bright = high / np.maximum(low + high, 1e-9)
    width = np.clip((bright - 0.25) * 4, -1, 1)
    smooth = [np.convolve(row, _SMOOTHING, mode="same") for row in (opening, width)]
    return np.stack(smooth, axis=1).astype(np.float32)
