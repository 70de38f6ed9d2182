"""The border between a session and the room that its avatar is in."""

from abc import ABC, abstractmethod
import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field

from simulator.media.speech import Speech, Voice

AVATAR_IDENTITY = "avatar"
VIEWER_IDENTITY = "user"
AGENT_IDENTITY = "agent"


class RoomError(Exception):
    """The room could not be opened, or the avatar could not enter it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRoom:
    """A room that the caller brings along."""

    url: str
    """`ws://` or `wss://` address of its server."""
    token: str = field(repr=False)
    """What the avatar joins with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomSpec:
    """What a session wants of its room."""

    name: str
    width: int
    height: int
    video_bitrate: int
    """Bit/s."""
    video_codec: str
    """`VP8` or `H264`."""
    look: str
    """A name of `simulator.media.portrait.LOOKS`."""
    own: OwnRoom | None = None
    """None: the vendor's own LiveKit server has the room."""


class Room(ABC):
    """One room: an avatar and its viewer; a caller's own room may have more viewers."""

    def __init__(self, spec: RoomSpec) -> None:
        """Make no connection yet."""
        self.spec = spec
        self.viewer_present = False
        self.lost = False
        """The avatar was torn out of the room."""
        self.on_viewer: Callable[[bool], None] | None = None
        """Called when the viewer came (True) or left (False)."""

    @property
    @abstractmethod
    def url(self) -> str:
        """Address that viewers connect to."""

    @abstractmethod
    def viewer_token(self, valid_seconds: float) -> str:
        """Return the token that lets the one viewer in; of a caller's own room, its token."""

    @abstractmethod
    def agent_token(self, valid_seconds: float) -> str | None:
        """Return the token that lets an audio agent in; None for a caller's own room."""

    @abstractmethod
    async def open(self) -> None:
        """Make the room. Raises RoomError."""

    @abstractmethod
    async def enter(self) -> None:
        """Let the avatar in, seen and heard. Raises RoomError."""

    @abstractmethod
    def play(self, speech: Speech, cut: asyncio.Event) -> AsyncGenerator[int]:
        """Play `speech`; yield the index of each word as its sound begins.

        Return when the sound is over, at once when `cut` is set.
        """

    @abstractmethod
    async def send(self, payload: bytes) -> None:
        """Send a reliable data message to everyone in the room."""

    @abstractmethod
    async def remove_viewer(self) -> None:
        """Throw the viewer out; the token stays good."""

    @abstractmethod
    async def lose(self) -> None:
        """Delete the room under avatar and viewer."""

    @abstractmethod
    async def close(self) -> None:
        """Take the avatar out and delete the room. Never raises."""

    def note_viewer(self, *, present: bool) -> None:
        """Take note of who is there, and tell when it changed."""
        if present == self.viewer_present:
            return
        self.viewer_present = present
        if self.on_viewer is not None:
            self.on_viewer(present)


class Stage(ABC):
    """Makes the rooms of one simulator, and owns the voice that is heard in them."""

    voice: Voice

    @abstractmethod
    def make_room(self, spec: RoomSpec) -> Room:
        """Return a room that is not open yet."""

    async def prepare(self) -> None:  # noqa: B027 -- silence needs no preparation
        """Do what would make the first session slow."""

    async def close(self) -> None:
        """Free what the stage holds; the rooms are closed already."""
        await self.voice.close()
