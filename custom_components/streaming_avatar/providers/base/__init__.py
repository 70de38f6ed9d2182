"""The contract between the session core and a provider of avatars.

Everything here is data or abstract: no vendor's word, no Home Assistant, no input or output.
"""

from .checks import Check
from .deliveries import (
    Delivery,
    Publish,
    RoomMessage,
    Sent,
    Speech,
    Synthesize,
    TaskType,
)
from .news import Ack, AvatarEvent, AvatarEventType
from .provider import CatalogueItem, Provider
from .sessions import (
    LiveKitTransport,
    NoTransport,
    OpenSession,
    Session,
    SessionRequest,
    Transport,
    Viewer,
)
from .spec import Capabilities, Charges, Credentials, ProviderSpec, VerifiedAccount

__all__ = [
    "Ack",
    "AvatarEvent",
    "AvatarEventType",
    "Capabilities",
    "CatalogueItem",
    "Charges",
    "Check",
    "Credentials",
    "Delivery",
    "LiveKitTransport",
    "NoTransport",
    "OpenSession",
    "Provider",
    "ProviderSpec",
    "Publish",
    "RoomMessage",
    "Sent",
    "Session",
    "SessionRequest",
    "Speech",
    "Synthesize",
    "TaskType",
    "Transport",
    "VerifiedAccount",
    "Viewer",
]
