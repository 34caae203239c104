"""The contract of ``JobStore``: stores of both kinds, and what questions about them begin with."""

import pytest

from local.resources import jobs_table, make_table
from shared.adapters.dynamo_jobs import DynamoJobStore
from shared.adapters.memory import MemoryJobStore
from shared.jobs import Job
from shared.ports.jobs import JobPage, JobStore
from shared.search import JobFilter
from tests.builders import LEASE, NOON, a_job
from tests.contract.conftest import Aws

ANY = JobFilter()


@pytest.fixture
async def store(aws: Aws | None) -> JobStore:
    if aws is None:
        return MemoryJobStore()
    await make_table(jobs_table(aws.settings), aws.clients.dynamodb)
    return DynamoJobStore(aws.clients.dynamodb, aws.settings.jobs_table)


async def kept(store: JobStore, job: Job) -> Job:
    found = await store.get(job.id)
    assert found is not None
    return found


async def add_running(store: JobStore, **fields: object) -> Job:
    job = a_job(**fields)
    await store.add(job)
    running = job.start(NOON, LEASE, (0,))
    await store.save(running)
    return running


async def every_page(store: JobStore, where: JobFilter = ANY, *, limit: int) -> list[JobPage]:
    pages = [await store.owned_by("ada", where, limit=limit)]
    while (after := pages[-1].after) is not None:
        pages.append(await store.owned_by("ada", where, limit=limit, after=after))
    return pages
