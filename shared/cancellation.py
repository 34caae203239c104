"""Cancellation: an owner's wish to end a job, honest about what was already done."""

from dataclasses import dataclass

from shared.clock import Clock
from shared.closing import Closer
from shared.errors import StaleJob
from shared.jobs import Job
from shared.ports.jobs import JobStore
from shared.statuses import JobStatus

TRIES = 5


@dataclass(frozen=True)
class Canceler:
    """Cancels jobs."""

    jobs: JobStore
    closer: Closer
    clock: Clock

    async def cancel(self, job: Job) -> Job:
        """End a queued job at once; ask a running one to end; leave a done one as it is.

        A model call under way cannot be aborted: its result is dropped and it stays billed.
        Raises ``StaleJob`` if the job keeps changing under our hands.
        """
        for _ in range(TRIES):
            if job.done or (job.status is JobStatus.RUNNING and job.cancel_requested):
                return job
            try:
                return await self._try(job)
            except StaleJob:
                job = await self._again(job)
        raise StaleJob("The job is changing right now; try again.")

    async def _try(self, job: Job) -> Job:
        if job.status is JobStatus.RUNNING:
            return await self.jobs.request_cancel(job.id)
        canceled = job.cancel(self.clock())
        await self.jobs.save(canceled)
        return await self.closer.ended(canceled, before=job)

    async def _again(self, job: Job) -> Job:
        kept = await self.jobs.get(job.id)
        if kept is None:
            raise StaleJob("The job is gone.")
        return kept
