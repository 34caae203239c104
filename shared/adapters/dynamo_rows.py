"""Rows that lie side by side in the ledger: all of them, on however many pages they come."""

from typing import Any

from shared.adapters.dynamo_errors import dynamo_errors
from shared.adapters.dynamo_keys import Item


async def rows_below(
    client: Any, table: str, pk: dict[str, str], sk_prefix: dict[str, str] | None = None
) -> list[Item]:
    """Every row of a partition as it is now, or those alone whose sort key begins with a prefix.

    Raises ``StoreUnavailable``.
    """
    query: dict[str, Any] = {
        "TableName": table,
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": pk},
        "ConsistentRead": True,
    }
    if sk_prefix is not None:
        query["KeyConditionExpression"] += " AND begins_with(sk, :prefix)"
        query["ExpressionAttributeValues"][":prefix"] = sk_prefix
    rows: list[Item] = []
    while True:
        with dynamo_errors():
            reply = await client.query(**query)
        rows += reply["Items"]
        if "LastEvaluatedKey" not in reply:
            return rows
        query["ExclusiveStartKey"] = reply["LastEvaluatedKey"]
