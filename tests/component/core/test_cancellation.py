"""Cancel is honest: what it stops, what it drops, and what stays billed."""

import asyncio

import pytest

from shared.adapters.pillow_darkroom import PillowDarkroom
from shared.errors import ModelBusy, StaleJob
from shared.statuses import JobStatus
from tests.builders import LEASE, SECOND
from tests.scripted_models import FOR_EVER
from tests.service import CORE, Service, a_service, until
from tests.virtual_time import virtual_clock
from worker.mailbox import Verdict


async def test_a_queued_job_is_canceled_at_once_and_refunded(service: Service) -> None:
    job = await service.submit()
    canceled = await service.canceler.cancel(job)
    assert (canceled.status, canceled.billed) == (JobStatus.CANCELED, False)
    assert await service.spent() == 0
    assert await service.work() is Verdict.DELETE
    assert service.models.asked == []


async def test_the_pictures_that_a_queued_job_has_already_are_erased(
    darkroom: PillowDarkroom,
) -> None:
    service = a_service(darkroom, requests_per_minute=6)
    job = await service.submit(model=CORE, n=3)
    await service.work()
    assert len(service.pictures.keys) == 3
    canceled = await service.canceler.cancel(await service.job(job))
    assert (canceled.status, canceled.artifacts) == (JobStatus.CANCELED, ())
    assert service.pictures.keys == frozenset()
    assert await service.spent() == canceled.charged == job.estimate // 3


async def test_a_canceled_job_leaves_the_line(service: Service) -> None:
    job = await service.submit(model=CORE, n=3)
    assert (await service.pool(job)).line(job.lane).waiting == 3
    await service.canceler.cancel(job)
    assert (await service.pool(job)).line(job.lane).waiting == 0


async def test_a_running_job_is_asked_to_end_its_pictures_go_and_it_stays_billed(
    service: Service,
) -> None:
    service.models.will(30 * SECOND)
    job = await service.submit()
    working = asyncio.create_task(service.work())
    await asyncio.sleep(1)
    asked = await service.canceler.cancel(await service.job(job))
    assert (asked.status, asked.cancel_requested) == (JobStatus.RUNNING, True)
    assert await working is Verdict.DELETE
    canceled = await service.job(job)
    assert (canceled.status, canceled.artifacts) == (JobStatus.CANCELED, ())
    assert (canceled.billed, canceled.charged) == (True, job.estimate)
    assert service.pictures.keys == frozenset()
    assert await service.spent() == canceled.charged


async def test_a_cancel_in_the_last_moment_is_seen_when_the_job_is_saved(service: Service) -> None:
    service.models.will(SECOND)
    job = await service.submit()
    working = asyncio.create_task(service.work())
    await asyncio.sleep(0.99)
    await service.canceler.cancel(await service.job(job))
    await working
    assert (await service.job(job)).status is JobStatus.CANCELED
    assert service.pictures.keys == frozenset()


async def test_calls_that_still_wait_for_their_slots_are_spared_once_a_cancel_is_seen(
    darkroom: PillowDarkroom,
) -> None:
    service = a_service(darkroom, requests_per_minute=60)
    job = await service.submit(model=CORE, n=3)
    working = asyncio.create_task(service.work())
    await asyncio.sleep(0.5)
    await service.canceler.cancel(await service.job(job))
    await working
    canceled = await service.job(job)
    assert canceled.status is JobStatus.CANCELED
    assert [call.paid for call in canceled.calls] == [1, 1, 0]
    assert len(service.models.asked) == 2
    assert await service.spent() == canceled.charged


async def test_a_cancel_between_two_tries_ends_the_job_at_once(service: Service) -> None:
    service.models.will(ModelBusy("Too many requests."))
    job = await service.submit()
    assert await service.work() is Verdict.KEEP
    canceled = await service.canceler.cancel(await service.job(job))
    assert canceled.status is JobStatus.CANCELED
    assert await service.work() is Verdict.DELETE
    assert len(service.models.asked) == 1


async def test_a_cancel_while_the_job_goes_back_to_the_queue_is_not_forgotten(
    service: Service,
) -> None:
    service.models.will(ModelBusy("Too many requests."))
    job = await service.submit()
    working = asyncio.create_task(service.work())
    # The claim is version 2, and how its call ended is version 3; then it goes back.
    await until(service, job, lambda kept: kept.version == 3)
    await service.jobs.request_cancel(job.id)
    assert await working is Verdict.DELETE
    assert (await service.job(job)).status is JobStatus.CANCELED
    assert await service.spent() == 0


async def test_a_queued_job_whose_cancel_was_asked_for_while_it_ran_is_canceled_at_once(
    service: Service,
) -> None:
    job = await service.submit()
    await service.jobs.save(job.start(virtual_clock(), LEASE, (0,)))
    asked = await service.jobs.request_cancel(job.id)
    waiting = asked.wait(counts=True)
    await service.jobs.save(waiting)
    assert (await service.canceler.cancel(waiting)).status is JobStatus.CANCELED


async def test_a_canceled_job_of_a_crashed_worker_ends_when_its_message_comes_again(
    service: Service,
) -> None:
    job = await service.submit()
    claim = job.start(virtual_clock(), LEASE, (0,))
    await service.jobs.save(claim)
    orphan = f"artifacts/{job.id}/0/{claim.fence}.png"
    await service.pictures.put(orphan, b"made by a worker that died", content_type="image/png")
    await service.canceler.cancel(await service.job(job))
    canceled = await service.finish(job)
    assert service.pictures.keys == frozenset()
    assert (canceled.status, canceled.billed) == (JobStatus.CANCELED, True)
    assert service.models.asked == []
    assert await service.spent() == canceled.charged == job.estimate


@pytest.mark.parametrize("times", [1, 2])
async def test_cancelling_a_done_job_changes_nothing(service: Service, times: int) -> None:
    job = await service.submit()
    done = await service.finish(job)
    for _ in range(times):
        assert await service.canceler.cancel(done) == done
    assert await service.job(job) == done


async def test_cancelling_twice_asks_once(service: Service) -> None:
    service.models.will(FOR_EVER)
    job = await service.submit()
    working = asyncio.create_task(service.work())
    await asyncio.sleep(1)
    once = await service.canceler.cancel(await service.job(job))
    assert await service.canceler.cancel(once) == once
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)


async def test_many_cancels_and_a_worker_at_once_leave_one_end(service: Service) -> None:
    job = await service.submit()
    delivery = await service.receive()
    await asyncio.gather(
        service.handle(delivery), *(service.canceler.cancel(job) for _ in range(10))
    )
    ended = await service.finish(job)
    assert ended.status is JobStatus.CANCELED
    assert await service.spent() == ended.charged


async def test_a_job_that_is_gone_cannot_be_canceled(service: Service) -> None:
    job = await service.submit()
    other = job.model_copy(update={"id": "0" * 26})
    with pytest.raises(StaleJob):
        await service.canceler.cancel(other)
