"""The Lambda entry point: an SQS event in, the deliveries that must come back out."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from shared.adapters.pillow_darkroom import PillowDarkroom
from shared.clock import system_clock
from shared.errors import ModelBusy
from shared.jobs import Job
from shared.lines import Lane
from shared.messages import JobMessage
from shared.ports.queue import Delivery
from shared.statuses import JobStatus
from tests.builders import MINUTE, SECOND
from tests.scripted_models import FOR_EVER
from tests.service import Service, a_service
from tests.virtual_time import VirtualTimeLoop, virtual_clock
from worker.lambda_handler import RESERVE, Runtime
from worker.mailbox import Verdict
from worker.shift import Shift


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def waking(darkroom: PillowDarkroom) -> Service:
    """A service in real time, as the runtime's own loop knows no other."""
    return a_service(darkroom, clock=system_clock)


@pytest.fixture
def runtime(runner: asyncio.Runner, waking: Service) -> Runtime:
    return Runtime(runner, waking.processor, low_queue="canvas-low")


def a_record(number: int, body: str, *, queue: str = "canvas-normal") -> dict[str, Any]:
    return {
        "messageId": f"message {number}",
        "receiptHandle": f"receipt {number}",
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1", "MessageGroupId": "ada"},
        "messageAttributes": {"traceparent": {"stringValue": "00-1", "dataType": "String"}},
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:us-west-2:123456789012:{queue}",
    }


def an_event(*jobs: Job) -> dict[str, Any]:
    bodies = [JobMessage(job=job.id).model_dump_json(exclude_none=True) for job in jobs]
    return {"Records": [a_record(number, body) for number, body in enumerate(bodies)]}


def returned(answer: dict[str, Any]) -> list[str]:
    assert list(answer) == ["batchItemFailures"]
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_a_batch_that_is_all_done_has_no_failures(
    runner: asyncio.Runner, runtime: Runtime, waking: Service
) -> None:
    jobs = [runner.run(waking.submit()) for _ in range(10)]
    assert returned(runtime.answer(an_event(*jobs), MINUTE)) == []
    assert {runner.run(waking.job(job)).status for job in jobs} == {JobStatus.SUCCEEDED}


def test_a_batch_is_worked_on_at_once(
    runner: asyncio.Runner, runtime: Runtime, waking: Service
) -> None:
    waking.models.will(ever_after=timedelta(milliseconds=50))
    jobs = [runner.run(waking.submit()) for _ in range(10)]
    runtime.answer(an_event(*jobs), MINUTE)
    assert waking.models.most_at_once > 1


def test_only_what_must_come_back_is_named(
    runner: asyncio.Runner, runtime: Runtime, waking: Service
) -> None:
    jobs = [runner.run(waking.submit()) for _ in range(3)]
    waking.models.will(None, ModelBusy("Too many requests."), None)
    assert returned(runtime.answer(an_event(*jobs), MINUTE)) == ["message 1"]


def test_a_bug_in_one_job_returns_its_message_and_no_other(
    runner: asyncio.Runner, runtime: Runtime, waking: Service
) -> None:
    jobs = [runner.run(waking.submit()) for _ in range(2)]
    waking.models.will(ZeroDivisionError("a bug"))
    assert returned(runtime.answer(an_event(*jobs), MINUTE)) == ["message 0"]


def test_a_malformed_message_is_buried_and_does_not_come_back(
    runtime: Runtime, waking: Service
) -> None:
    event = {"Records": [a_record(0, "not a message")]}
    assert returned(runtime.answer(event, MINUTE)) == []
    assert [letter.body for letter in waking.queue.dead] == ["not a message"]


def test_what_is_not_done_when_the_time_runs_out_is_handed_back(
    runner: asyncio.Runner, runtime: Runtime, waking: Service
) -> None:
    slow, quick = (runner.run(waking.submit()) for _ in range(2))
    waking.models.will(FOR_EVER)
    left = RESERVE + timedelta(milliseconds=300)
    assert returned(runtime.answer(an_event(slow, quick), left)) == ["message 0"]
    waiting = runner.run(waking.job(slow))
    assert (waiting.status, waiting.attempt) == (JobStatus.QUEUED, 0)
    assert runner.run(waking.job(quick)).status is JobStatus.SUCCEEDED


def test_without_time_nothing_is_begun(
    runner: asyncio.Runner, runtime: Runtime, waking: Service
) -> None:
    job = runner.run(waking.submit())
    assert returned(runtime.answer(an_event(job), RESERVE / 2)) == ["message 0"]
    assert waking.models.asked == []


class Noting:
    """A processor that only remembers what it was handed."""

    def __init__(self) -> None:
        self.handed: list[Delivery] = []

    async def handle(self, delivery: Delivery, shift: Shift) -> Verdict:
        self.handed.append(delivery)
        return Verdict.DELETE


@pytest.mark.parametrize(
    ("queue", "lane"), [("canvas-normal", Lane.NORMAL), ("canvas-low", Lane.LOW)]
)
def test_a_record_becomes_a_delivery(runner: asyncio.Runner, queue: str, lane: Lane) -> None:
    noting = Noting()
    record = a_record(3, "a body", queue=queue)
    Runtime(runner, noting, low_queue="canvas-low").answer({"Records": [record]}, MINUTE)
    assert noting.handed == [
        Delivery("a body", "receipt 3", "message 3", 1, owner="ada", trace="00-1", lane=lane)
    ]


def test_a_job_that_had_to_wait_is_not_begun_when_little_time_is_left(
    darkroom: PillowDarkroom,
) -> None:
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        _three_jobs_in_too_little_memory(runner, darkroom)


def _three_jobs_in_too_little_memory(runner: asyncio.Runner, darkroom: PillowDarkroom) -> None:
    async def made() -> tuple[Service, list[Job]]:
        service = a_service(darkroom, memory=1)
        return service, [await service.submit() for _ in range(3)]

    service, jobs = runner.run(made())
    service.models.will(ever_after=50 * SECOND)
    runtime = Runtime(runner, service.processor, low_queue="canvas-low", clock=virtual_clock)
    records = [
        a_record(n, JobMessage(job=job.id).model_dump_json(exclude_none=True))
        for n, job in enumerate(jobs)
    ]
    answer = runtime.answer({"Records": records}, 140 * SECOND)
    # One after the other for want of memory: after two there are forty seconds left, no more.
    assert [failure["itemIdentifier"] for failure in answer["batchItemFailures"]] == ["message 2"]
    assert len(service.models.asked) == 2
    assert [runner.run(service.job(job)).billed for job in jobs] == [True, True, False]
