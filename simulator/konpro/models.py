"""Request bodies, exactly as documented: what is not in the documents is refused.

Vendor reference: Start a New Streaming Session; Streaming Avatar SDK API Reference.
"""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator

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

    room: Annotated[str, Field(min_length=1)]
    url: Annotated[str, Field(pattern=r"^wss?://[^\s/]+")]
    access_token: Annotated[str, Field(min_length=1, repr=False)]


class NewSession(_Body):
    """`new`: every field may be left out, none may be null."""

    quality: Quality = Quality.MEDIUM
    avatar_id: str = "default"
    voice: VoiceSettings = VoiceSettings()
    stt_settings: SttSettings = SttSettings()
    video_encoding: Literal["H264", "VP8"] = "VP8"
    knowledge_base: str = ""
    version: Literal["v1", "v2"] = "v1"
    """The vendor's own SDK says v2."""
    knowledge_base_id: str = ""
    """Counts in v1 only."""
    disable_idle_timeout: bool = False
    activity_idle_timeout: Annotated[int, Field(ge=30, le=3600)] = 120
    """Seconds."""
    livekit_settings: Annotated[LiveKitSettings | None, Field(exclude=True)] = None
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")] = "en"
    """A basic code: locale tags are not supported."""
    silence_response: bool = False
    """The avatar says something when the user is silent (SDK only)."""

    @field_validator("livekit_settings", mode="before")
    @classmethod
    def _refuse_null(cls, value: object) -> object:
        if value is None:
            raise ValueError("Input should be an object")
        return value


class SdkSession(NewSession):
    """`new` as the vendor's own SDK asks for it, which shows a session token."""

    avatar_name: str = "default"
    """What others call `avatar_id`."""
    source: Literal["sdk"] = "sdk"
    ia_is_livekit_transport: bool = False
    """The user's voice comes through the room."""

    def as_new_session(self) -> Self:
        """Return it with the avatar where others name it."""
        return self.model_copy(update={"avatar_id": self.avatar_name})


class SessionReference(_Body):
    """`start`, `interrupt`, `stop`, `keep_alive`, `start_listening`, `stop_listening`."""

    session_id: str


class Task(_Body):
    """`task`."""

    session_id: str
    text: str
    task_type: TaskType = TaskType.REPEAT
    task_mode: TaskMode = TaskMode.SYNC


class KnowledgeBaseWish(_Body):
    """`knowledge_base/create`, and the update: every field is required."""

    name: Annotated[str, Field(min_length=1)]
    opening: str
    prompt: str


class TokenWish(_Body):
    """`create_token`: nothing can be asked for."""
