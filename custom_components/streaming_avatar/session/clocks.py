"""All clocks of Home Assistant, read at once."""

from time import monotonic

from homeassistant.util import dt as dt_util

from ..providers.base import Provider
from .budget import Now


def read_clocks(provider: Provider) -> Now:
    """Return this moment, by every clock there is."""
    local = dt_util.now()
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return Now(
        mono=monotonic(),
        wall=local.timestamp(),
        day=local.date().isoformat(),
        # Not the difference of the two, which knows nothing of daylight saving time.
        since_midnight=local.timestamp() - midnight.timestamp(),
        vendor=provider.vendor_time(),
    )
