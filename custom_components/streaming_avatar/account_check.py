"""The action `verify`: what an account's API does, compared with what the provider takes for granted about it."""

import asyncio
from collections import Counter
from typing import Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.helpers.service import async_register_admin_service
from homeassistant.util.json import JsonValueType
import voluptuous as vol
from yarl import URL

from .const import CONF_BASE_URL, DOMAIN
from .coordinator import AvatarConfigEntry, client_of
from .providers.base import Check, Provider
from .services import refusals_translated
from .session.runtime import Activity, AvatarRuntime, Phase

ATTR_ACCOUNT: Final = "config_entry_id"
ATTR_AVATAR: Final = "avatar"
ATTR_PAID_SESSION: Final = "paid_session"
OPEN_SECONDS: Final = 60.0
"""How long a session may take until viewers could join it; a busy provider is asked again after 20 s."""

_SCHEMA: Final = vol.Schema(
    {
        vol.Required(ATTR_ACCOUNT): cv.string,
        vol.Optional(ATTR_PAID_SESSION, default=False): cv.boolean,
        vol.Optional(ATTR_AVATAR): cv.entity_id,
    }
)
_RESULTS: Final = {True: "passed", False: "failed", None: "not_tried"}


@callback
def async_register_check(hass: HomeAssistant) -> None:
    """Register the action; it is for administrators."""

    async def verify(call: ServiceCall) -> ServiceResponse:
        return await _async_verify(hass, call)

    async_register_admin_service(
        hass, DOMAIN, "verify", verify, _SCHEMA, supports_response=SupportsResponse.ONLY
    )


async def _async_verify(hass: HomeAssistant, call: ServiceCall) -> ServiceResponse:
    """Check an account, whether it could be loaded or not: one that cannot needs it most."""
    entry: AvatarConfigEntry | None = hass.config_entries.async_get_entry(call.data[ATTR_ACCOUNT])
    if entry is None or entry.domain != DOMAIN:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="verify_no_account")
    spec, provider = client_of(hass, entry.data)
    in_session: tuple[Check, ...] = ()
    if call.data[ATTR_PAID_SESSION]:
        # First, for it may be refused.
        avatar = _avatar_of(hass, entry, call.data.get(ATTR_AVATAR))
        in_session = await _async_check_session(avatar, entry.runtime_data.provider)
    # What a session showed counts more than what could not be tried without one.
    checks = {check.key: check for check in (*await provider.check_account(), *in_session)}
    results: list[JsonValueType] = [
        {"check": check.key, "result": _RESULTS[check.passed], "detail": check.detail}
        for check in checks.values()
    ]
    counts = Counter(_RESULTS[check.passed] for check in checks.values())
    return {
        "provider": spec.name,
        "host": URL(entry.data[CONF_BASE_URL]).host,
        "results": results,
        "summary": {result: counts[result] for result in _RESULTS.values()},
    }


def _avatar_of(
    hass: HomeAssistant, entry: AvatarConfigEntry, entity_id: str | None
) -> AvatarRuntime:
    """Return the avatar whose session is to be paid for."""
    placeholders = {"account": entry.title}
    if entry.state is not ConfigEntryState.LOADED:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="verify_not_loaded",
            translation_placeholders=placeholders,
        )
    account = entry.runtime_data
    if not account.spec.capabilities.costs_money:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="verify_free",
            translation_placeholders={"provider": account.spec.name},
        )
    entity = er.async_get(hass).async_get(entity_id or "")
    avatar = account.avatars.get((entity and entity.config_subentry_id) or "")
    if avatar is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="verify_no_avatar",
            translation_placeholders=placeholders,
        )
    if avatar.snapshot.phase is not Phase.OFF:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="verify_in_use",
            translation_placeholders={"avatar": avatar.name},
        )
    if avatar.snapshot.watching:
        # A screen would join, and hear what is only tried.
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="verify_watched",
            translation_placeholders={"avatar": avatar.name},
        )
    return avatar


async def _async_check_session(avatar: AvatarRuntime, provider: Provider) -> tuple[Check, ...]:
    """Check what only a session shows. It is the avatar's own, so all its limits and its record count."""
    with refusals_translated(avatar):
        avatar.async_start_session(without_viewer=True)
    try:
        await _async_settled(avatar)
        session = avatar.session
        if session is None or avatar.snapshot.phase not in {Phase.CONNECTING, Phase.LIVE}:
            reason = avatar.snapshot.reason or "no answer in time"
            return (Check(key="create", passed=False, detail=reason),)
        created = Check(key="create", passed=True, detail="a session was made and started")
        return (created, *await provider.check_session(session))
    finally:
        # What somebody wants to say by now is no business of a check; the idle time ends the session then.
        if avatar.snapshot.activity is Activity.IDLE:
            await avatar.async_stop_session()


async def _async_settled(avatar: AvatarRuntime) -> None:
    """Wait until a session that was asked for is open, or will not be."""
    settled = asyncio.Event()

    @callback
    def look() -> None:
        if avatar.snapshot.phase is not Phase.STARTING:
            settled.set()

    unsubscribe = avatar.async_subscribe(look)
    look()
    try:
        async with asyncio.timeout(OPEN_SECONDS):
            await settled.wait()
    except TimeoutError:
        pass
    finally:
        unsubscribe()
