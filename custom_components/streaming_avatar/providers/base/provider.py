"""What a provider does."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from dataclasses import dataclass

from .checks import Check
from .deliveries import Delivery, Sent, Speech
from .news import Ack, AvatarEvent
from .sessions import OpenSession, Session, SessionRequest, Transport, Viewer
from .spec import VerifiedAccount


@dataclass(frozen=True, kw_only=True)
class CatalogueItem:
    """One line of a picker."""

    id: str
    name: str
    language: str | None = None
    preview_url: str | None = None


class Provider(ABC):
    """One account at one provider. Opens no connection and does nothing before its first call.

    Every coroutine raises `ProviderError` (see errors.py) and nothing else but
    `asyncio.CancelledError`. `Capabilities` says what a provider lacks; the core does not call
    what is not there.
    """

    @abstractmethod
    async def verify(self) -> VerifiedAccount:
        """Check address and credentials without creating anything or costing money."""

    async def verify_entered(self) -> VerifiedAccount:
        """Check credentials that were just entered: all of `verify`, and what it takes for granted later."""
        return await self.verify()

    @abstractmethod
    async def list_avatars(self) -> tuple[CatalogueItem, ...]:
        """Return the avatars that can stream."""

    @abstractmethod
    async def create_session(self, request: SessionRequest) -> Session:
        """Create a session. This starts the charge: sent once, never repeated by the provider."""

    @abstractmethod
    async def start_session(self, session: Session) -> Session:
        """Make a created session joinable for viewers; return it with what was learnt."""

    def room_address(self, session: Session) -> str | None:
        """Return the address of the LiveKit server of a created session, None where there is none or not yet.

        A screen warms its connection up with it while `start_session` runs. No token, never raises.
        """
        del session
        return None

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

    async def start_listening(self, session: Session) -> Delivery:
        """Have the avatar look like one that listens (`Capabilities.can_listen`)."""
        del session
        return Sent()

    async def stop_listening(self, session: Session) -> Delivery:
        """End that; an avatar that does not listen is no error (`Capabilities.can_listen`)."""
        del session
        return Sent()

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

    async def check_account(self) -> tuple[Check, ...]:
        """Try what the provider takes for granted about its API, as far as that is free.

        A check that fails is an answer, no error: this raises nothing.
        """
        return ()

    async def check_session(self, session: Session) -> tuple[Check, ...]:
        """Try the rest on an open session without a viewer; it stays open. This raises nothing."""
        del session
        return ()
