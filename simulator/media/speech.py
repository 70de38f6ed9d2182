"""Spoken text with the times of its words, and the voices that make it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
import re
from typing import TYPE_CHECKING, override

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SAMPLE_RATE = 48_000
"""Hz, of every `samples`: what WebRTC carries."""
MOUTH_RATE = 100
"""Mouth positions a second."""

_PIECE = re.compile(r"\s*\S+\s*")


class VoiceError(Exception):
    """The text could not be spoken."""


@dataclass(frozen=True, slots=True)
class Word:
    """One piece of a text: a word with the white space around it."""

    text: str
    start_seconds: float
    """When its sound begins, from the begin of the speech."""


@dataclass(frozen=True, slots=True)
class Sound:
    """What is heard, and how the mouth moves to it."""

    samples: NDArray[np.int16]
    """Mono, `SAMPLE_RATE`."""
    mouth: NDArray[np.float32]
    """`MOUTH_RATE` rows of (opening 0-1, width -1 round to 1 wide)."""


@dataclass(frozen=True, slots=True)
class Speech:
    """One text, spoken."""

    words: tuple[Word, ...]
    """Together they are the text, character for character."""
    duration_seconds: float
    sound: Sound | None = None
    """None: only its time is known."""


class Voice(ABC):
    """Turns text into speech."""

    @abstractmethod
    async def speak(self, text: str, rate: float) -> Speech:
        """Speak `text` at `rate` (1 is normal, 2 twice as fast).

        Raises VoiceError. Never blocks the event loop.
        """

    async def close(self) -> None:  # noqa: B027 -- most voices hold nothing
        """Free what the voice holds."""


class MeasuredVoice(Voice):
    """Knows only how long a text takes: for rooms that nobody hears."""

    def __init__(self, characters_per_second: Callable[[], float | None]) -> None:
        """Take the speed when it is needed; None: no time at all."""
        self._characters_per_second = characters_per_second

    @override
    async def speak(self, text: str, rate: float) -> Speech:
        speed = self._characters_per_second()
        duration = 0.0 if speed is None else len(text) / (speed * rate)
        return Speech(time_words([text], [duration]), duration)


def split_words(text: str) -> list[str]:
    """Cut `text` into words with the white space around them; nothing is lost."""
    return _PIECE.findall(text)


def time_words(parts: Sequence[str], durations: Sequence[float]) -> tuple[Word, ...]:
    """Spread the words of each part over its duration (seconds) by their length."""
    words: list[Word] = []
    begin = 0.0
    for part, duration in zip(parts, durations, strict=True):
        pieces = split_words(part)
        letters = sum(map(len, pieces)) or 1
        passed = 0
        for piece in pieces:
            words.append(Word(piece, begin + duration * passed / letters))
            passed += len(piece)
        begin += duration
    return tuple(words)
