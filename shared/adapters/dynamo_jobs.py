"""Jobs in DynamoDB."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from secrets import token_hex
from typing import Any

from shared.adapters.dynamo_batches import rows_of
from shared.adapters.dynamo_errors import Refused, dynamo_errors
from shared.adapters.dynamo_keys import (
    DUE_INDEX,
    DUE_SHARDS,
    SOMETIMES,
    Item,
    flag,
    instant_of,
    job_from,
    job_in,
    job_item,
    job_key,
    line_of,
    notes,
    number,
    readable,
    ruled_out_item,
    saved,
    stamp,
    text,
    tombstone_in,
    tombstone_item,
)
from shared.adapters.dynamo_lists import list_jobs
from shared.due import due_at
from shared.errors import StaleJob
from shared.jobs import Job
from shared.lines import Lane, Waiting
from shared.messages import JobId
from shared.ports.jobs import JobPage
from shared.records import Tombstone
from shared.search import JobFilter
from shared.statuses import JobStatus

WAITING_PAGE = 1000
"""Rows that are looked at in one request when those who wait are counted."""


class DynamoJobStore:
    """Every write carries a token of its own: when a reply is lost and the SDK asks again, the row
    itself shows that the first attempt went through."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    async def add(self, job: Job) -> None:
        write = token_hex(8)
        try:
            await self._put(job_item(job, write), "attribute_not_exists(id)")
        except Refused as refusal:
            if not _wrote(refusal.kept, write):
                raise StaleJob(f"There already is a job {job.id}, or there may be none.") from None

    async def rule_out(self, job_id: JobId, now: datetime) -> bool:
        try:
            await self._put(
                ruled_out_item(job_id, now),
                "attribute_not_exists(id) OR attribute_exists(ruled_out_at)",
            )
        except Refused:
            return False
        return True

    async def get(self, job_id: JobId) -> Job | None:
        with dynamo_errors():
            reply = await self._client.get_item(
                TableName=self._table, Key=job_key(job_id), ConsistentRead=True
            )
        job = job_in(reply.get("Item", {}))
        return None if job is None or job.gone else job

    async def get_many(self, job_ids: Sequence[JobId]) -> list[Job]:
        found = map(job_in, await self._rows(job_ids))
        return [job for job in found if job is not None and not job.gone]

    async def tombstones(self, job_ids: Sequence[JobId]) -> list[Tombstone]:
        found = map(tombstone_in, await self._rows(job_ids))
        return [tombstone for tombstone in found if tombstone is not None]

    async def _rows(self, job_ids: Sequence[JobId]) -> list[Item]:
        keys = [job_key(job_id) for job_id in dict.fromkeys(job_ids)]
        return await rows_of(self._client, self._table, keys)

    async def save(self, job: Job) -> None:
        write = token_hex(8)
        while True:
            change, new = _replacing(job, write)
            condition, values = _fits(job)
            try:
                await self._update(job.id, change, condition, {**new, **values})
                return
            except Refused as refusal:
                if _wrote(refusal.kept, write):
                    return
                if not _only_renewed(refusal.kept, job):
                    raise StaleJob(
                        f"Version {job.version} of job {job.id} does not follow what is kept."
                    ) from None
                lease_until = instant_of(refusal.kept, "lease_until")
                job = job.model_copy(update={"lease_until": lease_until})

    async def bury(self, job: Job, tombstone: Tombstone) -> None:
        write = token_hex(8)
        try:
            await self._put(
                tombstone_item(tombstone, write),
                "version = :kept",
                {":kept": number(job.version)},
            )
        except Refused as refusal:
            if not _wrote(refusal.kept, write):
                raise StaleJob(f"Job {job.id} is not at version {job.version}.") from None

    async def renew(self, job_id: JobId, fence: int, lease_until: datetime) -> Job:
        return await self._touch(
            job_id,
            "SET lease_until = :lease, due_at = :lease",
            "#status = :running AND fence = :fence",
            {
                ":running": text(JobStatus.RUNNING),
                ":lease": text(stamp(lease_until)),
                ":fence": number(fence),
            },
            stale=f"Claim {fence} no longer holds job {job_id}.",
        )

    async def request_cancel(self, job_id: JobId, delete_at: datetime | None = None) -> Job:
        change = "SET cancel_requested = :yes"
        values: Item = {":running": text(JobStatus.RUNNING), ":yes": flag(True)}
        if delete_at is not None:
            change += ", delete_requested_at = if_not_exists(delete_requested_at, :at)"
            values[":at"] = text(stamp(delete_at))
        return await self._touch(
            job_id,
            change,
            "#status = :running",
            values,
            stale=f"Job {job_id} is not running.",
        )

    async def note(self, seen: Job, noted: Job) -> Job:
        names = list(notes(noted))
        was = {f":was_{name}": value for name, value in notes(seen).items()}
        now = {f":{name}": value for name, value in notes(noted).items()}
        # A row that was written before there were notes has them in its document alone.
        unchanged = (f"(attribute_not_exists({n}) OR {n} = :was_{n})" for n in names)
        return await self._touch(
            seen.id,
            "SET " + ", ".join(f"{name} = :{name}" for name in names),
            " AND ".join(("attribute_exists(body)", *unchanged)),
            {**was, **now},
            stale=f"Job {seen.id} has other notes by now, or is gone.",
        )

    async def owned_by(
        self, owner: str, where: JobFilter, *, limit: int, after: str | None = None
    ) -> JobPage:
        return await list_jobs(self._client, self._table, owner, where, limit=limit, after=after)

    async def due(self, before: datetime, *, limit: int) -> list[Job]:
        shards = await asyncio.gather(
            *(self._due_in(str(shard), before, limit) for shard in range(DUE_SHARDS))
        )
        entries = [entry for shard in shards for entry in shard]
        entries.sort(key=lambda entry: str(entry["due_at"]["S"]))
        found = await self._rows([entry["id"]["S"] for entry in entries[:limit]])
        jobs = (job for job in readable(found, job_in) if job is not None)
        return sorted((job for job in jobs if due_at(job) <= before), key=due_at)

    async def _due_in(self, shard: str, before: datetime, limit: int) -> list[Item]:
        with dynamo_errors():
            reply = await self._client.query(
                TableName=self._table,
                IndexName=DUE_INDEX,
                KeyConditionExpression="due_shard = :shard AND due_at <= :before",
                ExpressionAttributeValues={
                    ":shard": text(shard),
                    ":before": text(stamp(before)),
                },
                Limit=limit,
            )
        items: list[Item] = reply["Items"]
        return items

    async def waiting(self, before: datetime) -> Mapping[tuple[str, Lane], Waiting]:
        shards = await asyncio.gather(
            *(self._waiting_in(str(shard), before) for shard in range(DUE_SHARDS))
        )
        found = [item for shard in shards for item in shard]
        calls = Counter[tuple[str, Lane]]()
        owners = defaultdict[tuple[str, Lane], set[str]](set)
        for item in found:
            calls[line_of(item)] += int(item["calls_missing"]["N"])
            owners[line_of(item)].add(item["owner"]["S"])
        return {line: Waiting(calls[line], len(owners[line])) for line in owners}

    async def _waiting_in(self, shard: str, before: datetime) -> list[Item]:
        query: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": DUE_INDEX,
            "KeyConditionExpression": "due_shard = :shard AND due_at <= :before",
            "FilterExpression": "attribute_exists(waits_in)",
            "ProjectionExpression": "waits_in, calls_missing, #owner",
            "ExpressionAttributeNames": {"#owner": "owner"},
            "ExpressionAttributeValues": {":shard": text(shard), ":before": text(stamp(before))},
            "Limit": WAITING_PAGE,
        }
        items: list[Item] = []
        while True:
            with dynamo_errors():
                reply = await self._client.query(**query)
            items += reply["Items"]
            if "LastEvaluatedKey" not in reply:
                return items
            query["ExclusiveStartKey"] = reply["LastEvaluatedKey"]

    async def _put(self, item: Item, condition: str, values: Item | None = None) -> None:
        with dynamo_errors():
            await self._client.put_item(
                TableName=self._table,
                Item=item,
                ConditionExpression=condition,
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **({"ExpressionAttributeValues": values} if values else {}),
            )

    async def _touch(
        self, job_id: JobId, change: str, condition: str, values: Item, *, stale: str
    ) -> Job:
        try:
            reply = await self._update(job_id, change, condition, values, ReturnValues="ALL_NEW")
        except Refused:
            raise StaleJob(stale) from None
        return job_from(reply["Attributes"])

    async def _update(
        self, job_id: JobId, change: str, condition: str, values: Item, **options: str
    ) -> dict[str, Any]:
        names = {"#status": "status"} if "#status" in change + condition else {}
        with dynamo_errors():
            reply: dict[str, Any] = await self._client.update_item(
                TableName=self._table,
                Key=job_key(job_id),
                UpdateExpression=change,
                ConditionExpression=condition,
                ExpressionAttributeValues=values,
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **({"ExpressionAttributeNames": names} if names else {}),
                **options,
            )
        return reply


def _replacing(job: Job, write: str) -> tuple[str, Item]:
    """The change that a save makes. A row keeps what is not the saver's: the owner's notes."""
    attributes = saved(job, write)
    names = {"status": "#status"}
    change = ", ".join(f"{names.get(name, name)} = :new_{name}" for name in attributes)
    gone = ", ".join(name for name in SOMETIMES if name not in attributes)
    return f"SET {change} REMOVE {gone}", {f":new_{name}": v for name, v in attributes.items()}


def _fits(job: Job) -> tuple[str, Item]:
    """The condition under which a job may replace its former version."""
    condition = "version = :before"
    values: Item = {":before": number(job.version - 1)}
    if not job.cancel_requested:
        condition += " AND cancel_requested = :no"
        values[":no"] = flag(False)
    if job.delete_requested_at is None:
        condition += " AND attribute_not_exists(delete_requested_at)"
    if job.lease_until is not None:
        condition += " AND (fence < :fence OR lease_until <= :lease)"
        values[":fence"] = number(job.fence)
        values[":lease"] = text(stamp(job.lease_until))
    return condition, values


def _only_renewed(kept: Item, job: Job) -> bool:
    """Whether nothing but a later lease stands against the job."""
    return (
        job.lease_until is not None
        and kept.get("version") == number(job.version - 1)
        and (job.cancel_requested or not kept["cancel_requested"]["BOOL"])
        and (job.delete_requested_at is not None or "delete_requested_at" not in kept)
    )


def _wrote(kept: Item, write: str) -> bool:
    return kept.get("write_token") == text(write)
