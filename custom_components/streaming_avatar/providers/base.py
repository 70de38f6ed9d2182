"""The contract between the session core and a provider of avatars.

Everything here is data or abstract: no vendor's word, no Home Assistant, no input or output.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from pydantic import SecretStr

from .settings import (
    COMMON_SETTINGS,
    COST_SETTINGS,
    STAND_IN_SETTINGS,
    Setting,
    SettingValues,
)

if TYPE_CHECKING:
    from aiohttp import ClientSession


class TaskType(StrEnum):
    """What the avatar does with a text."""

    REPEAT = "repeat"
    """Say it as it is."""
    TALK = "talk"
    """Answer it, with the provider's language model."""


class Charges(StrEnum):
    """How a session costs money."""

    NONE = "none"
    WHILE_OPEN = "while_open"
    """By the second from the call that creates the session until its end."""
    PREPAID = "prepaid"
    """The whole duration asked for is taken at once, what is unused comes back at the end."""


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """What a provider can do and where its limits are.

    The core asks these, never the provider's name.
    """

    speaks_text: bool = True
    has_llm: bool = False
    voice_chat_transports: tuple[str, ...] = ()
    emotions: tuple[str, ...] = ()
    emotion_per_utterance: bool = False
    can_interrupt: bool = True
    can_keep_alive: bool = False
    can_listen: bool = False
    has_credits: bool = False
    needs_viewer: bool = True
    """Speech is possible only while a viewer is in the room."""
    transports: tuple[str, ...] = ("livekit",)
    """Kinds of `Transport` that its sessions use; a viewer must know one of them."""
    viewers_per_session: int | None = 1
    """How many viewers one session admits; None: any number."""
    max_text: int | None = None
    """Characters in one text; longer ones are split at sentences."""
    max_duration: float | None = None
    """Seconds a session can last at most, where known beforehand."""
    charges: Charges = Charges.WHILE_OPEN
    minimum_charge: float = 0.0
    """Seconds that are charged even if the session was shorter."""
    synthesizes: bool = False
    """Its speech is made by Home Assistant's text-to-speech and played by the cards: `speak` answers `Synthesize`."""

    @property
    def costs_money(self) -> bool:
        """Return whether a session is charged in any way."""
        return self.charges is not Charges.NONE


@dataclass(frozen=True, kw_only=True)
class ProviderSpec:
    """A provider as data: what its dialogs ask, what it can do, and how to make a client for it."""

    id: str
    name: str
    credentials: tuple[Setting, ...]
    settings: tuple[Setting, ...]
    capabilities: Capabilities
    default_base_url: str | None = None
    """None: the provider has no address, and nothing to ask an account for."""
    default_avatar: str | None = None
    """Name of an avatar that is added together with the account; None: the user is asked."""
    named_by: str | None = None
    """Key of the setting whose value names an avatar that was given no name."""
    factory: Callable[[ClientSession, Credentials], Provider]

    @property
    def avatar_settings(self) -> tuple[Setting, ...]:
        """Return all that a user can set of one avatar: the provider's own settings and those of its kind."""
        capabilities = self.capabilities
        return (
            *self.settings,
            *(COST_SETTINGS if capabilities.costs_money else ()),
            *(() if capabilities.synthesizes else STAND_IN_SETTINGS),
            *COMMON_SETTINGS,
        )

    @property
    def asks_nothing(self) -> bool:
        """Return whether an account needs neither address nor key."""
        return self.default_base_url is None and not self.credentials


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """What an account consists of."""

    base_url: str = ""
    secrets: Mapping[str, SecretStr] = field(default_factory=dict)
    insecure_allowed: bool = False
    """The user confirmed that keys may travel over plain http to this host."""
    remembered: Mapping[str, str] = field(default_factory=dict)
    """What `verify` found out about the host and wants to keep (see `VerifiedAccount`)."""


@dataclass(frozen=True, kw_only=True)
class VerifiedAccount:
    """The result of `Provider.verify`."""

    unique_id: str
    """Stable for one account, and no secret can be read from it."""
    remember: Mapping[str, str] = field(default_factory=dict)
    """To be stored with the account and handed back in `Credentials.remembered`."""


@dataclass(frozen=True, kw_only=True)
class CatalogueItem:
    """One line of a picker."""

    id: str
    name: str
    language: str | None = None
    preview_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class SessionRequest:
    """What a new session is to be."""

    settings: SettingValues
    """Checked values of the provider's settings, empty ones left out."""
    max_duration: float
    """Seconds that the caps leave; a prepaid duration may not exceed it."""


@dataclass(frozen=True, kw_only=True)
class Session:
    """One open session at the provider. It costs money, if the provider charges at all."""

    session_id: str
    duration_limit: float | None = None
    """Seconds from its creation after which the vendor ends it."""
    idle_limit: float | None = None
    """Seconds without activity after which the vendor ends it."""
    is_paid: bool | None = None
    access: Mapping[str, SecretStr] = field(default_factory=dict)
    """The provider's own notes for `viewer_access`; opaque to everyone else, never stored."""


@dataclass(frozen=True, kw_only=True)
class OpenSession:
    """A session that the vendor lists as open."""

    session_id: str
    created_at: float | None
    """Unix seconds by the vendor's clock."""


@dataclass(frozen=True, kw_only=True)
class LiveKitTransport:
    """A LiveKit room."""

    url: str
    token: SecretStr
    kind: ClassVar[str] = "livekit"


@dataclass(frozen=True, kw_only=True)
class NoTransport:
    """Nothing to join: sound and picture are made by the card."""

    kind: ClassVar[str] = "none"


type Transport = LiveKitTransport | NoTransport


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Who wants to join: `id` names the card instance, `publishes`: it may send into the room."""

    id: str
    publishes: bool


@dataclass(frozen=True, kw_only=True)
class Speech:
    """One text for the avatar, no longer than `Capabilities.max_text`."""

    text: str
    task_type: TaskType = TaskType.REPEAT
    emotion: str | None = None


@dataclass(frozen=True, kw_only=True)
class Sent:
    """The vendor took it over its own API."""

    task_id: str | None = None
    """By which the vendor's events name this speech."""
    duration: float | None = None
    """Seconds that the speech will take, where the vendor says so."""


@dataclass(frozen=True, kw_only=True)
class RoomMessage:
    """Bytes for the room's data channel."""

    payload: bytes
    topic: str | None = None


@dataclass(frozen=True, kw_only=True)
class Publish:
    """The seat's viewer publishes these into the room, in order, one by one."""

    messages: tuple[RoomMessage, ...]
    task_id: str | None = None
    pace: float = 0.0
    """Seconds to wait between two messages."""
    ack: str | None = None
    """Key of the `Ack` that the room answers; None: none is awaited."""


@dataclass(frozen=True, kw_only=True)
class Synthesize:
    """Home Assistant's text-to-speech makes the sound and the viewers play it."""

    text: str
    voice: str | None = None
    language: str | None = None
    emotion: str | None = None


type Delivery = Sent | Publish | Synthesize


class AvatarEventType(StrEnum):
    """The streaming events of the avatar SDKs, by their own names."""

    AVATAR_START_TALKING = "avatar_start_talking"
    AVATAR_STOP_TALKING = "avatar_stop_talking"
    AVATAR_TALKING_MESSAGE = "avatar_talking_message"
    AVATAR_END_MESSAGE = "avatar_end_message"
    USER_TALKING_MESSAGE = "user_talking_message"
    USER_END_MESSAGE = "user_end_message"
    USER_START = "user_start"
    USER_STOP = "user_stop"
    USER_SILENCE = "user_silence"
    STREAM_READY = "stream_ready"
    STREAM_DISCONNECTED = "stream_disconnected"


@dataclass(frozen=True, kw_only=True)
class AvatarEvent:
    """News from the avatar, in one vocabulary for all providers."""

    type: AvatarEventType
    task_id: str | None = None
    text: str | None = None
    """A piece (`*_talking_message`), never to be logged."""
    duration: float | None = None
    """Seconds the speech took (`avatar_stop_talking`) or will take (`avatar_start_talking`), where that is told."""


@dataclass(frozen=True, kw_only=True)
class Ack:
    """The room's answer to a published message; `error` is None when it was accepted."""

    key: str
    error: str | None = None


class Provider(ABC):
    """One account at one provider. Opens no connection and does nothing before its first call.

    Every coroutine raises `ProviderError` (see errors.py) and nothing else but
    `asyncio.CancelledError`. `Capabilities` says what a provider lacks; the core does not call
    what is not there.
    """

    @abstractmethod
    async def verify(self) -> VerifiedAccount:
        """Check address and credentials without creating anything or costing money."""

    @abstractmethod
    async def list_avatars(self) -> tuple[CatalogueItem, ...]:
        """Return the avatars that can stream."""

    @abstractmethod
    async def create_session(self, request: SessionRequest) -> Session:
        """Create a session. This starts the charge: sent once, never repeated by the provider."""

    @abstractmethod
    async def start_session(self, session: Session) -> Session:
        """Make a created session joinable for viewers; return it with what was learnt."""

    @abstractmethod
    async def viewer_access(self, session: Session, viewer: Viewer) -> Transport:
        """Return what a viewer needs to join."""

    @abstractmethod
    async def end_session(self, session_id: str) -> None:
        """End a session and its charge. One that is gone already is no error; may be repeated."""

    @abstractmethod
    async def list_open_sessions(self) -> tuple[OpenSession, ...]:
        """Return every open session of the account, ours or not."""

    @abstractmethod
    async def speak(self, session: Session, speech: Speech) -> Delivery:
        """Say something. Never repeated after it may have been heard."""

    @abstractmethod
    async def interrupt(self, session: Session) -> Delivery:
        """Cut what is being said; silence is no error."""

    @abstractmethod
    def unattended_limit(self, request: SessionRequest) -> float:
        """Return the seconds after which such a session ends by itself if nobody uses it."""

    def vendor_time(self) -> float | None:
        """Return the vendor's clock in unix seconds, None as long as no answer carried it."""
        return None

    def decode(self, topic: str | None, payload: bytes) -> AvatarEvent | Ack | None:
        """Read a message of the room's data channel; None for what is not for us. Never raises."""
        del topic, payload
        return None

    async def events(self, session: Session) -> AsyncIterator[AvatarEvent]:
        """Yield news of the vendor's own connection; ends at once where there is none."""
        del session
        nothing: tuple[AvatarEvent, ...] = ()
        for event in nothing:
            yield event

    async def keep_alive(self, session: Session) -> None:
        """Reset the vendor's idle timer (`Capabilities.can_keep_alive`)."""
        del session

    async def list_voices(self) -> tuple[CatalogueItem, ...]:
        """Return the voices that can stream; empty where the provider has no list."""
        return ()

    async def list_languages(self) -> tuple[CatalogueItem, ...]:
        """Return the languages; empty where the provider has no list."""
        return ()

    async def list_knowledge_bases(self) -> tuple[CatalogueItem, ...]:
        """Return the knowledge bases; empty where the provider has none."""
        return ()

    async def get_credits(self) -> float | None:
        """Return what is left to spend, in the vendor's own unit (`Capabilities.has_credits`)."""
        return None
