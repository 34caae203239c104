"""Closing: what is left to do once a job has ended, by whoever ended it, or else the reconciler."""

import logging
from dataclasses import dataclass

from shared.erasure import Eraser
from shared.errors import StaleJob, StoreUnavailable
from shared.jobs import Job
from shared.limits import Limits
from shared.ports.jobs import JobStore
from shared.ports.pools import Pools
from shared.statuses import JobStatus

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Closer:
    """Closes jobs that have ended, and erases them if their owners wish.

    The row says what is left to do, so a closing that is cut short is found again, and every step
    may be repeated: two who close at once do no more than one.
    """

    jobs: JobStore
    pools: Pools
    limits: Limits
    eraser: Eraser

    async def ended(self, job: Job, before: Job) -> Job:
        """Do what is left to do for a job that was just ended, and was ``before`` until then.

        As far as the stores can be asked: the reconciler does the rest. The job as it is then.
        """
        try:
            if before.status is JobStatus.QUEUED and before.missing:
                calls = len(before.missing)
                await self.pools.leave(before.pool, before.lane, before.owner, calls)
            return await self.close(job)
        except StoreUnavailable as error:
            logger.warning("a job is not closed yet: %s", error, extra={"job_id": job.id})
            return job

    async def close(self, job: Job) -> Job:
        """Refund what was reserved and not charged, sweep up litter, and erase what is to go."""
        try:
            if job.to_be_closed:
                await self.limits.refund(job)
                if job.may_litter:
                    await self.eraser.sweep(job, keep=job.artifacts)
                closed = job.close()
                await self.jobs.save(closed)
                job = closed
            if job.gone:
                await self.eraser.erase(job)
        except StaleJob:
            # Somebody else closes it, or its owner wants it erased by now.
            logger.info("a job is closed by another", extra={"job_id": job.id})
        return job
