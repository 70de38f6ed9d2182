"""Faults that strike requests: their answer, their connection, the session they name."""

from enum import StrEnum
from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field

from simulator.faults.base import ANY, BaseFault, PositiveSeconds
from simulator.ledger import EndedBy
from simulator.refusals import BodyShape, Refusal

type RetryAfter = Annotated[int, Field(ge=0)] | str | None
type VendorsEnd = Literal[EndedBy.FAULT, EndedBy.IDLE, EndedBy.DURATION, EndedBy.NO_VIEWER]
"""The ends that a vendor makes."""


class MalformedShape(StrEnum):
    """In which way a reply is unreadable; the work was done."""

    NOT_JSON = "not_json"
    """A web page."""
    TRUNCATED = "truncated"
    WRONG_SHAPE = "wrong_shape"
    """A list around the envelope."""
    NO_DATA = "no_data"
    NULL_DATA = "null_data"
    EMPTY = "empty"
    NULL = "null"
    """JSON, but nothing else than null."""
    NO_CODE = "no_code"
    TEXT_CODE = "text_code"
    """The code as a string."""
    UNKNOWN_CODE = "unknown_code"
    """A code that no document names."""
    WRONG_TYPES = "wrong_types"
    """Every value in the data has another type."""
    DEEP = "deep"
    """The data is nested deeper than any parser follows."""
    NOT_UTF8 = "not_utf8"
    WRONG_CONTENT_TYPE = "wrong_content_type"
    """The right JSON, called plain text."""
    HUGE = "huge"
    """The right JSON, padded to more than 20 MiB."""


class RoomLoss(StrEnum):
    """How a room is lost while the session stays open on the vendor's books."""

    VIEWER = "viewer"
    """The viewer is thrown out and may come back."""
    ROOM = "room"
    """The room is deleted; a viewer who comes back finds no avatar."""


class RequestFault(BaseFault):
    """Strikes requests of one operation, or of any."""

    operation: str = ANY


class ErrorFault(RequestFault):
    """The request is answered with an error of one's own making."""

    kind: Literal["error"]
    status: Annotated[int, Field(ge=200, le=599)] = 500
    code: int | str = 500
    message: str = "Internal server error"
    body: dict[str, object] | None = None
    """The whole body, instead of one made of `code` and `message`."""
    retry_after: RetryAfter = None
    """Retry-After header: seconds or an HTTP date."""
    after_work: bool = False
    """Do what was asked, then answer with the error all the same."""

    def response(self) -> web.Response:
        """Return the error as the vendor would send it."""
        body = self.body or {"code": self.code, "message": self.message}
        return _error(body, self.status, self.retry_after)


class RefusalFault(RequestFault):
    """The request is answered with one of the vendor's documented errors."""

    kind: Literal["refusal"]
    name: str
    """Of `World.refusals`."""
    body: BodyShape | None = None
    """None: the shape in which this error is known."""
    status: Annotated[int, Field(ge=200, le=599)] | None = None
    """None: the status with which this error is known."""
    retry_after: RetryAfter = None
    after_work: bool = False

    def response(self, refusal: Refusal) -> web.Response:
        """Return `refusal` as the vendor would send it."""
        body = refusal.body(shape=self.body)
        return _error(body, self.status or refusal.status, self.retry_after)


class DelayFault(RequestFault):
    """The request, or its reply after the work, is held back."""

    kind: Literal["delay"]
    seconds: PositiveSeconds
    after_work: bool = False


class MalformedFault(RequestFault):
    """The work is done, the reply cannot be read."""

    kind: Literal["malformed"]
    shape: MalformedShape = MalformedShape.NOT_JSON


class RedirectFault(RequestFault):
    """The request is sent elsewhere, where nobody should carry the key to."""

    kind: Literal["redirect"]
    location: str = "http://127.0.0.1:1/elsewhere"
    status: Literal[301, 302, 303, 307, 308] = 307

    def response(self) -> web.Response:
        """Return the redirection."""
        return web.Response(status=self.status, headers={"Location": self.location})


class DropBeforeFault(RequestFault):
    """The connection is cut before the work."""

    kind: Literal["drop_before"]


class DropReplyFault(RequestFault):
    """The work is done, then the connection is cut."""

    kind: Literal["drop_reply"]


class CutReplyFault(RequestFault):
    """The work is done; the connection is cut in the middle of the reply."""

    kind: Literal["cut_reply"]


class TrickleFault(RequestFault):
    """The work is done; the reply comes little by little."""

    kind: Literal["trickle"]
    seconds: PositiveSeconds
    """From the first byte of the body to the last."""


class RoomLossFault(RequestFault):
    """The room of the request's session is lost after the work."""

    kind: Literal["room_loss"]
    what: RoomLoss = RoomLoss.VIEWER


class EndSessionFault(RequestFault):
    """The vendor ends the request's session after the work."""

    kind: Literal["end_session"]
    ended_by: VendorsEnd = EndedBy.FAULT
    reason: Annotated[str, Field(min_length=1)] = "ended by the vendor"


def _error(body: dict[str, object], status: int, retry_after: int | str | None) -> web.Response:
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return web.json_response(body, status=status, headers=headers)
