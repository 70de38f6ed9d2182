"""What an avatar does and costs, who looks at it, and what its account has left."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory, UnitOfTime
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.event import async_track_time_change, async_track_time_interval
from homeassistant.helpers.typing import StateType
from homeassistant.util import dt as dt_util

from .coordinator import AvatarConfigEntry
from .entity import AccountEntity, AvatarEntity
from .services import REASONS
from .session.runtime import AvatarRuntime, Phase, Snapshot

PARALLEL_UPDATES = 0

REFRESH_INTERVAL = timedelta(seconds=10)
"""How often the minutes are written while a session is open; at its end they are written at once."""


NO_ERROR: Final = "none"


@dataclass(frozen=True, kw_only=True)
class AvatarSensorDescription(SensorEntityDescription):
    """A value of the snapshot."""

    value_fn: Callable[[Snapshot], StateType | datetime]
    needs_costs: bool = False
    """It is about what sessions cost, so there is none where they are free."""


def _error(snapshot: Snapshot) -> str:
    """Return the reason of the last failure; those that have no text are the provider's."""
    if snapshot.error is None:
        return NO_ERROR
    return snapshot.error if snapshot.error in REASONS else "provider_error"


def _session_end(snapshot: Snapshot) -> datetime | None:
    """Return when the session ends at the latest. Whole seconds: a time that is told more exactly would never rest."""
    return None if snapshot.ends_at is None else dt_util.utc_from_timestamp(round(snapshot.ends_at))


DESCRIPTIONS: Final = (
    AvatarSensorDescription(
        key="phase",
        translation_key="phase",
        device_class=SensorDeviceClass.ENUM,
        options=[*Phase],
        value_fn=lambda snapshot: snapshot.phase,
    ),
    AvatarSensorDescription(
        key="viewers",
        translation_key="viewers",
        entity_category=EntityCategory.DIAGNOSTIC,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda snapshot: snapshot.viewers,
    ),
    AvatarSensorDescription(
        key="latency",
        translation_key="latency",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=2,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda snapshot: snapshot.latency,
    ),
    AvatarSensorDescription(
        key="last_error",
        translation_key="last_error",
        device_class=SensorDeviceClass.ENUM,
        options=[NO_ERROR, *sorted(REASONS)],
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=_error,
    ),
    AvatarSensorDescription(
        key="session_end",
        translation_key="session_end",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=_session_end,
        needs_costs=True,
    ),
)
MINUTES_TODAY: Final = AvatarSensorDescription(
    key="minutes_today",
    translation_key="minutes_today",
    device_class=SensorDeviceClass.DURATION,
    native_unit_of_measurement=UnitOfTime.MINUTES,
    state_class=SensorStateClass.TOTAL,
    suggested_display_precision=1,
    value_fn=lambda snapshot: round(snapshot.seconds_today / 60, 2),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AvatarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the sensors of the account and of each avatar."""
    capabilities = entry.runtime_data.spec.capabilities
    if capabilities.has_credits:
        async_add_entities([CreditsSensor(entry)])

    @callback
    def add(avatar: AvatarRuntime) -> None:
        sensors = [
            AvatarSensor(avatar, description)
            for description in DESCRIPTIONS
            if capabilities.costs_money or not description.needs_costs
        ]
        if capabilities.costs_money:
            sensors.append(MinutesSensor(avatar, MINUTES_TODAY))
        async_add_entities(sensors, config_subentry_id=avatar.avatar_id)

    entry.runtime_data.async_add_platform(add)


class CreditsSensor(AccountEntity, SensorEntity):
    """What the account has left, in the provider's own unit; unknown where it does not tell this account."""

    _attr_translation_key = "credits"
    _attr_state_class = SensorStateClass.MEASUREMENT
    _attr_suggested_display_precision = 0

    @property
    @override
    def native_value(self) -> float | None:
        return self.coordinator.data.credits


class AvatarSensor(AvatarEntity, SensorEntity):
    """A value of the avatar's snapshot."""

    entity_description: AvatarSensorDescription

    def __init__(self, avatar: AvatarRuntime, description: AvatarSensorDescription) -> None:
        super().__init__(avatar, description.key)
        self.entity_description = description

    @property
    @override
    def native_value(self) -> StateType | datetime:
        return self.entity_description.value_fn(self.avatar.snapshot)


class MinutesSensor(AvatarSensor):
    """The minutes of today. They grow without news while a session is open, and begin anew at local midnight."""

    _stop_refreshing: CALLBACK_TYPE | None = None

    @property
    @override
    def last_reset(self) -> datetime:
        return dt_util.start_of_local_day()

    @callback
    @override
    def _async_subscribe(self) -> Iterable[CALLBACK_TYPE]:
        self._async_keep_fresh()
        return (
            *super()._async_subscribe(),
            async_track_time_change(self.hass, self._async_refresh, hour=0, minute=0, second=0),
            self._async_rest,
        )

    @callback
    @override
    def _async_snapshot_changed(self) -> None:
        self._async_keep_fresh()
        super()._async_snapshot_changed()

    @callback
    def _async_keep_fresh(self) -> None:
        """Write the state again and again exactly as long as a session is open."""
        if self.avatar.snapshot.open_since is None:
            self._async_rest()
        elif self._stop_refreshing is None:
            self._stop_refreshing = async_track_time_interval(
                self.hass, self._async_refresh, REFRESH_INTERVAL
            )

    @callback
    def _async_rest(self) -> None:
        if self._stop_refreshing is not None:
            self._stop_refreshing()
            self._stop_refreshing = None

    @callback
    def _async_refresh(self, now: datetime) -> None:
        self.async_write_ha_state()
