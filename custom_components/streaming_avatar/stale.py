"""Notices when what an avatar is set to is not in the account's lists any more."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.storage import Store

from .const import DOMAIN, SUBENTRY_AVATAR
from .providers.base import CatalogueItem, ProviderSpec
from .providers.settings import Catalogue

if TYPE_CHECKING:
    from .coordinator import AvatarConfigEntry

ISSUES: Final = {
    Catalogue.AVATARS: "stale_avatar",
    Catalogue.KNOWLEDGE_BASES: "stale_knowledge_base",
    Catalogue.VOICES: "stale_voice",
}
"""The lists whose items come and go, and the issue that tells that one is gone."""
UNKNOWN_TO_VENDOR: Final = "settings_unknown"


class StaleSettings:
    """Watches the ids that an account's avatars are set to.

    Only what a list once showed can be missed: an id that was typed freely may be right though no list ever shows it.
    """

    def __init__(self, hass: HomeAssistant, entry: AvatarConfigEntry, spec: ProviderSpec) -> None:
        """Know nothing before `async_load`."""
        self._hass = hass
        self._entry = entry
        self._provider = spec.name
        self._catalogues = {
            setting.key: setting.catalogue
            for setting in spec.settings
            if setting.catalogue is not None and setting.catalogue in ISSUES
        }
        self._store = _store(hass, entry.entry_id)
        self._seen: dict[str, dict[str, str]] = {}
        """Names of the listed items that avatars are set to, by catalogue and id."""

    async def async_load(self) -> None:
        """Read what was listed in earlier runs."""
        self._seen = await self._store.async_load() or {}

    @property
    def wanted(self) -> set[Catalogue]:
        """Return the lists in which something stands, or stood, that an avatar is set to."""
        avatars = self._entry.get_subentries_of_type(SUBENTRY_AVATAR)
        return {
            catalogue
            for key, catalogue in self._catalogues.items()
            if any(avatar.data.get(key) for avatar in avatars)
        }

    @callback
    def look(self, lists: Mapping[Catalogue, Sequence[CatalogueItem]]) -> None:
        """Compare every avatar with the lists that are known now. An empty list proves nothing."""
        names = {
            catalogue: {item.id: item.name or item.id for item in items}
            for catalogue, items in lists.items()
            if items
        }
        seen: dict[str, dict[str, str]] = {}
        for avatar in self._entry.get_subentries_of_type(SUBENTRY_AVATAR):
            for key, catalogue in self._catalogues.items():
                self._look_at(avatar, avatar.data.get(key), catalogue, names, seen)
        if seen != self._seen:
            self._seen = seen
            self._entry.async_create_background_task(
                self._hass, self._store.async_save(seen), "save what was listed"
            )

    def _look_at(
        self,
        avatar: ConfigSubentry,
        chosen: str | None,
        catalogue: Catalogue,
        names: Mapping[Catalogue, Mapping[str, str]],
        seen: dict[str, dict[str, str]],
    ) -> None:
        issue_id = f"{ISSUES[catalogue]}_{avatar.subentry_id}"
        before = self._seen.get(catalogue, {})
        listed = names.get(catalogue)
        name = {**before, **(listed or {})}.get(chosen or "")
        if chosen is None or name is None:  # nothing, or nothing that a list ever showed
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
            return
        seen.setdefault(catalogue, {})[chosen] = name
        if listed is None:
            return
        if chosen in listed:
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
        else:
            self._tell(ISSUES[catalogue], avatar.subentry_id, avatar.title, name)

    @callback
    def tell_refused(self, avatar_id: str, title: str) -> None:
        """Tell that the vendor does not know what an avatar is set to, unless a list told more of it."""
        known = ir.async_get(self._hass)
        told = (f"{key}_{avatar_id}" for key in ISSUES.values())
        if not any(known.async_get_issue(DOMAIN, issue_id) for issue_id in told):
            self._tell(UNKNOWN_TO_VENDOR, avatar_id, title, "")

    @callback
    def accepted(self, avatar_id: str) -> None:
        """Take that the vendor knows what an avatar is set to, or that it is set to something else now."""
        ir.async_delete_issue(self._hass, DOMAIN, f"{UNKNOWN_TO_VENDOR}_{avatar_id}")

    def _tell(self, key: str, avatar_id: str, title: str, name: str) -> None:
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            f"{key}_{avatar_id}",
            data={"subject": avatar_id},
            is_fixable=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key=key,
            translation_placeholders={"avatar": title, "provider": self._provider, "name": name},
        )


async def async_forget(hass: HomeAssistant, account_id: str) -> None:
    """Drop what was stored of an account that is gone."""
    await _store(hass, account_id).async_remove()


def _store(hass: HomeAssistant, account_id: str) -> Store[dict[str, dict[str, str]]]:
    return Store(hass, 1, f"{DOMAIN}.listed.{account_id}")
