"""What more than one file needs."""

import logging
from typing import Final

from homeassistant.const import Platform
from homeassistant.util.hass_dict import HassKey

from .session.records import SessionStore

DOMAIN: Final = "streaming_avatar"
LOGGER: Final = logging.getLogger(__package__)

PLATFORMS: Final = (
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.IMAGE,
    Platform.MEDIA_PLAYER,
    Platform.NOTIFY,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
)

SUBENTRY_AVATAR: Final = "avatar"

CONF_PROVIDER: Final = "provider"
CONF_BASE_URL: Final = "base_url"
CONF_INSECURE_ALLOWED: Final = "insecure_allowed"
CONF_PAID_ALLOWED: Final = "paid_allowed"
CONF_REMEMBERED: Final = "remembered"

DATA_STORE: HassKey[SessionStore] = HassKey(DOMAIN)
"""The one store of sessions whose end is not proven, whatever account they belong to."""
