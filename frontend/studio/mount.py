"""The mount: Gradio behind a guard, built in a thread while the API already answers."""

import asyncio
import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from frontend.studio.guard import Guard
from frontend.studio.imports import slim_gradio
from frontend.studio.ui_files import preload_links

if TYPE_CHECKING:
    import gradio as gr

PATIENCE = timedelta(seconds=20)
"""How long a request for the page waits while the page is being built."""
SESSIONS = 50
"""Sessions that Gradio may remember. The page makes none; the default of 10,000 is 590 MB."""

logger = logging.getLogger(__name__)


class Studio:
    """The studio as an ASGI app, to be mounted at ``/``.

    ``start`` begins to build it and returns at once; until it is ``ready``, requests wait.
    """

    def __init__(
        self,
        *,
        models: Sequence[tuple[str, str]],
        api: str = "/v1",
        picture_origins: Sequence[str] = (),
        root_path: str | None = None,
        patience: timedelta = PATIENCE,
    ) -> None:
        """``models`` pairs titles with names, the default first. ``picture_origins`` is where
        pictures are read from. ``root_path`` is the page's public address; without it, what the
        Host header says.
        """
        self.ready = asyncio.Event()
        self._api = api
        self._models = tuple(models)
        self._root_path = root_path
        self._patience = patience
        self._stopping = asyncio.Event()
        self._life: asyncio.Task[None] | None = None
        self._gradio: FastAPI | None = None
        self._app = Guard(
            GZipMiddleware(self._page), picture_origins=picture_origins, links=preload_links()
        )

    def start(self) -> None:
        """Begin to build the page, in a thread."""
        self._life = asyncio.create_task(self._live(), name="studio")

    async def stop(self) -> None:
        """End Gradio's own tasks. If the page could not be built, this raises the reason."""
        self._stopping.set()
        if self._life is not None:
            await self._life

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    async def _live(self) -> None:
        """Gradio's life from first to last: its lifespan must be entered and left by one task."""
        began = time.monotonic()
        try:
            app = await asyncio.to_thread(self._build)
        except Exception:
            # Seen at once, and not only when the process stops.
            logger.exception("the studio could not be built")
            raise
        async with app.router.lifespan_context(app):
            self._gradio = app
            self.ready.set()
            logger.info("the studio is ready after %.1f s", time.monotonic() - began)
            await self._stopping.wait()

    def _build(self) -> FastAPI:
        slim_gradio()
        from frontend.studio import page, theme

        return hardened(
            page.build(self._api, self._models),
            head=page.head(),
            theme=theme.theme(),
            root_path=self._root_path,
        )

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.ready.is_set():
            await self._wait()
        if self._gradio is None:
            response = PlainTextResponse(
                "The page is still being prepared. Try again in a few seconds.\n",
                status_code=503,
                headers={"Retry-After": "5"},
            )
            await response(scope, receive, send)
            return
        await self._gradio(scope, receive, send)

    async def _wait(self) -> None:
        """Until the page is ready, or has failed, or patience is at its end."""
        if self._life is None:
            return
        ready = asyncio.create_task(self.ready.wait())
        await asyncio.wait(
            (ready, self._life),
            timeout=self._patience.total_seconds(),
            return_when=asyncio.FIRST_COMPLETED,
        )
        ready.cancel()


def hardened(
    blocks: "gr.Blocks",
    *,
    head: str = "",
    theme: "gr.themes.Base | None" = None,
    root_path: str | None = None,
) -> FastAPI:
    """Gradio in an app of its own, without what Gradio opens up when it is mounted as it comes."""
    import gradio as gr

    # The page queues nothing, and the queue's loop would wake a thousand times a second.
    blocks._queue.start = lambda *_, **__: None
    blocks.state_session_capacity = SESSIONS
    shell = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    # Where the parent has none of its own, Gradio allows every origin, with credentials.
    shell.add_middleware(CORSMiddleware, allow_origins=())
    gr.mount_gradio_app(
        shell,
        blocks,
        path="/",
        footer_links=[],
        run_history=False,
        root_path=root_path,
        show_error=False,
        max_file_size="1kb",
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=theme,
        head=head,
    )
    # Only launch() sets this. Without it, Gradio takes any path on the server for an uploaded file.
    blocks.has_launched = True
    return shell
