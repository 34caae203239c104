"""A worker that crashes, sleeps or is told to stop leaves its job to the next one."""

import asyncio
from datetime import timedelta

import pytest

from shared.adapters.pillow_darkroom import PillowDarkroom
from shared.lines import Lane
from shared.statuses import JobStatus
from tests.builders import LEASE, MINUTE, SECOND
from tests.component.core.money import the_money_is_right
from tests.scripted_models import FOR_EVER
from tests.service import CORE, Service, a_service, until
from tests.virtual_time import virtual_clock
from worker.mailbox import Verdict


async def test_a_crashed_worker_s_job_is_claimed_again_and_only_missing_calls_are_made(
    service: Service,
) -> None:
    job = await service.submit(model=CORE, n=3)
    crashed = job.start(virtual_clock(), LEASE, (0, 1, 2))
    await service.jobs.save(crashed)
    artifact = (await service.finish(await service.submit(model=CORE))).artifacts[0]
    stored = crashed.calls[0].model_copy(update={"stored": True})
    await service.jobs.save(crashed.keep(stored, (artifact,)))
    before = len(service.models.asked)
    done = await service.finish(job)
    assert (done.status, done.attempt, done.fence) == (JobStatus.SUCCEEDED, 2, 2)
    assert len(service.models.asked) == before + 2
    assert [call.paid for call in done.calls] == [1, 2, 2]


async def test_a_job_whose_workers_always_crash_ends_and_says_so(service: Service) -> None:
    job = await service.submit()
    for _ in range(3):
        kept = await service.job(job)
        await service.jobs.save(kept.start(virtual_clock(), LEASE, (0,)))
        await asyncio.sleep(61)
    assert await service.work() is Verdict.DELETE
    failed = await service.job(job)
    assert failed.failure is not None
    assert (failed.status, failed.failure.code) == (JobStatus.FAILED, "worker_crashed")
    assert failed.attempt == 3
    assert service.models.asked == []
    await the_money_is_right(service, job)


async def test_a_long_call_keeps_its_lease_and_its_message(service: Service) -> None:
    service.models.will(5 * MINUTE)
    job = await service.submit()
    working = asyncio.create_task(service.work())
    for _ in range(28):
        await asyncio.sleep(10)
        assert (await service.job(job)).leased(virtual_clock())
        assert await service.queue.receive(Lane.NORMAL, at_most=1, wait=timedelta()) == []
    assert await working is Verdict.DELETE
    assert len(service.models.asked) == 1


async def test_after_a_lost_lease_nothing_more_is_written(service: Service) -> None:
    service.models.will(FOR_EVER)
    job = await service.submit()
    working = asyncio.create_task(service.work())
    await asyncio.sleep(1)
    lost = await service.job(job)
    later = lost.model_copy(update={"lease_until": virtual_clock()})
    taken = later.start(virtual_clock(), LEASE, (0,))
    await service.jobs.save(taken)
    assert await working is Verdict.KEEP
    assert await service.job(job) == taken
    assert service.pictures.keys == frozenset()


async def test_a_worker_that_slept_through_its_lease_does_not_change_an_ended_job(
    service: Service,
) -> None:
    service.models.will(10 * SECOND)
    job = await service.submit()
    working = asyncio.create_task(service.work())
    await asyncio.sleep(5)
    held = await service.job(job)
    assert held.failure is None
    canceled = held.cancel(virtual_clock())
    await service.jobs.save(canceled)
    assert await working is Verdict.KEEP
    assert await service.job(job) == canceled


@pytest.mark.parametrize("taken", [True, False])
async def test_a_worker_that_slept_through_its_lease_pays_for_nothing_unless_it_still_holds_it(
    darkroom: PillowDarkroom, taken: bool
) -> None:
    slept = timedelta()
    service = a_service(darkroom, requests_per_minute=40, clock=lambda: virtual_clock() + slept)
    await service.submit()
    job = await service.submit()
    await service.work()
    working = asyncio.create_task(service.work())
    # The second call has a slot of its own, a second and a half after the first.
    await asyncio.sleep(1)
    slept = 2 * LEASE
    if taken:
        held = await service.job(job)
        await service.jobs.save(held.start(virtual_clock() + slept, LEASE, (0,)))
    assert await working is (Verdict.KEEP if taken else Verdict.DELETE)
    assert len(service.models.asked) == (1 if taken else 2)


async def test_a_worker_told_to_stop_hands_its_job_back(service: Service) -> None:
    service.models.will(FOR_EVER)
    job = await service.submit()
    working = asyncio.create_task(service.work())
    await asyncio.sleep(1)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    waiting = await service.job(job)
    assert (waiting.status, waiting.attempt, waiting.may_litter) == (JobStatus.QUEUED, 0, True)
    assert (waiting.lease_until, waiting.calls[0].paid) == (None, 1)
    done = await service.finish(job)
    assert (done.status, done.attempt) == (JobStatus.SUCCEEDED, 1)
    assert done.charged == 2 * job.estimate
    await the_money_is_right(service, job)


async def test_a_call_that_was_still_waiting_for_its_slot_is_handed_back_unpaid(
    darkroom: PillowDarkroom,
) -> None:
    service = a_service(darkroom, requests_per_minute=40)
    service.models.will(FOR_EVER)
    job = await service.submit(model=CORE, n=2)
    working = asyncio.create_task(service.work())
    await asyncio.sleep(1)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert [call.paid for call in (await service.job(job)).calls] == [1, 0]
    assert len(service.models.asked) == 1


async def test_a_worker_told_to_stop_while_it_settles_settles(service: Service) -> None:
    job = await service.submit()
    working = asyncio.create_task(service.work())
    await until(service, job, lambda kept: kept.done)
    working.cancel()
    assert await working is Verdict.DELETE
    assert (await service.job(job)).status is JobStatus.SUCCEEDED
    await the_money_is_right(service, job)
