"""The bookkeeper: money that was reserved for jobs that never came to be is free again."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.clock import Clock
from shared.errors import RowUnreadable
from shared.limits import Limits, day_of
from shared.ports.jobs import JobStore

logger = logging.getLogger(__name__)

PENDING_FOR = timedelta(minutes=5)
"""After this a reservation that nobody confirmed was cut short: no submission takes so long."""


@dataclass(frozen=True)
class Bookkeeper:
    """Finds what submissions that were cut short left reserved."""

    jobs: JobStore
    limits: Limits
    clock: Clock

    async def look(self) -> int:
        """Confirm or release each reservation that has been pending for too long; how many."""
        now = self.clock()
        before = now - PENDING_FOR
        spending, found = self.limits.spending, 0
        for day in (day_of(now - timedelta(days=1)), day_of(now)):
            await spending.balance(day)
            for item in await spending.unconfirmed(day, before):
                try:
                    await self._settle(day, item, now)
                    found += 1
                except RowUnreadable as unreadable:
                    logger.error("%s stays reserved: %s", item, unreadable)
        return found

    async def _settle(self, day: str, item: str, now: datetime) -> None:
        job_id, _, _ = item.partition(".")
        job = await self.jobs.get(job_id)
        if job is not None and job.reservation and job.reservation.item == item:
            await self.limits.spending.confirm(day, item)
        # Who reserved it may only stand still: what is released here may not be used after all. Of
        # a job that is gone, the reservation was confirmed before it went.
        elif job is not None or await self.jobs.rule_out(job_id, now):
            await self.limits.spending.release(day, item)
