"""Closing: what is left to do once a job has ended, by whoever ended it."""

import logging
from dataclasses import dataclass

from shared.errors import StoreUnavailable
from shared.jobs import Job, JobStatus
from shared.limits import Limits
from shared.ports import Pictures, Pools

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Closer:
    """Squares accounts after a job that has ended."""

    pools: Pools
    limits: Limits
    pictures: Pictures

    async def close(self, ended: Job, before: Job) -> None:
        """Refund what was reserved and not charged, erase pictures that were dropped, and leave the
        line. ``before`` is what the job was when it was ended."""
        await self.limits.square(ended)
        kept = {artifact.key for artifact in ended.artifacts}
        gone = [artifact for artifact in before.artifacts if artifact.key not in kept]
        try:
            if gone:
                await self.pictures.delete([key for artifact in gone for key in artifact.keys])
            if before.status is JobStatus.QUEUED and before.missing:
                calls = len(before.missing)
                await self.pools.leave(before.pool, before.lane, before.owner, calls)
        except StoreUnavailable as error:
            logger.warning("not all is tidy after a job: %s", error, extra={"job_id": ended.id})
