"""What a user sends with a bug report: what is set and what happened, without a secret and without a spoken word."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from time import monotonic
from typing import Any, Final

from homeassistant.components.diagnostics import REDACTED
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.device_registry import DeviceEntry

from .const import (
    CONF_BASE_URL,
    CONF_INSECURE_ALLOWED,
    CONF_PROVIDER,
    CONF_REMEMBERED,
    DATA_STORE,
    DOMAIN,
)
from .coordinator import AvatarConfigEntry
from .providers import PROVIDERS
from .providers.base import ProviderSpec
from .providers.settings import SettingKind
from .session.records import Stored
from .session.runtime import AvatarRuntime
from .session.viewers import Viewers

_WORDS: Final = frozenset({SettingKind.TEXT, SettingKind.LONG_TEXT, SettingKind.SECRET})
"""What the user wrote, and nobody else's business: only its length is told."""


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: AvatarConfigEntry
) -> dict[str, Any]:
    """Return what is known of an account and its avatars."""
    return _told(hass, entry, entry.subentries)


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: AvatarConfigEntry, device: DeviceEntry
) -> dict[str, Any]:
    """Return what is known of one avatar and its account; the account's own device stands for no avatar."""
    ours = {key for domain, key in device.identifiers if domain == DOMAIN}
    return _told(hass, entry, ours & entry.subentries.keys())


def _told(
    hass: HomeAssistant, entry: AvatarConfigEntry, avatar_ids: Iterable[str]
) -> dict[str, Any]:
    spec = PROVIDERS[entry.data[CONF_PROVIDER]]
    runtimes = getattr(entry, "runtime_data", None) and entry.runtime_data.avatars
    return {
        "account": _account(entry, spec),
        "avatars": {
            avatar_id: {
                "settings": _settings(spec, entry.subentries[avatar_id].data),
                "stored": _stored(hass.data[DATA_STORE].get(avatar_id)),
                **_running((runtimes or {}).get(avatar_id)),
            }
            for avatar_id in avatar_ids
        },
        "issues": _issues(hass, {entry.entry_id, *entry.subentries}),
    }


def _account(entry: AvatarConfigEntry, spec: ProviderSpec) -> dict[str, Any]:
    address = entry.data[CONF_BASE_URL]
    told = {
        "provider": spec.id,
        "default_address": address == (spec.default_base_url or ""),
        "encrypted": address.startswith("https:"),
        "insecure_allowed": entry.data[CONF_INSECURE_ALLOWED],
        "remembered": dict(entry.data[CONF_REMEMBERED]),
        "credentials": {s.key: REDACTED for s in spec.credentials if entry.data.get(s.key)},
        "state": entry.state.value,
        "reason": entry.error_reason_translation_key,
    }
    if not hasattr(entry, "runtime_data"):
        return told
    account = entry.runtime_data
    error = account.coordinator.last_exception
    return {
        **told,
        "capabilities": asdict(account.spec.capabilities),
        "paid_allowed": account.paid_allowed,
        "leftovers": len(account.leftovers),
        "poll": {
            "well": account.coordinator.last_update_success,
            "error": getattr(error, "translation_key", None) or (error and type(error).__name__),
            "interval": account.coordinator.update_interval
            and account.coordinator.update_interval.total_seconds(),
            "credits": account.coordinator.data.credits,
            "lists": account.coordinator.lists_known,
        },
    }


def _settings(spec: ProviderSpec, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is set; of words only how many characters they have."""
    kinds = {setting.key: setting.kind for setting in spec.avatar_settings}
    return {
        key: f"{len(str(value))} characters"
        if kinds.get(key, SettingKind.TEXT) in _WORDS
        else value
        for key, value in values.items()
    }


def _stored(stored: Stored | None) -> dict[str, Any] | None:
    if stored is None:
        return None
    record = stored.record and {
        **asdict(stored.record),
        "session_id": stored.record.session_id and REDACTED,
    }
    return {"record": record, "budget": asdict(stored.budget)}


def _running(avatar: AvatarRuntime | None) -> dict[str, Any]:
    if avatar is None:
        return {}
    snapshot = asdict(avatar.snapshot)
    for key in ("portrait", "seat"):
        snapshot[key] = snapshot[key] and REDACTED
    return {
        "snapshot": snapshot,
        "viewers": _viewers(avatar.viewers),
        "timeline": avatar.timeline,
    }


def _viewers(viewers: Viewers) -> list[dict[str, Any]]:
    """Return the open cards; their names are those of rooms and people."""
    now = monotonic()
    return [
        {
            "version": card.client.version,
            "visible": card.client.visible,
            "audio": card.client.audio,
            "microphone": card.client.microphone,
            "transports": card.client.transports,
            "may_control": card.may_control,
            "alive": card.alive,
            "seat": card is viewers.seat,
            "joined": card.joined,
            "picture": card.ready,
            "attached_for": round(now - card.attached_at, 1),
        }
        for card in viewers.attachments
    ]


def _issues(hass: HomeAssistant, subjects: set[str]) -> list[str]:
    return sorted(
        issue.translation_key or ""
        for issue in ir.async_get(hass).issues.values()
        if issue.domain == DOMAIN and issue.active and (issue.data or {}).get("subject") in subjects
    )
