"""Pacing: when a pool may be called, so that its quota is used up and not overrun.

Bedrock quotas are requests a minute, small and fixed, so they and not compute are the limit. Every
call takes a slot first. A slot that is near is waited for; a far one is parked for: the message is
sent again, hidden until then, with the slot in it, and no worker sleeps.
"""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from shared.clock import Clock
from shared.jobs import Lane
from shared.messages import Slot
from shared.ports import Pools

NEAR = timedelta(seconds=2)
"""A slot within this is waited for."""
AHEAD = timedelta(seconds=60)
"""How far ahead the normal lane may reserve; the low lane only two spacings."""
LATE = timedelta(seconds=20)
"""A slot is good for this long after its instant: with older ones, what piled up while no worker
was there would be called all at once."""
LEAST = timedelta(seconds=1)
"""Nobody parks for less: the queue counts whole seconds, and a delay of none would be a loop."""
BACK_OFF = timedelta(seconds=5)
"""How long a pool rests, for everyone, after the provider said it is too busy."""


@dataclass(frozen=True)
class Park:
    """Come back after ``delay``, with the slot if one could be reserved."""

    delay: timedelta
    slot: Slot | None = None


@dataclass(frozen=True)
class Pacer:
    """Takes slots for calls."""

    pools: Pools
    clock: Clock
    random: Random

    async def slot(
        self, pool: str, requests_per_minute: int, lane: Lane, carried: Slot | None = None
    ) -> Slot | Park:
        """A slot to be used within two seconds, or how long to park.

        A slot that the message carries is used while it is good, and no other is reserved.
        """
        if carried is not None and carried.pool == pool and self._good(carried):
            return self._near_or_park(carried)
        spacing = timedelta(minutes=1) / requests_per_minute
        horizon = AHEAD if lane is Lane.NORMAL else min(AHEAD, 2 * spacing)
        at = await self.pools.take_slot(pool, spacing, horizon, now=self.clock())
        if at is None:
            return Park(max(LEAST, horizon * self.random.uniform(0.5, 1)))
        return self._near_or_park(Slot(pool=pool, at=at))

    async def too_busy(self, pool: str) -> None:
        """The provider throttled a call: everyone rests."""
        await self.pools.hold_off(pool, self.clock() + BACK_OFF)

    def _good(self, slot: Slot) -> bool:
        return -LATE <= slot.at - self.clock() <= AHEAD

    def _near_or_park(self, slot: Slot) -> Slot | Park:
        ahead = slot.at - self.clock()
        return slot if ahead <= NEAR else Park(ahead, slot)
