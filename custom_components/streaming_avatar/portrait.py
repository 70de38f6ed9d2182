"""The picture of an avatar, fetched by Home Assistant: a browser that shows it calls nobody else."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from aiohttp import ClientError, ClientTimeout
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from yarl import URL

from .const import LOGGER

MAX_BYTES: Final = 4 * 1024 * 1024
SECONDS: Final = 8.0
"""Home Assistant waits 10 s for a picture."""
TYPES: Final = frozenset({"image/avif", "image/gif", "image/jpeg", "image/png", "image/webp"})
"""No SVG: it can hold a script, which would run as if it came from Home Assistant."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What a browser can show."""

    content: bytes
    content_type: str


class Portrait:
    """The picture of one avatar, kept as long as its address stays the same."""

    def __init__(self, hass: HomeAssistant, account_url: str) -> None:
        """Fetch nothing before it is asked for; `account_url`: where the account's provider is."""
        self._hass = hass
        self._account = _url(account_url)
        self._address: str | None = None
        self._picture: Picture | None = None

    async def async_get(self, address: str | None) -> Picture | None:
        """Return the picture at an address, None where there is none that may be shown."""
        if address is None:
            return None
        if address == self._address:
            return self._picture
        picture = await self._async_fetch(address)
        if picture is not None:
            self._address, self._picture = address, picture
        return picture

    async def _async_fetch(self, address: str) -> Picture | None:
        url = _url(address)
        if url is None or not self._is_allowed(url):
            LOGGER.debug("A portrait has an address that is not asked")
            return None
        http = async_get_clientsession(self._hass)
        try:
            async with http.get(
                url, allow_redirects=False, timeout=ClientTimeout(total=SECONDS)
            ) as answer:
                if answer.status != HTTPStatus.OK or answer.content_type not in TYPES:
                    LOGGER.debug("No portrait: %s, %s", answer.status, answer.content_type)
                    return None
                content = bytearray()
                async for chunk in answer.content.iter_any():
                    content += chunk
                    if len(content) > MAX_BYTES:
                        LOGGER.debug("A portrait is larger than %s bytes", MAX_BYTES)
                        return None
                return Picture(content=bytes(content), content_type=answer.content_type)
        except (ClientError, TimeoutError) as err:
            LOGGER.debug("No portrait: %s", type(err).__name__)
            return None

    def _is_allowed(self, url: URL) -> bool:
        """Return whether an address may be asked: over https, or where the account itself is."""
        return url.scheme == "https" or (
            self._account is not None and url.origin() == self._account.origin()
        )


def _url(text: str) -> URL | None:
    """Return an address of the web, None for anything else."""
    try:
        url = URL(text)
    except ValueError:
        return None
    return url if url.scheme in {"http", "https"} and url.host else None
