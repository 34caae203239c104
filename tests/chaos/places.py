"""Processes that are killed and started again, and the record of it."""

import asyncio
import time
from dataclasses import dataclass, field
from random import Random

from local.children import Child, Recipe

BACK_AFTER = (0.3, 2.0)
"""Seconds until somebody notices that a process is gone."""


@dataclass(frozen=True)
class Kill:
    """SIGKILL: when, in seconds since 1970, and whom."""

    at: float
    name: str


@dataclass
class Place:
    """A frontend or a worker, and its successors."""

    recipe: Recipe
    kills: list[Kill]
    random: Random
    deaths: list[str] = field(default_factory=list)
    """What ended by itself, which nothing here may."""
    _child: Child | None = None
    _killed: bool = False

    async def keep_running(self) -> None:
        """Start it, and start it again, until cancelled; then stop it."""
        try:
            while True:
                self._killed = False
                self._child = await Child.start(self.recipe)
                failure = await self._child.ended()
                if not self._killed:
                    self.deaths.append(str(failure))
                await asyncio.sleep(self.random.uniform(*BACK_AFTER))
        finally:
            if self._child is not None:
                await self._child.stop()

    def kill(self) -> None:
        if self._child is not None and self._child.running and not self._killed:
            self._killed = True
            self._child.kill()
            self.kills.append(Kill(time.time(), self.recipe.name))
