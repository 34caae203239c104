"""Slots in memory."""

from datetime import datetime, timedelta

from shared.adapters.memory.round_trip import round_trip


class MemoryPools:
    def __init__(self) -> None:
        self._next_at: dict[str, datetime] = {}

    async def take_slot(
        self, pool: str, spacing: timedelta, horizon: timedelta, *, now: datetime
    ) -> datetime | None:
        async with round_trip():
            slot = max(now, self._next_at.get(pool, now))
            if slot >= now + horizon:
                return None
            self._next_at[pool] = slot + spacing
            return slot

    async def hold_off(self, pool: str, until: datetime) -> None:
        async with round_trip():
            self._next_at[pool] = max(until, self._next_at.get(pool, until))
