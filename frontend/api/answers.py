"""Answers: JSON with an ETag, 304 when nothing changed, and when to ask again."""

import hashlib
from datetime import datetime, timedelta

from fastapi import Request, Response
from pydantic import BaseModel

from shared.jobs import Job


def answer(
    request: Request,
    document: BaseModel,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    """The document as JSON; 304 if the client has it already (RFC 9110, section 13)."""
    body = document.model_dump_json().encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    sent = {"ETag": etag, "Cache-Control": "private, no-cache", **(headers or {})}
    if status == 200 and request.method == "GET" and _known(request) & {etag, "*"}:
        return Response(status_code=304, headers=sent)
    return Response(body, status_code=status, media_type="application/json", headers=sent)


def _known(request: Request) -> set[str]:
    tags = request.headers.get("if-none-match", "").split(",")
    return {tag.strip().removeprefix("W/") for tag in tags}


def ask_again(job: Job, now: datetime) -> dict[str, str]:
    """How soon to poll a job that is not done: a second at first, at most ten as it ages."""
    if job.done:
        return {}
    age = now - job.created_at
    return {"Retry-After": str(max(1, min(10, 1 + int(age / timedelta(seconds=15)))))}
