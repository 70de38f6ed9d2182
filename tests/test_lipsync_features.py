"""What the training sees of a sound is what the card sees of it: both are compared with the same numbers."""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
import pytest

from training.lipsync.features import RATE, mfcc, resample

GOLDEN = json.loads((Path(__file__).parents[1] / "training/lipsync/golden.json").read_text("utf-8"))


def tones() -> NDArray[np.float64]:
    at = np.arange(640)
    steady = 0.5 * np.sin(2 * np.pi * 220 * at / RATE)
    return np.asarray(steady + 0.2 * np.sin(2 * np.pi * 1900 * at / RATE) * at / 640)


def by_definition(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum by sum, without a fast transform and without a line of the code that is tested."""
    padded = np.concatenate([np.zeros(200), samples, np.zeros(200)])
    sharp = padded - 0.95 * np.concatenate([[0], padded[:-1]])
    lowest, highest = (2595 * np.log10(1 + hertz / 700) for hertz in (60, 7600))
    corners = 700 * (10 ** (np.linspace(lowest, highest, 28) / 2595) - 1)
    at = np.arange(400)
    rows = []
    for start in range(0, len(sharp) - 399, 160):
        frame = sharp[start : start + 400] * (0.54 - 0.46 * np.cos(2 * np.pi * at / 399))
        levels = np.full(26, 1e-5)
        for line in range(257):
            power = abs(np.sum(frame * np.exp(-2j * np.pi * line * at / 512))) ** 2
            hertz = line * 16000 / 512
            for band in range(26):
                low, middle, high = corners[band : band + 3]
                weight = min((hertz - low) / (middle - low), (high - hertz) / (high - middle))
                levels[band] += power * max(0, weight)
        bands = np.arange(26)
        rows.append(
            [
                np.sqrt((2 if k else 1) / 26)
                * np.sum(np.log(levels) * np.cos(np.pi * k * (2 * bands + 1) / 52))
                for k in range(13)
            ]
        )
    return np.array(rows)


def test_features_are_what_their_definition_says() -> None:
    assert mfcc(tones()) == pytest.approx(by_definition(tones()), abs=1e-9)


def test_the_numbers_that_the_card_is_compared_with_are_the_same() -> None:
    assert mfcc(tones()) == pytest.approx(np.array(GOLDEN["rows"]), abs=1e-3)


def test_another_rate_gives_the_same_sound() -> None:
    def tone(rate: int) -> NDArray[np.float64]:
        return np.asarray(np.sin(2 * np.pi * 440 * np.arange(rate) / rate))

    assert resample(tone(22_050), 22_050) == pytest.approx(tone(RATE), abs=1e-6)
