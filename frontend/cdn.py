"""Behind our CDN: nobody else is answered, and what it says of the viewer counts."""

from collections.abc import Sequence
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from frontend.api.health import ALIVE
from frontend.api.problems import Problem, respond
from frontend.api.signatures import is_one_of

SECRET = "x-origin-secret"
VIEWER_ADDRESS = "x-viewer-address"
VIEWER_HOST = "x-viewer-host"
_HOPS = frozenset(
    name.encode() for name in (SECRET, VIEWER_ADDRESS, VIEWER_HOST, "host", "x-forwarded-for")
)
"""Headers that are about the way here; behind the CDN its word replaces them."""


class BehindCdn:
    """Lets only requests through that carry a secret which the CDN and we share.

    The CDN says in headers of its own which address asked and for which site. Those take the place
    of the connection's: the number of proxies on the way does not matter, and what a client writes
    into X-Forwarded-For is not believed. The host asks for our health without a secret.
    """

    def __init__(self, app: ASGIApp, secrets: Sequence[str]) -> None:
        self._app = app
        self._secrets = [secret.encode() for secret in secrets]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] != ALIVE:
            headers = Headers(scope=scope)
            told = headers.get(SECRET, "").encode()
            if not is_one_of(told, self._secrets):
                await respond(Request(scope), _not_through_the_cdn())(scope, receive, send)
                return
            scope = _as_the_viewer_sent_it(scope, headers)
        await self._app(scope, receive, send)


def _as_the_viewer_sent_it(scope: Scope, headers: Headers) -> Scope:
    kept = [(name, value) for name, value in scope["headers"] if name not in _HOPS]
    host = headers.get(VIEWER_HOST) or headers.get("host", "")
    return {
        **scope,
        # Viewers are redirected to HTTPS before they get here.
        "scheme": "https",
        "client": (headers.get(VIEWER_ADDRESS, ""), 0),
        "headers": [*kept, (b"host", host.encode("latin-1"))],
    }


def _not_through_the_cdn() -> Problem:
    return Problem(
        HTTPStatus.FORBIDDEN,
        "not_through_the_cdn",
        "This server answers only what comes through the site's own address.",
    )
