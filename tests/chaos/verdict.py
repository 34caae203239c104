"""What came of a storm: read from the stores, the provider's record and the workers' logs."""

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from shared.adapters.aws import AwsClients
from shared.adapters.dynamo_keys import job_in
from shared.adapters.dynamo_spending import DynamoSpending
from shared.adapters.s3_pictures import S3Pictures
from shared.artifacts import Artifact
from shared.calls import Call
from shared.catalog import Catalog
from shared.clock import system_clock
from shared.jobs import Job
from shared.messages import JobId
from shared.money import Micros
from shared.settings import Settings
from shared.statuses import JobStatus
from tests.chaos.calls import SeenCall
from tests.chaos.clients import Clients
from worker.models import FAMILIES

STORES_WITHIN = 30
"""Seconds after a model's answer in which its picture may still be lost with its worker."""
AT_ONCE = 20

Span = tuple[float, float]
"""From when to when, in seconds since 1970."""


@dataclass
class Verdict:
    """The figures of a storm; ``wrongs`` is what must be empty."""

    accepted: int
    ends: Counter[str]
    unheard: int
    """Jobs of which no client was told, because the frontend died before it answered."""
    pictures: int
    paid: int
    """Calls the provider would bill."""
    again: Counter[str] = field(default_factory=Counter)
    """Calls that were paid for a picture that had been paid before, by the reason."""
    noted: int = 0
    """Calls on record as paid and never made: noted before a kill, to be on the safe side."""
    charged: int = 0
    held: int = 0
    """Money that is reserved by submissions that were cut short, and that nobody looked at yet."""
    wrongs: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Evidence:
    """All that a storm left behind, besides the stores."""

    clients: Clients
    billed: Mapping[str, Sequence[SeenCall]]
    kills: Sequence[float]
    """When workers were killed."""
    refusals: Sequence[Span]
    """When AWS could not be reached."""
    logs: Sequence[Path]
    """Of the workers."""


async def judge(settings: Settings, evidence: Evidence) -> Verdict:
    """Compare what was promised, and what was paid, with what is there."""
    clients = evidence.clients
    async with AwsClients.open(settings) as aws:
        rows = {job.id: job async for job in _rows(aws, settings)}
        artifacts = [artifact for job in rows.values() for artifact in job.artifacts]
        broken = await _broken(S3Pictures(aws.s3, settings.bucket), artifacts)
        spent, pending = await _money(DynamoSpending(aws.dynamodb, settings.ledger_table), rows)
    verdict = Verdict(
        accepted=len(clients.accepted),
        ends=Counter(job.status.value for job in rows.values()),
        unheard=len(rows.keys() - set(clients.accepted.values())),
        pictures=len(artifacts),
        paid=sum(map(len, evidence.billed.values())),
        charged=sum(job.charged for job in rows.values()),
    )
    verdict.held = spent - verdict.charged
    if verdict.held < 0 or (verdict.held and not pending):
        verdict.wrongs.append(f"{spent} was spent, and {verdict.charged} charged")
    verdict.wrongs += clients.refused + broken
    verdict.wrongs += _of_promises(clients, rows)
    verdict.wrongs += _of_endings(clients, rows)
    verdict.wrongs += _settled_twice(evidence.logs)
    _weigh_calls(verdict, rows.values(), evidence)
    return verdict


async def jobs_to_be_closed(aws: AwsClients, settings: Settings) -> int:
    """Jobs that have ended, of which a refund or some litter is still to be seen to."""
    return sum([job.to_be_closed async for job in _rows(aws, settings)])


async def _money(spending: DynamoSpending, rows: Mapping[JobId, Job]) -> tuple[Micros, int]:
    """What the books say was spent, and how many submissions they still wait for."""
    spent, pending = 0, 0
    for day in {job.reservation.meter for job in rows.values() if job.reservation}:
        await spending.balance(day)
        spent += await spending.spent(day)
        pending += len(await spending.unconfirmed(day, system_clock()))
    return spent, pending


async def _rows(aws: AwsClients, settings: Settings) -> AsyncIterator[Job]:
    pages = aws.dynamodb.get_paginator("scan").paginate(
        TableName=settings.jobs_table, ConsistentRead=True
    )
    async for page in pages:
        for item in page["Items"]:
            if job := job_in(item):
                yield job


async def _broken(pictures: S3Pictures, artifacts: Sequence[Artifact]) -> list[str]:
    """Pictures that are not there as their jobs say, byte for byte."""
    room = asyncio.Semaphore(AT_ONCE)

    async def look(artifact: Artifact) -> str | None:
        async with room:
            original, *others = [await pictures.get(key) for key in artifact.keys]
        if original is None or hashlib.sha256(original.body).hexdigest() != artifact.sha256:
            return f"{artifact.key} is not what was made"
        return None if all(others) else f"{artifact.key} lacks its thumbnail or its card"

    return [wrong for wrong in await asyncio.gather(*map(look, artifacts)) if wrong]


def _of_promises(clients: Clients, rows: Mapping[JobId, Job]) -> list[str]:
    lost = [order for order, job in clients.accepted.items() if job not in rows]
    orders = Counter(job.metadata["order"] for job in rows.values())
    twice = [order for order, count in orders.items() if count > 1]
    return [f"{order} is lost" for order in lost] + [f"{order} became two jobs" for order in twice]


def _of_endings(clients: Clients, rows: Mapping[JobId, Job]) -> list[str]:
    wrongs = []
    for job in rows.values():
        seen = clients.ended.get(job.id)
        if not job.done:
            wrongs.append(f"{job.id} is stuck: {job.status}")
        elif seen is not None and seen != job.status:
            wrongs.append(f"{job.id} was seen {seen}, and is {job.status}")
        if (job.status is JobStatus.SUCCEEDED) != bool(job.artifacts):
            wrongs.append(f"{job.id} {job.status} with {len(job.artifacts)} pictures")
        if job.done and job.charged != job.owed:
            wrongs.append(f"{job.id} owes {job.owed} and was charged {job.charged}")
    return wrongs


def _settled_twice(logs: Iterable[Path]) -> list[str]:
    settled: Counter[str] = Counter()
    for log in logs:
        for line in log.read_text().splitlines():
            # A killed worker may leave half a line.
            if '"job settled"' in line and line.endswith("}"):
                settled[json.loads(line)["job_id"]] += 1
    return [f"{job} was settled {count} times" for job, count in settled.items() if count > 1]


def _weigh_calls(verdict: Verdict, jobs: Iterable[Job], evidence: Evidence) -> None:
    """Every call that is billed is on its job's record, and none is repeated without a reason."""
    catalog, known = Catalog.load(), set()
    for job in jobs:
        for call in job.calls:
            body = _body(catalog, job, call)
            known.add(body)
            billed = evidence.billed.get(body, ())
            verdict.noted += max(0, call.paid - len(billed))
            if call.paid < len(billed):
                verdict.wrongs.append(
                    f"{job.id}/{call.k} was billed {len(billed)} times, {call.paid} on record"
                )
            for earlier in billed[:-1]:
                reason = _reason(earlier, evidence)
                if reason is None:
                    verdict.wrongs.append(f"{job.id}/{call.k} was paid again without a reason")
                else:
                    verdict.again[reason] += 1
    verdict.wrongs += [
        f"a call of no job was billed: {body}" for body in evidence.billed.keys() - known
    ]


def _body(catalog: Catalog, job: Job, call: Call) -> str:
    """The hash of a call's body, by which the provider tells calls apart."""
    model = catalog.model(job.resolved_model)
    return hashlib.sha256(FAMILIES[model.family].request(job.task, model, call, {})).hexdigest()


def _reason(earlier: SeenCall, evidence: Evidence) -> str | None:
    """Why a call was made again after this one."""
    if earlier.outcome == "drop":
        return "the connection was dropped"
    until = earlier.ended + STORES_WITHIN
    if any(earlier.began <= at <= until for at in evidence.kills):
        return "a worker was killed"
    if any(begin <= until and earlier.began <= end for begin, end in evidence.refusals):
        return "nothing could be stored"
    return None
