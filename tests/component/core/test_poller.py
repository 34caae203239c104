"""The container entry point: how many jobs run at once, and how it stops."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from shared.adapters.pillow_darkroom import PillowDarkroom
from shared.lines import Lane
from shared.messages import JobMessage
from shared.ports.queue import Delivery
from shared.statuses import JobStatus
from tests.builders import MINUTE, SECOND
from tests.scripted_models import FOR_EVER
from tests.service import Service, a_service
from worker.mailbox import Verdict
from worker.poller import Poller
from worker.shift import Shift


def a_poller(service: Service, **fields: Any) -> Poller:
    defaults = {"concurrency": 4, "drain": 20 * SECOND}
    return Poller(processor=service.processor, queue=service.queue, **{**defaults, **fields})


async def stop(running: asyncio.Task[None], stopping: asyncio.Event) -> float:
    """How long stopping took, in seconds."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    stopping.set()
    await running
    return loop.time() - began


async def start(poller: Poller) -> tuple[asyncio.Task[None], asyncio.Event]:
    stopping = asyncio.Event()
    return asyncio.create_task(poller.run(stopping)), stopping


async def test_no_more_jobs_run_at_once_than_it_may(service: Service) -> None:
    jobs = [await service.submit() for _ in range(15)]
    service.models.will(ever_after=10 * SECOND)
    running, stopping = await start(a_poller(service))
    await asyncio.sleep(60)
    assert service.models.most_at_once == 4
    assert {(await service.job(job)).status for job in jobs} == {JobStatus.SUCCEEDED}
    await stop(running, stopping)
    assert await service.messages() == 0


async def test_told_to_stop_it_finishes_what_is_in_flight(service: Service) -> None:
    job = await service.submit()
    service.models.will(10 * SECOND)
    running, stopping = await start(a_poller(service))
    await asyncio.sleep(1)
    assert await stop(running, stopping) < 15
    assert (await service.job(job)).status is JobStatus.SUCCEEDED


async def test_what_does_not_finish_in_time_is_handed_back(service: Service) -> None:
    job = await service.submit()
    service.models.will(FOR_EVER)
    running, stopping = await start(a_poller(service))
    await asyncio.sleep(1)
    assert await stop(running, stopping) == pytest.approx(20, abs=1)
    waiting = await service.job(job)
    assert (waiting.status, waiting.attempt) == (JobStatus.QUEUED, 0)
    assert (await service.finish(job)).status is JobStatus.SUCCEEDED


@pytest.mark.parametrize("heard", [True, False])
async def test_what_it_receives_while_it_stops_is_left_to_others(
    service: Service, heard: bool
) -> None:
    running, stopping = await start(a_poller(service))
    await asyncio.sleep(1)
    if not heard:
        service.queue.fail("hide")
    stopping.set()
    job = await service.submit()
    await running
    assert (await service.job(job)).fence == 0
    found = await service.queue.receive(Lane.NORMAL, at_most=1, wait=timedelta())
    assert len(found) == heard


async def test_idle_it_stops_within_a_moment(service: Service) -> None:
    running, stopping = await start(a_poller(service))
    await asyncio.sleep(1)
    assert await stop(running, stopping) <= 1


async def test_a_queue_that_cannot_be_asked_does_not_end_it(service: Service) -> None:
    service.queue.fail("receive", times=3)
    job = await service.submit()
    running, stopping = await start(a_poller(service))
    await asyncio.sleep(30)
    assert (await service.job(job)).status is JobStatus.SUCCEEDED
    await stop(running, stopping)


async def test_a_job_that_breaks_the_worker_s_code_does_not_stop_the_others(
    service: Service,
) -> None:
    service.models.will(ZeroDivisionError("a bug"))
    poisoned, healthy = await service.submit(), await service.submit()
    running, stopping = await start(a_poller(service, concurrency=1))
    await asyncio.sleep(30)
    assert (await service.job(healthy)).status is JobStatus.SUCCEEDED
    await asyncio.sleep(120)
    assert (await service.job(poisoned)).status is JobStatus.SUCCEEDED
    await stop(running, stopping)


async def test_the_low_lane_is_served_too(service: Service) -> None:
    job = await service.submit(lane=Lane.LOW)
    running, stopping = await start(a_poller(service))
    await asyncio.sleep(10)
    assert (await service.job(job)).status is JobStatus.SUCCEEDED
    await stop(running, stopping)


async def test_a_busy_normal_lane_does_not_starve_the_low_one(service: Service) -> None:
    low = await service.submit(lane=Lane.LOW)
    for number in range(40):
        await service.submit(owner=f"owner {number}")
    service.models.will(ever_after=2 * SECOND)
    running, stopping = await start(a_poller(service, concurrency=2))
    await asyncio.sleep(20)
    assert (await service.job(low)).done
    left = await service.queue.receive(Lane.NORMAL, at_most=10, wait=timedelta())
    assert left != []
    await stop(running, stopping)


class Deaf:
    """A processor to which nothing happens but that it is asked."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict

    async def handle(self, delivery: Delivery, shift: Shift) -> Verdict:
        return self.verdict


@pytest.mark.parametrize(("verdict", "left"), [(Verdict.DELETE, 0), (Verdict.KEEP, 1)])
async def test_a_message_is_deleted_only_if_the_processor_says_so(
    service: Service, verdict: Verdict, left: int
) -> None:
    await service.queue.send(JobMessage(job="0" * 26), lane=Lane.NORMAL, owner="ada")
    poller = Poller(Deaf(verdict), service.queue, concurrency=1, drain=MINUTE)
    running, stopping = await start(poller)
    await asyncio.sleep(1)
    await stop(running, stopping)
    assert await service.messages() == left


async def test_a_message_that_cannot_even_be_received_does_not_end_the_worker(
    service: Service,
) -> None:
    class Stumbling:
        """A queue in which somebody left what nobody thought of."""

        def __init__(self) -> None:
            self.stumbles = 2

        async def receive(self, lane: Lane, **kwargs: Any) -> list[Delivery]:
            if self.stumbles:
                self.stumbles -= 1
                raise KeyError("StringValue")
            return await service.queue.receive(lane, **kwargs)

        def __getattr__(self, name: str) -> Any:
            return getattr(service.queue, name)

    job = await service.submit()
    running, stopping = await start(Poller(service.processor, Stumbling(), 4, 20 * SECOND))
    await asyncio.sleep(30)
    assert (await service.job(job)).status is JobStatus.SUCCEEDED
    await stop(running, stopping)


async def test_told_to_stop_it_begins_nothing_that_had_to_wait_and_shows_it_to_others_at_once(
    darkroom: PillowDarkroom,
) -> None:
    service = a_service(darkroom, memory=1)
    service.models.will(10 * SECOND)
    first, second = await service.submit(), await service.submit()
    running, stopping = await start(a_poller(service))
    await asyncio.sleep(5)
    # The second waits until the first leaves it some memory.
    assert await stop(running, stopping) < 15
    assert (await service.job(first)).status is JobStatus.SUCCEEDED
    waiting = await service.job(second)
    assert (waiting.status, waiting.attempt, waiting.fence) == (JobStatus.QUEUED, 0, 0)
    assert len(service.models.asked) == 1
    assert await service.work() is Verdict.DELETE
    assert (await service.job(second)).status is JobStatus.SUCCEEDED
