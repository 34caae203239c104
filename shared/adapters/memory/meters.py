"""Meters in memory."""

from collections.abc import Sequence
from datetime import datetime

from shared.adapters.memory.round_trip import round_trip
from shared.errors import LimitReached
from shared.ports.meters import Reading


class MemoryMeters:
    def __init__(self) -> None:
        self._windows: dict[str, Reading] = {}

    async def read(self, meters: Sequence[str], *, now: datetime) -> dict[str, Reading]:
        async with round_trip():
            shown = {meter: self._windows[meter] for meter in meters if meter in self._windows}
            return {meter: window for meter, window in shown.items() if now < window.until}

    async def take(
        self, meter: str, amount: int, limit: int, *, now: datetime, until: datetime
    ) -> Reading:
        async with round_trip():
            window = self._windows.get(meter)
            if window is None or window.until <= now:
                window = Reading(used=0, until=until)
            if window.used + amount > limit:
                raise LimitReached(meter, window.until)
            self._windows[meter] = Reading(window.used + amount, window.until)
            return self._windows[meter]

    async def adjust(self, meter: str, amount: int, *, until: datetime) -> None:
        async with round_trip():
            window = self._windows.get(meter)
            if window is not None and window.until == until:
                self._windows[meter] = Reading(window.used + amount, until)
