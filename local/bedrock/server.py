"""The web server: uvicorn, with a way for the application to close a connection unanswered."""

import asyncio
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

HANG_UP = "local.bedrock.hang_up"
"""The ASGI extension that closes the TCP connection of a request at once."""


class _Connection(H11Protocol):
    """A connection that tells the application how to close it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app = _extended(self.app, transport.abort)


def _extended(app: ASGIApp, hang_up: Callable[[], None]) -> ASGIApp:
    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        extensions = {**scope.get("extensions", {}), HANG_UP: hang_up}
        await app({**scope, "extensions": extensions}, receive, send)

    return call


def server(app: ASGIApp, port: int) -> uvicorn.Server:
    """A quiet server on 127.0.0.1; port 0 is any free one."""
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        http=_Connection,
        ws="none",
        lifespan="on",
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)
