"""A reverse proxy that sends each request to the next of several replicas: no stickiness at all."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from http import HTTPStatus

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.processes import free_port

FAILURES = 2
"""Tries that must fail, one after the other, before a replica is left out."""
REST_SECONDS = 10.0
"""How long it is left out before it is tried again."""
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding"}
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


class RoundRobin:
    """The proxy. Like a load balancer's, its clients meet a replica's death before it does."""

    def __init__(self, replicas: Sequence[str], pages: Mapping[str, Response]) -> None:
        self._waiting = list(replicas)
        self._pages = pages
        self._failures = dict.fromkeys(replicas, 0)
        self._rests_until = dict.fromkeys(replicas, 0.0)
        self._kill: Callable[[str], None] | None = None
        self.url = ""

    def kill_at_next_submission(self, kill: Callable[[str], None]) -> None:
        """The replica that takes the next job is killed before its client has the answer."""
        self._kill = kill

    def app(self) -> Starlette:
        @asynccontextmanager
        async def lifespan(app: Starlette) -> AsyncIterator[None]:
            # Not a client: it would keep one visitor's cookie and send it along for the next.
            async with httpx.AsyncHTTPTransport() as self._transport:
                yield

        routes = [Route("/{path:path}", self._answer, methods=_METHODS)]
        return Starlette(routes=routes, lifespan=lifespan)

    async def _answer(self, request: Request) -> Response:
        if request.url.path in self._pages:
            return self._pages[request.url.path]
        # Nothing on a page could ask once more for the page itself. CloudFront does.
        document = request.headers.get("sec-fetch-dest") == "document"
        for _ in range(len(self._waiting) if document else 1):
            replica = self._next()
            try:
                reply = await self._forwarded(request, replica)
                break
            except httpx.TransportError:
                self._failures[replica] += 1
                if self._failures[replica] >= FAILURES:
                    self._rests_until[replica] = time.monotonic() + REST_SECONDS
        else:
            return PlainTextResponse("The replica is gone.\n", HTTPStatus.BAD_GATEWAY)
        self._failures[replica] = 0
        if self._kill and await _submits(request):
            kill, self._kill = self._kill, None
            await reply.aread()
            kill(replica)
            return PlainTextResponse("The answer is lost.\n", HTTPStatus.BAD_GATEWAY)
        answer = StreamingResponse(
            reply.aiter_raw(), reply.status_code, background=BackgroundTask(reply.aclose)
        )
        answer.raw_headers = [h for h in reply.headers.raw if h[0].decode() not in _HOP_BY_HOP]
        return answer

    def _next(self) -> str:
        now = time.monotonic()
        replica = next((r for r in self._waiting if self._rests_until[r] <= now), self._waiting[0])
        self._waiting.remove(replica)
        self._waiting.append(replica)
        return replica

    async def _forwarded(self, request: Request, replica: str) -> httpx.Response:
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        outgoing = httpx.Request(
            request.method,
            replica + path,
            headers=[h for h in request.headers.raw if h[0].decode() not in _HOP_BY_HOP],
            content=await request.body(),
            extensions={"timeout": httpx.Timeout(60).as_dict()},
        )
        return await self._transport.handle_async_request(outgoing)


async def _submits(request: Request) -> bool:
    if (request.method, request.url.path) != ("POST", "/v1/jobs"):
        return False
    return not (await request.json()).get("dry_run", False)


@contextmanager
def balanced(
    replicas: Sequence[str], pages: Mapping[str, Response] | None = None
) -> Iterator[RoundRobin]:
    """The proxy while it runs; for a path of ``pages`` it asks nobody."""
    port = free_port()
    proxy = RoundRobin(replicas, pages or {})
    proxy.url = f"http://127.0.0.1:{port}"
    config = uvicorn.Config(
        proxy.app(), host="127.0.0.1", port=port, log_config=None, access_log=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
    thread.start()
    try:
        while not server.started:
            thread.join(0.02)
        yield proxy
    finally:
        server.should_exit = True
        thread.join(10)


@contextmanager
def round_robin(
    replicas: Sequence[str], pages: Mapping[str, Response] | None = None
) -> Iterator[str]:
    """The proxy's URL while it runs."""
    with balanced(replicas, pages) as proxy:
        yield proxy.url
