"""The live studio: Gradio draws the page, in a process of its own, while the API answers."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from http import HTTPStatus

from starlette.types import Receive, Scope, Send

from frontend.studio.site.apart import drawn_apart
from frontend.studio.site.build import ASSETS, Site, our_site
from frontend.studio.site.headers import Origins
from frontend.studio.site.server import Server, refusal

PATIENCE = timedelta(seconds=20)
"""How long a request for the page waits while the page is being drawn."""

Draw = Callable[[Origins], Awaitable[Site]]

logger = logging.getLogger(__name__)


class Studio:
    """The studio as an ASGI app, to be mounted at ``/``.

    ``start`` begins to draw it and returns at once; until it is ``ready``, requests for what
    Gradio draws wait. Gradio itself is gone by then: no request can ever reach it.
    """

    def __init__(
        self,
        *,
        origins: Origins,
        draw: Draw = drawn_apart,
        patience: timedelta = PATIENCE,
    ) -> None:
        self.ready = asyncio.Event()
        self._origins = origins
        self._draw = draw
        self._patience = patience
        self._drawing: asyncio.Task[None] | None = None
        self._server = Server(our_site(origins))

    def start(self) -> None:
        """Begin to draw the page."""
        self._drawing = asyncio.create_task(self._prepare(), name="studio")

    async def stop(self) -> None:
        """End, in the middle of drawing if need be. If that has failed, this raises the reason."""
        if self._drawing is not None:
            self._drawing.cancel()
            with suppress(asyncio.CancelledError):
                await self._drawing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.ready.is_set() and _drawn_by_gradio(scope):
            await self._wait()
            if not self.ready.is_set():
                early = refusal(
                    HTTPStatus.SERVICE_UNAVAILABLE,
                    "The page is still being prepared. Try again in a few seconds.",
                    # A browser that shows this comes back by itself.
                    {"Retry-After": "5", "Refresh": "5"},
                )
                await early(scope, receive, send)
                return
        await self._server(scope, receive, send)

    async def _prepare(self) -> None:
        began = time.monotonic()
        try:
            site = await self._draw(self._origins)
        except Exception:
            # Seen at once, and not only when the process stops.
            logger.exception("the studio could not be drawn")
            raise
        self._server.show(site)
        self.ready.set()
        logger.info("the studio is ready after %.1f s", time.monotonic() - began)

    async def _wait(self) -> None:
        """Until the page is ready, or has failed, or patience is at its end."""
        if self._drawing is not None:
            await asyncio.wait((self._drawing,), timeout=self._patience.total_seconds())


def _drawn_by_gradio(scope: Scope) -> bool:
    if scope["type"] != "http":
        return False
    path: str = scope["path"]
    return path in ("/", "/theme.css") or path.startswith(f"{ASSETS}/")
