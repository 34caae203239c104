"""Shares in DynamoDB: a row for each, those of one job side by side."""

from datetime import datetime
from typing import Any

from shared.adapters.dynamo_errors import Refused, dynamo_errors
from shared.adapters.dynamo_keys import (
    readable,
    share_from,
    share_item,
    share_key,
    shares_key,
    stamp,
    text,
)
from shared.adapters.dynamo_rows import rows_below
from shared.messages import JobId
from shared.shares import Share


class DynamoShares:
    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    async def add(self, share: Share) -> None:
        with dynamo_errors():
            await self._client.put_item(TableName=self._table, Item=share_item(share))

    async def find(self, job_id: JobId, fingerprint: str) -> Share | None:
        with dynamo_errors():
            reply = await self._client.get_item(
                TableName=self._table, Key=share_key(job_id, fingerprint), ConsistentRead=True
            )
        return share_from(reply["Item"]) if "Item" in reply else None

    async def of_job(self, job_id: JobId) -> list[Share]:
        rows = await rows_below(self._client, self._table, shares_key(job_id))
        return list(readable(rows, share_from))

    async def revoke(self, share: Share, now: datetime) -> None:
        try:
            with dynamo_errors():
                await self._client.update_item(
                    TableName=self._table,
                    Key=share_key(share.job_id, share.fingerprint),
                    UpdateExpression="SET revoked_at = :now",
                    ConditionExpression="attribute_exists(pk) AND attribute_not_exists(revoked_at)",
                    ExpressionAttributeValues={":now": text(stamp(now))},
                )
        except Refused:
            return  # It is gone, or was taken back before.
