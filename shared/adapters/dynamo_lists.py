"""An owner's list in DynamoDB: asked for page after page, until enough of its jobs are wanted."""

from collections.abc import Callable, Iterator
from typing import Any

from shared.adapters.dynamo_errors import dynamo_errors
from shared.adapters.dynamo_keys import (
    OWNER_INDEX,
    Item,
    flag,
    job_from,
    list_place,
    listed,
    number,
    readable,
    stamp,
    text,
)
from shared.jobs import Job
from shared.ports.jobs import LOOKED_AT_MOST, JobPage
from shared.search import JobFilter

SIEVED_AT_ONCE = 250
"""Rows that one request looks at where not every row is wanted: four requests make a page."""


async def list_jobs(
    client: Any, table: str, owner: str, where: JobFilter, *, limit: int, after: str | None
) -> JobPage:
    """``JobStore.owned_by``."""
    low, high = _between(where)
    # DynamoDB takes no bounds that are crossed, and no place to start from outside of them.
    if high < low or (after is not None and after <= low):
        return JobPage((), after=None)
    place = after if after is not None and after < high else None
    sieve, values = _sieve(where)
    query: dict[str, Any] = {
        "TableName": table,
        "IndexName": OWNER_INDEX,
        "KeyConditionExpression": "#owner = :owner AND listed BETWEEN :low AND :high",
        "ExpressionAttributeNames": _names("owner", *(n for n in _RESERVED if f"#{n}" in sieve)),
        "ExpressionAttributeValues": {
            ":owner": text(owner),
            ":low": text(low),
            ":high": text(high),
            **values,
        },
        "ScanIndexForward": False,
        "Limit": SIEVED_AT_ONCE if sieve else limit,
        **({"FilterExpression": sieve} if sieve else {}),
    }
    found: list[Job] = []
    looked_at = 0
    while True:
        start = {"ExclusiveStartKey": list_place(owner, place)} if place else {}
        with dynamo_errors():
            reply = await client.query(**query, **start)
        wanted = [job for job in readable(reply["Items"], job_from) if where.wants(job)]
        room = limit - len(found)
        found += wanted[:room]
        if len(wanted) > room:
            return JobPage(tuple(found), after=listed(found[-1]))
        last = reply.get("LastEvaluatedKey")
        if last is None:
            return JobPage(tuple(found), after=None)
        place = last["listed"]["S"]
        looked_at += reply["ScannedCount"]
        if len(found) == limit or looked_at >= LOOKED_AT_MOST:
            return JobPage(tuple(found), after=place)


_RESERVED = ("status", "kind", "model")


def _names(*names: str) -> dict[str, str]:
    return {f"#{name}": name for name in names}


def _between(where: JobFilter) -> tuple[str, str]:
    """The places in a list between which every job lies that is wanted for its age.

    After the instant a place has a ``#``, which sorts between nothing and “~”.
    """
    after, before = where.created_after, where.created_before
    return (f"{stamp(after)}~" if after else "0", stamp(before) if before else "~")


def _sieve(where: JobFilter) -> tuple[str, Item]:
    """A condition that lets through every row whose job is wanted, and its values.

    It lets through some others, too: a row of an earlier release lacks what it would be sieved by.
    """
    values: Item = {}

    def value(kept: dict[str, Any]) -> str:
        name = f":v{len(values)}"
        values[name] = kept
        return name

    return " AND ".join((*_equal(where, value), *_containing(where, value))), values


def _equal(where: JobFilter, value: Callable[[dict[str, Any]], str]) -> Iterator[str]:
    if where.statuses:
        statuses = ", ".join(value(text(status)) for status in sorted(where.statuses))
        yield f"#status IN ({statuses})"
    if where.kind is not None:
        yield f"#kind = {value(text(where.kind))}"
    if where.model is not None:
        yield f"#model = {value(text(where.model))}"
    if where.favorite is not None:
        yield _if_there("favorite", f"favorite = {value(flag(where.favorite))}")


def _containing(where: JobFilter, value: Callable[[dict[str, Any]], str]) -> Iterator[str]:
    parts = {
        "words": where.words,
        "hashes": (where.sha256,) if where.sha256 else (),
        "origins": (where.made_from,) if where.made_from else (),
    }
    for attribute, wanted in parts.items():
        tests = [f"contains({attribute}, {value(text(part))})" for part in wanted]
        if tests:
            yield _if_there(attribute, " AND ".join(tests))
    if where.has_pictures:
        yield _if_there("hashes", f"size(hashes) > {value(number(0))}")


def _if_there(attribute: str, condition: str) -> str:
    return f"(attribute_not_exists({attribute}) OR {condition})"
