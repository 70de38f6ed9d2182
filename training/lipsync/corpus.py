"""What the network learns from: every sentence a few times, each time by another throat in another room."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.lipsync.features import BANDS, RATE, Array, mfcc
from training.lipsync.network import AHEAD, BEHIND, Values
from training.lipsync.visemes import OPEN, WIDE
from training.lipsync.voices import Sentence

LENGTH: Final = 64
"""Moments that are learnt together, of one sentence."""
PRIOR_ROWS: Final = 100
"""Moments that the average voice counts for, beside those that were heard."""
QUIET: Final = -9 * BANDS**0.5
"""First coefficient of a moment without speech. Such moments tell nothing about a voice."""
OUTSIDE: Final = -1
"""Label of what fills up the end of a sentence."""

_SETTLED: Final = 0.6
"""Share of the sentences that are heard as if the voice had been known from the start."""
_NOISY: Final = 0.7
"""Share of the sentences with noise."""
_WARPS: Final = (0.82, 0.88, 0.94, 1.0, 1.06, 1.12, 1.2)
_CORNERS: Final = np.array([0, 300, 1000, 2500, 5000, 8000])
_BLEND: Final = np.hanning(9)[1:-1] / np.hanning(9)[1:-1].sum()


@dataclass(frozen=True, slots=True)
class Average:
    """The voice of nobody: mean and deviation of each coefficient over all that was heard."""

    mean: Array
    deviation: Array

    def normalized(self, rows: Array, heard: int | None = None) -> Values:
        """Take a voice's own colour and loudness out, as known after `heard` moments; None: after all."""
        voiced = rows[:heard][rows[:heard, 0] > QUIET]
        weight = len(voiced) + PRIOR_ROWS
        mean = (voiced.sum(0) + PRIOR_ROWS * self.mean) / weight
        squares = PRIOR_ROWS * (self.mean**2 + self.deviation**2)
        deviation = np.sqrt(((voiced**2).sum(0) + squares) / weight - mean**2)
        return np.asarray((rows - mean) / deviation, np.float32)


@dataclass(frozen=True, slots=True)
class Corpus:
    """All moments in one row, and where the pieces begin that are learnt together."""

    average: Average
    rows: Values
    visemes: NDArray[np.int64]
    """Of the moment that lies `BEHIND` later in `rows`."""
    mouths: Values
    """Opening and spread, blended as a mouth blends them."""
    starts: NDArray[np.int64]


def make(sentences: Iterable[tuple[Sentence, int]], rng: np.random.Generator) -> Corpus:
    """Read each sentence so many times."""
    heard = [
        (rows, sentence.visemes(len(rows)))
        for sentence, times in sentences
        for rows in (varied(sentence.samples, rng) for _ in range(times))
    ]
    voiced = np.concatenate([rows[rows[:, 0] > QUIET] for rows, _ in heard])
    average = Average(voiced.mean(0), voiced.std(0))
    pieces = []
    for rows, visemes in heard:
        # In a card the beginning of a sound is read before the voice is known.
        known = None if rng.random() < _SETTLED else int(rng.uniform(20, 150))
        count = len(rows) + -len(rows) % LENGTH
        edges = (BEHIND, AHEAD + count - len(rows))
        normal = np.pad(average.normalized(rows, known), (edges, (0, 0)), "edge")
        mouths = np.stack([blended(OPEN[visemes]), blended(WIDE[visemes])], axis=1)
        after = len(normal) - len(rows)
        labels = np.pad(visemes, (0, after), constant_values=OUTSIDE)
        pieces.append((normal, labels, np.pad(mouths, ((0, after), (0, 0)))))
    starts = []
    begin = 0
    for normal, _, _ in pieces:
        starts.append(begin + np.arange(0, len(normal) - BEHIND - AHEAD, LENGTH))
        begin += len(normal)
    return Corpus(
        average,
        rows=np.concatenate([piece[0] for piece in pieces]),
        visemes=np.concatenate([piece[1] for piece in pieces]),
        mouths=np.concatenate([piece[2] for piece in pieces], dtype=np.float32),
        starts=np.concatenate(starts),
    )


def varied(samples: Array, rng: np.random.Generator) -> Array:
    """Return the features of a sentence by a longer or shorter throat, louder or softer, in another room."""
    samples = samples * 10 ** rng.uniform(-1, 0) / np.abs(samples).max()
    gains = np.cumsum(rng.uniform(-4, 4, len(_CORNERS)))
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE)
    decibels = np.interp(hertz, _CORNERS, gains - gains.mean())
    samples = np.fft.irfft(np.fft.rfft(samples) * 10 ** (decibels / 20), len(samples))
    if rng.random() < _NOISY:
        level = np.sqrt((samples**2).mean()) * 10 ** (-rng.uniform(15, 50) / 20)
        samples = samples + level * rng.standard_normal(len(samples))
    return mfcc(samples, float(rng.choice(_WARPS)))


def blended(values: Array) -> Array:
    """Return values as a mouth follows them: over 70 ms."""
    half = len(_BLEND) // 2
    return np.convolve(np.pad(values, half, "edge"), _BLEND, "valid")
