"""The heartbeat: a file that is touched for as long as the worker's event loop turns."""

import asyncio
import logging
from datetime import timedelta
from pathlib import Path

logger = logging.getLogger(__name__)

EVERY = timedelta(seconds=10)


async def beat(file: Path) -> None:
    """Touch ``file`` until canceled. Whoever finds it a minute old may end the process."""
    while True:
        _touch(file)
        await asyncio.sleep(EVERY.total_seconds())


def _touch(file: Path) -> None:
    """No thread, on purpose: a loop that is stuck must not be kept alive by another's work."""
    try:
        file.touch()
    except OSError as error:
        logger.warning("no heartbeat: %s", error)
