"""Misbehaviour on request: what goes wrong, at which match, and how often."""

from typing import Annotated

from pydantic import Field

from simulator.faults.base import ANY
from simulator.faults.messages import (
    EventDoubledFault,
    EventGarbledFault,
    EventLateFault,
    EventLostFault,
    EventSwappedFault,
    GarbledShape,
    MessageFault,
)
from simulator.faults.requests import (
    CutReplyFault,
    DelayFault,
    DropBeforeFault,
    DropReplyFault,
    EndSessionFault,
    ErrorFault,
    MalformedFault,
    MalformedShape,
    RedirectFault,
    RefusalFault,
    RequestFault,
    RoomLoss,
    RoomLossFault,
    TrickleFault,
)
from simulator.faults.sessions import (
    EndAtOnceFault,
    LateInListFault,
    LeaveWithViewerFault,
    NoEventsFault,
    SessionFault,
    ShortLimitsFault,
    SpeechFailsFault,
    SpeechFault,
    SpeechHangsFault,
    StaysInListFault,
)

type AnyRequestFault = (
    ErrorFault
    | RefusalFault
    | DelayFault
    | MalformedFault
    | RedirectFault
    | DropBeforeFault
    | DropReplyFault
    | CutReplyFault
    | TrickleFault
    | RoomLossFault
    | EndSessionFault
)
type AnySessionFault = (
    EndAtOnceFault
    | LeaveWithViewerFault
    | NoEventsFault
    | ShortLimitsFault
    | LateInListFault
    | StaysInListFault
)
type AnyMessageFault = (
    EventLostFault | EventDoubledFault | EventSwappedFault | EventLateFault | EventGarbledFault
)
type AnySpeechFault = SpeechFailsFault | SpeechHangsFault
type Fault = Annotated[
    AnyRequestFault | AnySessionFault | AnyMessageFault | AnySpeechFault,
    Field(discriminator="kind"),
]

__all__ = [
    "ANY",
    "CutReplyFault",
    "DelayFault",
    "DropBeforeFault",
    "DropReplyFault",
    "EndAtOnceFault",
    "EndSessionFault",
    "ErrorFault",
    "EventDoubledFault",
    "EventGarbledFault",
    "EventLateFault",
    "EventLostFault",
    "EventSwappedFault",
    "Fault",
    "GarbledShape",
    "LateInListFault",
    "LeaveWithViewerFault",
    "MalformedFault",
    "MalformedShape",
    "MessageFault",
    "NoEventsFault",
    "RedirectFault",
    "RefusalFault",
    "RequestFault",
    "RoomLoss",
    "RoomLossFault",
    "SessionFault",
    "ShortLimitsFault",
    "SpeechFailsFault",
    "SpeechFault",
    "SpeechHangsFault",
    "StaysInListFault",
    "TrickleFault",
]
