"""Deadlines: a job that comes too late ends, by whoever sees it first, and only once."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.errors import ModelTimeout
from shared.lines import Lane
from shared.statuses import JobStatus
from tests.builders import LEASE, MINUTE, SECOND
from tests.service import CORE, Service
from tests.virtual_time import virtual_clock
from worker.mailbox import Verdict


@pytest.mark.parametrize("deadline", ["start_by", "finish_by"])
async def test_a_job_that_is_too_late_expires_uncalled(service: Service, deadline: str) -> None:
    job = await service.submit(**{deadline: virtual_clock() + MINUTE})
    await asyncio.sleep(60)
    assert await service.work() is Verdict.DELETE
    expired = await service.job(job)
    assert expired.failure is not None
    assert (expired.status, expired.failure.code) == (JobStatus.EXPIRED, "deadline_passed")
    assert service.models.asked == []
    assert await service.spent() == expired.charged == expired.owed


async def test_a_job_in_time_to_start_may_be_tried_again_after_start_by(service: Service) -> None:
    service.models.will(ModelTimeout("No answer."))
    job = await service.submit(start_by=virtual_clock() + SECOND)
    await service.work()
    await asyncio.sleep(60)
    assert (await service.finish(job)).status is JobStatus.SUCCEEDED


async def test_finish_by_ends_a_job_between_two_tries_and_its_pictures_go(
    service: Service,
) -> None:
    service.models.will(None, ModelTimeout("No answer."))
    job = await service.submit(model=CORE, n=2, finish_by=virtual_clock() + MINUTE)
    assert await service.work() is Verdict.KEEP
    assert len(service.pictures.keys) == 3
    await asyncio.sleep(60)
    await service.work()
    expired = await service.job(job)
    assert (expired.status, expired.artifacts) == (JobStatus.EXPIRED, ())
    assert service.pictures.keys == frozenset()
    assert await service.spent() == expired.charged == expired.owed


@pytest.mark.parametrize("deadline", ["start_by", "finish_by"])
async def test_a_job_that_no_worker_takes_expires_all_the_same(
    service: Service, deadline: str
) -> None:
    job = await service.submit(**{deadline: virtual_clock() + 20 * SECOND})
    await asyncio.sleep(19)
    assert await service.reconciler.sweep() == 0
    await asyncio.sleep(1)
    swept = await asyncio.gather(*(service.reconciler.sweep() for _ in range(10)))
    assert sum(swept) == 1
    expired = await service.job(job)
    assert expired.failure is not None
    assert (expired.status, expired.failure.code) == (JobStatus.EXPIRED, "deadline_passed")
    assert await service.spent() == 0
    assert (await service.pool(job)).line(Lane.NORMAL).waiting == 0
    # The message that comes in the end finds nothing to do.
    assert await service.work() is Verdict.DELETE
    assert service.models.asked == []


async def test_a_call_that_is_under_way_at_the_deadline_is_finished_and_kept(
    service: Service,
) -> None:
    service.models.will(2 * MINUTE)
    job = await service.submit(finish_by=virtual_clock() + MINUTE)
    working = asyncio.create_task(service.work())
    for _ in range(10):
        await asyncio.sleep(10)
        assert await service.reconciler.sweep() == 0
    assert await working is Verdict.DELETE
    assert (await service.job(job)).status is JobStatus.SUCCEEDED


async def test_at_the_deadline_of_a_job_whose_worker_died_its_pictures_go(
    service: Service,
) -> None:
    job = await service.submit(finish_by=virtual_clock() + MINUTE)
    claim = job.start(virtual_clock(), LEASE, (0,))
    await service.jobs.save(claim)
    orphan = f"artifacts/{job.id}/0/{claim.fence}.png"
    await service.pictures.put(orphan, b"made by a worker that died", content_type="image/png")
    await asyncio.sleep(LEASE.total_seconds())
    await service.reconciler.sweep()
    expired = await service.job(job)
    assert (expired.status, expired.closed) == (JobStatus.EXPIRED, True)
    assert service.pictures.keys == frozenset()
    assert await service.spent() == expired.charged == job.estimate


@pytest.mark.parametrize("ahead", [SECOND, 0 * SECOND])
async def test_a_deadline_and_a_claim_at_once_leave_one_end(
    service: Service, ahead: timedelta
) -> None:
    """Where the reconciler's clock is ahead of the worker's, both have reason to act."""
    job = await service.submit(start_by=virtual_clock() + MINUTE)
    delivery = await service.receive()
    await asyncio.sleep((MINUTE - ahead).total_seconds())
    early = replace(service.reconciler, clock=lambda: virtual_clock() + ahead)
    await asyncio.gather(service.handle(delivery), *(early.sweep() for _ in range(5)))
    ended = await service.finish(job)
    assert ended.status in (JobStatus.EXPIRED, JobStatus.SUCCEEDED)
    assert len(service.models.asked) == (ended.status is JobStatus.SUCCEEDED)
    assert await service.spent() == ended.charged


async def test_a_cancel_that_was_confirmed_goes_before_a_deadline(service: Service) -> None:
    job = await service.submit(finish_by=virtual_clock() + MINUTE)
    await service.jobs.save(job.start(virtual_clock(), LEASE, (0,)))
    await service.canceler.cancel(await service.job(job))
    await asyncio.sleep(LEASE.total_seconds())
    await service.reconciler.sweep()
    assert (await service.job(job)).status is JobStatus.CANCELED
