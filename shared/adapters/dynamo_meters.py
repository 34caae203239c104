"""Meters in DynamoDB: one row for each, with what is used and when its window ends.

A change whose reply is lost may be asked for again by the SDK and then counts twice. For ``take``
that errs on the safe side, and the window's end mends it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from shared.adapters.dynamo_batches import rows_of
from shared.adapters.dynamo_errors import Refused, dynamo_errors
from shared.adapters.dynamo_keys import (
    TTL_ATTRIBUTE,
    Item,
    epoch,
    meter_key,
    meter_of,
    moment,
    number,
    stamp,
    text,
)
from shared.errors import LimitReached
from shared.ports.meters import Reading

_LINGER = timedelta(days=1)
"""How long a closed window's row is left, for adjustments that come late."""


class DynamoMeters:
    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    async def read(self, meters: Sequence[str], *, now: datetime) -> dict[str, Reading]:
        rows = await rows_of(self._client, self._table, [meter_key(meter) for meter in meters])
        return {meter_of(row): _reading(row) for row in rows if _open_until(row, now)}

    async def take(
        self, meter: str, amount: int, limit: int, *, now: datetime, until: datetime
    ) -> Reading:
        if amount > limit:
            raise LimitReached(meter, await self._opens_at(meter, now) or until)
        while True:
            try:
                return await self._take_from_open(meter, amount, limit, now)
            except Refused as refusal:
                ends = _open_until(refusal.kept, now)
            if ends is not None:
                raise LimitReached(meter, ends)
            try:
                return await self._open_window(meter, amount, now, until)
            except Refused:
                continue  # Another opened it in between.

    async def adjust(self, meter: str, amount: int, *, until: datetime) -> None:
        try:
            await self._update(
                meter,
                "SET used = used + :amount",
                "window_end = :until",
                {":amount": number(amount), ":until": text(stamp(until))},
            )
        except Refused:
            return  # The window is gone, and with it what was used.

    async def _take_from_open(self, meter: str, amount: int, limit: int, now: datetime) -> Reading:
        return await self._update(
            meter,
            "SET used = used + :amount",
            "window_end > :now AND used <= :room",
            {
                ":amount": number(amount),
                ":room": number(limit - amount),
                ":now": text(stamp(now)),
            },
        )

    async def _open_window(
        self, meter: str, amount: int, now: datetime, until: datetime
    ) -> Reading:
        return await self._update(
            meter,
            "SET used = :amount, window_end = :until, #ttl = :ttl",
            "attribute_not_exists(pk) OR window_end <= :now",
            {
                ":amount": number(amount),
                ":until": text(stamp(until)),
                ":now": text(stamp(now)),
                ":ttl": number(epoch(until + _LINGER)),
            },
            names={"#ttl": TTL_ATTRIBUTE},
        )

    async def _update(
        self,
        meter: str,
        change: str,
        condition: str,
        values: Item,
        names: dict[str, str] | None = None,
    ) -> Reading:
        with dynamo_errors():
            reply = await self._client.update_item(
                TableName=self._table,
                Key=meter_key(meter),
                UpdateExpression=change,
                ConditionExpression=condition,
                ExpressionAttributeValues=values,
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **({"ExpressionAttributeNames": names} if names else {}),
            )
        return _reading(reply["Attributes"])

    async def _opens_at(self, meter: str, now: datetime) -> datetime | None:
        with dynamo_errors():
            reply = await self._client.get_item(TableName=self._table, Key=meter_key(meter))
        return _open_until(reply.get("Item", {}), now)


def _reading(row: Item) -> Reading:
    return Reading(used=int(row["used"]["N"]), until=moment(row["window_end"]["S"]))


def _open_until(row: Item, now: datetime) -> datetime | None:
    """When the row's window ends, if it is open at ``now``."""
    if not row:
        return None
    ends = moment(row["window_end"]["S"])
    return ends if ends > now else None
