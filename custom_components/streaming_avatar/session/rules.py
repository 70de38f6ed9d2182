"""From what the user set and what the provider is, to what the session machine goes by."""

from collections.abc import Mapping

from ..providers.base import Charges, Provider, ProviderSpec, SessionRequest
from ..providers.settings import SettingValue
from .model import Rules


def session_request(
    spec: ProviderSpec, settings: Mapping[str, SettingValue], max_duration: float
) -> SessionRequest:
    """Return what a new session is to be; `max_duration`: seconds that the caps leave."""
    keys = {setting.key for setting in spec.settings}
    values = {key: value for key, value in settings.items() if key in keys}
    return SessionRequest(settings=values, max_duration=max_duration)


def rules_of(
    spec: ProviderSpec,
    provider: Provider,
    settings: Mapping[str, SettingValue],
    *,
    paid_allowed: bool = True,
) -> Rules:
    """Return the rules of one avatar; `paid_allowed`: its account may be charged."""
    capabilities = spec.capabilities
    defaults = Rules()

    def number(key: str) -> float | None:
        value = settings.get(key)
        return None if value is None else float(value)

    charges = capabilities.charges is not Charges.NONE
    return Rules(
        charges=charges,
        minimum_charge=capabilities.minimum_charge,
        needs_viewer=capabilities.needs_viewer,
        can_keep_alive=capabilities.can_keep_alive,
        idle_timeout=number("idle_timeout") or defaults.idle_timeout,
        max_minutes_per_session=number("max_minutes_per_session"),
        max_minutes_per_day=number("max_minutes_per_day"),
        unattended_limit=provider.unattended_limit(session_request(spec, settings, 0.0)),
        synthesizes=capabilities.synthesizes,
        always_on=not charges and not capabilities.needs_viewer,
        stand_in=not capabilities.synthesizes and bool(settings.get("stand_in", True)),
        speaker=bool(settings.get("fallback_speaker")),
        renews=charges and bool(settings.get("renew_session", True)),
        paid_allowed=paid_allowed,
    )
