"""A session at a provider, and how a viewer joins it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from pydantic import SecretStr

from ..settings import SettingValues


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
