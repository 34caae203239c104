"""Money in memory."""

from dataclasses import dataclass, field
from datetime import datetime

from shared.adapters.memory.round_trip import round_trip
from shared.errors import LimitReached
from shared.money import Micros
from shared.ports.meters import Reading


@dataclass
class _Day:
    reserved: Micros = 0
    refunds: dict[str, Micros] = field(default_factory=dict)
    pending: dict[str, tuple[Micros, datetime]] = field(default_factory=dict)

    @property
    def spent(self) -> Micros:
        return self.reserved - sum(self.refunds.values())


class MemorySpending:
    def __init__(self) -> None:
        self._days: dict[str, _Day] = {}

    async def reserve(
        self,
        day: str,
        item: str | None,
        amount: Micros,
        cap: Micros,
        *,
        now: datetime,
        until: datetime,
    ) -> Reading:
        async with round_trip():
            kept = self._days.setdefault(day, _Day())
            if item not in kept.pending:
                if kept.spent + amount > cap:
                    raise LimitReached(day, until)
                kept.reserved += amount
                if item is not None:
                    kept.pending[item] = (amount, now)
            return Reading(kept.spent, until)

    async def confirm(self, day: str, item: str) -> None:
        async with round_trip():
            if day in self._days:
                self._days[day].pending.pop(item, None)

    async def release(self, day: str, item: str) -> None:
        async with round_trip():
            kept = self._days.get(day)
            if kept is not None and item in kept.pending:
                kept.reserved -= kept.pending.pop(item)[0]

    async def unconfirmed(self, day: str, before: datetime) -> list[str]:
        async with round_trip():
            pending = self._days[day].pending if day in self._days else {}
            return [item for item, (_, since) in pending.items() if since <= before]

    async def refund(self, day: str, item: str, amount: Micros, *, until: datetime) -> None:
        async with round_trip():
            self._days.setdefault(day, _Day()).refunds[item] = amount

    async def balance(self, day: str) -> None:
        async with round_trip():
            return

    async def spent(self, day: str) -> Micros:
        async with round_trip():
            return self._days[day].spent if day in self._days else 0
