"""A vendor's error answers, as data: any of them can be given on request."""

from enum import StrEnum
from typing import NamedTuple


class BodyShape(StrEnum):
    """How the body of an error answer is built. Vendors are known to use more than one."""

    CODE = "code"
    """`{"code": 400112, "message": "..."}`"""
    TEXT_CODE = "text_code"
    """The same with the code as a string."""
    ERROR_OBJECT = "error_object"
    """`{"error": {"code": "...", "message": "..."}}`"""
    ERROR_TEXT = "error_text"
    """`{"error": "...", "data": null}`"""
    MESSAGE_ONLY = "message_only"
    """`{"message": "..."}`"""


class Refusal(NamedTuple):
    """One kind of error answer."""

    status: int
    code: int | str
    message: str
    shape: BodyShape = BodyShape.CODE

    def body(self, message: str | None = None, shape: BodyShape | None = None) -> dict[str, object]:
        """Return its body, with another `message` or `shape` where one is given."""
        text = self.message if message is None else message
        match shape or self.shape:
            case BodyShape.CODE:
                return {"code": self.code, "message": text}
            case BodyShape.TEXT_CODE:
                return {"code": str(self.code), "message": text}
            case BodyShape.ERROR_OBJECT:
                return {"error": {"code": str(self.code), "message": text}}
            case BodyShape.ERROR_TEXT:
                return {"error": text, "data": None}
            case BodyShape.MESSAGE_ONLY:
                return {"message": text}
