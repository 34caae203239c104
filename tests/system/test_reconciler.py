"""The running worker's own sweeps: what was not sent, what died, and what has had its time."""

import asyncio
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import httpx

from shared.adapters.aws import AwsClients
from shared.adapters.dynamo_jobs import DynamoJobStore
from shared.catalog import Catalog
from shared.ids import new_id
from shared.jobs import Job
from shared.messages import JobMessage
from shared.records import RETENTION
from shared.settings import Settings
from tests.builders import a_job
from tests.system.test_from_prompt_to_picture import WAIT

HOUR = timedelta(hours=1)


def a_local_job(created_at: datetime, **fields: Any) -> Job:
    """A job of the machine's own key, on a model of the running system."""
    model = Catalog.load().model("nova-canvas")
    return a_job(
        id=new_id(created_at, Random()),
        owner="local",
        created_at=created_at,
        resolved_model=model.name,
        pool=model.pool_name,
        **fields,
    )


async def test_what_was_not_sent_is_run_what_died_has_failed_and_what_has_had_its_time_is_gone(
    api: httpx.AsyncClient, aws: tuple[AwsClients, Settings]
) -> None:
    clients, settings = aws
    jobs, now = DynamoJobStore(clients.dynamodb, settings.jobs_table), datetime.now(UTC)
    unsent, old = a_local_job(now - HOUR), a_local_job(now - RETENTION - HOUR)
    await jobs.add(unsent)
    await jobs.add(old.cancel(old.created_at))
    died = a_local_job(now, nudged_at=now)
    await jobs.add(died)
    dead = (await clients.sqs.get_queue_url(QueueName=settings.dead_queue))["QueueUrl"]
    letter = JobMessage(job=died.id).model_dump_json()
    await clients.sqs.send_message(QueueUrl=dead, MessageBody=letter)
    assert (await api.get(f"/v1/jobs/{old.id}")).json()["status"] == "canceled"
    done = (await api.get(f"/v1/jobs/{unsent.id}", headers=WAIT)).json()
    assert done["status"] == "succeeded"
    ended = (await api.get(f"/v1/jobs/{died.id}", headers=WAIT)).json()
    assert (ended["status"], ended["failure"]["code"]) == ("failed", "worker_crashed")
    for _ in range(20):
        gone = await api.get(f"/v1/jobs/{old.id}")
        if gone.status_code == 410:
            break
        await asyncio.sleep(1)
    assert (gone.status_code, gone.json()["reason"]) == (410, "expired")
