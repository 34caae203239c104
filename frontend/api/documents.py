"""The documents of the API: what a client gets, and how a job becomes one."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict

from shared.artifacts import Artifact
from shared.errors import Filtered
from shared.estimates import Estimate, seconds
from shared.jobs import Job
from shared.lines import Lane
from shared.links import LinkSigner
from shared.money import usd
from shared.statuses import JobStatus
from shared.tasks import ArtifactRef, Task, UploadRef
from shared.uploads import upload_key


class Document(BaseModel):
    model_config = ConfigDict(frozen=True)


class EtaDocument(Document):
    p50: int
    p90: int


class QueueDocument(Document):
    """What is expected of a job that is not done; null where it is not known."""

    ahead: int | None = None
    """How many calls to the model will probably be made before its own: an estimate, and no
    position, because owners take turns."""
    eta_seconds: EtaDocument | None = None
    """Seconds until it is done, as likely as not (p50) and in nine of ten cases (p90)."""

    @classmethod
    def of(cls, expected: Estimate) -> Self:
        eta = expected.eta
        return cls(
            ahead=expected.ahead,
            eta_seconds=None
            if eta is None
            else EtaDocument(p50=seconds(eta.p50), p90=seconds(eta.p90)),
        )


class ProgressDocument(Document):
    images_done: int
    images_total: int


class CostDocument(Document):
    estimate_usd: float
    actual_usd: float | None
    billed: bool


class ArtifactDocument(Document):
    k: int
    role: Literal["picture", "mask"]
    """A mask shows the region that was changed; it counts as no picture."""
    url: str
    thumbnail_url: str
    url_expires_at: datetime
    content_type: str
    width: int
    height: int
    bytes: int
    sha256: str
    seed: int | None


class InputDocument(Document):
    """A picture that the task names: as it is named, and where to see it."""

    place: str
    """Its field in the task, such as ``image``, ``images/0`` or ``region/mask``."""
    upload: str | None = None
    artifact: str | None = None
    url: str
    url_expires_at: datetime | None
    """None where the URL lives as long as the job whose picture it is."""


class FailureDocument(Document):
    code: str
    message: str
    retryable: bool
    where: Filtered | None = None


class TimingsDocument(Document):
    queued_ms: int
    model_ms: int
    store_ms: int


class UrlsDocument(Document):
    self: str
    cancel: str
    retry: str


class JobDocument(Document):
    """A job as its owner sees it."""

    id: str
    version: int
    status: JobStatus
    done: bool
    partial: bool
    cancel_requested: bool
    delete_requested: bool
    task: Task
    lane: Lane
    requested_model: str
    resolved_model: str
    fallback_reason: str | None
    warnings: tuple[str, ...]
    attempt: int
    max_attempts: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    start_by: datetime | None
    finish_by: datetime | None
    expires_at: datetime
    queue: QueueDocument
    progress: ProgressDocument
    cost: CostDocument
    inputs: tuple[InputDocument, ...]
    artifacts: tuple[ArtifactDocument, ...]
    failure: FailureDocument | None
    timings: TimingsDocument
    favorite: bool
    metadata: dict[str, str]
    parent: str | None
    urls: UrlsDocument


class ShortJob(Document):
    """What a poll for many jobs tells of each."""

    id: str
    version: int
    status: JobStatus
    done: bool
    partial: bool
    cancel_requested: bool
    delete_requested: bool
    queue: QueueDocument
    progress: ProgressDocument
    cost: CostDocument
    failure: FailureDocument | None


Missing = Literal["unknown", "gone"]
"""Whether there was such a job: gone is what was erased lately."""


class MissingJob(Document):
    id: str
    missing: Missing


class JobList(Document):
    data: tuple[JobDocument, ...]
    next: str | None


class JobStates(Document):
    data: tuple[ShortJob | MissingJob, ...]


class QuoteDocument(Document):
    """The answer to a dry run."""

    dry_run: Literal[True] = True
    requested_model: str
    resolved_model: str
    fallback_reason: str | None
    warnings: tuple[str, ...]
    queue: QueueDocument
    cost: CostDocument


def job_document(job: Job, links: LinkSigner, now: datetime, expected: Estimate) -> JobDocument:
    """A job with fresh links to its pictures; a running job shows those it has so far."""
    url = f"/v1/jobs/{job.id}"
    return JobDocument(
        id=job.id,
        version=job.version,
        status=job.status,
        done=job.done,
        partial=job.partial,
        cancel_requested=job.cancel_requested,
        delete_requested=job.delete_requested_at is not None,
        task=job.task,
        lane=job.lane,
        requested_model=job.requested_model,
        resolved_model=job.resolved_model,
        fallback_reason=job.fallback_reason,
        warnings=(*job.warnings, *_missing_pictures(job)),
        attempt=job.attempt,
        max_attempts=job.max_attempts,
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        start_by=job.start_by,
        finish_by=job.finish_by,
        expires_at=job.expires_at,
        queue=QueueDocument.of(expected),
        progress=_progress(job),
        cost=_cost(job),
        inputs=tuple(_inputs(job, links, now)),
        artifacts=tuple(artifact_document(a, links, now) for a in job.artifacts),
        failure=_failure(job),
        timings=TimingsDocument(**dict(job.timings)),
        favorite=job.favorite,
        metadata=job.metadata,
        parent=job.parent,
        urls=UrlsDocument(self=url, cancel=f"{url}/cancel", retry=f"{url}/retry"),
    )


def artifact_document(artifact: Artifact, links: LinkSigner, now: datetime) -> ArtifactDocument:
    picture = links.link(artifact.key, now)
    return ArtifactDocument(
        k=artifact.k,
        role=artifact.role,
        url=picture.url,
        thumbnail_url=links.link(artifact.thumbnail_key, now).url,
        url_expires_at=picture.expires_at,
        content_type=artifact.content_type,
        width=artifact.width,
        height=artifact.height,
        bytes=artifact.bytes,
        sha256=artifact.sha256,
        seed=artifact.seed,
    )


def _inputs(job: Job, links: LinkSigner, now: datetime) -> Iterator[InputDocument]:
    for place, ref in job.task.references().items():
        match ref:
            case UploadRef():
                link = links.link(upload_key(job.owner, ref.upload), now)
                yield InputDocument(
                    place=place, upload=ref.upload, url=link.url, url_expires_at=link.expires_at
                )
            case ArtifactRef():
                yield InputDocument(
                    place=place,
                    artifact=ref.artifact,
                    url=f"/v1/jobs/{ref.job_id}/artifacts/{ref.k}",
                    url_expires_at=None,
                )
            case _:
                # A kept job has none: a picture that came along was stored as an upload.
                raise TypeError(f"there is no link to a {type(ref).__name__}")


def short_job(job: Job, expected: Estimate) -> ShortJob:
    return ShortJob(
        id=job.id,
        version=job.version,
        status=job.status,
        done=job.done,
        partial=job.partial,
        cancel_requested=job.cancel_requested,
        delete_requested=job.delete_requested_at is not None,
        queue=QueueDocument.of(expected),
        progress=_progress(job),
        cost=_cost(job),
        failure=_failure(job),
    )


def _cost(job: Job) -> CostDocument:
    return CostDocument(
        estimate_usd=usd(job.estimate),
        actual_usd=usd(job.charged) if job.done else None,
        billed=job.billed,
    )


def _progress(job: Job) -> ProgressDocument:
    return ProgressDocument(images_done=job.images_done, images_total=job.images_total)


def _failure(job: Job) -> FailureDocument | None:
    return None if job.failure is None else FailureDocument(**dict(job.failure))


def _missing_pictures(job: Job) -> tuple[str, ...]:
    """Why a partial job has fewer pictures than were asked for."""
    if not job.partial:
        return ()
    return tuple(dict.fromkeys(call.refused.message for call in job.calls if call.refused))
