"""Whatever lies in a lane, a worker that polls it goes on; what is not ours is with the dead."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from aiobotocore.session import AioSession

from local.resources import make_queues
from shared.adapters.aws import AwsClients
from shared.adapters.pillow_darkroom import PillowDarkroom
from shared.adapters.sqs_queue import SqsQueue
from shared.clock import system_clock
from shared.messages import JobMessage
from shared.statuses import JobStatus
from tests.builders import SECOND
from tests.local_settings import own_settings
from tests.service import Service, a_service
from worker.poller import Poller
from worker.processor import Processor

ID = "0" * 26
TEXTS = [
    " ",
    "null",
    "7",
    "[]",
    '"text"',
    "{",
    "{" * 1000,
    "[" * 100_000,
    "9" * 5000,
    '{"v": 1e400}',
    '{"v": 1, "job": "\\ud800"}',
    "\u202eevil\u202c",
    "<script>alert(1)</script>",
    "${jndi:ldap://127.0.0.1/a}",
    "💣" * 10_000,
]
DOCUMENTS: list[dict[str, Any]] = [
    {},
    {"v": 1},
    {"v": "1", "job": ID},
    {"v": 0, "job": ID},
    {"v": 1.5, "job": ID},
    {"v": 1, "job": None},
    {"v": 1, "job": [ID]},
    {"v": 1, "job": "0" * 200_000},
    {"v": 1, "job": f"{ID}; DROP TABLE jobs"},
    {"v": 1, "job": f"\0{ID[1:]}"},
    {"v": 1, "job": ID, "slot": "now"},
    {"v": 1, "job": ID, "slot": {"pool": "p", "at": 1e99}},
    {"v": 1, "job": ID, "nudge": -1},
    {"v": 1, "job": ID, "nudge": 1.5},
]
BODIES = [*TEXTS, *map(json.dumps, DOCUMENTS)]
"""Of these none is a message."""
ATTRIBUTES: list[dict[str, Any]] = [
    {"traceparent": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}},
    {"traceparent": {"DataType": "Number", "StringValue": "7"}},
    {"traceparent": {"DataType": "String.odd", "StringValue": "x" * 5000}},
    {"reason": {"DataType": "String", "StringValue": "none"}},
]
"""What may be said of a message that is one, besides."""


@pytest.fixture
async def sqs(aws_endpoint: str, aws_session: AioSession) -> AsyncIterator[tuple[Any, SqsQueue]]:
    """The client of an SQS with lanes of their own, and the queue in it."""
    settings = own_settings(aws_endpoint)
    async with AwsClients.open(settings, aws_session) as clients:
        await make_queues(settings, clients.sqs)
        yield (
            clients.sqs,
            SqsQueue(clients.sqs, settings.normal_queue, settings.low_queue, settings.dead_queue),
        )


def fed_by(queue: SqsQueue, processor: Processor) -> Processor:
    mailbox = replace(processor.mailbox, queue=queue)
    return replace(processor, mailbox=mailbox, runner=replace(processor.runner, mailbox=mailbox))


@pytest.fixture
async def service(sqs: tuple[Any, SqsQueue]) -> AsyncIterator[Service]:
    """A service in memory that is fed by the queue in SQS."""
    darkroom = PillowDarkroom()
    service = a_service(darkroom, clock=system_clock)
    yield replace(
        service,
        queue=sqs[1],
        submitter=replace(service.submitter, queue=sqs[1]),
        processor=fed_by(sqs[1], service.processor),
    )
    darkroom.close()


async def urls(sqs: Any, queue: SqsQueue) -> tuple[str, str]:
    """Of the normal lane, and of the dead letters."""
    return await queue._url(queue._lanes["normal"]), await queue._url(queue._dead)


async def work_until(service: Service, done: Any) -> None:
    stopping = asyncio.Event()
    poller = Poller(service.processor, service.queue, concurrency=10, drain=20 * SECOND)
    running = asyncio.create_task(poller.run(stopping))
    try:
        async with asyncio.timeout(60):
            while not await done():
                assert not running.done(), running.result()
                await asyncio.sleep(0.1)
    finally:
        stopping.set()
        await running


async def test_what_is_no_message_is_moved_to_the_dead_letters_and_a_job_behind_it_is_run(
    sqs: tuple[Any, SqsQueue], service: Service
) -> None:
    client, _ = sqs
    lane, dead = await urls(*sqs)
    for body in BODIES:
        await client.send_message(QueueUrl=lane, MessageBody=body)
    job = await service.submit()
    letters: list[str] = []

    async def all_is_over() -> bool:
        reply = await client.receive_message(
            QueueUrl=dead, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        )
        for letter in reply.get("Messages", ()):
            assert letter["MessageAttributes"]["reason"]["StringValue"] == "malformed"
            letters.append(letter["Body"])
            await client.delete_message(QueueUrl=dead, ReceiptHandle=letter["ReceiptHandle"])
        return len(letters) >= len(BODIES) and (await service.job(job)).done

    await work_until(service, all_is_over)
    assert sorted(letters) == sorted(BODIES)
    assert (await service.job(job)).status is JobStatus.SUCCEEDED


@pytest.mark.parametrize("attributes", ATTRIBUTES)
async def test_a_message_with_odd_attributes_is_heeded_all_the_same(
    sqs: tuple[Any, SqsQueue], service: Service, attributes: dict[str, Any]
) -> None:
    client, _ = sqs
    lane, _ = await urls(*sqs)
    job = await service.submit()
    await client.purge_queue(QueueUrl=lane)
    await client.send_message(
        QueueUrl=lane,
        MessageBody=JobMessage(job=job.id).model_dump_json(exclude_none=True),
        MessageAttributes=attributes,
    )

    async def done() -> bool:
        return (await service.job(job)).done

    await work_until(service, done)
    assert (await service.job(job)).status is JobStatus.SUCCEEDED
