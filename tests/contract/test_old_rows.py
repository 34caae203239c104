"""Rows that an earlier release wrote: they are read, changed and found as any other."""

from collections.abc import AsyncIterator

import pytest
from aiobotocore.session import AioSession

from local.resources import jobs_table, make_table
from shared.adapters.aws import AwsClients
from shared.adapters.dynamo_jobs import DynamoJobStore
from shared.adapters.dynamo_keys import job_item
from shared.errors import StaleJob
from shared.jobs import Job
from shared.search import JobFilter, sought
from tests.builders import MINUTE, NOON, a_job, a_task, an_artifact
from tests.contract.conftest import Aws
from tests.local_settings import own_settings

SINCE = {"favorite", "metadata", "words", "hashes", "origins"}
"""Attributes that rows did not have at first."""


@pytest.fixture
async def aws(aws_endpoint: str, aws_session: AioSession) -> AsyncIterator[Aws]:
    settings = own_settings(aws_endpoint)
    async with AwsClients.open(settings, aws_session) as clients:
        yield Aws(settings, clients)


@pytest.fixture
async def store(aws: Aws) -> DynamoJobStore:
    await make_table(jobs_table(aws.settings), aws.clients.dynamodb)
    return DynamoJobStore(aws.clients.dynamodb, aws.settings.jobs_table)


async def an_old_job(aws: Aws, **fields: object) -> Job:
    job = a_job(metadata={"ticket": "42"}, **fields)
    row = {name: value for name, value in job_item(job, "write").items() if name not in SINCE}
    await aws.clients.dynamodb.put_item(TableName=aws.settings.jobs_table, Item=row)
    return job


async def test_an_old_row_is_read_saved_and_noted_on(aws: Aws, store: DynamoJobStore) -> None:
    job = await an_old_job(aws)
    assert await store.get(job.id) == job
    noted = await store.note(job, job.noted(favorite=True, metadata={"ticket": "43"}))
    assert noted == job.noted(favorite=True, metadata={"ticket": "43"})
    with pytest.raises(StaleJob):
        await store.note(job, job.noted(favorite=False, metadata={}))
    await store.save(job.cancel(NOON))
    assert await store.get(job.id) == job.cancel(NOON).noted(
        favorite=True, metadata={"ticket": "43"}
    )


async def test_an_old_row_is_found_as_any_other(aws: Aws, store: DynamoJobStore) -> None:
    origin = a_job()
    fox = await an_old_job(
        aws, task=a_task(prompt="a Fox"), artifacts=(an_artifact(),), parent=origin.id
    )
    await an_old_job(aws, task=a_task(prompt="an owl"), created_at=NOON + MINUTE)
    for where in (
        JobFilter(words=sought("fóx")),
        JobFilter(sha256=fox.hashes[0]),
        JobFilter(has_pictures=True),
        JobFilter(made_from=origin.id),
        JobFilter(favorite=False, words=sought("fox")),
    ):
        assert (await store.owned_by("ada", where, limit=9)).jobs == (fox,), where
    assert (await store.owned_by("ada", JobFilter(favorite=True), limit=9)).jobs == ()
