"""API keys in DynamoDB."""

from typing import Any

from shared.adapters.dynamo_errors import dynamo_errors
from shared.adapters.dynamo_keys import Item, api_key_key, api_keys_key, text
from shared.adapters.dynamo_rows import rows_below
from shared.keys import ApiKey


class DynamoKeys:
    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    async def add(self, key: ApiKey) -> None:
        with dynamo_errors():
            await self._client.put_item(
                TableName=self._table,
                Item={**api_key_key(key.hash), "body": text(key.model_dump_json())},
            )

    async def find(self, key_hash: str) -> ApiKey | None:
        with dynamo_errors():
            reply = await self._client.get_item(
                TableName=self._table, Key=api_key_key(key_hash), ConsistentRead=True
            )
        return _key(reply["Item"]) if "Item" in reply else None

    async def all(self) -> list[ApiKey]:
        rows = await rows_below(self._client, self._table, api_keys_key())
        return sorted(map(_key, rows), key=lambda key: key.name)

    async def remove(self, key_hash: str) -> None:
        with dynamo_errors():
            await self._client.delete_item(TableName=self._table, Key=api_key_key(key_hash))


def _key(row: Item) -> ApiKey:
    return ApiKey.model_validate_json(row["body"]["S"])
