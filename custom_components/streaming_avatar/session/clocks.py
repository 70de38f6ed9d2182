"""All clocks of Home Assistant, read at once."""

from datetime import timedelta, tzinfo
from time import monotonic, time

from homeassistant.util import dt as dt_util

from ..providers.base import Provider
from .budget import Now


class Clocks:
    """Read for each of a thousand messages a second, so the calendar is asked once a day."""

    def __init__(self, provider: Provider) -> None:
        """Know nothing of the day yet."""
        self._provider = provider
        self._day = ""
        self._midnight = self._next_midnight = 0.0
        self._zone: tzinfo | None = None

    def read(self) -> Now:
        """Return this moment, by every clock there is."""
        wall = time()
        is_today = self._midnight <= wall < self._next_midnight
        if not is_today or self._zone is not dt_util.get_default_time_zone():
            self._turn()
        return Now(
            mono=monotonic(),
            wall=wall,
            day=self._day,
            since_midnight=wall - self._midnight,
            vendor=self._provider.vendor_time(),
        )

    def _turn(self) -> None:
        """Look the day up. It may have 23 or 25 hours."""
        self._zone = dt_util.get_default_time_zone()
        today = dt_util.now().date()
        self._day = today.isoformat()
        self._midnight = dt_util.start_of_local_day(today).timestamp()
        self._next_midnight = dt_util.start_of_local_day(today + timedelta(days=1)).timestamp()
