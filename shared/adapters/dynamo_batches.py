"""Rows of a table in DynamoDB by their keys, many at once."""

import asyncio
from collections.abc import Sequence
from typing import Any

from shared.adapters.dynamo_errors import dynamo_errors
from shared.adapters.dynamo_keys import Item
from shared.errors import StoreUnavailable

_TRIES = 5
"""How often DynamoDB may hand back a part of a batch before it counts as unavailable."""


async def rows_of(
    client: Any, table: str, keys: Sequence[Item], *, consistent: bool = True
) -> list[Item]:
    """Those of up to 100 rows that are there, in no particular order."""
    left = list(keys)
    found: list[Item] = []
    for attempt in range(_TRIES):
        if not left:
            return found
        if attempt:
            await asyncio.sleep(0.05 * 2**attempt)
        with dynamo_errors():
            reply = await client.batch_get_item(
                RequestItems={table: {"Keys": left, "ConsistentRead": consistent}}
            )
        found += reply["Responses"].get(table, ())
        left = reply.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
    if left:
        raise StoreUnavailable("DynamoDB keeps handing back a part of a batch.")
    return found
