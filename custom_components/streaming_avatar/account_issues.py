"""What the repairs dashboard tells of an account, and when that is taken back."""

from typing import TYPE_CHECKING, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN

if TYPE_CHECKING:
    from .coordinator import AvatarConfigEntry

TROUBLES: Final = {
    "plan": "account_plan",
    "quota": "account_quota",
    "suspended": "account_suspended",
}
"""Reasons that only a person can end, at the provider, and the issue that tells each."""


class AccountIssues:
    """The troubles of one account, told for as long as they last.

    What a poll found, the next good poll takes back. What a session met, a poll may well not see (a list is given out
    on every plan): that is taken back when a session opens, or when the user says that it is settled.
    """

    def __init__(self, hass: HomeAssistant, entry: AvatarConfigEntry, provider: str) -> None:
        """Tell nothing yet; `provider` is the name that the texts use."""
        self._hass = hass
        self._entry = entry
        self._provider = provider
        self._met: set[str] = set()
        """Reasons that a session met."""

    @callback
    def polled(self, reason: str | None) -> None:
        """Take what a poll found; None: the account is well."""
        for trouble in TROUBLES:
            if trouble == reason:
                self._met.discard(trouble)
                self._tell(trouble)
            elif trouble not in self._met:
                async_clear(self._hass, self._entry.entry_id, trouble)

    @callback
    def met(self, reason: str) -> bool:
        """Take why a session was refused; returns whether that is trouble that was not known yet."""
        issue_id = _issue_id(reason, self._entry.entry_id) if reason in TROUBLES else None
        if issue_id is None or ir.async_get(self._hass).async_get_issue(DOMAIN, issue_id):
            return False
        self._met.add(reason)
        self._tell(reason)
        return True

    @callback
    def settled(self) -> None:
        """Forget what sessions met: one has opened, or the user says that it is over."""
        for trouble in self._met:
            async_clear(self._hass, self._entry.entry_id, trouble)
        self._met.clear()

    def _tell(self, trouble: str) -> None:
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            _issue_id(trouble, self._entry.entry_id),
            data={"subject": self._entry.entry_id},
            is_fixable=True,
            severity=ir.IssueSeverity.ERROR,
            translation_key=TROUBLES[trouble],
            translation_placeholders={
                "account": self._entry.title,
                "provider": self._provider,
            },
        )


@callback
def async_clear(hass: HomeAssistant, account_id: str, *troubles: str) -> None:
    """Take back what was told of an account: these troubles, all of them if none is named."""
    for trouble in troubles or TROUBLES:
        ir.async_delete_issue(hass, DOMAIN, _issue_id(trouble, account_id))


def _issue_id(trouble: str, account_id: str) -> str:
    return f"{TROUBLES[trouble]}_{account_id}"
