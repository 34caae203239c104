"""Idempotency records in memory."""

from dataclasses import dataclass, replace
from datetime import datetime

from shared.adapters.memory.round_trip import round_trip
from shared.messages import JobId
from shared.ports.submissions import Submission


@dataclass(frozen=True)
class _Record:
    submission: Submission
    expires_at: datetime


class MemorySubmissions:
    def __init__(self) -> None:
        self._records: dict[tuple[str, str], _Record] = {}

    async def begin(
        self, owner: str, key: str, submission: Submission, *, expires_at: datetime
    ) -> Submission:
        async with round_trip():
            kept = self._records.get((owner, key))
            if kept is not None and submission.since < kept.expires_at:
                return kept.submission
            self._records[owner, key] = _Record(submission, expires_at)
            return submission

    async def take_over(self, owner: str, key: str, seen: Submission, instead: Submission) -> bool:
        async with round_trip():
            kept = self._records.get((owner, key))
            if kept is None or kept.submission != seen:
                return False
            self._records[owner, key] = replace(kept, submission=instead)
            return True

    async def drop(self, owner: str, key: str, job_id: JobId) -> None:
        async with round_trip():
            kept = self._records.get((owner, key))
            if kept is not None and kept.submission.job_id == job_id:
                del self._records[owner, key]
