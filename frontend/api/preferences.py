"""What a client says in headers: how long to wait, or to try, and its own name for a request."""

import asyncio
import hashlib
import re
from datetime import timedelta

from pydantic import BaseModel

from frontend.api.problems import invalid
from shared.clock import Clock
from shared.errors import StoreUnavailable, Violation
from shared.jobs import Job
from shared.ports.jobs import JobStore
from shared.submission import IdempotencyKey

WAIT_MOST = 60
_WAIT = re.compile(r"(?:^|[,;]\s*)wait(?:\s*=\s*(\d{1,9}))?\s*(?:$|[,;])", re.IGNORECASE)
CANCEL_LEAST = timedelta(seconds=5)
_AFTER = re.compile(r"(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,7})s)?", re.ASCII | re.IGNORECASE)
_TRACE = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_KEY = re.compile(r'^(?:"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x7e]{1,255}))$')


def wait_seconds(prefer: str | None) -> int | None:
    """Seconds of ``Prefer: wait=n`` (RFC 7240), 1 to 60; a bare ``wait`` is 60; None without it."""
    found = _WAIT.search(prefer or "")
    if not found:
        return None
    if found[1] is None:
        return WAIT_MOST
    return min(WAIT_MOST, max(1, int(found[1])))


def cancel_after(header: str | None) -> timedelta | None:
    """How long after its submission a job is to end, as Replicate has it: ``30s``, ``5m``,
    ``1h30m45s``; at least five seconds. Raises the problem of one that is wrong."""
    if header is None:
        return None
    found = _AFTER.fullmatch(header.strip())
    hours, minutes, seconds = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    after = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if after < CANCEL_LEAST:
        raise invalid(
            Violation("/headers/Cancel-After", "A time such as 30s, 5m or 1h30m, of 5s or more.")
        )
    return after


def trace_of(traceparent: str | None) -> str | None:
    """A client's ``traceparent`` (W3C Trace Context), or None: one that is wrong is ignored."""
    return traceparent if traceparent and _TRACE.fullmatch(traceparent) else None


def idempotency_key(
    header: str | None, request: BaseModel, about: str = ""
) -> IdempotencyKey | None:
    """The Idempotency-Key, quoted as the draft has it or bare, with the fingerprint of the request
    and what it is about."""
    if header is None:
        return None
    found = _KEY.match(header.strip())
    if not found:
        raise invalid(
            Violation("/headers/Idempotency-Key", "1 to 255 printable ASCII characters, quoted.")
        )
    fingerprint = hashlib.sha256((about + request.model_dump_json()).encode()).hexdigest()
    return IdempotencyKey(value=found[1] or found[2], fingerprint=fingerprint)


async def await_done(job: Job, seconds: int, jobs: JobStore, clock: Clock) -> Job:
    """The job once it is done, or as it is after ``seconds``. Polls the store ever more slowly.

    A store that does not answer ends the wait: the job is kept, and its owner must learn its id.
    """
    pause = 0.2
    start = clock()
    while not job.done and (left := seconds - (clock() - start).total_seconds()) > 0:
        await asyncio.sleep(min(pause, left))
        pause = min(2.0, pause * 1.3)
        try:
            job = await jobs.get(job.id) or job
        except StoreUnavailable:
            break
    return job
