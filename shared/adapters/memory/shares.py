"""Shares in memory."""

from datetime import datetime

from shared.adapters.memory.round_trip import round_trip
from shared.messages import JobId
from shared.shares import Share


class MemoryShares:
    def __init__(self) -> None:
        self._shares: dict[tuple[JobId, str], Share] = {}

    async def add(self, share: Share) -> None:
        async with round_trip():
            self._shares[share.job_id, share.fingerprint] = share

    async def find(self, job_id: JobId, fingerprint: str) -> Share | None:
        async with round_trip():
            return self._shares.get((job_id, fingerprint))

    async def of_job(self, job_id: JobId) -> list[Share]:
        async with round_trip():
            return [share for (of, _), share in self._shares.items() if of == job_id]

    async def revoke(self, share: Share, now: datetime) -> None:
        async with round_trip():
            kept = self._shares.get((share.job_id, share.fingerprint))
            if kept is not None and kept.revoked_at is None:
                revoked = kept.model_copy(update={"revoked_at": now})
                self._shares[share.job_id, share.fingerprint] = revoked
