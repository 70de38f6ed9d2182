"""A provider as data: what it asks for, what it can do and what an account of it consists of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from pydantic import SecretStr

from ..settings import COMMON_SETTINGS, COST_SETTINGS, STAND_IN_SETTINGS, Setting, SettingValues

if TYPE_CHECKING:
    from aiohttp import ClientSession

    from .provider import Provider


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


def _as_entered(entered: SettingValues, stored: SettingValues) -> SettingValues:
    del stored
    return entered


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
    adapted: Callable[[Capabilities, Credentials], Capabilities] | None = None
    """What the credentials change in the capabilities; None: nothing."""
    complete: Callable[[SettingValues, SettingValues], SettingValues] = _as_entered
    """Makes credentials whole, of what was entered and what is stored already.

    Raises `SettingError` for those that are right one by one, but not together.
    """

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

    def capabilities_for(self, credentials: Credentials) -> Capabilities:
        """Return what an account with these credentials can do."""
        return self.adapted(self.capabilities, credentials) if self.adapted else self.capabilities

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
