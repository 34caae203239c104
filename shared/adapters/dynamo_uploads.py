"""Uploads in DynamoDB: a row for each, in a sparse index until it is looked at for the last time.

Every change may be made twice, so a reply that is lost and asked for again does no harm.
"""

import asyncio
from datetime import datetime
from typing import Any

from shared.adapters.dynamo_errors import Refused, dynamo_errors
from shared.adapters.dynamo_keys import (
    DUE_INDEX,
    DUE_SHARDS,
    Item,
    flag,
    readable,
    stamp,
    text,
    upload_from,
    upload_item,
    upload_key,
)
from shared.messages import JobId
from shared.uploads import Upload


class DynamoUploads:
    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    async def add(self, upload: Upload) -> None:
        with dynamo_errors():
            await self._client.put_item(TableName=self._table, Item=upload_item(upload))

    async def get(self, upload_id: str) -> Upload | None:
        with dynamo_errors():
            reply = await self._client.get_item(
                TableName=self._table, Key=upload_key(upload_id), ConsistentRead=True
            )
        return upload_from(reply["Item"]) if "Item" in reply else None

    async def name(self, upload_id: str, job_id: JobId, *, look_at: datetime) -> bool:
        try:
            await self._update(
                upload_id,
                "ADD jobs :job SET due_at = :look_at",
                "closed = :no",
                {":job": _one(job_id), ":look_at": text(stamp(look_at)), ":no": flag(False)},
            )
        except Refused:
            return False
        return True

    async def unname(self, upload_id: str, job_id: JobId) -> None:
        try:
            await self._update(
                upload_id, "DELETE jobs :job", "attribute_exists(pk)", {":job": _one(job_id)}
            )
        except Refused:
            return  # It is gone, and its names with it.

    async def postpone(self, upload_id: str, look_at: datetime) -> None:
        try:
            await self._update(
                upload_id,
                "SET due_at = :look_at",
                "attribute_exists(pk)",
                {":look_at": text(stamp(look_at))},
            )
        except Refused:
            return  # There is nothing left to look at.

    async def close(self, upload_id: str) -> bool:
        try:
            await self._update(
                upload_id,
                "SET closed = :yes",
                "attribute_exists(pk) AND attribute_not_exists(jobs)",
                {":yes": flag(True)},
            )
        except Refused as refusal:
            return not refusal.kept
        return True

    async def forget(self, upload_id: str) -> None:
        try:
            with dynamo_errors():
                await self._client.delete_item(
                    TableName=self._table,
                    Key=upload_key(upload_id),
                    ConditionExpression="closed = :yes",
                    ExpressionAttributeValues={":yes": flag(True)},
                )
        except Refused:
            return  # It is gone, or in use.

    async def due(self, before: datetime, *, limit: int) -> list[Upload]:
        shards = await asyncio.gather(
            *(self._due_in(str(shard), before, limit) for shard in range(DUE_SHARDS))
        )
        rows = (item for shard in shards for item in shard)
        overdue = list(readable(rows, upload_from))
        return sorted(overdue, key=lambda upload: upload.look_at)[:limit]

    async def _due_in(self, shard: str, before: datetime, limit: int) -> list[Item]:
        with dynamo_errors():
            reply = await self._client.query(
                TableName=self._table,
                IndexName=DUE_INDEX,
                KeyConditionExpression="due_shard = :shard AND due_at <= :before",
                ExpressionAttributeValues={":shard": text(shard), ":before": text(stamp(before))},
                Limit=limit,
            )
        items: list[Item] = reply["Items"]
        return items

    async def _update(self, upload_id: str, change: str, condition: str, values: Item) -> None:
        with dynamo_errors():
            await self._client.update_item(
                TableName=self._table,
                Key=upload_key(upload_id),
                UpdateExpression=change,
                ConditionExpression=condition,
                ExpressionAttributeValues=values,
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )


def _one(job_id: JobId) -> dict[str, list[str]]:
    return {"SS": [job_id]}
