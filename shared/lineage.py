"""Lineage: the jobs that a job came from, generation after generation, and what came of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from shared.jobs import Job
from shared.messages import JobId
from shared.ports.jobs import JobStore
from shared.records import Tombstone
from shared.search import JobFilter
from shared.tasks import ArtifactRef

ANCESTORS_MOST, GENERATIONS_MOST = 50, 20
"""How far a job is traced back: each generation is asked for on its own."""
CHILDREN_MOST = 20
CLOCKS_DIFFER = timedelta(minutes=1)
"""By how much a job may seem older than one it came from."""


@dataclass(frozen=True)
class Tie:
    """How a job came from another: as its child, or through a picture that its task names."""

    job: JobId
    """The younger of the two."""
    place: str | None = None
    """Where the task names the picture; None for a child."""
    k: int | None = None


@dataclass(frozen=True)
class Ancestor:
    """A job that another came from; what is left of it, if it was erased; or only its id."""

    id: JobId
    distance: int
    """1 for what it came from directly."""
    ties: tuple[Tie, ...]
    job: Job | None = None
    erased: Tombstone | None = None


@dataclass(frozen=True)
class Lineage:
    """Where a job stands among the others of its owner."""

    ancestors: tuple[Ancestor, ...]
    """The nearest first."""
    complete: bool
    """Whether these are all that can be known."""
    children: tuple[Job, ...]
    """What came from it directly, the newest first."""
    more_children: bool


async def lineage(jobs: JobStore, job: Job) -> Lineage:
    """The lineage of a job, among its owner's jobs alone."""
    ancestors, complete = await _ancestors(jobs, job)
    page = await jobs.owned_by(
        job.owner,
        JobFilter(made_from=job.id, created_after=job.created_at - CLOCKS_DIFFER),
        limit=CHILDREN_MOST,
    )
    return Lineage(ancestors, complete, page.jobs, more_children=page.after is not None)


async def _ancestors(jobs: JobStore, job: Job) -> tuple[tuple[Ancestor, ...], bool]:
    ties: dict[JobId, list[Tie]] = {}
    distances: dict[JobId, int] = {}
    living: dict[JobId, Job] = {}
    erased: dict[JobId, Tombstone] = {}
    generation: Sequence[Job] = (job,)
    for distance in range(1, GENERATIONS_MOST + 1):
        for younger in generation:
            for origin, tie in _ties(younger):
                ties.setdefault(origin, []).append(tie)
        wanted = [o for o in ties if o not in distances][: ANCESTORS_MOST - len(distances)]
        if not wanted:
            break
        distances |= dict.fromkeys(wanted, distance)
        generation = [j for j in await jobs.get_many(wanted) if j.owner == job.owner]
        living |= {older.id: older for older in generation}
        gone = await jobs.tombstones([origin for origin in wanted if origin not in living])
        erased |= {tombstone.id: tombstone for tombstone in gone if tombstone.owner == job.owner}
    ancestors = tuple(
        Ancestor(origin, distance, tuple(ties[origin]), living.get(origin), erased.get(origin))
        for origin, distance in distances.items()
    )
    known = ties.keys() | {origin for younger in generation for origin in younger.origins}
    return ancestors, known == distances.keys()


def _ties(job: Job) -> Iterator[tuple[JobId, Tie]]:
    if job.parent is not None:
        yield job.parent, Tie(job.id)
    for place, ref in job.task.references().items():
        if isinstance(ref, ArtifactRef):
            yield ref.job_id, Tie(job.id, place, ref.k)
