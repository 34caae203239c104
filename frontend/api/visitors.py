"""Visitors: an anonymous browser asks for the cookie that makes its jobs its own."""

from fastapi import APIRouter, Request, Response

from frontend.api.context import Wired
from frontend.api.identity import COOKIE, COOKIE_SECONDS
from frontend.api.problems import ProblemDocument

router = APIRouter(prefix="/v1/visitors", tags=["visitors"])


@router.post("", status_code=204, responses={403: {"model": ProblemDocument}})
async def welcome(request: Request, frontend: Wired) -> Response:
    """Set a visitor's cookie, signed and out of scripts' reach; one that is good is kept."""
    frontend.identity.check_origin(request)
    response = Response(status_code=204, headers={"Cache-Control": "no-store"})
    if not frontend.identity.known_visitor(request):
        response.set_cookie(
            COOKIE,
            frontend.identity.new_visitor(frontend.random),
            max_age=COOKIE_SECONDS,
            path="/",
            httponly=True,
            samesite="lax",
            secure=frontend.secure_cookies,
        )
    return response
