"""Statuses: where a job stands, and where it can go from there."""

from enum import StrEnum


class JobStatus(StrEnum):
    """Where a job stands. Final states never change."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    MODERATED = "moderated"
    CANCELED = "canceled"
    EXPIRED = "expired"

    @property
    def done(self) -> bool:
        return not NEXT[self]


_ENDS_UNMADE = {JobStatus.FAILED, JobStatus.MODERATED, JobStatus.CANCELED, JobStatus.EXPIRED}
NEXT: dict[JobStatus, frozenset[JobStatus]] = {
    JobStatus.QUEUED: frozenset({JobStatus.RUNNING, *_ENDS_UNMADE}),
    # Running to running: another attempt takes over a lease that ran out.
    JobStatus.RUNNING: frozenset(
        {JobStatus.RUNNING, JobStatus.QUEUED, JobStatus.SUCCEEDED, *_ENDS_UNMADE}
    ),
    JobStatus.SUCCEEDED: frozenset(),
    JobStatus.FAILED: frozenset(),
    JobStatus.MODERATED: frozenset(),
    JobStatus.CANCELED: frozenset(),
    JobStatus.EXPIRED: frozenset(),
}
