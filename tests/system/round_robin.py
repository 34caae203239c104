"""A reverse proxy that sends each request to the next of several replicas: no stickiness at all."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from itertools import cycle

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from tests.processes import free_port

_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding"}


def _app(replicas: Sequence[str]) -> Starlette:
    turns = cycle(replicas)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with httpx.AsyncClient(timeout=60) as client:
            app.state.client = client
            yield

    async def forward(request: Request) -> Response:
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        client: httpx.AsyncClient = request.app.state.client
        outgoing = client.build_request(
            request.method,
            f"{next(turns)}{path}",
            headers=[h for h in request.headers.raw if h[0].decode() not in _HOP_BY_HOP],
            content=await request.body(),
        )
        reply = await client.send(outgoing, stream=True)
        answer = StreamingResponse(
            reply.aiter_raw(), reply.status_code, background=BackgroundTask(reply.aclose)
        )
        answer.raw_headers = [h for h in reply.headers.raw if h[0].decode() not in _HOP_BY_HOP]
        return answer

    methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    return Starlette(routes=[Route("/{path:path}", forward, methods=methods)], lifespan=lifespan)


@contextmanager
def round_robin(replicas: Sequence[str]) -> Iterator[str]:
    """The proxy's URL while it runs."""
    port = free_port()
    config = uvicorn.Config(
        _app(replicas), host="127.0.0.1", port=port, log_config=None, access_log=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
    thread.start()
    try:
        while not server.started:
            thread.join(0.02)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
