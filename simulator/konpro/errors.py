"""The vendor's error answers (vendor reference, error codes)."""

from typing import NamedTuple


class Refusal(NamedTuple):
    """One kind of error answer."""

    status: int
    code: int
    message: str


UNAUTHORIZED = Refusal(401, 400112, "Unauthorized")
INVALID_PARAMETER = Refusal(400, 400128, "Invalid parameter")
INVALID_QUERY_PARAMETER = Refusal(400, 400175, "Invalid query parameter")
PERMISSION_DENIED = Refusal(403, 400573, "Permission denied")
SESSION_MISSING = Refusal(400, 400004, "Session does not exist. SessionID: {detail}")
SESSION_NOT_READY = Refusal(400, 400006, "Session is not in correct state")
STATE_CONNECTING = Refusal(400, 10002, "session state wrong: connecting")
STATE_CONNECTED = Refusal(400, 10003, "session state wrong: connected")
STATE_CLOSED = Refusal(400, 10005, "session state wrong: closed")
CONCURRENCY = Refusal(
    400,
    10007,
    "Concurrent limit reached, please make sure you have closed other testing sessions",
)
AVATAR_MISSING = Refusal(400, 10013, "avatar not found")
VOICE_FORBIDDEN = Refusal(401, 400112, "Unauthorized")
"""The code of a bad key: the vendor uses it for a voice that is not the account's, too."""
QUOTA_EXHAUSTED = Refusal(400, 10015, "trial API limit reached")
INVALID_TEXT = Refusal(400, 40039, "Invalid text")
AUDIO_FAILED = Refusal(400, 40056, "Audio generation failed")
INTERNAL = Refusal(500, 500000, "Internal server error")


class RefusedError(Exception):
    """The vendor says no."""

    def __init__(self, refusal: Refusal, detail: str = "") -> None:
        """Put `detail` where the message has a place for it, else behind it."""
        self.refusal = refusal
        if "{detail}" in refusal.message:
            self.message = refusal.message.format(detail=detail)
        else:
            self.message = f"{refusal.message}: {detail}" if detail else refusal.message
        super().__init__(self.message)

    @property
    def body(self) -> dict[str, object]:
        """Return the error envelope."""
        return {"code": self.refusal.code, "message": self.message}
