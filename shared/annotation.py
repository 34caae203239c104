"""Annotation: what an owner notes on a job, whatever becomes of the job meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.errors import StaleJob, TaskInvalid, Violation
from shared.jobs import Job
from shared.ports.jobs import JobStore
from shared.records import METADATA_MOST, Metadata

TRIES = 5


@dataclass(frozen=True)
class Note:
    """A change of an owner's notes. What is None stays as it is."""

    favorite: bool | None = None
    metadata: Mapping[str, str | None] = field(default_factory=dict)
    """To be merged (RFC 7396): a key whose value is None goes."""

    def on(self, job: Job) -> Job:
        """The job with the change made. Raises ``TaskInvalid`` if it has too much metadata then."""
        merged = {**job.metadata, **self.metadata}
        metadata: Metadata = {key: value for key, value in merged.items() if value is not None}
        if len(metadata) > METADATA_MOST:
            raise TaskInvalid(
                Violation("/metadata", f"A job has at most {METADATA_MOST} of these.")
            )
        favorite = job.favorite if self.favorite is None else self.favorite
        return job.noted(favorite=favorite, metadata=metadata)


@dataclass(frozen=True)
class Annotator:
    """Notes what owners say of their jobs."""

    jobs: JobStore

    async def note(self, job: Job, note: Note) -> Job:
        """The job, with the note made on what is kept of it now.

        Raises ``TaskInvalid``, or ``StaleJob`` if its notes keep changing under our hands.
        """
        for _ in range(TRIES):
            noted = note.on(job)
            if noted == job:
                return job
            try:
                return await self.jobs.note(job, noted)
            except StaleJob:
                kept = await self.jobs.get(job.id)
                if kept is None:
                    raise StaleJob("The job is gone.") from None
                job = kept
        raise StaleJob("The job's notes are changing right now; try again.")
