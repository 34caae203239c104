"""Answers: JSON with an ETag, 304 when nothing changed, small on the way, and when to ask again."""

import gzip
import hashlib
from datetime import datetime, timedelta

from fastapi import Request, Response
from pydantic import BaseModel

from frontend.api.context import Frontend
from frontend.api.documents import job_document
from frontend.negotiation import known_tags, takes
from shared.jobs import Job

COMPRESSED_FROM = 4_000
"""Bytes of a body that is worth compressing: lists and the catalogue are, a poll is not."""


def answer(
    request: Request,
    document: BaseModel,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    """The document as JSON; 304 if the client has it already (RFC 9110, section 13)."""
    body = document.model_dump_json().encode()
    packed = len(body) >= COMPRESSED_FROM and takes(request.headers, "gzip")
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}{"-gzip" if packed else ""}"'
    sent = {"ETag": etag, "Cache-Control": "private, no-cache", **(headers or {})}
    sent["Vary"] = ", ".join(filter(None, (sent.get("Vary"), "Accept-Encoding")))
    if status == 200 and request.method == "GET" and known_tags(request.headers) & {etag, "*"}:
        return Response(status_code=304, headers=sent)
    if packed:
        body = gzip.compress(body, compresslevel=5, mtime=0)
        sent["Content-Encoding"] = "gzip"
    return Response(body, status_code=status, media_type="application/json", headers=sent)


async def job_answer(
    request: Request,
    frontend: Frontend,
    job: Job,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    new: bool = False,
) -> Response:
    """A job as it is now, and when to ask again; ``new`` if it was submitted just now."""
    now = frontend.clock()
    expected = await frontend.estimator.of([job], at_once=new)
    document = job_document(job, frontend.links, now, expected[job.id])
    return answer(
        request, document, status=status, headers={**ask_again(job, now), **(headers or {})}
    )


def ask_again(job: Job, now: datetime) -> dict[str, str]:
    """How soon to poll a job that is not done: a second at first, at most ten as it ages."""
    if job.done:
        return {}
    age = now - job.created_at
    return {"Retry-After": str(max(1, min(10, 1 + int(age / timedelta(seconds=15)))))}
