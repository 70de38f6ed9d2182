"""The parts of the training of the lip-sync that the card depends on; the whole needs voices and minutes."""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
import pytest

from training.lipsync.features import COEFFICIENTS, RATE, mfcc, resample
from training.lipsync.network import AHEAD, BEHIND, Network
from training.lipsync.visemes import AMERICAN, INDEX
from training.lipsync.voices import Sentence, Sound, Voice

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


def test_a_sound_reaches_until_its_end() -> None:
    sounds = (Sound(0.02, INDEX["PP"]), Sound(0.05, INDEX["aa"]))
    visemes = Sentence(np.zeros(1), sounds).visemes(7)
    names = ["PP", "PP", "aa", "aa", "aa", "sil", "sil"]
    assert visemes.tolist() == [INDEX[name] for name in names]


def test_sounds_that_come_late_are_put_earlier() -> None:
    sounds = (Sound(0.04, INDEX["PP"]), Sound(0.06, INDEX["aa"]))
    visemes = Sentence(np.zeros(1), sounds).visemes(4, shift=0.02)
    assert visemes.tolist() == [INDEX[name] for name in ("PP", "PP", "aa", "aa")]


def test_a_diphthong_is_two_shapes() -> None:
    voice = Voice("flite", "slt", phones=AMERICAN)
    sounds = list(voice.sounds([(0.1, "b"), (0.3, "ay")]))
    assert [sound.viseme for sound in sounds] == [INDEX[name] for name in ("PP", "aa", "I")]
    assert [sound.end for sound in sounds] == pytest.approx([0.1, 0.2, 0.3])


@pytest.mark.parametrize("number", range(6))
def test_slopes_are_those_of_the_loss(number: int) -> None:
    rng = np.random.default_rng(1)
    network = Network(rng)
    moments = rng.standard_normal((2, BEHIND + AHEAD + 3, COEFFICIENTS)).astype(np.float32)
    label = INDEX["O"]

    def loss() -> float:
        return float(-np.log(network.forward(moments)[..., label].astype(np.float64)).sum())

    slope = network.forward(moments)
    slope[..., label] -= 1
    slopes = network.backward(slope)[number].ravel()
    values = network.parameters[number].ravel()
    for place in rng.integers(0, len(values), 5):
        kept = values[place]
        step = np.float32(1e-2)
        values[place] = kept + step
        above = loss()
        values[place] = kept - step
        below = loss()
        values[place] = kept
        measured = (above - below) / (2 * float(step))
        assert slopes[place] == pytest.approx(measured, abs=0.02, rel=0.05)
