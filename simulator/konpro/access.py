"""Who may do what: the account's keys, and session tokens (vendor reference, create token)."""

from collections.abc import Callable
import secrets

from aiohttp import web

from simulator.konpro.errors import UNAUTHORIZED, RefusedError

_BEARER = "Bearer "


class Access:
    """The keys of the account, and the tokens that were given out for them."""

    def __init__(self, keys: Callable[[], tuple[str, ...]]) -> None:
        """Ask for the keys whenever one is shown."""
        self._keys = keys
        self._tokens: dict[str, str | None] = {}

    def create_token(self) -> str:
        """Return a token that is good for one session."""
        token = secrets.token_urlsafe(32)
        self._tokens[token] = None
        return token

    def clear(self) -> None:
        """Let no token be good any more."""
        self._tokens.clear()

    def check(self, request: web.Request, *, takes_token: bool) -> str | None:
        """Return the session token of a request, None for one with a good key.

        Raises RefusedError. A key that is shown must be good, whatever else is shown.
        """
        if "x-api-key" in request.headers:
            given = request.headers["x-api-key"].encode()
            if any(secrets.compare_digest(given, key.encode()) for key in self._keys()):
                return None
        elif takes_token and (token := _bearer(request)) in self._tokens:
            return token
        raise RefusedError(UNAUTHORIZED)

    def spend(self, token: str | None) -> None:
        """Take a token for the session that is about to be made. Raises RefusedError."""
        if token is not None and self._tokens[token] is not None:
            raise RefusedError(UNAUTHORIZED, "the token was used")
        self._bind(token, "")

    def give_back(self, token: str | None) -> None:
        """Leave a token good: no session was made."""
        self._bind(token, None)

    def bind(self, token: str | None, session_id: str) -> None:
        """Let a token be good for this session only."""
        self._bind(token, session_id)

    def check_session(self, token: str | None, session_id: str) -> None:
        """Let a token touch no other session. Raises RefusedError."""
        if token is not None and self._tokens.get(token) != session_id:
            raise RefusedError(UNAUTHORIZED, "the token is another session's")

    def _bind(self, token: str | None, session_id: str | None) -> None:
        if token is not None:
            self._tokens[token] = session_id


def _bearer(request: web.Request) -> str:
    header = request.headers.get("Authorization", "")
    return header.removeprefix(_BEARER) if header.startswith(_BEARER) else ""
