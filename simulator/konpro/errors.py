"""The vendor's error answers (vendor reference, error codes)."""

from simulator.refusals import BodyShape, Refusal

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
VOICE_FORBIDDEN = UNAUTHORIZED
"""The code of a bad key: the vendor uses it for a voice that is not the account's, too."""
QUOTA_EXHAUSTED = Refusal(400, 10015, "trial API limit reached")
INVALID_TEXT = Refusal(400, 40039, "Invalid text")
BLOCKED_WORDS = Refusal(400, 400105, "Text contains blocked words")
AUDIO_FAILED = Refusal(400, 40056, "Audio generation failed")
INTERNAL = Refusal(500, 500000, "Internal server error")

REFUSALS: dict[str, Refusal] = {
    "bad_key": UNAUTHORIZED,
    "key_40009": Refusal(401, 40009, "Invalid credentials"),
    "key_400101": Refusal(401, 400101, "Unauthorized"),
    "key_401056": Refusal(401, 401056, "Token expired"),
    "key_401057": Refusal(401, 401057, "Invalid token"),
    "key_40102": Refusal(401, 40102, "Unauthorized"),
    "avatar_or_voice_not_yours": VOICE_FORBIDDEN,
    "forbidden": Refusal(403, 400562, "Forbidden"),
    "permission_denied": PERMISSION_DENIED,
    "plan_too_low": Refusal(403, 400599, "Your plan has no access to this API"),
    "account_suspended": Refusal(403, 400631, "Account suspended"),
    "space_missing": Refusal(400, 400561, "Space not found"),
    "missing_parameter": Refusal(400, 40001, "Missing parameter"),
    "invalid_parameter_40012": Refusal(400, 40012, "Invalid parameter"),
    "invalid_parameter": INVALID_PARAMETER,
    "invalid_query_parameter": INVALID_QUERY_PARAMETER,
    "invalid_text": INVALID_TEXT,
    "blocked_words": BLOCKED_WORDS,
    "not_a_template": Refusal(400, 40118, "Cannot use as a template"),
    "audio_failed": AUDIO_FAILED,
    "rate_limited": Refusal(429, 400123, "Rate limit exceeded"),
    "session_missing": SESSION_MISSING._replace(message="Session does not exist"),
    "session_not_found": Refusal(400, 10006, "session not found"),
    "session_not_ready": SESSION_NOT_READY,
    "state_new": Refusal(400, 10001, "session state wrong: new"),
    "state_connecting": STATE_CONNECTING,
    "state_connected": STATE_CONNECTED,
    "state_closing": Refusal(400, 10004, "session state wrong: closing"),
    "state_closed": STATE_CLOSED,
    "concurrency": CONCURRENCY,
    "avatar_not_found_10012": Refusal(400, 10012, "avatar not found"),
    "avatar_missing": AVATAR_MISSING,
    "avatar_not_allowed": Refusal(400, 10013, "avatar not allowed"),
    "session_full": Refusal(400, 10014, "session full"),
    "quota_exhausted": QUOTA_EXHAUSTED,
    "insufficient_credit": Refusal(
        402, "insufficient_credit", "Insufficient credit", BodyShape.ERROR_OBJECT
    ),
    "internal": INTERNAL,
    "bad_gateway": Refusal(502, 502, "Bad gateway"),
    "unavailable": Refusal(503, 503, "Service unavailable"),
    "gateway_timeout": Refusal(504, 504, "Gateway timeout"),
}
"""Those that are given on request; the sources name more codes than the simulator itself uses."""


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
        return self.refusal.body(self.message)
