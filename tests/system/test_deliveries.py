"""What the queue delivers: twice, or not ours at all."""

import asyncio
from datetime import timedelta

import httpx

from shared.adapters.aws import AwsClients
from shared.adapters.sqs_queue import SqsQueue
from shared.jobs import Lane
from shared.messages import JobMessage
from shared.settings import Settings
from tests.system.local_system import LocalSystem
from tests.system.test_from_prompt_to_picture import WAIT, a_request


async def test_a_message_delivered_twice_makes_one_set_of_pictures(
    system: LocalSystem, api: httpx.AsyncClient, aws: tuple[AwsClients, Settings]
) -> None:
    clients, settings = aws
    queue = SqsQueue(clients.sqs, settings.normal_queue, settings.low_queue, settings.dead_queue)
    system.faults(delay=1)
    asked = system.model_calls()
    job = (await api.post("/v1/jobs", json=a_request("two swans", n=2))).json()
    for _ in range(3):
        await queue.send(JobMessage(job=job["id"]), lane=Lane.NORMAL, owner="local")
    job = (await api.get(f"/v1/jobs/{job['id']}", headers=WAIT)).json()
    await queue.send(JobMessage(job=job["id"]), lane=Lane.NORMAL, owner="local")
    await asyncio.sleep(2)
    assert job["status"] == "succeeded"
    assert system.model_calls() == asked + 1
    listed = await clients.s3.list_objects_v2(
        Bucket=settings.bucket, Prefix=f"artifacts/{job['id']}/"
    )
    # An original, a thumbnail and a card for each of two pictures.
    assert listed["KeyCount"] == 6
    assert (await api.get(f"/v1/jobs/{job['id']}")).json()["version"] == job["version"]


async def test_a_message_that_is_not_ours_goes_to_the_dead_letters(
    aws: tuple[AwsClients, Settings],
) -> None:
    clients, settings = aws
    normal = (await clients.sqs.get_queue_url(QueueName=settings.normal_queue))["QueueUrl"]
    dead = (await clients.sqs.get_queue_url(QueueName=settings.dead_queue))["QueueUrl"]
    await clients.sqs.send_message(QueueUrl=normal, MessageBody='{"v": 9, "nonsense": true}')
    received = await clients.sqs.receive_message(
        QueueUrl=dead,
        WaitTimeSeconds=int(timedelta(seconds=15).total_seconds()),
        MessageAttributeNames=["All"],
    )
    (message,) = received["Messages"]
    assert message["Body"] == '{"v": 9, "nonsense": true}'
    assert message["MessageAttributes"]["reason"]["StringValue"] == "malformed"
