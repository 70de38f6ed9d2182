"""Voices that tell when they make which sound. All of them are packages of Debian; LICENSES.md has their terms."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
import re
import subprocess
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple
import wave

import numpy as np
from numpy.typing import NDArray

from training.lipsync.features import Array, resample
from training.lipsync.visemes import AMERICAN, RUSSIAN, Phones

PACKAGES: Final = (
    *("festival", "flite", "festvox-kallpc16k", "festvox-kdlpc16k"),
    *("festvox-us-slt-hts", "festvox-ru"),
)
_TEXTS: Final = Path(__file__).parent / "texts"


class Sound(NamedTuple):
    """One sound of a sentence: the second at which it ends, and its viseme."""

    end: float
    viseme: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A spoken sentence at 16 kHz."""

    samples: Array
    sounds: tuple[Sound, ...]

    def visemes(self, count: int, shift: float = 0.0) -> NDArray[np.int64]:
        """Return what is said at each hundredth of a second; `shift`: how many seconds too late the sounds are."""
        ends = np.array([sound.end for sound in self.sounds])
        visemes = np.array([*(sound.viseme for sound in self.sounds), 0])
        return np.asarray(visemes[np.searchsorted(ends, np.arange(count) / 100 + shift, "right")])


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice of Festival or Flite, and the sentences that it reads."""

    program: str
    name: str
    texts: str = "english"
    phones: Phones = field(default_factory=lambda: AMERICAN)

    def read(self) -> Iterator[Sentence]:
        """Speak every sentence."""
        lines = (_TEXTS / f"{self.texts}.txt").read_text("utf-8").splitlines()
        with TemporaryDirectory() as folder:
            speak = self._festival if self.program == "festival" else self._flite
            for name, marks in speak(lines, Path(folder)):
                samples = read_wave(Path(folder) / name)
                yield Sentence(samples, tuple(self.sounds(marks)))

    def sounds(self, marks: list[tuple[float, str]]) -> Iterator[Sound]:
        """Return sounds for marks that end so many seconds after the start. A diphthong's parts are equally long."""
        start = 0.0
        for end, phone in marks:
            visemes = self.phones[phone]
            for number, viseme in enumerate(visemes, 1):
                yield Sound(start + (end - start) * number / len(visemes), viseme)
            start = end

    def _festival(
        self, lines: list[str], folder: Path
    ) -> Iterator[tuple[str, list[tuple[float, str]]]]:
        """Festival takes a second to start, so it reads all sentences in one go."""
        script = [f"(voice_{self.name})"]
        for number, line in enumerate(lines):
            script.append(f'(set! said (utt.synth (Utterance Text "{line}")))')
            script.append(f'(utt.save.wave said "{number}.wav" \'riff)')
            script.append(f'(utt.save.segs said "{number}.seg")')
        (folder / "script.scm").write_text("\n".join(script), "utf-8")
        command = ["festival", "-b", "script.scm"]
        subprocess.run(command, cwd=folder, check=True)  # noqa: S603 - a text of ours
        for number in range(len(lines)):
            rows = (folder / f"{number}.seg").read_text("utf-8").split("#\n")[-1].split("\n")
            marks = [(float(row.split()[0]), row.split()[2]) for row in rows if row]
            yield f"{number}.wav", marks

    def _flite(
        self, lines: list[str], folder: Path
    ) -> Iterator[tuple[str, list[tuple[float, str]]]]:
        for number, line in enumerate(lines):
            command = ["flite", "-voice", self.name, "-psdur", "-t", line, "-o", f"{number}.wav"]
            done = subprocess.run(  # noqa: S603 - a text of ours
                command, cwd=folder, check=True, capture_output=True, text=True
            )
            marks: list[tuple[float, str]] = []
            before = last = 0.0
            for phone, end in re.findall(r"(\S+):([\d.]+)", done.stdout):
                # The time starts anew with each sentence of a line.
                if float(end) < last:
                    before += last
                last = float(end)
                marks.append((before + last, phone))
            yield f"{number}.wav", marks


VOICES: Final = (
    Voice("festival", "kal_diphone"),
    Voice("festival", "ked_diphone"),
    Voice("festival", "cmu_us_slt_arctic_hts"),
    Voice("festival", "msu_ru_nsh_clunits", "russian", RUSSIAN),
    Voice("flite", "kal16"),
    Voice("flite", "slt"),
    Voice("flite", "rms"),
    Voice("flite", "awb"),
)


def read_wave(path: Path) -> Array:
    """Return the samples of a file with 16 bits each, at 16 kHz."""
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        return resample(samples / 32768, file.getframerate())
