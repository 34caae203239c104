"""A Lambda execution environment: one event loop and one worker, for as long as it lives."""

import asyncio
import os
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import cache

from shared.logs import configure
from shared.settings import Settings
from worker.assembly import Worker
from worker.wiring import open_worker


@dataclass(frozen=True)
class Environment:
    """What invocations share."""

    settings: Settings
    runner: asyncio.Runner
    worker: Worker
    open_clients: AsyncExitStack = field(default_factory=AsyncExitStack)
    """Held, because what is let go is closed."""


@cache
def environment() -> Environment:
    """Built at the first invocation, kept for the next."""
    settings = Settings.load(os.environ)
    configure(settings.log_level)
    runner, clients = asyncio.Runner(), AsyncExitStack()
    worker = runner.run(clients.enter_async_context(open_worker(settings)))
    return Environment(settings, runner, worker, clients)
