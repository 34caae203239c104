"""Deletion: an owner's wish that nothing be left of a job, in whatever state it is."""

from dataclasses import dataclass

from shared.clock import Clock
from shared.closing import Closer
from shared.errors import StaleJob
from shared.jobs import Job
from shared.ports.jobs import JobStore
from shared.statuses import JobStatus

TRIES = 5


@dataclass(frozen=True)
class Deleter:
    """Deletes jobs."""

    jobs: JobStore
    closer: Closer
    clock: Clock

    async def delete(self, job: Job) -> Job | None:
        """Erase a job: None once it is gone, and nobody can see it any more.

        The wish is written before anything is erased, so no job is ever shown half erased. A queued
        job ends with the same write. A model call under way cannot be aborted: a running job is
        canceled, and gone when that has ended; it is returned. Raises ``StaleJob`` if the job keeps
        changing under our hands.
        """
        await self.closer.limits.confirm(job)
        for _ in range(TRIES):
            try:
                return await self._try(job)
            except StaleJob:
                kept = await self.jobs.get(job.id)
                if kept is None:
                    return None
                job = kept
        raise StaleJob("The job is changing right now; try again.")

    async def _try(self, job: Job) -> Job | None:
        now = self.clock()
        if job.status is JobStatus.RUNNING:
            return await self.jobs.request_cancel(job.id, delete_at=now)
        gone = job.delete(now) if job.done else job.cancel(now, delete=True)
        await self.jobs.save(gone)
        await self.closer.ended(gone, before=job)
        return None
