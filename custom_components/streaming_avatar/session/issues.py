"""What the user is told in the repairs dashboard."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from .effects import ClearIssue, RaiseIssue
from .model import Record

LASTING = ("orphan_session", "session_unsettled")
"""What stays true of an avatar that was removed."""
OF_SETTINGS = ("cap_reached", "session_cap_reached")
"""What the settings of an avatar may change."""
TO_BE_FIXED = frozenset({"creates_blocked", *LASTING, *OF_SETTINGS})
"""What a person can do something about, or is to confirm (see repairs.py)."""
STAND_IN_REASONS = {
    "authentication",
    "bad_request",
    "bad_response",
    "busy",
    "connection",
    "join_failed",
    "not_found",
    "permission",
    "rate_limit",
    "session_ended",
    "storage",
}
"""Why a stand-in speaks, as far as there is a text for it."""


@callback
def async_raise(hass: HomeAssistant, avatar_id: str, name: str, issue: RaiseIssue) -> None:
    """Tell what the session machine wants told of an avatar."""
    details = dict(issue.details)
    if "since" in details:
        details["since"] = _local_time(float(details["since"]))
    translation_key = issue.key
    if issue.key == "stand_in":
        reason = details.pop("reason")
        translation_key = f"stand_in_{reason if reason in STAND_IN_REASONS else 'other'}"
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{issue.key}_{avatar_id}",
        data={"subject": avatar_id},
        is_fixable=issue.key in TO_BE_FIXED,
        severity=ir.IssueSeverity.WARNING,
        translation_key=translation_key,
        translation_placeholders={"avatar": name, **details},
    )


@callback
def async_clear(hass: HomeAssistant, avatar_id: str, issue: ClearIssue) -> None:
    """Take back what is no longer so."""
    ir.async_delete_issue(hass, DOMAIN, f"{issue.key}_{avatar_id}")


@callback
def async_clear_settings(hass: HomeAssistant, avatar_id: str) -> None:
    """Take back what may be otherwise now that the avatar's settings were changed."""
    for key in OF_SETTINGS:
        ir.async_delete_issue(hass, DOMAIN, f"{key}_{avatar_id}")


@callback
def async_clear_all(hass: HomeAssistant, avatar_id: str) -> None:
    """Take back what was told of an avatar that is gone; a session that may still be open stays told."""
    for domain, issue_id in tuple(ir.async_get(hass).issues):
        if domain == DOMAIN and issue_id.endswith(avatar_id) and not issue_id.startswith(LASTING):
            ir.async_delete_issue(hass, domain, issue_id)


@callback
def async_warn_of_orphan(hass: HomeAssistant, avatar_id: str, name: str, record: Record) -> None:
    """Tell that an avatar's account is gone, and with it the key that could end its session."""
    issue = RaiseIssue(key="orphan_session", details={"since": f"{record.since:.0f}"})
    async_raise(hass, avatar_id, name, issue)


def _local_time(unix: float) -> str:
    return dt_util.as_local(dt_util.utc_from_timestamp(unix)).strftime("%Y-%m-%d %H:%M")
