"""Routes of shares: make one, list those of a job, take one back, and what a stranger sees."""

import re
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from frontend.api.answers import answer
from frontend.api.context import Asking, Frontend, JobPath, Wired
from frontend.api.documents import Document
from frontend.api.problems import Problem, ProblemDocument, not_found, problem_of
from frontend.viewer.page import notice_page, share_page
from frontend.viewer.shared import SharedDocument, shared_document
from frontend.viewer.words import Speech, speech_for
from shared.errors import CanvasError
from shared.shares import (
    SHARE_LEAST,
    SHARE_MOST,
    SHARE_USUAL,
    TOKEN_PATTERN,
    Share,
)

Responses = dict[int | str, dict[str, Any]]

_problem = {"model": ProblemDocument}
_usual: Responses = dict.fromkeys((401, 404, 500, 503), _problem)
_of_writes: Responses = dict.fromkeys((400, 403, 409, 410, 413, 415, 422, 429), _problem)
router = APIRouter(tags=["shares"])


class ShareRequest(BaseModel):
    """How long a job's pictures can be seen by whoever has the link, and what beside them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    expires_in: Annotated[
        int, Field(ge=SHARE_LEAST.total_seconds(), le=SHARE_MOST.total_seconds())
    ] = int(SHARE_USUAL.total_seconds())
    """Seconds. A share never outlives its job."""
    show_settings: bool = False
    """Show the words and settings, too; never the pictures that the job was made from."""


class ShareUrls(Document):
    revoke: str


class ShareDocument(Document):
    """A share as its owner sees it."""

    id: str
    job: str
    created_at: datetime
    expires_at: datetime
    show_settings: bool
    urls: ShareUrls


class NewShare(ShareDocument):
    """A new share, with what is told only once: its token, and the link to be passed on."""

    token: str
    url: str


class ShareList(Document):
    data: tuple[ShareDocument, ...]


@router.post(
    "/v1/jobs/{id}/share",
    status_code=201,
    response_model=NewShare,
    responses=_usual | _of_writes,
)
async def share(
    request: Request,
    job_id: JobPath,
    frontend: Wired,
    asker: Asking,
    wanted: ShareRequest = ShareRequest(),  # noqa: B008 (it is frozen)
) -> Response:
    """A link by which anybody sees the job's pictures, until it ends or you take it back."""
    made, token = await frontend.sharer.share(
        await frontend.job_for(asker, job_id),
        owner=asker.owner,
        network=frontend.identity.network(request),
        lives=timedelta(seconds=wanted.expires_in),
        show_settings=wanted.show_settings,
    )
    url = f"{frontend.identity.site(request)}/s/{token}"
    document = NewShare(**dict(_share_document(made)), token=token, url=url)
    headers = {"Location": url, "Cache-Control": "no-store"}
    return answer(request, document, status=201, headers=headers)


@router.get(
    "/v1/jobs/{id}/shares",
    response_model=ShareList,
    responses={**_usual, 304: {}, 410: _problem},
)
async def shares(request: Request, job_id: JobPath, frontend: Wired, asker: Asking) -> Response:
    """The shares of a job that are open, the newest first."""
    found = await frontend.sharer.open_shares(await frontend.job_for(asker, job_id))
    return answer(request, ShareList(data=tuple(map(_share_document, found))))


@router.delete("/v1/shares/{token}", status_code=204, responses={**_usual, 403: _problem})
async def revoke(
    token: Annotated[str, Path(description="A share's token, or its id.")],
    frontend: Wired,
    asker: Asking,
) -> Response:
    """Take a share back. Links to pictures that it gave before live out their hour."""
    found = await frontend.sharer.named(token) if re.fullmatch(TOKEN_PATTERN, token) else None
    if found is None or not asker.may_see(found.owner):
        raise not_found("share")
    await frontend.sharer.revoke(found)
    return Response(status_code=204)


@router.get(
    "/s/{token}",
    response_model=SharedDocument,
    responses={
        200: {"content": {"text/html": {}}},
        **dict.fromkeys((404, 410, 500, 503), _problem),
    },
)
@router.head("/s/{token}", include_in_schema=False)
async def view(request: Request, token: str, frontend: Wired) -> Response:
    """The pictures of a share: a page for browsers, JSON for who asks for that and no page."""
    as_json = _asks_for_json(request)
    try:
        shared = await _shared(frontend, token)
    except (Problem, CanvasError) as error:
        if as_json:
            raise
        return _notice(problem_of(error, frontend.clock()), speech_for(request.headers))
    if as_json:
        headers = {"Cache-Control": "private, no-store", "Vary": "Accept"}
        return answer(request, shared, headers=headers)
    return share_page(shared, speech_for(request.headers))


async def _shared(frontend: Frontend, token: str) -> SharedDocument:
    found = await frontend.sharer.open(token) if re.fullmatch(TOKEN_PATTERN, token) else None
    if found is None:
        raise not_found("link")
    return shared_document(*found, frontend.links, frontend.catalog(), frontend.clock())


def _notice(problem: Problem, speech: Speech) -> Response:
    detail = speech.repeat(str(problem.body["detail"]))
    match problem.status:
        case HTTPStatus.NOT_FOUND:
            title = speech.say("There is no such link")
            detail = speech.say("Perhaps a part of its address is missing.")
        case HTTPStatus.GONE:
            title = speech.say("This link has ended")
        case _:
            title = speech.say("Not to be seen at the moment")
    return notice_page(
        title, detail, speech, status=problem.status.value, headers=problem.headers or {}
    )


def _asks_for_json(request: Request) -> bool:
    accepted = request.headers.get("accept", "")
    return "application/json" in accepted and "text/html" not in accepted


def _share_document(share: Share) -> ShareDocument:
    return ShareDocument(
        id=share.id,
        job=share.job_id,
        created_at=share.created_at,
        expires_at=share.expires_at,
        show_settings=share.show_settings,
        urls=ShareUrls(revoke=f"/v1/shares/{share.id}"),
    )
