"""Application factory: `uvicorn --factory frontend.app:create_app`."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from frontend.api import (
    health,
    jobs,
    lineage,
    models,
    problems,
    prompts,
    shares,
    submitting,
    unrouted,
    uploads,
    usage,
    visitors,
)
from frontend.api.context import Frontend
from frontend.api.openapi import DescribedApi
from frontend.cdn import BehindCdn
from frontend.middleware import BodyLimit, RequestLog
from frontend.wiring import mount_studio, open_frontend
from shared.logs import configure
from shared.settings import Settings

DESCRIPTION = "Asynchronous image generation: submit a job, poll it, get signed links to pictures."

OpenParts = Callable[[Settings], AbstractAsyncContextManager[Frontend]]
"""Opens what the API is made of, and closes it at the end."""


def create_app(settings: Settings | None = None, open_parts: OpenParts = open_frontend) -> FastAPI:
    """The frontend as an ASGI application; settings come from the environment unless given.

    Raises ``ValueError`` for settings that are wrong or missing.
    """
    chosen = settings or Settings.load(os.environ)
    configure(chosen.log_level)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            app.state.frontend = await stack.enter_async_context(open_parts(chosen))
            if studio is not None:
                studio.start()
                stack.push_async_callback(studio.stop)
            yield

    app = DescribedApi(
        title="canvas-queue",
        version="1",
        summary=DESCRIPTION,
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        # A redirect would name the scheme that the last proxy speaks, not the client's.
        redirect_slashes=False,
        lifespan=lifespan,
    )
    # Tried in this order, so what is asked for most comes first.
    for part in (
        jobs,
        submitting,
        health,
        uploads,
        models,
        prompts,
        lineage,
        shares,
        usage,
        visitors,
    ):
        app.include_router(part.router)
    app.router.routes.append(unrouted.route(app.routes))
    problems.install(app)
    app.add_middleware(BodyLimit)
    if chosen.origin_secret is not None:
        app.add_middleware(BehindCdn, chosen.trusted("origin_secret"))
    app.add_middleware(RequestLog)
    studio = mount_studio(app, chosen)
    return app
