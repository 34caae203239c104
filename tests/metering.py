"""A meter on DynamoDB's client: what AWS would bill for the requests that go through it.

Units as the developer guide counts them (on-demand, table and indexes): a write is a unit for each
started kilobyte of the larger of the old and the new row, and as much again for each index in which
its entry changes, twice that if the entry moves; a read is half a unit, or one if it is strongly
consistent, for each started four kilobytes.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from math import ceil
from typing import Any

Item = dict[str, Any]
WRITES = ("put_item", "update_item", "delete_item")


class Meter:
    """Requests by name, and units of writing and reading."""

    def __init__(self) -> None:
        self.requests: Counter[str] = Counter()
        self.written: float = 0
        self.read: float = 0


class MeteredDynamo:
    """Passes everything on, and writes down what it costs. ``tables`` are as ``CreateTable`` has
    them.
    """

    def __init__(self, client: Any, tables: list[dict[str, Any]], meter: Meter) -> None:
        self._client = client
        self._tables = {table["TableName"]: table for table in tables}
        self._meter = meter

    def __getattr__(self, name: str) -> Any:
        ask = getattr(self._client, name)
        return self._metered(name, ask) if callable(ask) else ask

    def _metered(
        self, name: str, ask: Callable[..., Awaitable[Any]]
    ) -> Callable[..., Awaitable[Any]]:
        async def metered(**request: Any) -> Any:
            if name in WRITES:
                return await self._write(name, ask, request)
            reply = await ask(**request)
            self._meter.requests[name] += 1
            consistent = request.get("ConsistentRead", False)
            if name == "get_item":
                self._read(reply.get("Item", {}), consistent)
            elif name == "query":
                # A page is rounded up once, and not each of its rows.
                self._meter.read += ceil(sum(map(size, reply["Items"])) / 4096 or 1) * 0.5
            elif name == "batch_get_item":
                ((table, asked),) = request["RequestItems"].items()
                for row in reply["Responses"].get(table, ()):
                    self._read(row, asked.get("ConsistentRead", False))
            return reply

        return metered

    def _read(self, row: Item, consistent: bool) -> None:
        self._meter.read += (ceil(size(row) / 4096) or 1) * (1 if consistent else 0.5)

    async def _write(
        self, name: str, ask: Callable[..., Awaitable[Any]], request: Mapping[str, Any]
    ) -> Any:
        table = self._tables[request["TableName"]]
        keys = [key["AttributeName"] for key in table["KeySchema"]]
        place = {key: request.get("Key", request.get("Item"))[key] for key in keys}
        before = await self._row(table, place)
        self._meter.requests[name] += 1
        try:
            return await ask(**request)
        finally:
            after = await self._row(table, place)
            self._meter.written += ceil(max(size(before), size(after)) / 1024) or 1
            for index in table.get("GlobalSecondaryIndexes", ()):
                self._meter.written += _index_units(index, before, after, keys)

    async def _row(self, table: Mapping[str, Any], place: Item) -> Item:
        reply = await self._client.get_item(
            TableName=table["TableName"], Key=place, ConsistentRead=True
        )
        row: Item = reply.get("Item", {})
        return row


def _index_units(index: Mapping[str, Any], before: Item, after: Item, table_keys: list[str]) -> int:
    keys = [key["AttributeName"] for key in index["KeySchema"]]
    old, new = (_entry(index, row, [*keys, *table_keys]) for row in (before, after))
    if old == new:
        return 0
    moved = {key: old.get(key) for key in keys} != {key: new.get(key) for key in keys}
    if old and new and not moved:
        return ceil(max(size(old), size(new)) / 1024)
    return sum(ceil(size(entry) / 1024) for entry in (old, new) if entry)


def _entry(index: Mapping[str, Any], row: Item, keys: list[str]) -> Item:
    """What an index holds of a row; nothing if the row lacks one of its keys."""
    if not all(key in row for key in keys):
        return {}
    projection = index["Projection"]
    if projection["ProjectionType"] == "ALL":
        return row
    kept = {*keys, *projection.get("NonKeyAttributes", ())}
    return {name: value for name, value in row.items() if name in kept}


def size(row: Item) -> int:
    """Bytes of a row: of the names of its attributes and of what is in them."""
    return sum(len(name.encode()) + _value_size(value) for name, value in row.items())


def _value_size(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return len(content) // 2 + 2
        case "BOOL" | "NULL":
            return 1
        case "SS":
            return sum(len(part.encode()) for part in content)
        case "M":
            return 3 + sum(len(k.encode()) + _value_size(v) + 1 for k, v in content.items())
        case "L":
            return 3 + sum(_value_size(v) + 1 for v in content)
    raise ValueError(f"a {kind} has no size here")
