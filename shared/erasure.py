"""Erasure: the end of a job's pictures and record, and of the uploads that only it named."""

from collections.abc import Collection
from dataclasses import dataclass

from shared.artifacts import Artifact, artifacts_of
from shared.clock import Clock
from shared.jobs import Job
from shared.ports.jobs import JobStore
from shared.ports.pictures import Pictures
from shared.uploads import Uploads, upload_key, uploads_named


@dataclass(frozen=True)
class Eraser:
    """Erases done jobs and idle uploads. Cut short, it can be asked again at any point."""

    jobs: JobStore
    uploads: Uploads
    pictures: Pictures
    clock: Clock

    async def erase(self, job: Job) -> None:
        """Leave nothing of a done job but its tombstone: because its owner wants it, or it is old.

        The record goes last, so that nothing is left of which nobody knows. ``StaleJob`` if the
        job changed meanwhile.
        """
        await self.sweep(job, keep=())
        for upload_id in uploads_named(job.task):
            await self.uploads.unname(upload_id, job.id)
            await self.discard(job.owner, upload_id)
        await self.jobs.bury(job, job.epitaph or job.tombstone("expired", self.clock()))

    async def sweep(self, job: Job, keep: Collection[Artifact]) -> None:
        """Delete every picture that was ever stored for a job, but those that are to be kept."""
        kept = {key for artifact in keep for key in artifact.keys}
        stored = await self.pictures.stored(artifacts_of(job.id))
        await self.pictures.delete([key for key in stored if key not in kept])

    async def discard(self, owner: str, upload_id: str) -> bool:
        """Delete an upload unless a job names it.

        It is closed first, so that no job can name it while its picture goes.
        """
        if not await self.uploads.close(upload_id):
            return False
        await self.pictures.delete([upload_key(owner, upload_id)])
        await self.uploads.forget(upload_id)
        return True
