"""A gate before a server: it lets everything through, or refuses everyone for a while."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

_CHUNK = 65_536


class Gate:
    """A TCP proxy on a port of its own."""

    def __init__(self, port: int, upstream_port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._port = port
        self._upstream_port = upstream_port
        self._open: set[StreamWriter] = set()
        self._server: asyncio.Server | None = None

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        await self._listen()
        try:
            yield
        finally:
            await self._shut()

    async def refuse(self, seconds: float) -> None:
        """Break every connection, and take no new one until the time is over."""
        await self._shut()
        try:
            await asyncio.sleep(seconds)
        finally:
            await self._listen()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)

    async def _shut(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in list(self._open):
            writer.transport.abort()
        # The handlers end by themselves, since what they read from is gone.
        await asyncio.sleep(0)

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            upstream = await asyncio.open_connection("127.0.0.1", self._upstream_port)
        except OSError:
            writer.transport.abort()
            return
        both = {writer, upstream[1]}
        self._open |= both
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_pass_on(reader, upstream[1]))
                group.create_task(_pass_on(upstream[0], writer))
        finally:
            self._open -= both
            for end in both:
                end.close()


async def _pass_on(reader: StreamReader, writer: StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await reader.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()
    with suppress(OSError):
        writer.write_eof()
