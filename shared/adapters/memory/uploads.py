"""Uploads in memory."""

from datetime import datetime

from shared.adapters.memory.round_trip import round_trip
from shared.messages import JobId
from shared.uploads import Upload


class MemoryUploads:
    def __init__(self) -> None:
        self._uploads: dict[str, Upload] = {}

    async def add(self, upload: Upload) -> None:
        async with round_trip():
            self._uploads[upload.id] = upload

    async def get(self, upload_id: str) -> Upload | None:
        async with round_trip():
            return self._uploads.get(upload_id)

    async def name(self, upload_id: str, job_id: JobId, *, look_at: datetime) -> bool:
        async with round_trip():
            kept = self._uploads.get(upload_id)
            if kept is None or kept.closed:
                return False
            self._change(kept, jobs=kept.jobs | {job_id}, look_at=look_at)
            return True

    async def unname(self, upload_id: str, job_id: JobId) -> None:
        async with round_trip():
            if (kept := self._uploads.get(upload_id)) is not None:
                self._change(kept, jobs=kept.jobs - {job_id})

    async def postpone(self, upload_id: str, look_at: datetime) -> None:
        async with round_trip():
            if (kept := self._uploads.get(upload_id)) is not None:
                self._change(kept, look_at=look_at)

    async def close(self, upload_id: str) -> bool:
        async with round_trip():
            kept = self._uploads.get(upload_id)
            if kept is not None and not kept.jobs:
                self._change(kept, closed=True)
            return kept is None or not kept.jobs

    async def forget(self, upload_id: str) -> None:
        async with round_trip():
            kept = self._uploads.get(upload_id)
            if kept is not None and kept.closed:
                del self._uploads[upload_id]

    async def due(self, before: datetime, *, limit: int) -> list[Upload]:
        async with round_trip():
            overdue = [upload for upload in self._uploads.values() if upload.look_at <= before]
            return sorted(overdue, key=lambda upload: upload.look_at)[:limit]

    def _change(self, kept: Upload, **changes: object) -> None:
        self._uploads[kept.id] = kept.model_copy(update=changes)
