"""What happens to an avatar, as the avatar SDKs name it."""

from collections.abc import Iterable
from typing import Any, Final, override

from homeassistant.components.event import EventEntity
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import AvatarConfigEntry
from .entity import AvatarEntity
from .providers.base import AvatarEventType
from .session.runtime import AvatarRuntime

PARALLEL_UPDATES = 0

UTTERANCE_ENDED: Final = "utterance_ended"


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AvatarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up one event entity per avatar."""

    @callback
    def add(avatar: AvatarRuntime) -> None:
        async_add_entities([AvatarEvent(avatar)], config_subentry_id=avatar.avatar_id)

    entry.runtime_data.async_add_platform(add)


class AvatarEvent(AvatarEntity, EventEntity):
    """The events of an avatar; what was said or heard is only in them if the user shares it, and never recorded."""

    _attr_translation_key = "activity"
    _attr_event_types = [*AvatarEventType, UTTERANCE_ENDED]  # noqa: RUF012 - Home Assistant's own attribute
    _unrecorded_attributes = frozenset({"text"})

    def __init__(self, avatar: AvatarRuntime) -> None:
        super().__init__(avatar, "activity")

    @callback
    @override
    def _async_subscribe(self) -> Iterable[CALLBACK_TYPE]:
        return (self.avatar.async_subscribe_events(self._async_happened),)

    @callback
    def _async_happened(self, event_type: str, attributes: dict[str, Any]) -> None:
        self._trigger_event(event_type, attributes)
        self.async_write_ha_state()
