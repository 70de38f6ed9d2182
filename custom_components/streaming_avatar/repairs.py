"""What a person can do about what the repairs dashboard tells."""

from abc import abstractmethod
from typing import Any, Final, override

from homeassistant.components.repairs import (
    ConfirmRepairFlow,
    FlowType,
    RepairsFlow,
    RepairsFlowResult,
)
from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntryState,
    OperationNotAllowed,
    SubentryFlowContext,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import voluptuous as vol

from .account_issues import TROUBLES
from .const import DOMAIN, SUBENTRY_AVATAR
from .coordinator import AvatarConfigEntry


class _FixFlow(RepairsFlow):
    """One question, and what is done when it is answered."""

    def __init__(self, subject: str) -> None:
        """Be about an account or an avatar, by its id."""
        self._subject = subject

    async def async_step_init(self, _: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Begin."""
        return self._ask()

    async def async_step_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Do it."""
        return self._ask() if user_input is None else await self._async_fix()

    def _ask(self, error: str | None = None) -> RepairsFlowResult:
        issue = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
        return self.async_show_form(
            step_id="confirm",
            data_schema=vol.Schema({}),
            errors=None if error is None else {"base": error},
            description_placeholders=issue.translation_placeholders if issue else None,
        )

    @abstractmethod
    async def _async_fix(self) -> RepairsFlowResult: ...


class AccountFlow(_FixFlow):
    """The user did something at the provider: look whether the account is well now."""

    @override
    async def _async_fix(self) -> RepairsFlowResult:
        entry: AvatarConfigEntry | None = self.hass.config_entries.async_get_entry(self._subject)
        if entry is None or entry.disabled_by is not None:
            return self.async_create_entry(data={})
        if entry.state is ConfigEntryState.LOADED:
            answered = await entry.runtime_data.coordinator.async_recheck()
            why = getattr(entry.runtime_data.coordinator.last_exception, "translation_key", None)
        else:
            try:
                await self.hass.config_entries.async_reload(entry.entry_id)
            except OperationNotAllowed:  # it is being set up this very moment
                return self._ask("no_answer")
            why = entry.error_reason_translation_key
            answered = why is None
        if ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id) is None:
            return self.async_create_entry(data={})
        return self._ask("still_so" if answered or why in TROUBLES.values() else "no_answer")


class SettingsFlow(_FixFlow):
    """The way out is in the settings of the avatar; the issue goes away when they are changed."""

    @override
    async def _async_fix(self) -> RepairsFlowResult:
        entry = _account_of(self.hass, self._subject)
        if entry is None:
            return self.async_create_entry(data={})
        dialog = await self.hass.config_entries.subentries.async_init(
            (entry.entry_id, SUBENTRY_AVATAR),
            context=SubentryFlowContext(source=SOURCE_RECONFIGURE, subentry_id=self._subject),
        )
        return self.async_abort(
            reason="settings_opened",
            next_flow=(FlowType.CONFIG_SUBENTRIES_FLOW, dialog["flow_id"]),
        )


class TryAgainFlow(_FixFlow):
    """Sessions are blocked, and the user wants the next one now."""

    @override
    async def _async_fix(self) -> RepairsFlowResult:
        entry = _account_of(self.hass, self._subject)
        if entry is not None and entry.state is ConfigEntryState.LOADED:
            entry.runtime_data.avatars[self._subject].async_unblock()
        return self.async_create_entry(data={})


FLOWS: Final[dict[str, type[_FixFlow]]] = {
    "account_plan": AccountFlow,
    "account_quota": AccountFlow,
    "account_suspended": AccountFlow,
    "cap_reached": SettingsFlow,
    "creates_blocked": TryAgainFlow,
    "session_cap_reached": SettingsFlow,
    "settings_unknown": SettingsFlow,
    "stale_avatar": SettingsFlow,
    "stale_knowledge_base": SettingsFlow,
    "stale_voice": SettingsFlow,
}
"""What is done about an issue, by the key of its text. All others are only to be confirmed."""


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow that fixes an issue."""
    issue = ir.async_get(hass).async_get_issue(DOMAIN, issue_id)
    flow = FLOWS.get((issue and issue.translation_key) or "")
    return ConfirmRepairFlow() if flow is None else flow(str((data or {})["subject"]))


def _account_of(hass: HomeAssistant, avatar_id: str) -> AvatarConfigEntry | None:
    entries = hass.config_entries.async_entries(DOMAIN)
    return next((entry for entry in entries if avatar_id in entry.subentries), None)
