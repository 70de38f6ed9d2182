"""Misbehaviour on request: what goes wrong, at which operation, and how often."""

from enum import StrEnum
from typing import Annotated, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

ANY_OPERATION = "*"


class MalformedShape(StrEnum):
    """In which way a reply is unreadable; the work was done."""

    NOT_JSON = "not_json"
    TRUNCATED = "truncated"
    WRONG_SHAPE = "wrong_shape"
    NO_DATA = "no_data"
    EMPTY = "empty"


class RoomLoss(StrEnum):
    """How a room is lost while the session stays open on the vendor's books."""

    VIEWER = "viewer"
    """The viewer is thrown out and may come back."""
    ROOM = "room"
    """The room is deleted; a viewer who comes back finds no avatar."""


class _Fault(BaseModel):
    """When a fault strikes."""

    model_config = ConfigDict(extra="forbid", strict=True)

    count: Annotated[int, Field(ge=1)] | None = 1
    """How many matches it strikes; null: until it is taken away."""
    skip: Annotated[int, Field(ge=0)] = 0
    """How many matches it lets pass first."""

    def strikes(self) -> bool:
        """Say whether it strikes this match, and count the match."""
        if self.skip:
            self.skip -= 1
            return False
        if self.count is None:
            return True
        self.count -= 1
        return True

    @property
    def spent(self) -> bool:
        """Whether it will never strike again."""
        return self.count == 0


class _RequestFault(_Fault):
    """Strikes requests of one operation, or of any."""

    operation: str = ANY_OPERATION


class ErrorFault(_RequestFault):
    """The request is answered with an error."""

    kind: Literal["error"]
    status: Annotated[int, Field(ge=200, le=599)] = 500
    code: int | str = 500
    message: str = "Internal server error"
    body: dict[str, object] | None = None
    """The whole body, instead of one made of `code` and `message`."""
    retry_after: Annotated[int, Field(ge=0)] | str | None = None
    """Retry-After header: seconds or an HTTP date."""
    after_work: bool = False
    """Do what was asked, then answer with the error all the same."""

    def response(self) -> web.Response:
        """Return the error as the vendor would send it."""
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        body = self.body or {"code": self.code, "message": self.message}
        return web.json_response(body, status=self.status, headers=headers)


class DelayFault(_RequestFault):
    """The request, or its reply after the work, is held back."""

    kind: Literal["delay"]
    seconds: Annotated[float, Field(gt=0)]
    after_work: bool = False


class MalformedFault(_RequestFault):
    """The work is done, the reply cannot be read."""

    kind: Literal["malformed"]
    shape: MalformedShape = MalformedShape.NOT_JSON


class DropBeforeFault(_RequestFault):
    """The connection is cut before the work."""

    kind: Literal["drop_before"]


class DropReplyFault(_RequestFault):
    """The work is done, then the connection is cut."""

    kind: Literal["drop_reply"]


class RoomLossFault(_RequestFault):
    """The room of the request's session is lost after the work."""

    kind: Literal["room_loss"]
    what: RoomLoss = RoomLoss.VIEWER


class EndAtOnceFault(_Fault):
    """A new session ends right after it was started."""

    kind: Literal["end_session_at_once"]


class LeaveWithViewerFault(_Fault):
    """The avatar leaves a new session, and ends it, as soon as its viewer left."""

    kind: Literal["leave_with_viewer"]


class NoEventsFault(_Fault):
    """No data messages are sent into the room of a new session."""

    kind: Literal["no_events"]


type RequestFault = (
    ErrorFault | DelayFault | MalformedFault | DropBeforeFault | DropReplyFault | RoomLossFault
)
type SessionFault = EndAtOnceFault | LeaveWithViewerFault | NoEventsFault
type Fault = Annotated[RequestFault | SessionFault, Field(discriminator="kind")]


class FaultBox:
    """The faults that are waiting to strike."""

    def __init__(self) -> None:
        """Start without any."""
        self.waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Let `fault` strike from the next match on."""
        self.waiting.append(fault)

    def clear(self) -> None:
        """Behave again."""
        self.waiting.clear()

    def take_for_request(self, operation: str) -> list[RequestFault]:
        """Return those that strike this request, in the order they were added."""
        return [
            fault
            for fault in self._unspent()
            if isinstance(fault, _RequestFault)
            and fault.operation in (ANY_OPERATION, operation)
            and fault.strikes()
        ]

    def take_for_session(self) -> list[SessionFault]:
        """Return those that strike the session being made."""
        return [
            fault
            for fault in self._unspent()
            if not isinstance(fault, _RequestFault) and fault.strikes()
        ]

    def _unspent(self) -> list[Fault]:
        self.waiting = [fault for fault in self.waiting if not fault.spent]
        return list(self.waiting)
