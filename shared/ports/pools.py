"""Pools: what gives out the instants at which a model may be called."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from shared.lines import Lane, PoolState, Took, Waiting


class Pools(Protocol):
    """One row for each pool: when it may be called next, and who waits for it."""

    async def enter(self, pool: str, lane: Lane, owner: str, calls: int, *, now: datetime) -> int:
        """Count an owner's calls into the line of a lane, and give the first its turn.

        It follows that of the owner's last, or the line's own if that is further, or if nobody
        waits. Those of the other calls follow one by one.
        """

    async def leave(self, pool: str, lane: Lane, owner: str, calls: int) -> None:
        """Count calls out that will never want a slot, and give their owner their turns back."""

    async def take_slot(
        self,
        pool: str,
        spacing: timedelta,
        *,
        lane: Lane,
        turn: int | None,
        horizon: Callable[[PoolState], timedelta],
        took: Took | None,
        now: datetime,
    ) -> datetime | PoolState:
        """The next free instant, never before ``now``, and the one after is ``spacing`` later.

        The state, with nothing taken, if it would lie ``horizon`` or more after ``now``. That must
        be more than nothing, and may become more as turns and numbers move on, but never less.

        Each instant is given once, under any concurrency. With it the call leaves its line; the
        line's turn moves on by one if it lies before the call's; after one of the low lane, the
        next is owed to it when ``LOW_SHARE`` more of the normal one are made; and ``took`` is
        noted, unless it is None.
        """

    async def hold_off(self, pool: str, until: datetime) -> None:
        """Give no slot before ``until``: the provider said it is too busy. Never moves back."""

    async def refuse(self, pool: str, until: datetime | None) -> None:
        """Note until when the pool is passed over by who may choose; with None, not any more."""

    async def look(self, pools: Collection[str]) -> Mapping[str, PoolState]:
        """Those of up to 100 pools that were ever asked for. Eventually consistent."""

    async def recount(self, pool: str, seen: PoolState, waiting: Mapping[Lane, Waiting]) -> None:
        """Note who waits in each lane, as the rows of jobs say, and what the counters that were
        ``seen`` just before hold to be waiting beyond that.
        """
