"""Uploads: pictures that users send straight to storage, and the jobs that name them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Annotated, Literal, Protocol, Self

from pydantic import Field

from shared.clock import Clock
from shared.frozen import Frozen
from shared.ids import ID_PATTERN, new_id
from shared.limits import UPLOADS, Limits
from shared.messages import JobId
from shared.records import RETENTION
from shared.tasks import TaskModel, UploadRef

UPLOAD_MOST = 20_000_000
"""Bytes of a picture that may be uploaded."""
FORM_LIVES = timedelta(minutes=10)
"""How long the way to send an upload stays open."""
LOOK_AFTER = timedelta(days=1)
"""How long an upload lives that no job names; also when names are checked that may be idle."""
NAMEABLE = timedelta(days=60)
"""How long new jobs may name an upload. It bounds how old an upload that is named can be."""
OUTLIVED = NAMEABLE + RETENTION + timedelta(days=2)
"""The age at which no job can name an upload any more, whatever was forgotten or lost."""

UploadId = Annotated[str, Field(pattern=ID_PATTERN)]
ContentType = Literal["image/png", "image/jpeg", "image/webp"]


class Upload(Frozen):
    """A picture a user sends, or was invited to send."""

    id: UploadId
    owner: str
    content_type: ContentType
    created_at: datetime
    jobs: frozenset[JobId] = frozenset()
    """The jobs that name it."""
    look_at: datetime
    """When the reconciler should look whether anybody still needs it."""
    closed: bool = False
    """It is being deleted, and no job may name it any more."""

    @classmethod
    def new(
        cls,
        upload_id: str,
        owner: str,
        content_type: ContentType,
        now: datetime,
        jobs: frozenset[JobId] = frozenset(),
    ) -> Self:
        return cls(
            id=upload_id,
            owner=owner,
            content_type=content_type,
            created_at=now,
            jobs=jobs,
            look_at=now + LOOK_AFTER,
        )

    @property
    def key(self) -> str:
        return upload_key(self.owner, self.id)

    def nameable(self, owner: str) -> bool:
        """Whether there is such an upload for this owner's new jobs."""
        return self.owner == owner and not self.closed


def upload_key(owner: str, upload_id: str) -> str:
    """Where the picture of an upload lies."""
    return f"uploads/{owner}/{upload_id}"


def uploads_named(task: TaskModel) -> frozenset[str]:
    """The ids of the uploads a task names."""
    named = task.references().values()
    return frozenset(ref.upload for ref in named if isinstance(ref, UploadRef))


class Uploads(Protocol):
    """Remembers uploads: whose they are, and which jobs name them.

    Any method may raise ``StoreUnavailable``.
    """

    async def add(self, upload: Upload) -> None:
        """Keep an upload; one of the same id is replaced."""

    async def get(self, upload_id: str) -> Upload | None:
        """The upload as last written (a strongly consistent read), or None."""

    async def name(self, upload_id: str, job_id: JobId, *, look_at: datetime) -> bool:
        """Note that a job names the upload, to be looked at then. Naming twice is naming once.

        False, with nothing noted, if there is no such upload or it is closed.
        """

    async def unname(self, upload_id: str, job_id: JobId) -> None:
        """Take a note back, if there is one."""

    async def postpone(self, upload_id: str, look_at: datetime) -> None:
        """Look at the upload again only then; nothing if it is gone."""

    async def close(self, upload_id: str) -> bool:
        """Let no job name the upload any more. False, with nothing changed, if one does.

        An upload that is closed or gone already stays so, and the answer is True.
        """

    async def forget(self, upload_id: str) -> None:
        """A closed upload is known no longer; any other stays."""

    async def due(self, before: datetime, *, limit: int) -> list[Upload]:
        """Uploads whose ``look_at`` has passed, the longest overdue first in each shard.

        The list is eventually consistent.
        """


@dataclass(frozen=True)
class UploadForm:
    """What a browser posts, with the file last, to store an upload."""

    url: str
    fields: Mapping[str, str]


class UploadForms(Protocol):
    """Signs the way for one upload."""

    async def form(self, upload: Upload, *, most_bytes: int, lives: timedelta) -> UploadForm:
        """A form that stores 1 to ``most_bytes`` bytes of the upload's type under its key.

        Whoever has it may use it for as long as it ``lives``. Nothing else can be done with it.
        """


@dataclass(frozen=True)
class Invitation:
    """An upload that its owner may now send."""

    upload: Upload
    form: UploadForm
    most_bytes: int
    expires_at: datetime


@dataclass(frozen=True)
class Uploader:
    """Invites owners to upload."""

    uploads: Uploads
    forms: UploadForms
    limits: Limits
    clock: Clock
    random: Random

    async def invite(
        self, owner: str, network: str, content_type: ContentType, most_bytes: int = UPLOAD_MOST
    ) -> Invitation:
        """Raises ``LimitReached``."""
        now = self.clock()
        await self.limits.take_one(UPLOADS, owner=owner, network=network, now=now)
        upload = Upload.new(new_id(now, self.random), owner, content_type, now)
        # Kept before anything can be sent, so that nothing is stored that is not known of.
        await self.uploads.add(upload)
        form = await self.forms.form(upload, most_bytes=most_bytes, lives=FORM_LIVES)
        return Invitation(upload, form, most_bytes, now + FORM_LIVES)
