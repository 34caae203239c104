"""The route of uploads: a presigned form, so that pictures go straight to storage."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from frontend.api.context import Asking, Wired
from frontend.api.documents import Document
from frontend.api.problems import ProblemDocument
from shared.uploads import UPLOAD_MOST, ContentType

_problem = {"model": ProblemDocument}
router = APIRouter(prefix="/v1/uploads", tags=["uploads"])


class UploadRequest(BaseModel):
    """A picture that is about to be sent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    content_type: ContentType
    bytes: Annotated[int, Field(ge=1, le=UPLOAD_MOST)] = UPLOAD_MOST
    """How many bytes it has at most."""


class UploadDocument(Document):
    """Where to send it: POST ``fields`` and then the file, named ``file``, as a multipart form.

    Then a task may name it as ``{"upload": id}``. It goes with the last job that names it.
    """

    id: str
    url: str
    fields: dict[str, str]
    key: str
    content_type: ContentType
    max_bytes: int
    expires_at: datetime


@router.post(
    "",
    status_code=201,
    response_model=UploadDocument,
    responses=dict.fromkeys((400, 401, 403, 413, 415, 422, 429, 500, 503), _problem),
)
async def invite(
    request: Request, wanted: UploadRequest, frontend: Wired, asker: Asking
) -> Response:
    """A form for one picture: of one type, under one key, within ten minutes."""
    invitation = await frontend.uploader.invite(
        asker.owner, frontend.identity.network(request), wanted.content_type, wanted.bytes
    )
    upload, form = invitation.upload, invitation.form
    document = UploadDocument(
        id=upload.id,
        url=form.url,
        fields=dict(form.fields),
        key=upload.key,
        content_type=upload.content_type,
        max_bytes=invitation.most_bytes,
        expires_at=invitation.expires_at,
    )
    return Response(
        document.model_dump_json(),
        status_code=201,
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
