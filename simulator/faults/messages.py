"""Faults that strike the data messages of a room."""

from enum import StrEnum
from typing import Literal

from simulator.faults.base import ANY, BaseFault, PositiveSeconds


class GarbledShape(StrEnum):
    """In which way a message is unreadable."""

    NOT_JSON = "not_json"
    NOT_UTF8 = "not_utf8"
    LIST = "list"
    """A list around the message."""
    NO_TYPE = "no_type"
    UNKNOWN_TYPE = "unknown_type"
    NO_TASK = "no_task"
    WRONG_TYPES = "wrong_types"
    """Every value but the type has another type."""
    HUGE = "huge"
    """Padded to 15 KiB, the most that LiveKit carries."""


class MessageFault(BaseFault):
    """Strikes messages of one type, or of any."""

    event: str = ANY
    """The type on the wire."""


class EventLostFault(MessageFault):
    """The message is not sent."""

    kind: Literal["event_lost"]


class EventDoubledFault(MessageFault):
    """The message is sent twice."""

    kind: Literal["event_doubled"]


class EventSwappedFault(MessageFault):
    """The message is sent after the next one; without a next one never."""

    kind: Literal["event_swapped"]


class EventLateFault(MessageFault):
    """The message is sent later; others overtake it."""

    kind: Literal["event_late"]
    seconds: PositiveSeconds


class EventGarbledFault(MessageFault):
    """The message cannot be read."""

    kind: Literal["event_garbled"]
    shape: GarbledShape = GarbledShape.NOT_JSON
