"""A LiveKit server of the user's own: who may enter which of its rooms, and whether it is there.

Its secret never leaves this process. What leaves it are tokens, each for one room and an hour.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from secrets import token_urlsafe
from typing import Any, Self

from aiohttp import ClientSession
from pydantic import SecretStr
from yarl import URL

from .base import Credentials, LiveKitTransport, Viewer
from .errors import ProviderError, RoomServerError
from .http import QUICK_TIMEOUT, Call, HttpClient
from .settings import Section, Setting, SettingError, SettingKind, SettingValues

URL_KEY = "livekit_url"
CREDENTIALS: tuple[Setting, ...] = (
    Setting(key=URL_KEY, kind=SettingKind.TEXT, section=Section.ROOM, max_length=2000),
    Setting(key="livekit_api_key", kind=SettingKind.SECRET, section=Section.ROOM),
    Setting(key="livekit_api_secret", kind=SettingKind.SECRET, section=Section.ROOM),
)
"""What an account may have on top of the vendor's own: all three or none."""
AVATAR = "avatar"
"""Who the avatar is in a room. Viewers are called otherwise, whatever they say they are."""

_LIFETIME = timedelta(hours=1)
"""To join with; who is in the room gets new tokens from the server."""
_SCHEMES = {"ws": "http", "wss": "https", "http": "http", "https": "https"}


def complete(entered: SettingValues, stored: SettingValues) -> SettingValues:
    """Return credentials with what a dialog never shows, and so leaves empty, as it is stored.

    Raises:
        SettingError: some of the three are missing (`livekit_incomplete`), or the address is none
            of a LiveKit server (`livekit_url`).

    """
    keys = [setting.key for setting in CREDENTIALS]
    if entered.keys().isdisjoint(keys):
        return entered
    kept = {key: stored[key] for key in keys if URL_KEY in entered and key in stored}
    values = {**kept, **entered}
    for key in keys:
        if key not in values:
            raise SettingError(key, "livekit_incomplete")
    if not _is_address(str(values[URL_KEY])):
        raise SettingError(URL_KEY, "livekit_url")
    return values


def _is_address(text: str) -> bool:
    try:
        url = URL(text)
        has_place = bool(url.host and url.port)
    except ValueError:
        return False
    extras = (url.user, url.password, url.query_string, url.fragment)
    return url.scheme in _SCHEMES and has_place and text.isprintable() and not any(extras)


@dataclass(frozen=True, kw_only=True)
class OwnLiveKit:
    """A server, and the key that opens it."""

    url: str = field(repr=False)
    key: SecretStr
    secret: SecretStr

    @classmethod
    def of(cls, credentials: Credentials) -> Self | None:
        """Return the server of an account, None if it has none."""
        found = [credentials.secrets.get(setting.key) for setting in CREDENTIALS]
        match found:
            case [SecretStr() as url, SecretStr() as key, SecretStr() as secret]:
                return cls(url=url.get_secret_value(), key=key, secret=secret)
            case _:
                return None

    @staticmethod
    def new_room() -> str:
        """Return the name of a room that nobody can guess."""
        return f"streaming-avatar-{token_urlsafe(12)}"

    async def prepare(self) -> None:
        """Load what makes tokens, so that the first sentence does not wait for it."""
        await self._token("", {})

    async def avatar_token(self, room: str) -> SecretStr:
        """Return what lets the avatar into a room, to be seen and heard."""
        return await self._token(AVATAR, {"room_join": True, "room": room})

    async def viewer_access(self, room: str, viewer: Viewer) -> LiveKitTransport:
        """Return what lets a viewer into a room: to watch, and to send data if it may."""
        grants = {
            "room_join": True,
            "room": room,
            "can_publish": False,
            "can_publish_data": viewer.publishes,
        }
        token = await self._token(f"viewer-{viewer.id}", grants)
        return LiveKitTransport(url=self.url, token=token)

    async def verify(self, session: ClientSession) -> None:
        """Ask the server for its rooms, which takes address, key and secret.

        Raises:
            RoomServerError: it does not answer, or not to these.

        """
        await self._ask(session, "ListRooms", {"room_list": True}, {"names": [self.new_room()]})

    async def is_avatar_in(self, session: ClientSession, room: str) -> bool:
        """Return whether the avatar is in a room; in one that nobody entered it is not.

        Raises:
            RoomServerError: it does not answer, or not to these.

        """
        grants = {"room_admin": True, "room": room}
        answer = await self._ask(session, "ListParticipants", grants, {"room": room})
        people = answer.get("participants") if isinstance(answer, dict) else None
        rows = people if isinstance(people, list) else ()
        return any(isinstance(row, dict) and row.get("identity") == AVATAR for row in rows)

    async def _token(self, identity: str, grants: Mapping[str, Any]) -> SecretStr:
        return await asyncio.to_thread(self._mint, identity, grants)

    def _mint(self, identity: str, grants: Mapping[str, Any]) -> SecretStr:
        # Takes a third of a second or more, and most homes never need it: so not before, and in a thread.
        from livekit.api.access_token import AccessToken, VideoGrants  # noqa: PLC0415

        token = AccessToken(self.key.get_secret_value(), self.secret.get_secret_value())
        token = token.with_identity(identity).with_ttl(_LIFETIME)
        return SecretStr(token.with_grants(VideoGrants(**grants)).to_jwt())

    async def _ask(
        self,
        session: ClientSession,
        operation: str,
        grants: Mapping[str, Any],
        body: Mapping[str, object],
    ) -> object:
        """Call the server's room service (LiveKit: Server APIs, over HTTP and JSON)."""
        token = await self._token("", grants)
        url = URL(self.url)
        server = HttpClient(
            session,
            vendor="LiveKit",
            base_url=str(url.with_scheme(_SCHEMES[url.scheme])),
            auth={"authorization": SecretStr(f"Bearer {token.get_secret_value()}")},
            # At home it is often asked in the clear. The token opens this one room, the secret stays here.
            insecure_allowed=True,
        )
        path = f"/twirp/livekit.RoomService/{operation}"
        call = Call(operation=operation, method="POST", path=path, body=body, timeout=QUICK_TIMEOUT)
        try:
            return (await server.request(call)).body
        except ProviderError as err:
            raise RoomServerError(str(err), code=err.code, sent=False) from None
