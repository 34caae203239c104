"""What the queue delivers: twice, or not ours at all."""

import asyncio
import json
from typing import Any

import httpx

from shared.adapters.aws import AwsClients
from shared.adapters.sqs_queue import SqsQueue
from shared.lines import Lane
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


async def test_a_message_that_is_not_ours_goes_to_the_dead_letters_and_stays_there(
    system: LocalSystem, aws: tuple[AwsClients, Settings]
) -> None:
    clients, settings = aws
    before = await _messages(clients, settings.dead_queue)
    normal = (await clients.sqs.get_queue_url(QueueName=settings.normal_queue))["QueueUrl"]
    sent = await clients.sqs.send_message(QueueUrl=normal, MessageBody='{"v": 1, "nonsense": true}')
    for _ in range(100):
        if told := _told_of(sent["MessageId"], system):
            break
        await asyncio.sleep(0.2)
    [line] = told
    assert line["message"] == "malformed message moved to the dead letters"
    assert line["reason"].startswith("job: ")
    for _ in range(100):
        if await _messages(clients, settings.dead_queue) == before + 1:
            break
        await asyncio.sleep(0.2)
    assert await _messages(clients, settings.dead_queue) == before + 1


async def _messages(clients: AwsClients, queue: str) -> int:
    """How many a queue has, hidden ones too: the worker hides dead letters that it looks at."""
    url = (await clients.sqs.get_queue_url(QueueName=queue))["QueueUrl"]
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    told = await clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)
    return sum(int(told["Attributes"][name]) for name in names)


def _told_of(message_id: str, system: LocalSystem) -> list[dict[str, Any]]:
    """What the worker logged of a message."""
    lines = (system.folder / "logs" / "worker-1.log").read_text().splitlines()
    return [json.loads(line) for line in lines if message_id in line]
