"""Limits: how much an owner, a network and the whole service may use, taken before work is kept."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Self

from shared.errors import LimitReached, StoreUnavailable
from shared.jobs import Job
from shared.money import Micros, micros
from shared.ports import Meters
from shared.settings import Settings
from shared.tasks import Quality, Task

logger = logging.getLogger(__name__)

RATE_WINDOW = timedelta(minutes=20)
UNLIMITED = 2**62
"""A limit no meter reaches: what is used is counted all the same."""


@dataclass(frozen=True)
class Taken:
    """Something taken from a meter, with what a client needs to know of it."""

    policy: str
    meter: str
    amount: int
    limit: int
    used: int
    until: datetime


@dataclass(frozen=True)
class Limits:
    """The limits of this service and the meters they are held by."""

    meters: Meters
    per_owner: int
    """Submissions in 20 minutes; premium counts twice."""
    per_network: int
    spend_a_day: Micros | None
    """Of the whole service, in a UTC day."""

    @classmethod
    def of(cls, settings: Settings, meters: Meters) -> Self:
        """The limits an operator's settings ask for."""
        cap = settings.daily_spend_usd
        return cls(
            meters=meters,
            per_owner=settings.rate_limit,
            per_network=settings.network_rate_limit,
            spend_a_day=None if cap is None else micros(cap),
        )

    async def take(
        self, *, owner: str, network: str, task: Task, estimate: Micros, now: datetime
    ) -> Sequence[Taken]:
        """Take from all three, the spend last; or from none.

        Raises ``LimitReached`` naming the policy. What was taken before is given back then.
        """
        weight = 2 if task.quality is Quality.PREMIUM else 1
        spend = UNLIMITED if self.spend_a_day is None else self.spend_a_day
        window = now + RATE_WINDOW
        wanted = (
            ("submissions", f"rate#{owner}", weight, self.per_owner, window),
            ("network", f"network#{network}", weight, self.per_network, window),
            ("spend", f"spend#{now:%Y-%m-%d}", estimate, spend, _midnight_after(now)),
        )
        taken: list[Taken] = []
        try:
            for policy, meter, amount, limit, until in wanted:
                try:
                    reading = await self.meters.take(meter, amount, limit, now=now, until=until)
                except LimitReached as reached:
                    raise LimitReached(policy, reached.reset_at) from None
                taken.append(Taken(policy, meter, amount, limit, reading.used, reading.until))
        except (LimitReached, StoreUnavailable):
            await self.give_back(taken)
            raise
        return taken

    async def give_back(self, taken: Sequence[Taken]) -> None:
        """Undo a taking, as far as the meters can be asked; the rest ends with its window."""
        for part in reversed(taken):
            try:
                await self.meters.adjust(part.meter, -part.amount, until=part.until)
            except StoreUnavailable as error:
                logger.warning("not given back: %s", error, extra={"meter": part.meter})

    async def square(self, ended: Job) -> None:
        """Charge an ended job's spend with what it owes, and refund the rest of its reservation."""
        reserved = ended.reservation
        if reserved is not None and reserved.amount != ended.charged:
            difference = ended.charged - reserved.amount
            await self.meters.adjust(reserved.meter, difference, until=reserved.until)


def _midnight_after(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
