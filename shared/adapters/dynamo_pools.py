"""Slots in DynamoDB: one row a pool, which holds the next free instant in milliseconds.

DynamoDB has no max(), so a slot is one of two conditional updates: from the row while it lies
ahead, from now when it is absent or past.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from shared.adapters.dynamo_errors import Refused, dynamo_errors
from shared.adapters.dynamo_keys import Item, number, pool_key

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


class DynamoPools:
    """Instants and spacings are rounded up to the millisecond, so never to before ``now``."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    async def take_slot(
        self, pool: str, spacing: timedelta, horizon: timedelta, *, now: datetime
    ) -> datetime | None:
        first, end = _ms_up(now - _EPOCH), _ms_up(now + horizon - _EPOCH)
        spacing_ms = _ms_up(spacing)
        while first < end:
            try:
                return await self._from_row(pool, spacing_ms, first, end)
            except Refused as refusal:
                row = refusal.kept
            if row and int(row["next_at"]["N"]) >= end:
                return None
            try:
                return await self._from_now(pool, spacing_ms, first)
            except Refused:
                continue  # Another took a slot in between.
        return None

    async def hold_off(self, pool: str, until: datetime) -> None:
        try:
            await self._update(
                pool,
                "SET next_at = :until",
                "attribute_not_exists(next_at) OR next_at < :until",
                {":until": number(_ms_up(until - _EPOCH))},
            )
        except Refused:
            return  # It is held off for longer already.

    async def _from_row(self, pool: str, spacing: int, first: int, end: int) -> datetime:
        old = await self._update(
            pool,
            "SET next_at = next_at + :spacing",
            "next_at >= :first AND next_at < :end",
            {":spacing": number(spacing), ":first": number(first), ":end": number(end)},
        )
        return _EPOCH + int(old["next_at"]["N"]) * _MS

    async def _from_now(self, pool: str, spacing: int, first: int) -> datetime:
        await self._update(
            pool,
            "SET next_at = :next",
            "attribute_not_exists(next_at) OR next_at < :first",
            {":next": number(first + spacing), ":first": number(first)},
        )
        return _EPOCH + first * _MS

    async def _update(self, pool: str, change: str, condition: str, values: Item) -> Item:
        with dynamo_errors():
            reply = await self._client.update_item(
                TableName=self._table,
                Key=pool_key(pool),
                UpdateExpression=change,
                ConditionExpression=condition,
                ExpressionAttributeValues=values,
                ReturnValues="UPDATED_OLD",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        old: Item = reply.get("Attributes", {})
        return old


def _ms_up(span: timedelta) -> int:
    return -(-span // _MS)
