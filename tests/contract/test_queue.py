"""The contract of ``Queue``."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from local.resources import make_queues
from shared.adapters.aws import AwsClients
from shared.adapters.memory import DeadLetter, MemoryQueue
from shared.adapters.sqs_queue import SqsQueue
from shared.errors import StoreUnavailable
from shared.lines import Lane
from shared.messages import JobMessage, Slot
from shared.ports.queue import Delivery, Queue
from tests.builders import NOON, SECOND, a_job
from tests.contract.conftest import Aws

AT_ONCE = timedelta()
VISIBILITY = SECOND
MAX_RECEIVES = 3
SOON = 5 * SECOND
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@dataclass(frozen=True)
class Home:
    """A queue that hides messages for a second, and what lies in its grave."""

    queue: Queue
    dead: Callable[[], Awaitable[list[DeadLetter]]]


@pytest.fixture
async def home(aws: Aws | None) -> Home:
    return in_memory() if aws is None else await in_sqs(aws)


def in_memory() -> Home:
    queue = MemoryQueue(lambda: datetime.now(UTC), visibility=VISIBILITY, max_receives=MAX_RECEIVES)

    async def dead() -> list[DeadLetter]:
        return queue.dead

    return Home(queue, dead)


async def in_sqs(aws: Aws) -> Home:
    sqs, settings = aws.clients.sqs, aws.settings
    await make_queues(settings, sqs)
    dead_url = (await sqs.get_queue_url(QueueName=settings.dead_queue))["QueueUrl"]
    for name in (settings.normal_queue, settings.low_queue):
        url = (await sqs.get_queue_url(QueueName=name))["QueueUrl"]
        was = await sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
        redrive = json.loads(was["Attributes"]["RedrivePolicy"])
        redrive["maxReceiveCount"] = MAX_RECEIVES
        await sqs.set_queue_attributes(
            QueueUrl=url,
            Attributes={
                "VisibilityTimeout": str(int(VISIBILITY.total_seconds())),
                "RedrivePolicy": json.dumps(redrive),
            },
        )

    async def dead() -> list[DeadLetter]:
        reply = await sqs.receive_message(
            QueueUrl=dead_url,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=0,
            MessageSystemAttributeNames=["MessageGroupId"],
            MessageAttributeNames=["All"],
        )
        return [
            DeadLetter(
                body=letter["Body"],
                owner=letter["Attributes"].get("MessageGroupId"),
                reason=letter.get("MessageAttributes", {}).get("reason", {}).get("StringValue"),
            )
            for letter in reply.get("Messages", ())
        ]

    names = (settings.normal_queue, settings.low_queue, settings.dead_queue)
    return Home(SqsQueue(sqs, *names), dead)


def a_message() -> JobMessage:
    return JobMessage(job=a_job().id)


async def send(home: Home, message: JobMessage, *, delay: timedelta = AT_ONCE) -> None:
    await home.queue.send(message, lane=Lane.NORMAL, owner="ada", delay=delay)


async def receive(
    home: Home, *, wait: timedelta = AT_ONCE, at_most: int = 10, lane: Lane = Lane.NORMAL
) -> list[Delivery]:
    return await home.queue.receive(lane, at_most=at_most, wait=wait)


async def one(home: Home, *, wait: timedelta = AT_ONCE) -> Delivery:
    [delivery] = await receive(home, wait=wait)
    return delivery


async def test_a_message_arrives_with_what_was_said_of_it(home: Home) -> None:
    message = JobMessage(job=a_job().id, slot=Slot(pool="p", at=NOON))
    await home.queue.send(message, lane=Lane.LOW, owner="ada", trace=TRACE)
    [delivery] = await receive(home, lane=Lane.LOW)
    assert JobMessage.model_validate_json(delivery.body) == message
    assert (delivery.owner, delivery.trace) == ("ada", TRACE)
    assert (delivery.receives, delivery.lane) == (1, Lane.LOW)
    assert delivery.message_id


async def test_a_body_names_only_what_there_is(home: Home) -> None:
    message = a_message()
    await send(home, message)
    delivery = await one(home)
    assert json.loads(delivery.body) == {"v": 1, "job": message.job}
    assert delivery.trace is None


async def test_lanes_do_not_mix(home: Home) -> None:
    await send(home, a_message())
    assert await receive(home, lane=Lane.LOW) == []
    assert len(await receive(home)) == 1


async def test_no_more_are_received_than_asked_for(home: Home) -> None:
    messages = [a_message() for _ in range(5)]
    for message in messages:
        await send(home, message)
    first, rest = await receive(home, at_most=2), await receive(home, at_most=10)
    assert (len(first), len(rest)) == (2, 3)
    bodies = {JobMessage.model_validate_json(d.body).job for d in (*first, *rest)}
    assert bodies == {message.job for message in messages}


async def test_an_empty_queue_gives_nothing_after_the_wait(home: Home) -> None:
    began = asyncio.get_running_loop().time()
    assert await receive(home, wait=SECOND) == []
    assert asyncio.get_running_loop().time() - began > 0.9


@pytest.mark.concurrent
async def test_one_who_waits_is_woken_by_a_message(home: Home) -> None:
    waiting = asyncio.create_task(receive(home, wait=10 * SECOND))
    await asyncio.sleep(0.2)
    message = a_message()
    await send(home, message)
    async with asyncio.timeout(3):
        [delivery] = await waiting
    assert JobMessage.model_validate_json(delivery.body) == message


async def test_a_delayed_message_is_hidden_at_first(home: Home) -> None:
    await send(home, a_message(), delay=SECOND)
    assert await receive(home) == []
    assert (await one(home, wait=SOON)).receives == 1


async def test_a_received_message_is_hidden_then_comes_again(home: Home) -> None:
    await send(home, a_message())
    first = await one(home)
    assert await receive(home) == []
    again = await one(home, wait=SOON)
    assert (again.message_id, again.receives) == (first.message_id, 2)


async def test_a_deleted_message_never_comes_again_and_deleting_twice_changes_nothing(
    home: Home,
) -> None:
    await send(home, a_message())
    delivery = await one(home)
    await home.queue.delete(delivery)
    await home.queue.delete(delivery)
    await home.queue.hide(delivery, AT_ONCE)
    assert await receive(home) == []


async def test_a_message_can_be_hidden_for_longer(home: Home) -> None:
    await send(home, a_message())
    await home.queue.hide(await one(home), 3 * SECOND)
    assert await receive(home, wait=2 * SECOND) == []
    assert (await one(home, wait=SOON)).receives == 2


async def test_a_message_can_be_shown_at_once(home: Home) -> None:
    await send(home, a_message())
    await home.queue.hide(await one(home), AT_ONCE)
    assert (await one(home)).receives == 2


async def test_hiding_what_another_has_received_since_is_let_pass(home: Home) -> None:
    await send(home, a_message())
    mine = await one(home)
    theirs = await one(home, wait=SOON)
    await home.queue.hide(mine, 10 * SECOND)
    await home.queue.delete(theirs)


async def test_a_buried_message_is_with_the_dead_and_nowhere_else(home: Home) -> None:
    message = a_message()
    await send(home, message)
    delivery = await one(home)
    await home.queue.bury(delivery, "no such job")
    assert await home.dead() == [DeadLetter(delivery.body, "ada", "no such job")]
    await home.queue.hide(delivery, AT_ONCE)
    assert await receive(home) == []


async def test_a_message_received_too_often_goes_to_the_dead(home: Home) -> None:
    message = a_message()
    await send(home, message)
    for receives in range(1, MAX_RECEIVES + 1):
        delivery = await one(home)
        assert delivery.receives == receives
        await home.queue.hide(delivery, AT_ONCE)
    assert await receive(home) == []
    assert [(d.body, d.reason) for d in await home.dead()] == [(delivery.body, None)]


async def test_dead_letters_are_received_hidden_and_deleted_as_any_other(home: Home) -> None:
    assert await home.queue.dead_letters(at_most=10) == []
    messages = [a_message(), a_message()]
    for message in messages:
        await send(home, message)
    for delivery in await receive(home):
        await home.queue.bury(delivery, "why")
    letters = await home.queue.dead_letters(at_most=10)
    assert sorted(letter.body for letter in letters) == sorted(
        message.model_dump_json(exclude_none=True) for message in messages
    )
    assert {(letter.owner, letter.dead) for letter in letters} == {("ada", True)}
    assert await home.queue.dead_letters(at_most=10) == []
    await home.queue.hide(letters[0], AT_ONCE)
    await home.queue.delete(letters[1])
    [again] = await home.queue.dead_letters(at_most=10)
    assert (again.body, again.receives) == (letters[0].body, 2)
    await home.queue.delete(again)
    assert await home.dead() == []
    assert await receive(home) == []


async def test_a_message_that_was_received_too_often_is_a_dead_letter_with_its_owner(
    home: Home,
) -> None:
    await send(home, a_message())
    for _ in range(MAX_RECEIVES):
        delivery = await one(home)
        await home.queue.hide(delivery, AT_ONCE)
    assert await receive(home) == []
    [letter] = await home.queue.dead_letters(at_most=1)
    assert (letter.body, letter.owner, letter.dead) == (delivery.body, "ada", True)


@pytest.mark.concurrent
async def test_many_receivers_share_the_messages_and_lose_none(home: Home) -> None:
    messages = [a_message() for _ in range(40)]
    await asyncio.gather(*(send(home, message) for message in messages))

    async def drain() -> list[str]:
        got: list[str] = []
        while batch := await receive(home, at_most=3):
            got += [JobMessage.model_validate_json(d.body).job for d in batch]
            await asyncio.gather(*map(home.queue.delete, batch))
        return got

    shares = await asyncio.gather(*(drain() for _ in range(5)))
    received = sorted(job for share in shares for job in share)
    assert received == sorted(message.job for message in messages)


async def test_without_its_queue_every_question_is_unavailable(nowhere: AwsClients) -> None:
    queue = SqsQueue(nowhere.sqs, "canvas-normal", "canvas-low", "canvas-dead")
    delivery = Delivery(body="{}", receipt="r", message_id="m", receives=1)
    ends = await asyncio.gather(
        queue.send(a_message(), lane=Lane.NORMAL, owner="ada"),
        queue.receive(Lane.NORMAL, at_most=1, wait=AT_ONCE),
        queue.delete(delivery),
        queue.hide(delivery, SECOND),
        queue.bury(delivery, "why"),
        queue.dead_letters(at_most=1),
        return_exceptions=True,
    )
    assert [type(end) for end in ends] == [StoreUnavailable] * 6
