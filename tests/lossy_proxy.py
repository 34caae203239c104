"""A way to an HTTP server on which replies get lost after the server has acted."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit


class LossyProxy:
    """Passes requests on, and the next ``lose`` replies not back."""

    def __init__(self, upstream: str) -> None:
        self.lose = 0
        self.lost = 0
        parts = urlsplit(upstream)
        self._upstream = (parts.hostname, parts.port)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        """The URL under which the proxy can be asked."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        async with server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            while request := await _message(reader):
                reply = await self._ask(request)
                if self.lose > 0:
                    self.lose -= 1
                    self.lost += 1
                    return
                writer.write(reply)
                await writer.drain()
        finally:
            writer.close()

    async def _ask(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(*self._upstream)
        writer.write(request)
        try:
            return await _message(reader)
        finally:
            writer.close()


async def _message(reader: StreamReader) -> bytes:
    """One HTTP message of known length; empty when the other side has gone."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            length = int(value)
    return head + await reader.readexactly(length)
