"""What is fixed at the start, and what a test may change while the simulator runs."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

DEFAULT_API_KEY = "simulator-key"

type Seconds = Annotated[float, Field(ge=0)]


class PathStyle(StrEnum):
    """How a vendor joins the resource and the operation in a path."""

    SLASH = "slash"
    DOTTED = "dotted"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveKitServer:
    """A real LiveKit server that the avatars join."""

    url: str
    """`ws://` or `wss://` address, the one that viewers get."""
    api_key: str
    api_secret: str = field(repr=False)


class Limits(BaseModel):
    """The vendor's limits and manners; `POST /_control/settings` changes them."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    api_keys: tuple[str, ...] = Field(default=(DEFAULT_API_KEY,), repr=False)
    """Keys of the one account; a key that is taken out is refused at once."""
    concurrent_sessions: Annotated[int, Field(ge=0)] = 3
    session_duration_seconds: Annotated[int, Field(ge=1)] = 600
    release_delay_seconds: Seconds = 0.0
    """How long an ended session still counts as open for the concurrency limit."""
    no_viewer_seconds: Seconds = 300.0
    """The avatar leaves when nobody has come this long after the start."""
    quota: Annotated[int, Field(ge=0)] = 600
    """Sixty are one credit."""
    quota_per_billed_second: Annotated[float, Field(ge=0)] = 0.2
    minimum_billed_seconds: Annotated[int, Field(ge=0)] = 30
    characters_per_second: Annotated[float, Field(gt=0)] | None = 15.0
    """Speed of speech without a room; null: speech takes no time."""
    answer: str | None = None
    """What the avatar answers in talk mode, `{text}` is what was sent; null: what fits."""
    answer_delay_seconds: Seconds = 0.0
    """How long it thinks before it answers."""
    blocked_words: tuple[str, ...] = ()
    """Texts with one of these words are refused; letter case does not matter."""
    silence_seconds: Annotated[float, Field(gt=0)] = 20.0
    """A user who says nothing for so long is silent."""
    own_livekit: bool = True
    """Whether the account may bring its own LiveKit rooms."""
    is_paid: bool = True
    """Whether sessions are said to be under a paid plan."""
    knowledge_base_shape: Literal["object", "array"] = "object"
    """How the list of knowledge bases is answered: both are known."""
    clock_offset_seconds: float = 0.0
    """How far the vendor's clock is ahead: Date headers, times in answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What one simulator is started with."""

    path_style: PathStyle = PathStyle.SLASH
    livekit: LiveKitServer | None = None
    """None: rooms exist in memory only and viewers are declared over the control endpoint."""
    limits: Limits = field(default_factory=Limits)
