"""The store of jobs: what is asked of whatever remembers them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.jobs import Job
from shared.lines import Lane, Waiting
from shared.messages import JobId
from shared.records import Tombstone
from shared.search import JobFilter

LOOKED_AT_MOST = 1000
"""How many of an owner's jobs are looked at for one page of those that are wanted."""


@dataclass(frozen=True)
class JobPage:
    """Some of an owner's jobs, newest first. ``after`` continues the list; None is its end."""

    jobs: tuple[Job, ...]
    after: str | None


class JobStore(Protocol):
    """Remembers jobs."""

    async def add(self, job: Job) -> None:
        """Keep a new job. An id that is already kept is a ``StaleJob``."""

    async def rule_out(self, job_id: JobId, now: datetime) -> bool:
        """See to it that no job of this id is ever kept, also by a write that is still on its way.

        False, with nothing changed, if there is one, or was.
        """

    async def get(self, job_id: JobId) -> Job | None:
        """The job as last written (a strongly consistent read), or None; also once it is gone."""

    async def get_many(self, job_ids: Sequence[JobId]) -> list[Job]:
        """Those of up to 100 jobs that exist and are not gone, in no particular order."""

    async def save(self, job: Job) -> None:
        """Replace version ``job.version - 1`` of a job.

        ``StaleJob`` if another version is kept, or if a cancel or erasure was requested that
        ``job`` has not seen; nothing is written then.
        A lease that its claim renewed meanwhile keeps the later end. The owner's notes are not the
        holder's to save: they stay as they are kept.
        """

    async def renew(self, job_id: JobId, fence: int, lease_until: datetime) -> Job:
        """Extend the lease of the claim numbered ``fence`` and return the job as it now is.

        ``StaleJob`` if the job is not running or was claimed by another since. The version stays,
        so that the holder's own next ``save`` fits.
        """

    async def request_cancel(self, job_id: JobId, delete_at: datetime | None = None) -> Job:
        """Note on a running job that its owner wants it canceled, and with ``delete_at`` that it is
        to be erased then; return the job.

        ``StaleJob`` if it is not running. Asking twice changes nothing: the first ``delete_at``
        stays. The version stays.
        """

    async def note(self, seen: Job, noted: Job) -> Job:
        """Put the owner's notes (``favorite``, ``metadata``) of ``noted`` in place of those of
        ``seen``, and nothing else; return the job. It may be in any state. The version stays.

        ``StaleJob`` if it has other notes by now, or is gone; nothing is written then.
        """

    async def owned_by(
        self, owner: str, where: JobFilter, *, limit: int, after: str | None = None
    ) -> JobPage:
        """An owner's jobs that are wanted, newest first (``created_at``, then id).

        A page has ``limit`` jobs at most. It may be short, or empty, and still not the last: no
        more than ``LOOKED_AT_MOST`` jobs are looked at for it. The list is eventually consistent.
        ``after`` is a value that any former page gave for this owner.
        """

    async def due(self, before: datetime, *, limit: int) -> list[Job]:
        """Up to 100 jobs whose ``due_at`` has passed, the longest overdue first.

        Which they are is eventually consistent; what is said of them may have changed since.
        """

    async def waiting(self, before: datetime) -> Mapping[tuple[str, Lane], Waiting]:
        """Who waits for each pool in each lane: the missing calls of the queued jobs that are due
        by ``before``, and how many owners they have. Eventually consistent.
        """

    async def bury(self, job: Job, tombstone: Tombstone) -> None:
        """Put a tombstone in place of ``job``, which is neither read, listed nor due any more.

        ``StaleJob`` if another version is kept, or none.
        """

    async def tombstones(self, job_ids: Sequence[JobId]) -> list[Tombstone]:
        """Of those of up to 100 jobs that are buried or gone, in no particular order."""
