"""Naming: the pictures an order names are checked, and kept for as long as its job is."""

import asyncio
import base64
import binascii
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.errors import StoreUnavailable, TaskInvalid, Violation
from shared.ids import derived_id
from shared.messages import JobId
from shared.ports.jobs import JobStore
from shared.ports.pictures import Pictures
from shared.tasks import ArtifactRef, DataRef, Reference, Task, UploadRef
from shared.uploads import LOOK_AFTER, NAMEABLE, ContentType, Upload, Uploads, uploads_named

logger = logging.getLogger(__name__)

NO_UPLOAD = "There is no such upload."
TOO_OLD = "This upload is too old to be used again; send the picture once more."
NOT_ARRIVED = "The picture of this upload has not arrived."
NO_ARTIFACT = "There is no such picture."
NOT_BASE64 = "This is not base64."
NO_PICTURE = "This is not a PNG, JPEG or WebP picture."


@dataclass(frozen=True)
class Inline:
    """A picture that came within a request."""

    body: bytes
    content_type: ContentType


@dataclass(frozen=True)
class Namer:
    """Notes which job names which pictures."""

    jobs: JobStore
    uploads: Uploads
    pictures: Pictures

    async def check(self, owner: str, task: Task, now: datetime) -> Mapping[str, Inline]:
        """The pictures that came within the task, by place.

        Raises ``TaskInvalid`` for each picture that is not there, or is not this owner's.
        """
        named = task.references()
        looks = await asyncio.gather(*(self._look(owner, ref, now) for ref in named.values()))
        found = dict(zip(named, looks, strict=True))
        wrong = [
            _violation(place, named[place], why)
            for place, why in found.items()
            if isinstance(why, str)
        ]
        if wrong:
            raise TaskInvalid(*wrong)
        return {place: inline for place, inline in found.items() if isinstance(inline, Inline)}

    async def hold(
        self, owner: str, task: Task, inline: Mapping[str, Inline], job_id: JobId, now: datetime
    ) -> Task:
        """Keep all that the task names for a job; the task that names it by upload alone.

        Done twice for a job, it is done once. Raises ``TaskInvalid`` if an upload has gone since
        the check, or ``StoreUnavailable``; then, what was held is to be let go.
        """
        named = task.references()
        ends = await asyncio.gather(
            *(self._name(place, ref, job_id, now) for place, ref in named.items()),
            *(self._store(owner, place, inline[place], job_id, now) for place in inline),
            # All are waited for: what came after it was let go would stay held.
            return_exceptions=True,
        )
        for end in ends:
            if end is not None:
                raise end
        return task.with_references(
            {place: UploadRef(upload=derived_id(job_id, place)) for place in inline}
        )

    async def let_go(self, task: Task, job_id: JobId) -> None:
        """The job did not come about, so it names nothing.

        What cannot be undone now is found when the uploads are next looked at.
        """
        inline = (p for p, ref in task.references().items() if isinstance(ref, DataRef))
        held = {*uploads_named(task), *(derived_id(job_id, place) for place in inline)}
        for upload_id in held:
            try:
                await self.uploads.unname(upload_id, job_id)
            except StoreUnavailable as error:
                logger.warning("an upload stays named: %s", error, extra={"upload": upload_id})

    async def _look(self, owner: str, ref: Reference, now: datetime) -> Inline | str | None:
        """What is wrong with a reference, in a sentence; or the picture, if it came along."""
        match ref:
            case UploadRef():
                return await self._look_at_upload(owner, ref.upload, now)
            case ArtifactRef():
                job = await self.jobs.get(ref.job_id)
                own = job is not None and job.owner == owner
                there = job is not None and any(a.k == ref.k for a in job.artifacts)
                return None if own and there else NO_ARTIFACT
            case DataRef():
                return inline_of(ref)
            case _:
                raise TypeError(f"there is no way to find a {type(ref).__name__}")

    async def _look_at_upload(self, owner: str, upload_id: str, now: datetime) -> str | None:
        upload = await self.uploads.get(upload_id)
        if upload is None or not upload.nameable(owner):
            return NO_UPLOAD
        if now - upload.created_at > NAMEABLE:
            return TOO_OLD
        return None if await self.pictures.size(upload.key) else NOT_ARRIVED

    async def _name(self, place: str, ref: Reference, job_id: JobId, now: datetime) -> None:
        if isinstance(ref, UploadRef) and not await self.uploads.name(
            ref.upload, job_id, look_at=now + LOOK_AFTER
        ):
            raise TaskInvalid(_violation(place, ref, NO_UPLOAD))

    async def _store(
        self, owner: str, place: str, inline: Inline, job_id: JobId, now: datetime
    ) -> None:
        """The record comes before the picture, so that nothing is stored that is not known of."""
        upload_id = derived_id(job_id, place)
        upload = Upload.new(upload_id, owner, inline.content_type, now, frozenset({job_id}))
        await self.uploads.add(upload)
        await self.pictures.put(upload.key, inline.body, content_type=inline.content_type)


def inline_of(ref: DataRef) -> Inline | str:
    """The picture in a reference, told by its first bytes; or, in a sentence, why there is none."""
    try:
        body = base64.b64decode(ref.data, validate=True)
    except (binascii.Error, ValueError):
        return NOT_BASE64
    content_type = content_type_of(body)
    return NO_PICTURE if content_type is None else Inline(body, content_type)


def content_type_of(body: bytes) -> ContentType | None:
    """What kind of picture starts like this."""
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if body.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    return None


def _violation(place: str, ref: Reference, why: str) -> Violation:
    way = next(iter(type(ref).model_fields))
    return Violation(f"/task/{place}/{way}", why)
