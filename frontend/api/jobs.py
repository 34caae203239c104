"""Routes of jobs: submit, read, list, cancel, and the pictures."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from frontend.api.answers import answer, ask_again
from frontend.api.context import Asking, Frontend, JobPath, Wired
from frontend.api.documents import (
    CostDocument,
    JobDocument,
    JobList,
    JobPatch,
    JobRequest,
    JobStates,
    MissingJob,
    QueueDocument,
    QuoteDocument,
    RetryRequest,
    ShortJob,
    job_document,
    short_job,
)
from frontend.api.filters import Filters
from frontend.api.identity import Asker
from frontend.api.preferences import (
    await_done,
    cancel_after,
    idempotency_key,
    trace_of,
    wait_seconds,
)
from frontend.api.problems import ProblemDocument, invalid, not_found
from frontend.api.usage import rate_headers
from shared.annotation import Note
from shared.errors import Violation
from shared.jobs import Job
from shared.money import usd
from shared.orders import Order
from shared.submission import Accepted, IdempotencyKey

IDS_MOST = 100
LIST_MOST = 100
MERGE_PATCH = "application/merge-patch+json"

_problem = {"model": ProblemDocument}
router = APIRouter(
    prefix="/v1/jobs",
    tags=["jobs"],
    responses={401: _problem, 422: _problem, 500: _problem, 503: _problem},
)


@router.post(
    "",
    status_code=202,
    response_model=JobDocument | QuoteDocument,
    responses={
        200: {"model": JobDocument | QuoteDocument, "description": "Replay, or a dry run"},
        201: {"model": JobDocument, "description": "Done within Prefer: wait"},
        **dict.fromkeys((400, 403, 409, 413, 415, 429), _problem),
    },
)
async def submit(
    request: Request,
    wanted: JobRequest,
    frontend: Wired,
    asker: Asking,
    idempotency: Annotated[str | None, Header(alias="Idempotency-Key")] = None,
    prefer: Annotated[str | None, Header()] = None,
    cancel: Annotated[str | None, Header(alias="Cancel-After")] = None,
    traceparent: Annotated[str | None, Header()] = None,
) -> Response:
    """Accept a job and answer at once, or with `Prefer: wait=n` when it is done.

    `Cancel-After: 5m` is a `finish_by` so long from now; of both, the earlier holds.
    """
    after = cancel_after(cancel)
    ends = [wanted.finish_by, frontend.clock() + after if after else None]
    finish_by = min((end for end in ends if end is not None), default=None)
    order = _order(wanted, finish_by, asker, frontend.identity.network(request))
    if wanted.dry_run:
        return answer(request, await _quote(frontend, order))
    key = idempotency_key(idempotency, wanted)
    return await _submitted(request, frontend, order, key, prefer, traceparent)


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
    return await _job_answer(request, frontend, job, headers=headers)


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
    return await _job_answer(request, frontend, await frontend.annotator.note(job, note))


@router.post(
    "/{id}/cancel",
    response_model=JobDocument,
    responses=dict.fromkeys((403, 404, 409, 410), _problem),
)
async def cancel(request: Request, job_id: JobPath, frontend: Wired, asker: Asking) -> Response:
    """Cancel a job: a queued one ends at once, a running one soon; a done one stays as it is."""
    job = await frontend.job_for(asker, job_id)
    return await _job_answer(request, frontend, await frontend.canceler.cancel(job))


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


@router.post(
    "/{id}/retry",
    status_code=202,
    response_model=JobDocument,
    responses={
        200: {"model": JobDocument, "description": "Replay"},
        201: {"model": JobDocument, "description": "Done within Prefer: wait"},
        **dict.fromkeys((400, 403, 404, 409, 410, 413, 415, 429), _problem),
    },
)
async def retry(
    request: Request,
    job_id: JobPath,
    frontend: Wired,
    asker: Asking,
    wanted: RetryRequest | None = None,
    idempotency: Annotated[str | None, Header(alias="Idempotency-Key")] = None,
    prefer: Annotated[str | None, Header()] = None,
    traceparent: Annotated[str | None, Header()] = None,
) -> Response:
    """Submit the task of a job that is done once more: a new job, whose parent it is."""
    job = await frontend.job_for(asker, job_id)
    wanted = wanted or RetryRequest()
    order = Order.again(job, frontend.identity.network(request), new_seed=wanted.new_seed)
    key = idempotency_key(idempotency, wanted, about=f"retry {job.id} ")
    return await _submitted(request, frontend, order, key, prefer, traceparent)


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
    return await _job_answer(request, frontend, running, status=202)


async def _submitted(
    request: Request,
    frontend: Frontend,
    order: Order,
    key: IdempotencyKey | None,
    prefer: str | None,
    traceparent: str | None,
) -> Response:
    accepted = await frontend.submitter.submit(order, key, trace_of(traceparent))
    job, headers = accepted.job, _submission_headers(accepted)
    seconds = wait_seconds(prefer)
    if seconds is not None:
        job = await await_done(job, seconds, frontend.jobs, frontend.clock)
        headers["Preference-Applied"] = f"wait={seconds}"
    status = 200 if accepted.replayed else 201 if job.done else 202
    return await _job_answer(request, frontend, job, status=status, headers=headers, new=True)


def _order(wanted: JobRequest, finish_by: datetime | None, asker: Asker, network: str) -> Order:
    return Order(
        owner=asker.owner,
        network=network,
        task=wanted.task,
        model=wanted.model,
        lane=wanted.lane,
        start_by=wanted.start_by,
        finish_by=finish_by,
        metadata=wanted.metadata,
        parent=wanted.parent,
    )


async def _quote(frontend: Frontend, order: Order) -> QuoteDocument:
    quote = await frontend.submitter.rehearse(order)
    expected = await frontend.estimator.of_new(order.lane, quote.choice.model, len(quote.calls))
    return QuoteDocument(
        requested_model=order.model,
        resolved_model=quote.choice.model.name,
        fallback_reason=quote.choice.fallback_reason,
        warnings=quote.choice.warnings,
        queue=QueueDocument.of(expected),
        cost=CostDocument(estimate_usd=usd(quote.estimate), actual_usd=None, billed=False),
    )


def _submission_headers(accepted: Accepted) -> dict[str, str]:
    headers = {"Location": f"/v1/jobs/{accepted.job.id}"}
    if accepted.replayed:
        headers["Idempotent-Replayed"] = "true"
    taken = [part.allowance for part in accepted.taken]
    return headers | rate_headers(taken, accepted.job.created_at)


async def _job_answer(
    request: Request,
    frontend: Frontend,
    job: Job,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    new: bool = False,
) -> Response:
    now = frontend.clock()
    expected = await frontend.estimator.of([job], at_once=new)
    document = job_document(job, frontend.links, now, expected[job.id])
    return answer(
        request, document, status=status, headers={**ask_again(job, now), **(headers or {})}
    )


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
