"""KonPro's operations as requests: their paths, and what an answer says."""

from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
import hashlib

from aiohttp import ClientSession
from pydantic import SecretStr, ValidationError

from ..base import Credentials, OpenSession
from ..errors import AuthenticationError, BadResponseError, ProviderError
from ..http import CALL_TIMEOUT, MAX_TRIES, QUICK_TIMEOUT, Call, HttpClient, Reply, parse_base_url
from . import wire
from .errors import VENDOR, ChangingStateError, NoRouteError, judge

DEFAULT_BASE_URL = "https://api.konpro.ai"
LISTS: Mapping[str, tuple[str, ...]] = {
    # HeyGen mixes its styles: what lies below an operation has slashes and a dot. KonPro documents
    # the list of knowledge bases alone, with slashes.
    "avatar list": ("/v1/streaming/avatar.list", "/v1/streaming/avatar/list"),
    "voice list": ("/v2/voices",),
    "knowledge base list": (
        "/v1/streaming/knowledge_base/list",
        "/v1/streaming/knowledge_base.list",
    ),
    "quota": ("/v2/user/remaining_quota",),
}
"""What an account can be asked for, and where: the first path that the host knows counts."""

_STATE_TRIES = 3


class PathStyle(StrEnum):
    """How a host spells the paths of its operations. KonPro documents one of them, with a slash."""

    SLASH = "slash"
    DOTTED = "dotted"

    def path(self, operation: str) -> str:
        """Return the path of an operation."""
        return f"/v1/streaming{'/' if self is PathStyle.SLASH else '.'}{operation}"


class Api:
    """The requests of one account."""

    def __init__(
        self,
        session: ClientSession,
        credentials: Credentials,
        *,
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:
        """Keep the account; nothing is read or sent before the first call."""
        self._session = session
        self._credentials = credentials
        self._base_url = credentials.base_url or DEFAULT_BASE_URL
        self._key = credentials.secrets.get("api_key", SecretStr(""))
        self.sleep = sleep
        self.http = self.client(self._key)
        remembered = credentials.remembered.get("path_style", "")
        self._style = PathStyle(remembered) if remembered in set(PathStyle) else None
        self._paths = dict(LISTS)

    def client(self, key: SecretStr) -> HttpClient:
        """Return what carries requests to this account's host, with any key."""
        return HttpClient(
            self._session,
            vendor=VENDOR,
            base_url=self._base_url,
            auth={"x-api-key": key},
            insecure_allowed=self._credentials.insecure_allowed,
            sleep=self.sleep,
        )

    def account_id(self) -> str:
        """Return what names host and key, without telling the key."""
        account = f"{parse_base_url(self._base_url).host}\n{self._key.get_secret_value()}"
        return hashlib.sha256(account.encode()).hexdigest()[:32]

    async def style(self) -> PathStyle:
        """Return how the host spells its paths, asking it once."""
        return self._style or await self.find_style(tries=MAX_TRIES)

    async def find_style(self, *, tries: int) -> PathStyle:
        """Ask for the open sessions in either style, which costs nothing and can be done twice."""
        for style in sorted(PathStyle, key=lambda style: style is not self._style):
            try:
                await self._list(style, tries=tries)
            except NoRouteError:
                continue
            self._style = style
            return style
        raise BadResponseError(f"{VENDOR} list: the host knows none of its paths", sent=False)

    async def open_sessions(self) -> tuple[OpenSession, ...]:
        """Return every open session of the account."""
        return await self._list(await self.style(), tries=MAX_TRIES)

    async def is_key_bad(self) -> bool:
        """Return whether the key is refused for what needs no permission; without an answer: no.

        HeyGen answers "unauthorized" also for an avatar or a voice that belongs to somebody else.
        """
        try:
            await self._list(await self.style(), tries=1)
        except AuthenticationError:
            return True
        except ProviderError:
            return False
        return False

    async def ask(self, name: str, *, seconds: float = CALL_TIMEOUT) -> Reply | None:
        """Return the answer to one of `LISTS`, None where the host knows none of its paths."""
        for path in self._paths[name]:
            call = Call(operation=name, method="GET", path=path, timeout=seconds, tries=MAX_TRIES)
            try:
                reply = await self.http.request(call, judge)
            except NoRouteError:
                continue
            self._paths[name] = (path,)
            return reply
        return None

    async def settled(self, operation: str, session_id: str, *, tries: int) -> None:
        """Call for a session that may be between two states: three times, a second apart."""
        for tries_left in reversed(range(_STATE_TRIES)):
            try:
                await self.for_session(operation, session_id, tries=tries)
            except ChangingStateError as err:
                if not tries_left:
                    raise
                await self.sleep(err.retry_after)
            else:
                return

    async def for_session(self, operation: str, session_id: str, *, tries: int) -> None:
        """Call an operation that takes a session and answers nothing."""
        await self.post(operation, {"session_id": session_id}, tries=tries)

    async def post(self, operation: str, body: Mapping[str, object], *, tries: int = 1) -> Reply:
        """Call an operation."""
        path = (await self.style()).path(operation)
        call = Call(operation=operation, method="POST", path=path, body=body, tries=tries)
        return await self.http.request(call, judge)

    async def _list(self, style: PathStyle, *, tries: int) -> tuple[OpenSession, ...]:
        path = style.path("list")
        call = Call(operation="list", method="GET", path=path, timeout=QUICK_TIMEOUT, tries=tries)
        reply = await self.http.request(call, judge)
        try:
            return wire.open_sessions(data_of(reply))
        except ValidationError:
            raise BadResponseError(f"{VENDOR} list: no list of sessions") from None


def data_of(reply: Reply) -> object:
    """Return what an answer is about."""
    return reply.body.get("data") if isinstance(reply.body, dict) else None


def read[T: wire.Wire](model: type[T], operation: str, reply: Reply) -> T:
    """Return an answer's `data` as what the documents promise.

    Raises:
        BadResponseError: it is something else.

    """
    try:
        return model.model_validate(data_of(reply))
    except ValidationError:
        raise BadResponseError(f"{VENDOR} {operation}: not the promised fields") from None
