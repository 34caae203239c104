"""Submissions: what remembers which request came with which Idempotency-Key."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.messages import JobId


@dataclass(frozen=True)
class Submission:
    """An idempotency record: which request came with a key, and the job it is for."""

    fingerprint: str
    job_id: JobId
    since: datetime
    """When it was begun."""


class Submissions(Protocol):
    """Remembers Idempotency-Keys per owner, so that a repeated request finds its first job."""

    async def begin(
        self, owner: str, key: str, submission: Submission, *, expires_at: datetime
    ) -> Submission:
        """Keep the record if there is none, and return what is now kept: this one or the first.

        A record whose ``expires_at`` is not after ``submission.since`` counts as none.
        """

    async def take_over(self, owner: str, key: str, seen: Submission, instead: Submission) -> bool:
        """Put a record ``instead`` of the one that was ``seen``: one of many callers wins.

        False, with nothing changed, if another is kept by now, or none. It ends when the first one
        would have ended.
        """

    async def drop(self, owner: str, key: str, job_id: JobId) -> None:
        """Forget the record if it is for this job; nothing was accepted under it."""
