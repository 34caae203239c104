"""Slots and lines in memory."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from shared.adapters.memory.round_trip import round_trip
from shared.lines import LOW_SHARE, Lane, Line, PoolState, Took, Waiting


class MemoryPools:
    def __init__(self) -> None:
        self._states: dict[str, PoolState] = {}
        self._turns: dict[tuple[str, Lane, str], int] = {}
        """The last turn of an owner's calls."""

    async def enter(self, pool: str, lane: Lane, owner: str, calls: int, *, now: datetime) -> int:
        async with round_trip():
            line = self._line(pool, lane)
            self._set_line(pool, lane, replace(line, entered=line.entered + calls))
            if not line.waiting:
                return line.turn + 1
            last = max(line.turn, self._turns.get((pool, lane, owner), 0))
            self._turns[pool, lane, owner] = last + calls
            return last + 1

    async def leave(self, pool: str, lane: Lane, owner: str, calls: int) -> None:
        async with round_trip():
            line = self._line(pool, lane)
            self._set_line(pool, lane, replace(line, left=line.left + calls))
            if (pool, lane, owner) in self._turns:
                self._turns[pool, lane, owner] -= calls

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
        async with round_trip():
            state = self._states.get(pool, PoolState())
            slot = now if state.next_at is None else max(now, state.next_at)
            if slot >= now + horizon(state):
                return state
            line = state.line(lane)
            moved_on = turn is not None and turn > line.turn
            line = replace(line, left=line.left + 1, turn=line.turn + moved_on)
            owed = state.line(Lane.NORMAL).left + LOW_SHARE
            self._states[pool] = replace(
                state,
                next_at=slot + spacing,
                low_after=owed if lane is Lane.LOW else state.low_after,
                took=took or state.took,
                lines={**state.lines, lane: line},
            )
            return slot

    async def hold_off(self, pool: str, until: datetime) -> None:
        async with round_trip():
            state = self._states.get(pool, PoolState())
            self._states[pool] = replace(
                state,
                next_at=max(until, state.next_at or until),
                held_until=max(until, state.held_until or until),
            )

    async def refuse(self, pool: str, until: datetime | None) -> None:
        async with round_trip():
            state = self._states.get(pool, PoolState())
            self._states[pool] = replace(state, refused_until=until)

    async def look(self, pools: Collection[str]) -> Mapping[str, PoolState]:
        async with round_trip():
            return {pool: self._states[pool] for pool in pools if pool in self._states}

    async def recount(self, pool: str, seen: PoolState, waiting: Mapping[Lane, Waiting]) -> None:
        async with round_trip():
            for lane, found in waiting.items():
                counted = seen.line(lane)
                phantoms = counted.entered - counted.left - found.calls
                line = replace(self._line(pool, lane), phantoms=phantoms, owners=found.owners)
                self._set_line(pool, lane, line)

    def _line(self, pool: str, lane: Lane) -> Line:
        return self._states.get(pool, PoolState()).line(lane)

    def _set_line(self, pool: str, lane: Lane, line: Line) -> None:
        state = self._states.get(pool, PoolState())
        self._states[pool] = replace(state, lines={**state.lines, lane: line})
