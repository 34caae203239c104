"""Deleting a job, in every state and against everything else that happens to it meanwhile."""

import asyncio
from datetime import timedelta

import pytest

from shared.due import CLOSING_GRACE
from shared.errors import StaleJob, StoreUnavailable
from shared.jobs import Job
from shared.lines import Lane
from shared.records import Tombstone
from shared.statuses import JobStatus
from shared.tasks import parse_task
from tests.builders import LEASE, SECOND, a_picture, an_upload
from tests.scripted_models import FOR_EVER
from tests.service import CORE, Service, until
from tests.virtual_time import virtual_clock
from worker.mailbox import Verdict


async def nothing_is_left(service: Service, job: Job) -> bool:
    """Whether only a tombstone tells that there was such a job, and it owes what it should."""
    [tombstone] = await service.jobs.tombstones([job.id])
    assert (tombstone.owner, tombstone.reason) == (job.owner, "deleted")
    assert await service.jobs.get(job.id) is None
    assert await service.jobs.due(virtual_clock() + timedelta(days=365), limit=9) == []
    return service.pictures.keys == frozenset()


async def test_a_done_job_is_gone_with_its_pictures(service: Service) -> None:
    job = await service.finish(await service.submit(n=3))
    assert len(service.pictures.keys) == 9
    assert await service.deleter.delete(job) is None
    assert await nothing_is_left(service, job)
    assert await service.spent() == job.charged


async def test_a_queued_job_is_canceled_with_it_and_refunded(service: Service) -> None:
    job = await service.submit(model=CORE, n=2)
    assert await service.deleter.delete(job) is None
    assert await nothing_is_left(service, job)
    assert await service.spent() == 0
    assert (await service.pool(job)).line(Lane.NORMAL).waiting == 0
    assert await service.work() is Verdict.DELETE
    assert service.models.asked == []


async def test_a_running_job_is_gone_as_soon_as_its_call_has_ended_and_stays_billed(
    service: Service,
) -> None:
    service.models.will(30 * SECOND)
    job = await service.submit()
    working = asyncio.create_task(service.work())
    await asyncio.sleep(1)
    running = await service.deleter.delete(await service.job(job))
    assert running == await service.job(job)
    assert (running.status, running.cancel_requested) == (JobStatus.RUNNING, True)
    assert await service.deleter.delete(running) == running
    assert await working is Verdict.DELETE
    assert await nothing_is_left(service, job)
    assert await service.spent() == job.estimate


async def test_a_wish_in_the_last_moment_is_seen_when_the_job_is_saved(service: Service) -> None:
    service.models.will(SECOND)
    job = await service.submit()
    working = asyncio.create_task(service.work())
    await asyncio.sleep(0.99)
    await service.deleter.delete(await service.job(job))
    await working
    assert await nothing_is_left(service, job)


async def test_a_job_that_waits_for_its_next_try_is_gone_at_once(service: Service) -> None:
    service.models.will(b"no JSON")
    job = await service.submit()
    assert await service.work() is Verdict.KEEP
    assert await service.deleter.delete(await service.job(job)) is None
    assert await service.work() is Verdict.DELETE
    assert await nothing_is_left(service, job)


async def test_a_job_of_a_crashed_worker_is_gone_when_its_message_comes_again(
    service: Service,
) -> None:
    job = await service.submit()
    await service.jobs.save(job.start(virtual_clock(), LEASE, (0,)))
    await service.deleter.delete(await service.job(job))
    await asyncio.sleep(LEASE.total_seconds())
    assert await service.work() is Verdict.DELETE
    assert await nothing_is_left(service, job)
    assert service.models.asked == []


async def test_the_settings_of_a_share_or_a_list_do_not_show_it(service: Service) -> None:
    job = await service.finish(await service.submit())
    service.pictures.fail("stored")
    await service.deleter.delete(job)
    # Its row is there until its pictures are erased, and tells nobody of them.
    assert await service.jobs.get(job.id) is None
    assert await service.jobs.get_many([job.id]) == []
    assert service.pictures.keys != frozenset()


@pytest.mark.parametrize(
    ("store", "question"),
    [("pictures", "stored"), ("pictures", "delete"), ("uploads", "unname"), ("jobs", "bury")],
)
async def test_what_is_cut_short_is_finished_by_the_reconciler(
    service: Service, store: str, question: str
) -> None:
    upload = an_upload(owner="ada")
    await service.uploads.add(upload)
    await service.pictures.put(upload.key, a_picture(), content_type="image/png")
    task = parse_task({"kind": "remove_background", "image": {"upload": upload.id}})
    job = await service.finish(await service.submit(task=task, model="nova-canvas"))
    getattr(service, store).fail(question)
    assert await service.deleter.delete(job) is None
    [tombstone] = await service.jobs.tombstones([job.id])
    assert tombstone == Tombstone(id=job.id, owner="ada", reason="deleted", gone_at=virtual_clock())
    await asyncio.sleep(CLOSING_GRACE.total_seconds())
    await asyncio.gather(*(service.reconciler.sweep() for _ in range(10)))
    assert await nothing_is_left(service, job)
    assert await service.jobs.tombstones([job.id]) == [tombstone]
    assert await service.uploads.get(upload.id) is None


async def test_an_upload_that_another_job_names_stays(service: Service) -> None:
    upload = an_upload(owner="ada")
    await service.uploads.add(upload)
    await service.pictures.put(upload.key, a_picture(), content_type="image/png")
    task = parse_task({"kind": "remove_background", "image": {"upload": upload.id}})
    job, other = [await service.submit(task=task) for _ in range(2)]
    await service.deleter.delete(job)
    assert upload.key in service.pictures.keys
    assert (await service.finish(other)).status is JobStatus.SUCCEEDED
    await service.deleter.delete(await service.job(other))
    assert service.pictures.keys == frozenset()


async def test_a_job_that_names_a_picture_of_one_that_is_gone_fails_with_a_reason(
    service: Service,
) -> None:
    maker = await service.finish(await service.submit())
    named = {"kind": "remove_background", "image": {"artifact": f"{maker.id}/0"}}
    job = await service.submit(task=parse_task(named))
    await service.deleter.delete(maker)
    failed = await service.finish(job)
    assert failed.failure is not None
    assert failed.failure.message == "image: The picture is not there any more."
    assert await service.spent() == maker.charged


async def test_many_deletions_and_a_worker_at_once_leave_nothing(service: Service) -> None:
    for _ in range(20):
        job = await service.submit(owner=f"owner {_}")
        delivery = await service.receive()
        await asyncio.gather(
            service.handle(delivery), *(service.deleter.delete(job) for _ in range(10))
        )
        await asyncio.sleep(CLOSING_GRACE.total_seconds())
        await service.reconciler.sweep()
        assert await service.jobs.get(job.id) is None
        assert service.pictures.keys == frozenset()


async def test_a_deletion_and_a_settling_at_once_end_in_one_truth(service: Service) -> None:
    for moment in range(12):
        service.models.will(SECOND)
        job = await service.submit(owner=f"owner {moment}")
        working = asyncio.create_task(service.work())
        await until(service, job, lambda kept: kept.status is JobStatus.RUNNING)
        await asyncio.sleep(0.999999)
        for _ in range(moment):
            await asyncio.sleep(0)
        if (kept := await service.jobs.get(job.id)) is not None:
            await service.deleter.delete(kept)
        await working
        await asyncio.sleep(CLOSING_GRACE.total_seconds())
        await service.reconciler.sweep()
        assert await service.jobs.get(job.id) is None
        assert service.pictures.keys == frozenset()
    assert await service.spent() == 12 * job.estimate


async def test_deleting_what_is_gone_already_is_no_error(service: Service) -> None:
    job = await service.submit()
    await service.deleter.delete(job)
    assert await service.deleter.delete(job) is None


async def test_a_job_that_keeps_changing_is_to_be_deleted_again(service: Service) -> None:
    job = await service.submit()
    save = service.jobs._twin.save

    async def stale(job: Job) -> None:
        raise StaleJob("Somebody else was faster.")

    service.jobs._twin.save = stale
    with pytest.raises(StaleJob):
        await service.deleter.delete(job)
    service.jobs._twin.save = save
    assert await service.job(job) == job


async def test_a_wish_that_no_store_heard_is_not_granted(service: Service) -> None:
    job = await service.finish(await service.submit())
    service.jobs.fail("save")
    with pytest.raises(StoreUnavailable):
        await service.deleter.delete(job)
    assert await service.job(job) == job
    assert service.pictures.keys != frozenset()


async def test_a_worker_that_lost_its_claim_leaves_no_picture_behind(service: Service) -> None:
    """It stores what it made after the job was run by another and erased."""
    service.models.will(FOR_EVER)
    job = await service.submit()
    first = asyncio.create_task(service.work())
    await asyncio.sleep(1)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await service.finish(job)
    await service.deleter.delete(await service.job(job))
    assert await nothing_is_left(service, job)
