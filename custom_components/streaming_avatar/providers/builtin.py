"""The built-in avatar: the card is its face, Home Assistant's text-to-speech its voice.

There is no account, no key and no network behind it, and nothing to pay.
"""

from dataclasses import replace
from secrets import token_urlsafe
from typing import TYPE_CHECKING, override

from .base import (
    Capabilities,
    CatalogueItem,
    Charges,
    Credentials,
    Delivery,
    NoTransport,
    OpenSession,
    Provider,
    ProviderSpec,
    Sent,
    Session,
    SessionRequest,
    Speech,
    Synthesize,
    Transport,
    VerifiedAccount,
    Viewer,
)
from .settings import (
    EMOTIONS,
    FACE_SETTINGS,
    SPEECH_SETTINGS,
    Applies,
    Section,
    Setting,
    SettingKind,
)

if TYPE_CHECKING:
    from aiohttp import ClientSession

MOST_TEXT = 600
"""Characters at once: engines that do not stream are silent until they have all of a text."""


class BuiltIn(Provider):
    """The provider without a vendor."""

    def __init__(self, http: ClientSession, credentials: Credentials) -> None:
        """Need nothing."""
        del http, credentials

    @override
    async def verify(self) -> VerifiedAccount:
        return VerifiedAccount(unique_id="home")

    @override
    async def list_avatars(self) -> tuple[CatalogueItem, ...]:
        return ()

    @override
    async def create_session(self, request: SessionRequest) -> Session:
        del request
        return Session(session_id=token_urlsafe(8), is_paid=False)

    @override
    async def start_session(self, session: Session) -> Session:
        return session

    @override
    async def viewer_access(self, session: Session, viewer: Viewer) -> Transport:
        del session, viewer
        return NoTransport()

    @override
    async def end_session(self, session_id: str) -> None:
        del session_id

    @override
    async def list_open_sessions(self) -> tuple[OpenSession, ...]:
        return ()

    @override
    async def speak(self, session: Session, speech: Speech) -> Delivery:
        del session
        return Synthesize(text=speech.text, emotion=speech.emotion)

    @override
    async def interrupt(self, session: Session) -> Delivery:
        del session
        return Sent()

    @override
    def unattended_limit(self, request: SessionRequest) -> float:
        del request
        return 0.0


LOOK, *OTHERS = FACE_SETTINGS

SPEC = ProviderSpec(
    id="builtin",
    name="Built-in avatar",
    default_avatar="Mira",
    named_by=LOOK.key,
    credentials=(),
    settings=(
        # What it looks like is the first thing to choose, where there is nothing else to be.
        replace(LOOK, section=Section.AVATAR),
        *OTHERS,
        Setting(
            key="emotion",
            kind=SettingKind.OPTION,
            section=Section.FACE,
            applies=Applies.IMMEDIATE,
            options=EMOTIONS,
        ),
        *SPEECH_SETTINGS,
    ),
    capabilities=Capabilities(
        emotions=EMOTIONS,
        emotion_per_utterance=True,
        needs_viewer=False,
        transports=("none",),
        viewers_per_session=None,
        max_text=MOST_TEXT,
        charges=Charges.NONE,
        synthesizes=True,
    ),
    factory=BuiltIn,
)
