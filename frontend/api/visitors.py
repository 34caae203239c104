"""Visitors: an anonymous browser asks for the cookie that makes its jobs its own."""

from fastapi import APIRouter, Request, Response

from frontend.api.context import Frontend, Wired
from frontend.api.identity import COOKIE, COOKIE_SECONDS
from frontend.api.problems import ProblemDocument

router = APIRouter(prefix="/v1/visitors", tags=["visitors"])


@router.post("", status_code=204, responses={403: {"model": ProblemDocument}})
async def welcome(request: Request, frontend: Wired) -> Response:
    """Set a visitor's cookie, signed and out of scripts' reach.

    Whoever has one that is good stays who they are, and keeps it for as long again.
    """
    frontend.identity.check_origin(request)
    visitor = frontend.identity.cookie(request, frontend.random)
    sent = f"{COOKIE}={visitor}; Path=/; Max-Age={COOKIE_SECONDS}; HttpOnly"
    headers = {"Cache-Control": "no-store", "Set-Cookie": f"{sent}; {_reach(frontend)}"}
    return Response(status_code=204, headers=headers)


def _reach(frontend: Frontend) -> str:
    """Where a browser may keep the cookie and send it along.

    Within a page of another site it keeps only a cookie that says it may be used there, and many
    only one for each such site (Partitioned, which http.cookies knows from Python 3.14 on).
    """
    if frontend.framed:
        return "SameSite=None; Secure; Partitioned"
    return "SameSite=Lax; Secure" if frontend.secure_cookies else "SameSite=Lax"
