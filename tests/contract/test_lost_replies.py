"""A write whose reply is lost is asked again by the SDK, and must not seem to have failed."""

from collections.abc import AsyncIterator

import pytest
from aiobotocore.session import AioSession

from local.resources import make_tables
from shared.adapters.aws import AwsClients
from shared.adapters.dynamo_jobs import DynamoJobStore
from shared.adapters.dynamo_submissions import DynamoSubmissions
from shared.annotation import Annotator, Note
from shared.errors import StaleJob
from tests.builders import LEASE, MINUTE, NOON, a_job, a_submission
from tests.contract.conftest import Aws
from tests.local_settings import own_settings
from tests.lossy_proxy import LossyProxy


@pytest.fixture
def proxy(aws_endpoint: str) -> LossyProxy:
    return LossyProxy(aws_endpoint)


@pytest.fixture
async def lossy(proxy: LossyProxy, aws_session: AioSession) -> AsyncIterator[Aws]:
    async with proxy.listening() as url:
        settings = own_settings(url)
        async with AwsClients.open(settings, aws_session) as clients:
            await make_tables(settings, clients.dynamodb)
            yield Aws(settings, clients)


async def test_a_job_is_added_once_and_it_is_not_called_stale(
    lossy: Aws, proxy: LossyProxy
) -> None:
    store = DynamoJobStore(lossy.clients.dynamodb, lossy.settings.jobs_table)
    job = a_job()
    proxy.lose = 1
    await store.add(job)
    assert proxy.lost == 1
    assert await store.get(job.id) == job


async def test_a_claim_whose_reply_was_lost_holds(lossy: Aws, proxy: LossyProxy) -> None:
    store = DynamoJobStore(lossy.clients.dynamodb, lossy.settings.jobs_table)
    job = a_job()
    await store.add(job)
    claim = job.start(NOON, LEASE, (0,))
    proxy.lose = 1
    await store.save(claim)
    assert proxy.lost == 1
    assert await store.get(job.id) == claim
    with pytest.raises(StaleJob):
        await store.save(claim)


async def test_a_burial_whose_reply_was_lost_has_happened(lossy: Aws, proxy: LossyProxy) -> None:
    store = DynamoJobStore(lossy.clients.dynamodb, lossy.settings.jobs_table)
    job = a_job().cancel(NOON)
    await store.add(job)
    proxy.lose = 1
    await store.bury(job, job.tombstone("expired", NOON))
    assert proxy.lost == 1
    with pytest.raises(StaleJob):
        await store.bury(job, job.tombstone("expired", NOON))


async def test_a_taking_over_whose_reply_was_lost_has_won(lossy: Aws, proxy: LossyProxy) -> None:
    submissions = DynamoSubmissions(lossy.clients.dynamodb, lossy.settings.ledger_table)
    first = a_submission()
    proxy.lose = 1
    assert await submissions.begin("ada", "k", first, expires_at=NOON + 9 * MINUTE) == first
    second = a_submission(since=NOON + MINUTE)
    proxy.lose = 1
    assert await submissions.take_over("ada", "k", first, second)
    assert proxy.lost == 2
    third = a_submission(since=NOON + 2 * MINUTE)
    assert not await submissions.take_over("ada", "k", first, third)


async def test_a_note_whose_reply_was_lost_is_made_once_and_is_no_conflict(
    lossy: Aws, proxy: LossyProxy
) -> None:
    store = DynamoJobStore(lossy.clients.dynamodb, lossy.settings.jobs_table)
    job = a_job(metadata={"ticket": "42"})
    await store.add(job)
    proxy.lose = 1
    note = Note(favorite=True, metadata={"ticket": None, "size": "xl"})
    noted = await Annotator(store).note(job, note)
    assert proxy.lost == 1
    assert noted == job.noted(favorite=True, metadata={"size": "xl"}) == await store.get(job.id)
