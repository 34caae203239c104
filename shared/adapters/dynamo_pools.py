"""Pools in DynamoDB: a row for each, with the next free instant in milliseconds and its lines.

DynamoDB has no max(), so a slot is one of two conditional updates: from the row while it lies
ahead, from now when it is absent or past. Which of them is tried first is guessed from the row as
it was last seen; what is decided, is decided on the row as it is.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.adapters.dynamo_batches import rows_of
from shared.adapters.dynamo_errors import Refused, dynamo_errors
from shared.adapters.dynamo_keys import (
    TTL_ATTRIBUTE,
    Item,
    epoch,
    number,
    pool_key,
    turn_key,
)
from shared.lines import LOW_SHARE, Lane, Line, PoolState, Took, Waiting

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
_IDLE = timedelta(days=7)
"""How long an owner's turns are remembered after the last job: by then the line's are further."""
_LINE = [part.name for part in fields(Line)]
"""Each is an attribute for each lane: ``entered_normal`` …"""


class DynamoPools:
    """Instants and spacings are rounded up to the millisecond, so never to before ``now``.

    A count whose reply is lost may be made twice by the SDK; the rows of jobs mend it.
    """

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table
        self._seen: dict[str, Item] = {}
        """Rows as they were last seen: good for a guess, and for nothing else."""

    async def enter(self, pool: str, lane: Lane, owner: str, calls: int, *, now: datetime) -> int:
        row = await self._update(
            pool_key(pool), f"ADD entered_{lane} :calls", values={":calls": number(calls)}
        )
        line = _state(row).line(lane)
        if line.entered - calls - line.left - line.phantoms <= 0:
            return line.turn + 1
        last = await self._take_turns(pool, lane, owner, line.turn, calls, now)
        return last - calls + 1

    async def _take_turns(
        self, pool: str, lane: Lane, owner: str, current: int, calls: int, now: datetime
    ) -> int:
        """The last of the turns that an owner's next calls get."""
        key = turn_key(pool, lane, owner)
        values = {":calls": number(calls), ":ttl": number(epoch(now + _IDLE))}
        names = {"#ttl": TTL_ATTRIBUTE}
        try:
            row = await self._update(
                key,
                "SET last_turn = last_turn + :calls, #ttl = :ttl",
                "last_turn > :current",
                values | {":current": number(current)},
                names,
            )
        except Refused:
            # Two of one owner's that come here at once get the same turns, which does no harm.
            row = await self._update(
                key,
                "SET last_turn = :last, #ttl = :ttl",
                None,
                {":last": number(current + calls), ":ttl": values[":ttl"]},
                names,
            )
        return _int(row, "last_turn")

    async def leave(self, pool: str, lane: Lane, owner: str, calls: int) -> None:
        values = {":calls": number(calls)}
        await self._update(pool_key(pool), f"ADD left_{lane} :calls", values=values)
        try:
            await self._update(
                turn_key(pool, lane, owner),
                "SET last_turn = last_turn - :calls",
                "attribute_exists(last_turn)",
                values,
            )
        except Refused:
            return  # It never had to take turns.

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
        row, fresh = self._seen.get(pool, {}), False
        while True:
            state = _state(row)
            end = now + horizon(state)
            if fresh and end <= max(now, state.next_at or now):
                return state
            expressions = _taking(row, lane, turn, took, _ms_up(spacing), now, end)
            try:
                row = await self._update(pool_key(pool), *expressions)
            except Refused as refusal:
                row, fresh = refusal.kept, True
                continue
            finally:
                self._seen[pool] = row
            return _instant(row, "next_at") - _ms_up(spacing) * _MS

    async def hold_off(self, pool: str, until: datetime) -> None:
        for attribute in ("next_at", "held_until"):
            try:
                await self._update(
                    pool_key(pool),
                    f"SET {attribute} = :until",
                    f"attribute_not_exists({attribute}) OR {attribute} < :until",
                    {":until": number(_ms_up(until - _EPOCH))},
                )
            except Refused:
                continue  # It is held off for longer already.

    async def refuse(self, pool: str, until: datetime | None) -> None:
        if until is None:
            await self._update(pool_key(pool), "REMOVE refused_until")
        else:
            values = {":until": number(_ms_up(until - _EPOCH))}
            await self._update(pool_key(pool), "SET refused_until = :until", values=values)

    async def look(self, pools: Collection[str]) -> Mapping[str, PoolState]:
        keys = [pool_key(pool) for pool in dict.fromkeys(pools)]
        found = await rows_of(self._client, self._table, keys, consistent=False)
        return {row["pk"]["S"].removeprefix("pool#"): _state(row) for row in found}

    async def recount(self, pool: str, seen: PoolState, waiting: Mapping[Lane, Waiting]) -> None:
        values: Item = {}
        for lane, found in waiting.items():
            counted = seen.line(lane)
            values[f":phantoms_{lane}"] = number(counted.entered - counted.left - found.calls)
            values[f":owners_{lane}"] = number(found.owners)
        change = ", ".join(f"{name[1:]} = {name}" for name in values)
        await self._update(pool_key(pool), f"SET {change}", values=values)

    async def _update(
        self,
        key: Item,
        change: str,
        condition: str | None = None,
        values: Item | None = None,
        names: dict[str, str] | None = None,
    ) -> Item:
        options: dict[str, Any] = {"ExpressionAttributeNames": names} if names else {}
        if condition:
            options["ConditionExpression"] = condition
        if values:
            options["ExpressionAttributeValues"] = values
        with dynamo_errors():
            reply = await self._client.update_item(
                TableName=self._table,
                Key=key,
                UpdateExpression=change,
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **options,
            )
        row: Item = reply.get("Attributes", {})
        return row


def _taking(
    row: Item,
    lane: Lane,
    turn: int | None,
    took: Took | None,
    spacing: int,
    now: datetime,
    end: datetime,
) -> tuple[str, str, Item]:
    """The change, its condition and their values that take a slot of a pool whose row is this."""
    first = _ms_up(now - _EPOCH)
    values = {":first": number(first), ":one": number(1)}
    if _int(row, "next_at") >= first:
        changes = ["next_at = next_at + :spacing"]
        conditions = ["next_at >= :first", "next_at < :end"]
        values |= {":spacing": number(spacing), ":end": number(_ms_up(end - _EPOCH))}
    else:
        changes = ["next_at = :next"]
        conditions = ["(attribute_not_exists(next_at) OR next_at < :first)"]
        values |= {":next": number(first + spacing)}
    if turn is not None and turn > _int(row, f"turn_{lane}"):
        changes.append(f"turn_{lane} = if_not_exists(turn_{lane}, :none) + :one")
        conditions.append(f"(attribute_not_exists(turn_{lane}) OR turn_{lane} < :turn)")
        values |= {":none": number(0), ":turn": number(turn)}
    if lane is Lane.LOW:
        changes.append("low_after = if_not_exists(left_normal, :none) + :share")
        values |= {":none": number(0), ":share": number(LOW_SHARE)}
    if took is not None:
        changes.append("took_p50 = :p50, took_p90 = :p90")
        values |= {":p50": number(_ms_up(took.p50)), ":p90": number(_ms_up(took.p90))}
    change = f"SET {', '.join(changes)} ADD left_{lane} :one"
    return change, " AND ".join(conditions), values


def _state(row: Item) -> PoolState:
    took = None
    if "took_p50" in row:
        took = Took(p50=_int(row, "took_p50") * _MS, p90=_int(row, "took_p90") * _MS)
    return PoolState(
        next_at=_instant(row, "next_at") if "next_at" in row else None,
        held_until=_instant(row, "held_until") if "held_until" in row else None,
        refused_until=_instant(row, "refused_until") if "refused_until" in row else None,
        low_after=_int(row, "low_after"),
        took=took,
        lines={
            lane: Line(**{part: _int(row, f"{part}_{lane}") for part in _LINE}) for lane in Lane
        },
    )


def _int(row: Item, name: str) -> int:
    return int(row[name]["N"]) if name in row else 0


def _instant(row: Item, name: str) -> datetime:
    return _EPOCH + _int(row, name) * _MS


def _ms_up(span: timedelta) -> int:
    return -(-span // _MS)
