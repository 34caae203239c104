"""Routes that make jobs: submit one, try one again, or only hear what it would cost."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from frontend.api.answers import answer, job_answer
from frontend.api.context import Asking, Frontend, JobPath, Wired
from frontend.api.documents import CostDocument, JobDocument, QueueDocument, QuoteDocument
from frontend.api.identity import Asker
from frontend.api.preferences import (
    await_done,
    cancel_after,
    idempotency_key,
    trace_of,
    wait_seconds,
)
from frontend.api.problems import ProblemDocument
from frontend.api.usage import rate_headers
from shared.catalog import AUTO
from shared.lines import Lane
from shared.messages import JobId
from shared.money import usd
from shared.orders import Order
from shared.records import Metadata
from shared.submission import Accepted, IdempotencyKey
from shared.tasks import Task

_problem = {"model": ProblemDocument}
router = APIRouter(
    prefix="/v1/jobs",
    tags=["jobs"],
    responses={401: _problem, 422: _problem, 500: _problem, 503: _problem},
)


class JobRequest(BaseModel):
    """A job to be run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    task: Task
    model: Annotated[str, Field(min_length=1, max_length=200)] = AUTO
    """A model's name or Bedrock id, or ``auto``."""
    lane: Lane = Lane.NORMAL
    start_by: AwareDatetime | None = None
    finish_by: AwareDatetime | None = None
    metadata: Metadata = {}
    parent: JobId | None = None
    dry_run: bool = False
    """Only tell the model, the price and the warnings; change nothing."""


class RetryRequest(BaseModel):
    """How a job is to be tried again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    new_seed: bool = False
    """Draw another seed. With the same one, a model that heeds seeds does the same again."""


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
    return await job_answer(request, frontend, job, status=status, headers=headers, new=True)


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
