"""Sound files for the media folder of a Home Assistant."""

import asyncio
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Final
import wave

import numpy as np

from demo.voice import Voice, spoken

ANNOUNCEMENT: Final = "It will rain this afternoon, so please close the windows."
"""What is said in `announcement.mp3`."""
CHIME_SECONDS: Final = 1.6

_RATE: Final = 44_100
_NOTES: Final = (659.3, 523.3)
_NOTE_SECONDS: Final = CHIME_SECONDS / len(_NOTES)


async def record_media(folder: Path, voice: Voice) -> None:
    """Write `chime.wav` (two notes, stereo) and `announcement.mp3` (somebody speaks)."""
    await asyncio.to_thread(_write_chime, folder / "chime.wav")
    rate, samples = await spoken(voice, ANNOUNCEMENT)
    pcm = ("-f", "s16le", "-ar", str(rate), "-i", "pipe:0")
    process = await asyncio.create_subprocess_exec(
        *("ffmpeg", "-loglevel", "error", *pcm, str(folder / "announcement.mp3")), stdin=PIPE
    )
    await process.communicate(samples)
    assert process.returncode == 0


def _write_chime(file: Path) -> None:
    time = np.arange(int(_RATE * _NOTE_SECONDS)) / _RATE
    notes = [np.sin(2 * np.pi * note * time) * np.exp(-3 * time) for note in _NOTES]
    both_ears = np.repeat(np.concatenate(notes), 2)
    with wave.open(str(file), "wb") as chime:
        chime.setnchannels(2)
        chime.setsampwidth(2)
        chime.setframerate(_RATE)
        chime.writeframes((both_ears * 20_000).astype("<i2").tobytes())
