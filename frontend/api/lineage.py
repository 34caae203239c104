"""The route of a job's lineage: where it came from, and what came of it."""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response

from frontend.api.answers import answer
from frontend.api.context import Asking, JobPath, Wired
from frontend.api.documents import Document, JobDocument, Missing, job_document
from frontend.api.problems import ProblemDocument
from shared.jobs import Job
from shared.lineage import Ancestor, lineage

_problem = {"model": ProblemDocument}
router = APIRouter(prefix="/v1/jobs", tags=["jobs"])


class TieDocument(Document):
    """How ``job`` came from the other: as its child, or through a picture that its task names."""

    job: str
    place: str | None
    """Where its task names the picture; null for a child."""
    k: int | None


class AncestorDocument(Document):
    id: str
    distance: int
    """1 for what the job came from directly."""
    ties: tuple[TieDocument, ...]
    missing: Missing | None
    job: JobDocument | None
    """Null if it is missing."""


class LineageDocument(Document):
    """A job's ancestors, the nearest first, and its children, the newest first."""

    id: str
    ancestors: tuple[AncestorDocument, ...]
    complete: bool
    """False if there are more ancestors than are told."""
    children: tuple[JobDocument, ...]
    more_children: bool
    """Whether to go on with `GET /v1/jobs?made_from=`."""


@router.get(
    "/{id}/lineage",
    response_model=LineageDocument,
    responses={304: {}, **dict.fromkeys((401, 404, 410, 500, 503), _problem)},
)
async def read(request: Request, job_id: JobPath, frontend: Wired, asker: Asking) -> Response:
    """The jobs that a job came from, through its parent and the pictures that its task names, back
    to the first; and what came of it."""
    job = await frontend.job_for(asker, job_id)
    found = await lineage(frontend.jobs, job)
    family = [*found.children, *(a.job for a in found.ancestors if a.job is not None)]
    now, expected = frontend.clock(), await frontend.estimator.of(family)

    def told(of: Job) -> JobDocument:
        return job_document(of, frontend.links, now, expected[of.id])

    document = LineageDocument(
        id=job.id,
        ancestors=tuple(_ancestor(ancestor, told) for ancestor in found.ancestors),
        complete=found.complete,
        children=tuple(map(told, found.children)),
        more_children=found.more_children,
    )
    return answer(request, document)


def _ancestor(ancestor: Ancestor, told: Callable[[Job], JobDocument]) -> AncestorDocument:
    job = ancestor.job
    missing: Missing = "unknown" if ancestor.erased is None else "gone"
    return AncestorDocument(
        id=ancestor.id,
        distance=ancestor.distance,
        ties=tuple(TieDocument(job=t.job, place=t.place, k=t.k) for t in ancestor.ties),
        missing=missing if job is None else None,
        job=None if job is None else told(job),
    )
