"""Pacing: when a pool may be called, so that its quota is used up, not overrun, and shared.

Bedrock quotas are requests a minute, small and fixed, so they and not compute are the limit. Every
call takes a slot first. A slot that is near is waited for; a far one is parked for: the message is
sent again, hidden until then, with the slot in it, and no worker sleeps.

Slots are reserved only a little ahead, and only by calls whose turn it is: what somebody reserved,
nobody who comes later can have. Other calls take what would go unused, or park until about their
turn. So whoever has four hundred jobs waiting does not keep others from their ten.
"""

import logging
from collections import defaultdict, deque
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from shared.clock import Clock
from shared.errors import StoreUnavailable
from shared.lines import LOW_SHARE, Lane, PoolState, Took
from shared.messages import Slot
from shared.ports.pools import Pools
from shared.retries import BUSY_POOL_RESTS, REFUSED_POOL_RESTS

logger = logging.getLogger(__name__)

NEAR = timedelta(seconds=2)
"""A slot within this is waited for, and anybody may have it."""
AHEAD = timedelta(seconds=10)
"""How far ahead a call whose turn it is may reserve, or two spacings, if that is more. It bounds
how long others must wait who come later, and outlasts the whole seconds in which queues count."""
PARK_MOST = timedelta(seconds=120)
"""How late somebody who parks may learn that the line is shorter than it was."""
LATE = timedelta(seconds=20)
"""A slot is good for this long after its instant: with older ones, what piled up while no worker
was there would be called all at once."""
LEAST = timedelta(seconds=1)
"""Nobody parks for less: the queue counts whole seconds, and a delay of none would be a loop."""
REMEMBERED = 100
"""Calls of a pool whose times are remembered."""


@dataclass(frozen=True)
class Wish:
    """A call that wants a slot: of which pool, in which lane, and in which turn.

    ``turn`` is None if it has none; then it is treated as long past.
    """

    pool: str
    spacing: timedelta
    lane: Lane = Lane.NORMAL
    turn: int | None = None

    def rounds_before(self, state: PoolState) -> int:
        """How many rounds of owners come before its own; less than none if its turn is past."""
        return -1 if self.turn is None else self.turn - 1 - state.line(self.lane).turn

    def horizon(self, state: PoolState) -> timedelta:
        """How far ahead it may reserve. As calls are made, that becomes more and never less."""
        rounds = self.rounds_before(state)
        if rounds > 0:
            return NEAR
        if self.lane is Lane.NORMAL:
            # Who should have been called before, goes before the others.
            return self.ahead if rounds < 0 else self.ahead / 2
        if state.line(Lane.NORMAL).left < state.low_after:
            return max(NEAR, self.spacing)
        return self.furthest

    @property
    def ahead(self) -> timedelta:
        """How far ahead a call of the normal lane may reserve whose turn is past."""
        return max(AHEAD, 2 * self.spacing)

    @property
    def furthest(self) -> timedelta:
        """How far ahead anybody may. A call that is owed finds a slot behind all that can be
        reserved by others, or it would have to come just when one becomes free."""
        return self.ahead + 2 * self.spacing


@dataclass(frozen=True)
class Park:
    """Come back after ``delay``, with the slot if one could be reserved."""

    delay: timedelta
    slot: Slot | None = None


class Durations:
    """How long the latest calls to each pool took, as this process saw it."""

    def __init__(self) -> None:
        self._spans: defaultdict[str, deque[timedelta]] = defaultdict(
            lambda: deque(maxlen=REMEMBERED)
        )

    def note(self, pool: str, span: timedelta) -> None:
        self._spans[pool].append(span)

    def of(self, pool: str) -> Took | None:
        """Half and nine tenths of them took no longer; None if it saw none."""
        spans = sorted(self._spans.get(pool, ()))
        if not spans:
            return None
        return Took(p50=spans[(len(spans) - 1) // 2], p90=spans[(len(spans) * 9 - 1) // 10])


@dataclass(frozen=True)
class Pacer:
    """Takes slots for calls."""

    pools: Pools
    clock: Clock
    random: Random
    durations: Durations = field(default_factory=Durations)
    refusing: set[str] = field(default_factory=set)
    """Pools of which this process noted that they are refused."""

    async def slot(self, wish: Wish, carried: Slot | None = None) -> Slot | Park:
        """A slot to be used within two seconds, or how long to park.

        A slot that the message carries is used while it is good, and no other is reserved.
        """
        if carried is not None and await self._good(carried, wish):
            return self._near_or_park(carried)
        taken = await self.pools.take_slot(
            wish.pool,
            wish.spacing,
            lane=wish.lane,
            turn=wish.turn,
            horizon=wish.horizon,
            took=self.durations.of(wish.pool),
            now=self.clock(),
        )
        if isinstance(taken, PoolState):
            return Park(until_its_turn(wish, taken, self.clock(), self.random))
        return self._near_or_park(Slot(pool=wish.pool, at=taken))

    async def too_busy(self, pool: str) -> None:
        """The provider throttled a call: everyone rests."""
        await _heard(self.pools.hold_off(pool, self.clock() + BUSY_POOL_RESTS))

    async def refused(self, pool: str) -> None:
        """The provider will not call the model for us: who may choose, chooses another for now."""
        self.refusing.add(pool)
        await _heard(self.pools.refuse(pool, self.clock() + REFUSED_POOL_RESTS))

    async def accepted(self, pool: str) -> None:
        """The provider called the model; a refusal that this process noted is over."""
        if pool in self.refusing:
            await _heard(self.pools.refuse(pool, None))
            self.refusing.discard(pool)

    async def _good(self, slot: Slot, wish: Wish) -> bool:
        """Whether a slot that was reserved before may still be used: not if its pool rests."""
        # Another worker's clock may be a little ahead of ours.
        if slot.pool != wish.pool or not -LATE <= slot.at - self.clock() <= wish.furthest + NEAR:
            return False
        state = (await self.pools.look([wish.pool])).get(wish.pool, PoolState())
        return state.held_until is None or slot.at >= state.held_until

    def _near_or_park(self, slot: Slot) -> Slot | Park:
        ahead = slot.at - self.clock()
        return slot if ahead <= NEAR else Park(ahead, slot)


async def _heard(note: Awaitable[None]) -> None:
    """Note something that is good to know; a call that was paid must not suffer if it is not."""
    try:
        await note
    except StoreUnavailable as error:
        logger.warning("a pool's row could not be written: %s", error)


def until_its_turn(wish: Wish, state: PoolState, now: datetime, random: Random) -> timedelta:
    """How long to park a call that could reserve nothing.

    A random part of the time until about its turn, or until half of those who wait are gone: who
    comes too early parks again, and nothing is called when all come too late. It is no use to come
    before anything can be reserved.
    """
    rounds = max(1, wish.rounds_before(state)) * max(1, state.line(wish.lane).owners)
    waiting = state.line(wish.lane).waiting
    if wish.lane is Lane.LOW and (before := state.line(Lane.NORMAL).waiting):
        rounds, waiting = rounds * (LOW_SHARE + 1), waiting + before
    its_turn = min(PARK_MOST, wish.spacing * min(rounds, max(1, waiting / 2)))
    opens = (state.next_at or now) - now - wish.ahead
    # What is most is a random part, too: all who park for the most would come back at once.
    return max(LEAST, its_turn * random.uniform(0.5, 1), min(PARK_MOST, opens))
