"""Rows of another release, or spoilt ones: they are read, or passed over, and never in the way."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiobotocore.session import AioSession

from local.resources import jobs_table, ledger_table, make_table
from shared.adapters.aws import AwsClients
from shared.adapters.dynamo_jobs import DynamoJobStore
from shared.adapters.dynamo_keys import Item, job_item, share_item, upload_item
from shared.adapters.dynamo_shares import DynamoShares
from shared.adapters.dynamo_uploads import DynamoUploads
from shared.errors import RowUnreadable
from shared.jobs import Job
from shared.records import RETENTION
from shared.search import JobFilter
from shared.shares import Share
from shared.statuses import JobStatus
from tests.builders import LEASE, MINUTE, NOON, a_failure, a_job, an_upload
from tests.local_settings import own_settings

OLD: dict[str, Item] = json.loads((Path(__file__).parent / "rows/0.1.json").read_text())
"""Rows as release 0.1 wrote them. Those of later releases are added; none is ever changed."""
A_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Tables:
    """Stores, and a way to put rows into them that nobody else would."""

    client: Any
    jobs: DynamoJobStore
    uploads: DynamoUploads
    shares: DynamoShares
    jobs_table: str
    ledger_table: str

    async def put(self, table: str, item: Item) -> None:
        await self.client.put_item(TableName=table, Item=item)


@pytest.fixture
async def tables(aws_endpoint: str, aws_session: AioSession) -> AsyncIterator[Tables]:
    settings = own_settings(aws_endpoint)
    async with AwsClients.open(settings, aws_session) as clients:
        await make_table(jobs_table(settings), clients.dynamodb)
        await make_table(ledger_table(settings), clients.dynamodb)
        yield Tables(
            clients.dynamodb,
            DynamoJobStore(clients.dynamodb, settings.jobs_table),
            DynamoUploads(clients.dynamodb, settings.ledger_table),
            DynamoShares(clients.dynamodb, settings.ledger_table),
            settings.jobs_table,
            settings.ledger_table,
        )


async def old_job(tables: Tables, name: str) -> Job:
    await tables.put(tables.jobs_table, OLD[name])
    job = await tables.jobs.get(OLD[name]["id"]["S"])
    assert job is not None
    return job


@pytest.mark.parametrize(
    ("name", "status", "pictures"),
    [
        ("queued", JobStatus.QUEUED, 0),
        ("running", JobStatus.RUNNING, 0),
        ("parked", JobStatus.QUEUED, 1),
        ("succeeded", JobStatus.SUCCEEDED, 1),
        ("moderated", JobStatus.MODERATED, 0),
        ("canceled", JobStatus.CANCELED, 0),
    ],
)
async def test_a_row_of_an_older_release_is_read(
    tables: Tables, name: str, status: JobStatus, pictures: int
) -> None:
    job = await old_job(tables, name)
    assert (job.status, job.images_done) == (status, pictures)
    assert (await tables.jobs.owned_by("ada", JobFilter(), limit=9)).jobs == (job,)
    assert await tables.jobs.due(NOON + A_YEAR, limit=9) == [job]


@pytest.mark.parametrize("name", ["queued", "parked"])
async def test_a_job_of_an_older_release_is_run_to_its_end(tables: Tables, name: str) -> None:
    job = await old_job(tables, name)
    missing = tuple(call.k for call in job.missing)
    claimed = job.start(NOON + MINUTE, LEASE, missing)
    await tables.jobs.save(claimed)
    await tables.jobs.renew(job.id, claimed.fence, NOON + 2 * MINUTE)
    ended = claimed.settle(NOON + 2 * MINUTE, a_failure())
    await tables.jobs.save(ended)
    assert await tables.jobs.get(job.id) == ended


async def test_a_job_of_an_older_release_that_was_running_is_canceled(tables: Tables) -> None:
    job = await old_job(tables, "running")
    assert job.cancel_requested
    await tables.jobs.save(job.cancel(NOON + MINUTE))


async def test_a_tombstone_and_an_upload_of_an_older_release_are_read(tables: Tables) -> None:
    await tables.put(tables.jobs_table, OLD["tombstone"])
    (tombstone,) = await tables.jobs.tombstones([OLD["tombstone"]["id"]["S"]])
    assert tombstone.reason == "expired"
    for name, named in (("upload", 1), ("idle upload", 0)):
        await tables.put(tables.ledger_table, OLD[name])
        upload = await tables.uploads.get(OLD[name]["pk"]["S"].removeprefix("upload#"))
        assert upload is not None
        assert len(upload.jobs) == named


def altered(job: Job, **body: Any) -> Item:
    """The row of a job with parts of its document replaced."""
    item = job_item(job, "w")
    return item | {"body": {"S": json.dumps(json.loads(item["body"]["S"]) | body)}}


STRANGE: dict[str, Any] = {
    "a field of a newer release": lambda job: altered(job, mood="good"),
    "a state of a newer release": lambda job: altered(job, status="paused"),
    "a task of a newer release": lambda job: altered(job, task={"kind": "sculpt"}),
    "a task's field of a newer release": lambda job: altered(
        job, task={"kind": "text_to_image", "prompt": "a fox", "hue": 7}
    ),
    "a wrong type": lambda job: altered(job, calls="none"),
    "no JSON": lambda job: job_item(job, "w") | {"body": {"S": "{"}},
    "no text": lambda job: job_item(job, "w") | {"body": {"N": "7"}},
    "nothing beside it": lambda job: {
        name: value for name, value in job_item(job, "w").items() if name != "cancel_requested"
    },
    "no instant": lambda job: job_item(job, "w") | {"lease_until": {"S": "soon"}},
}


@pytest.mark.parametrize("name", STRANGE)
async def test_a_row_that_cannot_be_read_says_so_and_hides_no_other(
    tables: Tables, name: str
) -> None:
    strange, other = a_job(), a_job()
    await tables.put(tables.jobs_table, STRANGE[name](strange))
    await tables.jobs.add(other)
    with pytest.raises(RowUnreadable, match=strange.id):
        await tables.jobs.get(strange.id)
    with pytest.raises(RowUnreadable):
        await tables.jobs.get_many([strange.id, other.id])
    assert await tables.jobs.due(NOON + 2 * RETENTION, limit=9) == [other]
    assert (await tables.jobs.owned_by("ada", JobFilter(), limit=9)).jobs == (other,)


async def test_an_upload_that_cannot_be_read_says_so_and_hides_no_other(tables: Tables) -> None:
    strange, other = an_upload(), an_upload()
    await tables.put(tables.ledger_table, upload_item(strange) | {"closed": {"S": "maybe"}})
    await tables.uploads.add(other)
    with pytest.raises(RowUnreadable):
        await tables.uploads.get(strange.id)
    assert await tables.uploads.due(NOON + A_YEAR, limit=9) == [other]


async def test_a_share_that_cannot_be_read_says_so_and_hides_no_other(tables: Tables) -> None:
    job = a_job()
    strange, other = (
        Share(
            fingerprint=letter * 26,
            job_id=job.id,
            owner=job.owner,
            created_at=NOON,
            expires_at=NOON + A_YEAR,
            show_settings=False,
        )
        for letter in "ab"
    )
    await tables.put(tables.ledger_table, share_item(strange) | {"expires_at": {"S": "never"}})
    await tables.shares.add(other)
    with pytest.raises(RowUnreadable):
        await tables.shares.find(job.id, strange.fingerprint)
    assert await tables.shares.of_job(job.id) == [other]
