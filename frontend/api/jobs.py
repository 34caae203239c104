"""Routes of kept jobs: read, list, note, cancel, delete, and the pictures."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from frontend.api.answers import answer, ask_again, job_answer
from frontend.api.context import Asking, Frontend, JobPath, Wired
from frontend.api.documents import (
    JobDocument,
    JobList,
    JobStates,
    MissingJob,
    ShortJob,
    job_document,
    short_job,
)
from frontend.api.filters import Filters
from frontend.api.identity import Asker
from frontend.api.preferences import await_done, wait_seconds
from frontend.api.problems import ProblemDocument, invalid, not_found
from shared.annotation import Note
from shared.errors import Violation
from shared.records import METADATA_MOST, MetadataKey, MetadataValue

IDS_MOST = 100
LIST_MOST = 100
MERGE_PATCH = "application/merge-patch+json"

_problem = {"model": ProblemDocument}
router = APIRouter(
    prefix="/v1/jobs",
    tags=["jobs"],
    responses={401: _problem, 422: _problem, 500: _problem, 503: _problem},
)


class JobPatch(BaseModel):
    """What an owner notes on a job (a merge patch, RFC 7396). What is left out stays as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # Left out is one thing and null another: nothing here can be null.
    favorite: bool = False
    metadata: Annotated[
        dict[MetadataKey, MetadataValue | None], Field(max_length=2 * METADATA_MOST)
    ] = {}
    """Merged with what is there; a key whose value is null goes."""


@router.get("", response_model=JobList | JobStates, responses={304: {}})
async def read_many(
    request: Request,
    frontend: Wired,
    asker: Asking,
    wanted: Filters,
    ids: Annotated[str | None, Query(max_length=4000)] = None,
    cursor: Annotated[str | None, Query(max_length=512)] = None,
    limit: Annotated[int, Query(ge=1, le=LIST_MOST)] = 20,
) -> Response:
    """Your jobs, newest first; or with `ids=a,b,c` the states of up to 100 in one poll.

    A page may be short, or even empty, though there are more: go on with `next` until it is null.
    """
    if ids is not None:
        return await _states(request, frontend, asker, ids)
    page = await frontend.jobs.owned_by(
        asker.owner, wanted.filter(), limit=limit, after=frontend.cursors.open(asker.owner, cursor)
    )
    now, expected = frontend.clock(), await frontend.estimator.of(page.jobs)
    return answer(
        request,
        JobList(
            data=tuple(
                job_document(job, frontend.links, now, expected[job.id]) for job in page.jobs
            ),
            next=frontend.cursors.seal(asker.owner, page.after),
        ),
    )


@router.get("/{id}", response_model=JobDocument, responses={304: {}, 404: _problem, 410: _problem})
async def read(
    request: Request,
    job_id: JobPath,
    frontend: Wired,
    asker: Asking,
    prefer: Annotated[str | None, Header()] = None,
) -> Response:
    """A job. Send back its ETag and get a 304 while nothing changed."""
    job = await frontend.job_for(asker, job_id)
    headers = {}
    seconds = wait_seconds(prefer)
    if seconds is not None:
        job = await await_done(job, seconds, frontend.jobs, frontend.clock)
        headers["Preference-Applied"] = f"wait={seconds}"
    return await job_answer(request, frontend, job, headers=headers)


@router.patch(
    "/{id}",
    response_model=JobDocument,
    responses=dict.fromkeys((400, 403, 404, 409, 410, 413, 415), _problem),
    openapi_extra={
        "requestBody": {
            "content": {
                MERGE_PATCH: {"schema": {"$ref": f"#/components/schemas/{JobPatch.__name__}"}}
            }
        }
    },
)
async def patch(
    request: Request, job_id: JobPath, wanted: JobPatch, frontend: Wired, asker: Asking
) -> Response:
    """Note something on a job, in any state: whether it is a favourite, and metadata."""
    note = Note(
        favorite=wanted.favorite if "favorite" in wanted.model_fields_set else None,
        metadata=wanted.metadata,
    )
    job = await frontend.job_for(asker, job_id)
    return await job_answer(request, frontend, await frontend.annotator.note(job, note))


@router.post(
    "/{id}/cancel",
    response_model=JobDocument,
    responses=dict.fromkeys((403, 404, 409, 410), _problem),
)
async def cancel(request: Request, job_id: JobPath, frontend: Wired, asker: Asking) -> Response:
    """Cancel a job: a queued one ends at once, a running one soon; a done one stays as it is."""
    job = await frontend.job_for(asker, job_id)
    return await job_answer(request, frontend, await frontend.canceler.cancel(job))


@router.get(
    "/{id}/artifacts/{k}",
    status_code=302,
    response_class=RedirectResponse,
    responses={404: _problem, 410: _problem},
)
async def picture(
    job_id: JobPath, k: Annotated[int, Path(ge=0)], frontend: Wired, asker: Asking
) -> Response:
    """To a fresh link for a picture: this URL lives as long as the job."""
    job = await frontend.job_for(asker, job_id)
    for artifact in job.artifacts:
        if artifact.k == k:
            link = frontend.links.link(artifact.key, frontend.clock())
            return RedirectResponse(
                link.url, status_code=302, headers={"Cache-Control": "private, no-store"}
            )
    raise not_found("picture")


@router.delete(
    "/{id}",
    status_code=204,
    responses={
        202: {"model": JobDocument, "description": "Running: canceled, and gone once it has ended"},
        **dict.fromkeys((403, 404, 409, 410), _problem),
    },
)
async def delete(request: Request, job_id: JobPath, frontend: Wired, asker: Asking) -> Response:
    """Erase a job, its pictures, and what only it was given. Its URL answers 410 from then on."""
    running = await frontend.deleter.delete(await frontend.job_for(asker, job_id))
    if running is None:
        return Response(status_code=204)
    return await job_answer(request, frontend, running, status=202)


async def _states(request: Request, frontend: Frontend, asker: Asker, ids: str) -> Response:
    wanted = list(dict.fromkeys(part.strip() for part in ids.split(",") if part.strip()))
    if not 1 <= len(wanted) <= IDS_MOST:
        raise invalid(Violation("/ids", f"1 to {IDS_MOST} job ids, separated by commas."))
    found = await frontend.jobs_for(asker, wanted)
    missing = [job_id for job_id in wanted if job_id not in found]
    erased = await frontend.erased_for(asker, missing)
    now, expected = frontend.clock(), await frontend.estimator.of(found.values())
    states: list[ShortJob | MissingJob] = [
        short_job(found[job_id], expected[job_id])
        if job_id in found
        else MissingJob(id=job_id, missing="gone" if job_id in erased else "unknown")
        for job_id in wanted
    ]
    hints = [int(h["Retry-After"]) for job in found.values() if (h := ask_again(job, now))]
    headers = {"Retry-After": str(min(hints))} if hints else {}
    return answer(request, JobStates(data=tuple(states)), headers=headers)
