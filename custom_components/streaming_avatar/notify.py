"""The avatar as a target of notifications: it reads them out."""

from typing import override

from homeassistant.components.notify import NotifyEntity, NotifyEntityFeature
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import AvatarConfigEntry
from .entity import AvatarEntity
from .services import checked_text, raise_unless_well, reason_error
from .session.runtime import AvatarRuntime, SpeakRequest

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AvatarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up one target per avatar."""

    @callback
    def add(avatar: AvatarRuntime) -> None:
        async_add_entities([AvatarNotify(avatar)], config_subentry_id=avatar.avatar_id)

    entry.runtime_data.async_add_platform(add)


class AvatarNotify(AvatarEntity, NotifyEntity):
    """Reads a notification out. Nobody asked for money: see docs/session-rules.md, rule 8."""

    _attr_translation_key = "messages"
    _attr_supported_features = NotifyEntityFeature.TITLE

    def __init__(self, avatar: AvatarRuntime) -> None:
        super().__init__(avatar, "messages")

    @callback
    @override
    def _async_snapshot_changed(self) -> None:
        """Write nothing: the state is the time of the last message."""

    @override
    async def async_send_message(self, message: str, title: str | None = None) -> None:
        """Queue a message; it is read out when its turn comes.

        Nobody waits for its outcome, so that it could not be heard at all is told at once.
        """
        text = checked_text(message if not title else f"{title.rstrip(' .')}. {message}")
        if not self.avatar.snapshot.watching and not self.settings.get("fallback_speaker"):
            raise reason_error(self.avatar, "nobody_watching")
        may_start = bool(self.settings.get("announcements_start_session"))
        result = await self.avatar.async_speak(SpeakRequest(text=text, may_start=may_start))
        raise_unless_well(self.avatar, result)
