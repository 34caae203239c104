"""The way to a store and back, on which others may overtake."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def round_trip() -> AsyncIterator[None]:
    """What is inside happens at once; before and after it, anyone else may run."""
    await asyncio.sleep(0)
    try:
        yield
    finally:
        await asyncio.sleep(0)
