"""Request bodies, exactly as documented: what is not in the documents is refused.

Vendor reference: Start a New Streaming Session; Streaming Avatar SDK API Reference.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

type Fraction = Annotated[float, Field(ge=0, le=1)]


class Quality(StrEnum):
    """Streaming quality."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class TaskType(StrEnum):
    """Say the text, or answer it."""

    REPEAT = "repeat"
    TALK = "talk"


class TaskMode(StrEnum):
    """Answer when all is said, or at once."""

    SYNC = "sync"
    ASYNC = "async"


type Emotion = Literal[
    "excited",
    "serious",
    "friendly",
    "soothing",
    "broadcaster",
    "Excited",
    "Serious",
    "Friendly",
    "Soothing",
    "Broadcaster",
]
"""The SDK reference writes them in lower case, the REST reference with a capital."""


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ElevenLabsSettings(_Body):
    """Parameters of a third-party voice."""

    stability: Fraction | None = None
    similarity_boost: Fraction | None = None
    style: Fraction | None = None
    use_speaker_boost: bool | None = None
    model_id: Literal["eleven_flash_v2_5", "eleven_multilingual_v2"] | None = None


class VoiceSettings(_Body):
    """How the avatar sounds."""

    voice_id: str = ""
    rate: Annotated[float, Field(ge=0.5, le=1.5)] = 1.0
    emotion: Emotion = "friendly"
    elevenlabs_settings: ElevenLabsSettings = ElevenLabsSettings()


class SttSettings(_Body):
    """How the avatar hears."""

    provider: Literal["deepgram", "gladia", "assembly_ai"] = "assembly_ai"
    confidence: Fraction = 0.55


class LiveKitSettings(_Body):
    """The caller's own LiveKit room (beta)."""

    room: str
    url: str
    access_token: str


class NewSession(_Body):
    """`new`: every field may be left out, none may be null."""

    quality: Quality = Quality.MEDIUM
    avatar_id: str = "default"
    voice: VoiceSettings = VoiceSettings()
    stt_settings: SttSettings = SttSettings()
    video_encoding: Literal["H264", "VP8"] = "VP8"
    knowledge_base: str = ""
    version: Literal["v1"] = "v1"
    knowledge_base_id: str = ""
    disable_idle_timeout: bool = False
    activity_idle_timeout: Annotated[int, Field(ge=30, le=3600)] = 120
    """Seconds."""
    livekit_settings: Annotated[LiveKitSettings | None, Field(exclude=True)] = None
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")] = "en"
    """A basic code: locale tags are not supported."""


class SessionReference(_Body):
    """`start`, `interrupt`, `stop`, `keep_alive`."""

    session_id: str


class Task(_Body):
    """`task`."""

    session_id: str
    text: str
    task_type: TaskType = TaskType.REPEAT
    task_mode: TaskMode = TaskMode.SYNC
