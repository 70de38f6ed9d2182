"""What can go wrong between us and a provider, one class per cause that is handled differently."""


class ProviderError(Exception):
    """Base of all provider failures.

    The text names vendor, operation and status for the log. It never holds a key, a token, spoken
    text or a body. `reason` is the stable word for the cause: a translation key of Home Assistant's
    texts and a state for the card. `sent` says whether the request may have been carried out: after
    a create that may have, a session may be open.
    """

    reason = "provider_error"

    def __init__(self, message: str, *, code: str | None = None, sent: bool = True) -> None:
        """Keep the vendor's own code (for diagnostics), and whether it may have been done."""
        super().__init__(message)
        self.code = code
        self.sent = sent


class AuthenticationError(ProviderError):
    """The key is wrong, expired or revoked."""

    reason = "authentication"


class PermissionDeniedError(ProviderError):
    """The key is good, but the plan or the account may not do this."""

    reason = "permission"


class PlanError(PermissionDeniedError):
    """The account's plan does not include it."""

    reason = "plan"


class SuspendedError(PermissionDeniedError):
    """The vendor has suspended the account."""

    reason = "suspended"


class ProviderConnectionError(ProviderError):
    """No complete answer: refused, cut, timed out, or the server failed (5xx)."""

    reason = "connection"


class RateLimitError(ProviderError):
    """Too many requests."""

    reason = "rate_limit"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        """`retry_after`: seconds, 0 to 60, as the vendor asked; None when it did not say."""
        super().__init__(message, code=code, sent=False)
        self.retry_after = retry_after


class QuotaError(ProviderError):
    """The account has no credits left."""

    reason = "quota"


class BusyError(ProviderError):
    """Refused for now, nothing was done: there are too many sessions (or see below).

    `retry_after`: seconds after which a repeat makes sense.
    """

    reason = "busy"

    def __init__(self, message: str, *, code: str | None = None, retry_after: float = 20.0) -> None:
        """Nothing was carried out, so a repeat cannot do anything twice."""
        super().__init__(message, code=code, sent=False)
        self.retry_after = retry_after


class NotReadyError(BusyError):
    """The session is not ready for it: nobody is in its room yet, or it is between two states."""

    reason = "not_ready"


class SessionGoneError(ProviderError):
    """The session does not exist any more. For `end_session` this counts as success."""

    reason = "session_ended"


class NotFoundError(ProviderError):
    """An avatar, a voice or another id of the settings does not exist at the vendor."""

    reason = "not_found"


class BadRequestError(ProviderError):
    """The vendor refused a parameter or a text."""

    reason = "bad_request"


class TextRefusedError(BadRequestError):
    """The vendor does not say such a text: blocked words, or nothing that can be spoken."""

    reason = "invalid_text"


class VoiceError(BadRequestError):
    """The vendor's voice could make no sound of a text."""

    reason = "voice_failed"


class InvalidAddressError(BadRequestError):
    """The address is no http or https URL, or holds a user, a query or a fragment."""

    reason = "invalid_address"


class InsecureAddressError(BadRequestError):
    """The key would travel over plain http, and the user has not confirmed that."""

    reason = "insecure"


class BadResponseError(ProviderError):
    """The answer is not what the vendor's documents promise, or not an API at all."""

    reason = "bad_response"


class RoomServerError(ProviderError):
    """The user's own server for the rooms does not answer, or does not accept its key."""

    reason = "room_server"
