"""The guard: an allow-list in front of Gradio, and the headers of what comes back."""

import re
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAGE = "/"
# No segment may start with a dot, so there is no way up and there are no hidden files.
_SEGMENT = r"[\w@~-][\w.@~-]*"
CACHING: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(path, re.ASCII), caching)
    for path, caching in (
        (r"/", "no-cache"),
        (rf"/assets(/{_SEGMENT})+", "public, max-age=31536000, immutable"),
        (rf"/static(/{_SEGMENT})+", "public, max-age=86400"),
        (r"/theme\.css", "public, max-age=3600"),
        (r"/(favicon\.ico|manifest\.json|robots\.txt|pwa_icon(/\d+)?)", "public, max-age=86400"),
    )
)
"""All that Gradio is asked for, and how long a browser may keep it. The rest of Gradio (events,
uploads, files, login, API pages) has no use on a page whose listeners run in the browser."""
HEARD = frozenset(
    {
        b"host",
        b"accept",
        b"accept-encoding",
        b"if-none-match",
        b"if-modified-since",
        b"range",
        b"if-range",
    }
)
"""The request headers that Gradio gets to see: no cookies, no keys, no word on where we live
(from ``X-Forwarded-Host`` it would take the address it writes into the page)."""


class Guard:
    """Lets through what is on the list; everything else is not there."""

    def __init__(
        self, app: ASGIApp, *, picture_origins: Sequence[str] = (), links: str = ""
    ) -> None:
        """``links`` is the Link header of the page."""
        self._app = app
        self._page_headers = {
            "Content-Security-Policy": content_policy(picture_origins),
            "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
            "Cross-Origin-Opener-Policy": "same-origin",
            "X-Frame-Options": "DENY",
        } | ({"Link": links} if links else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            # A websocket: refused before it is accepted, which a client sees as 403.
            await send({"type": "websocket.close", "code": 1008})
            return
        caching = caching_of(scope["method"], scope["path"])
        if caching is None:
            response = PlainTextResponse("Not found\n", status_code=404)
            await response(scope, receive, self._answered(send, "no-store"))
            return
        heard = [(name, value) for name, value in scope["headers"] if name in HEARD]
        # The query chooses a saved session or a page of Gradio's; we have neither.
        asked = {**scope, "headers": heard, "query_string": b""}
        await self._app(asked, receive, self._answered(send, caching))

    def _answered(self, send: Send, caching: str) -> Send:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                kept = message["status"] in (200, 206, 304)
                headers["Cache-Control"] = caching if kept else "no-store"
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
                if _is_html(headers):
                    headers.update(self._page_headers)
                message["headers"] = headers.raw
            await send(message)

        return answer


def caching_of(method: str, path: str) -> str | None:
    """The Cache-Control of what may be asked for; None if it may not."""
    if method not in ("GET", "HEAD"):
        return None
    return next((caching for allowed, caching in CACHING if allowed.fullmatch(path)), None)


def content_policy(picture_origins: Sequence[str]) -> str:
    """The Content-Security-Policy of the page: as tight as Gradio allows.

    Gradio compiles its templates in the browser, hence ``unsafe-eval``, and writes its settings
    into the page, hence ``unsafe-inline``.
    """
    elsewhere = "".join(f" {origin}" for origin in picture_origins)
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
            "style-src 'self' 'unsafe-inline'",
            "font-src 'self' data:",
            f"img-src 'self' data: blob:{elsewhere}",
            f"connect-src 'self'{elsewhere}",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def _is_html(headers: Headers) -> bool:
    return headers.get("content-type", "").startswith("text/html")
