"""Jobs in memory."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from shared.adapters.memory.round_trip import round_trip
from shared.due import due_at
from shared.errors import StaleJob
from shared.jobs import Job
from shared.lines import Lane, Waiting
from shared.messages import JobId
from shared.ports.jobs import LOOKED_AT_MOST, JobPage
from shared.records import Tombstone
from shared.search import JobFilter
from shared.statuses import JobStatus


class MemoryJobStore:
    def __init__(self) -> None:
        self._jobs: dict[JobId, Job] = {}
        self._tombstones: dict[JobId, Tombstone] = {}
        self._ruled_out: set[JobId] = set()

    async def add(self, job: Job) -> None:
        async with round_trip():
            if job.id in self._jobs or job.id in self._tombstones or job.id in self._ruled_out:
                raise StaleJob(f"There already is a job {job.id}, or there may be none.")
            self._jobs[job.id] = job

    async def rule_out(self, job_id: JobId, now: datetime) -> bool:
        async with round_trip():
            if job_id in self._jobs or job_id in self._tombstones:
                return False
            self._ruled_out.add(job_id)
            return True

    async def get(self, job_id: JobId) -> Job | None:
        async with round_trip():
            return self._seen(job_id)

    async def get_many(self, job_ids: Sequence[JobId]) -> list[Job]:
        async with round_trip():
            found = map(self._seen, dict.fromkeys(job_ids))
            return [job for job in found if job is not None]

    async def save(self, job: Job) -> None:
        async with round_trip():
            kept = self._jobs.get(job.id)
            if (
                kept is None
                or kept.version != job.version - 1
                or (kept.cancel_requested and not job.cancel_requested)
                or (kept.delete_requested_at is not None and job.delete_requested_at is None)
            ):
                raise StaleJob(
                    f"Version {job.version} of job {job.id} does not follow what is kept."
                )
            saved = job.noted(favorite=kept.favorite, metadata=kept.metadata)
            self._jobs[job.id] = _with_later_lease(saved, kept)

    async def renew(self, job_id: JobId, fence: int, lease_until: datetime) -> Job:
        async with round_trip():
            kept = self._running(job_id)
            if kept is None or kept.fence != fence:
                raise StaleJob(f"Claim {fence} no longer holds job {job_id}.")
            return self._keep(kept, lease_until=lease_until)

    async def request_cancel(self, job_id: JobId, delete_at: datetime | None = None) -> Job:
        async with round_trip():
            kept = self._running(job_id)
            if kept is None:
                raise StaleJob(f"Job {job_id} is not running.")
            delete_at = kept.delete_requested_at or delete_at
            return self._keep(kept, cancel_requested=True, delete_requested_at=delete_at)

    async def note(self, seen: Job, noted: Job) -> Job:
        async with round_trip():
            kept = self._jobs.get(seen.id)
            if kept is None or (kept.favorite, kept.metadata) != (seen.favorite, seen.metadata):
                raise StaleJob(f"Job {seen.id} has other notes by now, or is gone.")
            return self._keep(kept, favorite=noted.favorite, metadata=noted.metadata)

    async def owned_by(
        self, owner: str, where: JobFilter, *, limit: int, after: str | None = None
    ) -> JobPage:
        async with round_trip():
            own = sorted((job for job in self._jobs.values() if job.owner == owner), key=_place)
            rest = [job for job in reversed(own) if after is None or _place(job) < after]
            found: list[Job] = []
            for looked_at, job in enumerate(rest, start=1):
                if where.wants(job):
                    found.append(job)
                if looked_at < len(rest) and (len(found) == limit or looked_at == LOOKED_AT_MOST):
                    return JobPage(tuple(found), after=_place(job))
            return JobPage(tuple(found), after=None)

    async def due(self, before: datetime, *, limit: int) -> list[Job]:
        async with round_trip():
            overdue = [job for job in self._jobs.values() if due_at(job) <= before]
            return sorted(overdue, key=due_at)[:limit]

    async def waiting(self, before: datetime) -> Mapping[tuple[str, Lane], Waiting]:
        async with round_trip():
            calls = Counter[tuple[str, Lane]]()
            owners = defaultdict[tuple[str, Lane], set[str]](set)
            for job in self._jobs.values():
                if job.status is JobStatus.QUEUED and due_at(job) <= before:
                    calls[job.pool, job.lane] += len(job.missing)
                    owners[job.pool, job.lane].add(job.owner)
            return {line: Waiting(calls[line], len(owners[line])) for line in owners}

    async def bury(self, job: Job, tombstone: Tombstone) -> None:
        async with round_trip():
            kept = self._jobs.get(job.id)
            if kept is None or kept.version != job.version:
                raise StaleJob(f"Job {job.id} is not at version {job.version}.")
            del self._jobs[job.id]
            self._tombstones[job.id] = tombstone

    async def tombstones(self, job_ids: Sequence[JobId]) -> list[Tombstone]:
        async with round_trip():
            wanted = dict.fromkeys(job_ids)
            about_to_be = (self._jobs[i].epitaph for i in wanted if i in self._jobs)
            return [
                *(self._tombstones[i] for i in wanted if i in self._tombstones),
                *(tombstone for tombstone in about_to_be if tombstone is not None),
            ]

    def _seen(self, job_id: JobId) -> Job | None:
        kept = self._jobs.get(job_id)
        return None if kept is None or kept.gone else kept

    def _running(self, job_id: JobId) -> Job | None:
        kept = self._jobs.get(job_id)
        return kept if kept is not None and kept.status is JobStatus.RUNNING else None

    def _keep(self, kept: Job, **changes: object) -> Job:
        self._jobs[kept.id] = kept.model_copy(update=changes)
        return self._jobs[kept.id]


def _with_later_lease(job: Job, kept: Job) -> Job:
    """The job with the lease that its own claim was given, if that ends later."""
    if (
        job.lease_until is None
        or kept.lease_until is None
        or kept.fence != job.fence
        or kept.lease_until <= job.lease_until
    ):
        return job
    return job.model_copy(update={"lease_until": kept.lease_until})


def _place(job: Job) -> str:
    return f"{job.created_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}#{job.id}"
