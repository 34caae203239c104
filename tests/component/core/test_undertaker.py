"""Dead letters: a job whose message died ends, and nobody polls for it for ever."""

import asyncio
from datetime import timedelta

import pytest

from shared.adapters.pillow_darkroom import PillowDarkroom
from shared.jobs import Job
from shared.lines import Lane
from shared.messages import JobMessage
from shared.statuses import JobStatus
from tests.builders import LEASE, MINUTE, SECOND
from tests.service import CORE, Service, a_service
from tests.virtual_time import virtual_clock
from worker.mailbox import Verdict


async def dies(service: Service, job: Job) -> None:
    """Its message comes back until the queue has enough of it."""
    for _ in range(10):
        delivery = await service.receive()
        await service.queue.hide(delivery, timedelta())
    assert await service.queue.receive(Lane.NORMAL, at_most=1, wait=timedelta()) == []
    assert len(service.queue.dead) == 1


async def test_a_job_whose_message_died_has_failed_and_is_refunded(service: Service) -> None:
    job = await service.submit()
    await dies(service, job)
    assert await service.reconciler.undertaker.look() == 1
    failed = await service.job(job)
    assert failed.failure is not None
    assert (failed.status, failed.failure.code) == (JobStatus.FAILED, "worker_crashed")
    assert (failed.failure.retryable, failed.attempt, failed.billed) == (True, 0, False)
    assert await service.spent() == 0
    assert (await service.pool(job)).line(Lane.NORMAL).waiting == 0
    assert service.queue.dead == []


async def test_pictures_that_were_made_are_kept(darkroom: PillowDarkroom) -> None:
    service = a_service(darkroom, requests_per_minute=6)
    job = await service.submit(model=CORE, n=3)
    await service.work()
    await dies(service, job)
    await service.reconciler.sweep()
    done = await service.job(job)
    assert (done.status, done.partial, len(done.artifacts)) == (JobStatus.SUCCEEDED, True, 1)
    assert await service.spent() == done.charged == job.estimate // 3


async def test_a_job_that_somebody_holds_is_not_touched(service: Service) -> None:
    service.models.will(90 * SECOND)
    job = await service.submit()
    working = asyncio.create_task(service.work())
    await asyncio.sleep(1)
    await service.queue.send(JobMessage(job=job.id), lane=Lane.NORMAL, owner=job.owner)
    await dies(service, job)
    for _ in range(8):
        assert await service.reconciler.undertaker.look() == 0
        await asyncio.sleep(10)
    await working
    assert (await service.job(job)).status is JobStatus.SUCCEEDED
    await asyncio.sleep(2 * LEASE.total_seconds())
    assert await service.reconciler.undertaker.look() == 0
    assert service.queue.dead == []


async def test_a_job_of_a_worker_that_died_with_its_message_ends(service: Service) -> None:
    job = await service.submit()
    await service.jobs.save(job.start(virtual_clock(), LEASE, (0,)))
    await dies(service, job)
    assert await service.reconciler.undertaker.look() == 0
    await asyncio.sleep(2 * LEASE.total_seconds())
    assert await service.reconciler.undertaker.look() == 1
    failed = await service.job(job)
    assert (failed.status, failed.charged) == (JobStatus.FAILED, job.estimate)
    assert await service.spent() == failed.charged


async def test_a_canceled_job_ends_canceled(service: Service) -> None:
    job = await service.submit()
    await service.jobs.save(job.start(virtual_clock(), LEASE, (0,)))
    await service.canceler.cancel(await service.job(job))
    await dies(service, job)
    await asyncio.sleep(LEASE.total_seconds())
    await service.reconciler.undertaker.look()
    assert (await service.job(job)).status is JobStatus.CANCELED


async def test_a_job_that_has_another_message_lives(service: Service) -> None:
    job = await service.submit()
    await service.jobs.save(job.nudge(virtual_clock()))
    await dies(service, job)
    assert await service.reconciler.undertaker.look() == 0
    assert (await service.job(job)).status is JobStatus.QUEUED
    assert service.queue.dead == []


@pytest.mark.parametrize("end", ["canceled", "deleted", "never kept"])
async def test_a_letter_of_which_nothing_is_left_to_do_goes(service: Service, end: str) -> None:
    job = await service.submit()
    await dies(service, job)
    if end == "canceled":
        await service.canceler.cancel(job)
    if end == "deleted":
        await service.deleter.delete(job)
    if end == "never kept":
        del service.jobs._jobs[job.id]
    assert await service.reconciler.undertaker.look() == 0
    assert service.queue.dead == []


@pytest.mark.parametrize("body", ["not ours", '{"v": 2}'])
async def test_a_letter_that_is_not_ours_to_read_stays_for_a_person(
    service: Service, body: str
) -> None:
    await service.queue.send_body(body, lane=Lane.NORMAL, owner="ada")
    delivery = await service.receive()
    await service.queue.bury(delivery, "malformed")
    for _ in range(3):
        assert await service.reconciler.undertaker.look() == 0
        await asyncio.sleep(12 * 60 * 60)
    assert [letter.body for letter in service.queue.dead] == [body]


async def test_a_letter_of_a_row_that_cannot_be_read_is_in_nobody_s_way(service: Service) -> None:
    jobs = [await service.submit(owner=f"owner {n}") for n in range(3)]
    for _ in jobs:
        await service.queue.bury(await service.receive(), "too often")
    service.jobs.spoil("get")
    await service.reconciler.sweep()
    assert [(await service.job(job)).done for job in jobs].count(True) == 2
    assert len(service.queue.dead) == 1
    await asyncio.sleep(12 * 60 * 60)
    await service.reconciler.sweep()
    assert service.queue.dead == []
    await service.work()
    assert all([(await service.job(job)).done for job in jobs])


async def test_more_letters_than_are_received_at_once_are_all_seen_to(service: Service) -> None:
    jobs = [await service.submit(owner=f"owner {n}") for n in range(25)]
    for _ in jobs:
        await service.queue.bury(await service.receive(), "too often")
    await asyncio.gather(*(service.reconciler.undertaker.look() for _ in range(5)))
    assert {(await service.job(job)).status for job in jobs} == {JobStatus.FAILED}
    assert service.queue.dead == []
    assert await service.spent() == 0


async def test_what_is_cut_short_is_done_when_the_letter_comes_again(service: Service) -> None:
    job = await service.submit()
    await dies(service, job)
    service.jobs.spare("save", 1)
    service.jobs.fail("save")
    with pytest.raises(Exception, match="save was not heard"):
        await service.reconciler.undertaker.look()
    await asyncio.sleep(2 * LEASE.total_seconds() + 60)
    assert await service.reconciler.undertaker.look() == 1
    assert (await service.job(job)).status is JobStatus.FAILED
    assert await service.spent() == 0


async def test_a_job_that_workers_died_with_twice_is_run_alone(darkroom: PillowDarkroom) -> None:
    service = a_service(darkroom, memory=2_000_000_000)
    suspect = await service.submit()
    for _ in range(3):
        held = await service.job(suspect)
        await service.jobs.save(held.start(virtual_clock(), LEASE, (0,)))
        await asyncio.sleep(LEASE.total_seconds())
    others = [await service.submit(owner="bob") for _ in range(3)]
    service.models.will(ever_after=10 * SECOND)
    deliveries = [await service.receive() for _ in range(4)]
    assert JobMessage.model_validate_json(deliveries[0].body).job == suspect.id
    began = asyncio.get_running_loop().time()
    verdicts = await asyncio.gather(*(service.handle(delivery) for delivery in deliveries))
    assert verdicts == [Verdict.DELETE] * 4
    # First it alone, though it was paid for as often as may be; then the others together.
    assert service.models.most_at_once == len(others)
    assert asyncio.get_running_loop().time() - began < MINUTE.total_seconds()
