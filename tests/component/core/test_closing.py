"""Closing: money is conserved and nothing is left lying about, wherever a process stops."""

import asyncio
from datetime import timedelta

import pytest

from shared.due import CLOSING_GRACE, due_at
from shared.errors import ModelUnavailable, StoreUnavailable
from shared.limits import day_of
from shared.statuses import JobStatus
from tests.builders import LEASE, MINUTE, NOON, SECOND
from tests.scripted_models import FOR_EVER
from tests.service import CORE, Service
from tests.virtual_time import virtual_clock
from worker.bookkeeper import PENDING_FOR


async def passes(span: timedelta) -> None:
    await asyncio.sleep(span.total_seconds())


@pytest.mark.parametrize(("store", "question"), [("spending", "refund"), ("jobs", "save")])
async def test_a_refund_that_was_cut_short_is_made_by_the_reconciler_once(
    service: Service, store: str, question: str
) -> None:
    service.models.will(ModelUnavailable("The model has ended."))
    job = await service.submit()
    if store == "jobs":
        # The claim, how the call ended, and the end itself are saved.
        service.jobs.spare("save", 3)
    getattr(service, store).fail(question)
    await service.work()
    failed = await service.job(job)
    assert (failed.status, failed.charged, failed.to_be_closed) == (JobStatus.FAILED, 0, True)
    await passes(CLOSING_GRACE - SECOND)
    assert await service.reconciler.sweep() == 0
    await passes(SECOND)
    await asyncio.gather(*(service.reconciler.sweep() for _ in range(10)))
    assert await service.spent() == 0
    assert (await service.job(job)).closed
    assert await service.reconciler.sweep() == 0


async def test_a_job_that_was_charged_what_was_reserved_needs_no_closing(service: Service) -> None:
    job = await service.finish(await service.submit())
    assert (job.to_be_closed, job.closed) == (False, False)
    assert due_at(job) == job.expires_at


async def test_a_refund_whose_reply_was_lost_is_made_once(service: Service) -> None:
    job = await service.submit()
    service.spending.lose_reply("refund")
    await service.canceler.cancel(job)
    await passes(CLOSING_GRACE)
    await service.reconciler.sweep()
    assert await service.spent() == 0


async def test_pictures_that_a_cancel_dropped_are_swept_up_if_that_was_cut_short(
    service: Service,
) -> None:
    service.models.will(30 * SECOND)
    job = await service.submit(n=2)
    working = asyncio.create_task(service.work())
    await asyncio.sleep(1)
    await service.canceler.cancel(await service.job(job))
    service.pictures.fail("stored")
    await working
    # A call that comes back to a cancel is stored first, and then dropped.
    await passes(CLOSING_GRACE)
    await service.reconciler.sweep()
    assert service.pictures.keys == frozenset()
    assert (await service.job(job)).status is JobStatus.CANCELED


async def test_what_a_lost_claim_stored_is_swept_up_when_the_job_ends(service: Service) -> None:
    job = await service.submit()
    claim = job.start(virtual_clock(), LEASE, (0,))
    await service.jobs.save(claim)
    orphan = f"artifacts/{job.id}/0/{claim.fence}.png"
    await service.pictures.put(orphan, b"made by a worker that died", content_type="image/png")
    done = await service.finish(job)
    assert done.status is JobStatus.SUCCEEDED
    assert service.pictures.keys == {key for artifact in done.artifacts for key in artifact.keys}
    assert done.closed


async def test_a_worker_whose_claim_is_lost_takes_back_what_it_stored(service: Service) -> None:
    service.models.will(5 * MINUTE, 0 * SECOND)
    job = await service.submit()
    slow = asyncio.create_task(service.work())
    await asyncio.sleep(1)
    service.jobs.fail("renew", times=99)
    await asyncio.sleep(LEASE.total_seconds() + 60)
    done = await service.finish(job)
    await slow
    assert service.pictures.keys == {key for artifact in done.artifacts for key in artifact.keys}


async def test_money_reserved_for_a_job_that_never_came_to_be_is_free_again(
    service: Service,
) -> None:
    service.jobs.fail("add")
    service.spending.fail("release")
    with pytest.raises(StoreUnavailable):
        await service.submit()
    assert await service.spent() > 0
    await passes(PENDING_FOR - SECOND)
    await service.reconciler.sweep()
    assert await service.spent() > 0
    await passes(SECOND)
    await asyncio.gather(*(service.reconciler.sweep() for _ in range(10)))
    assert await service.spent() == 0


async def test_money_of_a_row_that_cannot_be_read_stays_reserved_and_other_money_is_free(
    service: Service,
) -> None:
    service.spending.fail("confirm")
    job = await service.submit()
    service.jobs.fail("add")
    service.spending.fail("release")
    with pytest.raises(StoreUnavailable):
        await service.submit()
    await passes(PENDING_FOR)
    service.jobs.spoil("get")
    await service.reconciler.bookkeeper.look()
    left = await service.spending.unconfirmed(day_of(NOON), virtual_clock())
    assert len(left) == 1
    await service.reconciler.bookkeeper.look()
    assert await service.spent() == job.estimate


async def test_money_of_a_job_that_is_kept_stays_reserved_though_nobody_confirmed_it(
    service: Service,
) -> None:
    service.spending.fail("confirm")
    job = await service.submit()
    await passes(PENDING_FOR)
    await service.reconciler.sweep()
    assert await service.spent() == job.estimate
    assert await service.spending.unconfirmed(day_of(NOON), virtual_clock()) == []
    await service.canceler.cancel(await service.job(job))
    assert await service.spent() == 0


async def test_money_of_a_job_that_was_deleted_before_anybody_confirmed_it_is_not_free(
    service: Service,
) -> None:
    service.spending.fail("confirm")
    job = await service.finish(await service.submit())
    await service.deleter.delete(job)
    await passes(PENDING_FOR)
    await service.reconciler.sweep()
    assert await service.spent() == job.charged > 0


async def test_money_that_was_reserved_just_before_midnight_is_found_after_it(
    service: Service,
) -> None:
    await passes(timedelta(hours=11, minutes=58))
    service.jobs.fail("add")
    service.spending.fail("release")
    with pytest.raises(StoreUnavailable):
        await service.submit()
    # Nobody sweeps for some hours.
    await passes(timedelta(hours=9))
    await service.reconciler.sweep()
    assert await service.spent() == 0


async def test_a_job_cannot_be_kept_any_more_once_its_money_was_given_away(
    service: Service,
) -> None:
    service.jobs.hold_up("add", 2 * PENDING_FOR)
    submitting = asyncio.create_task(service.submit())
    await passes(PENDING_FOR)
    await service.reconciler.sweep()
    assert await service.spent() == 0
    with pytest.raises(StoreUnavailable):
        await submitting
    assert await service.spent() == 0
    assert await service.messages() == 0


async def test_more_than_was_reserved_is_charged_and_counts(service: Service) -> None:
    service.models.will(b"no JSON")
    job = await service.finish(await service.submit())
    assert job.charged == 2 * job.estimate
    assert await service.spent() == job.charged


@pytest.mark.parametrize("model", ["nova-canvas", CORE])
async def test_a_job_that_is_never_run_is_refunded_in_the_end(service: Service, model: str) -> None:
    service.models.will(ever_after=FOR_EVER)
    job = await service.submit(model=model)
    await service.queue.delete(await service.receive())
    await passes(job.expires_at - virtual_clock())
    await service.reconciler.sweep()
    ended = await service.job(job)
    assert (ended.status, ended.closed) == (JobStatus.EXPIRED, True)
    assert await service.spent() == 0
