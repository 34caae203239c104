"""Money in DynamoDB: a row for each day with what was reserved, and one for each refund.

A refund is put and may be put again, so none is lost and none counts twice. Their sum is measured
when it matters, and noted on the day's row, with how many there were: of two measures the one that
saw more holds. What is spent is what was reserved, less the sum.
"""

from datetime import datetime, timedelta
from typing import Any

from shared.adapters.dynamo_errors import Refused, dynamo_errors
from shared.adapters.dynamo_keys import (
    TTL_ATTRIBUTE,
    Item,
    epoch,
    moment,
    number,
    refund_key,
    spending_key,
    stamp,
    text,
)
from shared.adapters.dynamo_rows import rows_below
from shared.errors import LimitReached
from shared.money import Micros
from shared.ports.meters import Reading

_LINGER = timedelta(days=30)
"""How long a day's rows are left, for whoever asks what was spent."""


class DynamoSpending:
    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table
        self._balances: dict[str, Micros] = {}
        """As last seen: good for a guess, and for nothing else."""

    async def reserve(
        self,
        day: str,
        item: str | None,
        amount: Micros,
        cap: Micros,
        *,
        now: datetime,
        until: datetime,
    ) -> Reading:
        balanced = False
        while True:
            try:
                return Reading(_spent(await self._reserve(day, item, amount, cap, now)), until)
            except Refused as refusal:
                row = refusal.kept
            if not row:
                await self._begin(day, until)
            elif item is not None and item in row["pending"]["M"]:
                return Reading(_spent(row), until)  # The SDK lost the reply and asked again.
            elif _spent(row) + amount > cap:
                if balanced:
                    raise LimitReached(day, until)
                await self.balance(day)
                balanced = True
            self._balances[day] = _int(row, "balance")

    async def _reserve(
        self, day: str, item: str | None, amount: Micros, cap: Micros, now: datetime
    ) -> Item:
        """On the row as it was last seen. Refused if it is another by now, or there is no room."""
        balance = self._balances.get(day, 0)
        change = "SET reserved = reserved + :amount"
        condition = "balance = :balance AND reserved <= :room"
        values: Item = {
            ":amount": number(amount),
            ":balance": number(balance),
            ":room": number(cap - amount + balance),
        }
        if item is None:
            return await self._update(spending_key(day), change, condition, values)
        values[":pending"] = {"M": {"amount": number(amount), "since": text(stamp(now))}}
        return await self._update(
            spending_key(day),
            f"{change}, pending.#item = :pending",
            f"{condition} AND attribute_not_exists(pending.#item)",
            values,
            {"#item": item},
        )

    async def _begin(self, day: str, until: datetime) -> None:
        try:
            await self._put(
                {
                    **spending_key(day),
                    "reserved": number(0),
                    "balance": number(0),
                    "refunds": number(0),
                    "pending": {"M": {}},
                    TTL_ATTRIBUTE: number(epoch(until + _LINGER)),
                },
                "attribute_not_exists(pk)",
            )
        except Refused:
            return  # Another began the day.

    async def confirm(self, day: str, item: str) -> None:
        await self._unless_gone(day, item, "REMOVE pending.#item")

    async def release(self, day: str, item: str) -> None:
        await self._unless_gone(
            day, item, "SET reserved = reserved - pending.#item.amount REMOVE pending.#item"
        )

    async def _unless_gone(self, day: str, item: str, change: str) -> None:
        try:
            await self._update(
                spending_key(day),
                change,
                "attribute_exists(pending.#item)",
                names={"#item": item},
            )
        except Refused:
            return

    async def unconfirmed(self, day: str, before: datetime) -> list[str]:
        pending = (await self._get(day)).get("pending", {"M": {}})["M"]
        return [item for item, kept in pending.items() if moment(kept["M"]["since"]["S"]) <= before]

    async def refund(self, day: str, item: str, amount: Micros, *, until: datetime) -> None:
        ttl = {TTL_ATTRIBUTE: number(epoch(until + _LINGER))}
        await self._put({**refund_key(day, item), "amount": number(amount), **ttl})
        if amount < 0:
            # What was spent beyond the reservation must count against the cap at once.
            await self.balance(day)

    async def balance(self, day: str) -> None:
        amounts = await self._refunds(day)
        values = {":balance": number(sum(amounts)), ":refunds": number(len(amounts))}
        try:
            await self._update(
                spending_key(day),
                "SET balance = :balance, refunds = :refunds",
                "refunds < :refunds",
                values,
            )
        except Refused:
            return  # There are no more than were known, or nothing was reserved on that day.

    async def spent(self, day: str) -> Micros:
        return _spent(await self._get(day))

    async def _get(self, day: str) -> Item:
        with dynamo_errors():
            reply = await self._client.get_item(
                TableName=self._table, Key=spending_key(day), ConsistentRead=True
            )
        row: Item = reply.get("Item", {})
        return row

    async def _refunds(self, day: str) -> list[Micros]:
        prefix = refund_key(day, "")
        rows = await rows_below(self._client, self._table, prefix["pk"], prefix["sk"])
        return [_int(row, "amount") for row in rows]

    async def _put(self, item: Item, condition: str | None = None) -> None:
        options = {"ConditionExpression": condition} if condition else {}
        with dynamo_errors():
            await self._client.put_item(TableName=self._table, Item=item, **options)

    async def _update(
        self,
        key: Item,
        change: str,
        condition: str,
        values: Item | None = None,
        names: dict[str, str] | None = None,
    ) -> Item:
        options: dict[str, Any] = {}
        if values:
            options["ExpressionAttributeValues"] = values
        if names:
            options["ExpressionAttributeNames"] = names
        with dynamo_errors():
            reply = await self._client.update_item(
                TableName=self._table,
                Key=key,
                UpdateExpression=change,
                ConditionExpression=condition,
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **options,
            )
        row: Item = reply["Attributes"]
        return row


def _spent(row: Item) -> Micros:
    return _int(row, "reserved") - _int(row, "balance")


def _int(row: Item, name: str) -> int:
    return int(row[name]["N"]) if name in row else 0
