"""The census: who really waits for each pool, counted now and then from the rows of jobs.

A process that dies between a counter and a row leaves the counters wrong. They are not set right,
because others count on meanwhile; what they are wrong by is noted beside them. To note it twice, or
by ten at once, is to note it once.
"""

from dataclasses import dataclass

from shared.catalog import Catalog
from shared.clock import Clock
from shared.due import DUE_WITHIN
from shared.lines import Lane, PoolState, Waiting
from shared.ports.jobs import JobStore
from shared.ports.pools import Pools

_NOBODY = Waiting(calls=0, owners=0)


@dataclass(frozen=True)
class Census:
    """Counts those who wait."""

    jobs: JobStore
    pools: Pools
    catalog: Catalog
    clock: Clock

    async def take(self) -> None:
        """Note for each pool in which the counters and the rows do not say the same."""
        # The counters first: who enters in between is then in the rows alone, and no phantom.
        states = await self.pools.look({model.pool_name for model in self.catalog.models})
        found = await self.jobs.waiting(self.clock() + DUE_WITHIN)
        for pool, state in states.items():
            waiting = {lane: found.get((pool, lane), _NOBODY) for lane in Lane}
            if any(_differs(state, lane, there) for lane, there in waiting.items()):
                await self.pools.recount(pool, state, waiting)


def _differs(state: PoolState, lane: Lane, there: Waiting) -> bool:
    line = state.line(lane)
    return line.entered - line.left - line.phantoms != there.calls or line.owners != there.owners
