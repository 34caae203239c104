"""A reverse proxy that sends each request to the next of several replicas: no stickiness at all."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
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


def _app(replicas: Sequence[str], pages: Mapping[str, Response]) -> Starlette:
    turns = cycle(replicas)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        # Not a client: it would keep one visitor's cookie and send it along for the next.
        async with httpx.AsyncHTTPTransport() as app.state.transport:
            yield

    async def forward(request: Request) -> Response:
        if request.url.path in pages:
            return pages[request.url.path]
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        transport: httpx.AsyncHTTPTransport = request.app.state.transport
        outgoing = httpx.Request(
            request.method,
            f"{next(turns)}{path}",
            headers=[h for h in request.headers.raw if h[0].decode() not in _HOP_BY_HOP],
            content=await request.body(),
            extensions={"timeout": httpx.Timeout(60).as_dict()},
        )
        reply = await transport.handle_async_request(outgoing)
        answer = StreamingResponse(
            reply.aiter_raw(), reply.status_code, background=BackgroundTask(reply.aclose)
        )
        answer.raw_headers = [h for h in reply.headers.raw if h[0].decode() not in _HOP_BY_HOP]
        return answer

    methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    return Starlette(routes=[Route("/{path:path}", forward, methods=methods)], lifespan=lifespan)


@contextmanager
def round_robin(
    replicas: Sequence[str], pages: Mapping[str, Response] | None = None
) -> Iterator[str]:
    """The proxy's URL while it runs; for a path of ``pages`` it asks nobody."""
    port = free_port()
    config = uvicorn.Config(
        _app(replicas, pages or {}), host="127.0.0.1", port=port, log_config=None, access_log=False
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
