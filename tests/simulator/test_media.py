"""Picture and sound, where their libraries are installed."""

import itertools

import pytest

from simulator.media.speech import SAMPLE_RATE, split_words, time_words

pytest.importorskip("numpy")
pytest.importorskip("PIL")

import numpy as np

from simulator.media.face import Animation
from simulator.media.features import Eyes, Mouth
from simulator.media.motion import Motion, Pose
from simulator.media.sound import make_sound, resample

WIDTH, HEIGHT = 320, 180


def tone(hertz: float, seconds: float, rate: int) -> np.ndarray:
    time = np.arange(round(seconds * rate)) / rate
    return (np.sin(2 * np.pi * hertz * time) * 8000).astype(np.int16)


@pytest.mark.parametrize("text", ["", " ", "a", "  two  words \n", "😀 emoji"])
def test_words_are_the_text(text: str) -> None:
    assert "".join(split_words(text)) == (text if text.strip() else "")


def test_words_are_spread_over_their_part() -> None:
    words = time_words(["ab cd. ", "ef"], [2.0, 1.0])
    assert [word.text for word in words] == ["ab ", "cd. ", "ef"]
    assert [word.start_seconds for word in words] == pytest.approx([0.0, 6 / 7, 2.0])


def test_resampling_keeps_the_tone_and_its_length() -> None:
    sound = resample(tone(440, 1.0, 22_050), 22_050)
    assert len(sound) == SAMPLE_RATE
    spectrum = np.abs(np.fft.rfft(sound))
    assert spectrum.argmax() == 440
    assert np.abs(sound).max() == pytest.approx(8000, rel=0.05)


def test_the_mouth_opens_with_the_sound() -> None:
    silence = np.zeros(SAMPLE_RATE // 2, dtype=np.int16)
    sound = make_sound([silence, tone(300, 0.5, SAMPLE_RATE), silence], SAMPLE_RATE)
    opening = sound.mouth[:, 0]
    assert len(opening) == 150
    assert opening[:45].max() == 0
    assert opening[60:90].min() > 0.5
    assert opening[105:].max() == 0


def test_a_bright_sound_stretches_the_mouth() -> None:
    dark = make_sound([tone(300, 0.5, SAMPLE_RATE)], SAMPLE_RATE).mouth[25, 1]
    bright = make_sound([tone(2500, 0.5, SAMPLE_RATE)], SAMPLE_RATE).mouth[25, 1]
    assert dark < 0 < bright


def test_silence_and_nothing_have_a_closed_mouth() -> None:
    assert make_sound([np.zeros(4800, dtype=np.int16)], SAMPLE_RATE).mouth.max() == 0
    assert len(make_sound([np.zeros(0, dtype=np.int16)], SAMPLE_RATE).mouth) == 0


def test_a_frame_shows_what_the_pose_says() -> None:
    animation = Animation("clara", WIDTH, HEIGHT)
    assert len(animation.buffer) == WIDTH * HEIGHT * 3 // 2

    def frame(*, eyes: float = 1.0, mouth: float = 0.0, sway: float = 0.0) -> bytes:
        animation.draw(Pose(Eyes(eyes), Mouth(mouth, 0.3), sway))
        return bytes(animation.buffer)

    calm = frame()
    assert calm == frame()
    assert len({calm, frame(eyes=0.0), frame(mouth=1.0), frame(sway=1.0)}) == 4


def test_a_face_blinks_and_follows_the_sound() -> None:
    motion = Motion("seed")
    poses = [motion.pose(step / 24, None) for step in range(24 * 20)]
    blinks = sum(a.eyes.open == 1 > b.eyes.open for a, b in itertools.pairwise(poses))
    assert 3 <= blinks <= 12
    assert all(pose.mouth.open == 0 for pose in poses)
    open_mouth = [motion.pose(20 + step / 24, Mouth(1.0, 0.0)) for step in range(5)][-1]
    assert open_mouth.mouth.open > 0.9
