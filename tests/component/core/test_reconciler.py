"""The reconciler: what was not sent is sent, what was lost is found, what had its time goes."""

import asyncio
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from shared.due import SEND_GRACE
from shared.errors import StoreUnavailable
from shared.jobs import Job
from shared.lines import Lane
from shared.messages import JobMessage
from shared.records import RETENTION
from shared.statuses import JobStatus
from shared.tasks import parse_task
from shared.uploads import LOOK_AFTER
from tests.builders import MINUTE, SECOND, a_picture, an_upload
from tests.scripted_models import FOR_EVER
from tests.service import Service, an_order
from tests.virtual_time import virtual_clock
from worker.mailbox import Verdict
from worker.reconciler import SWEEP_EVERY

DAY = timedelta(days=1)


async def passes(span: timedelta) -> None:
    await asyncio.sleep(span.total_seconds())


async def messages_now(service: Service, lane: Lane = Lane.NORMAL) -> list[JobMessage]:
    found = await service.queue.receive(lane, at_most=10, wait=timedelta())
    return [JobMessage.model_validate_json(delivery.body) for delivery in found]


async def unsent(service: Service, **fields: object) -> Job:
    service.queue.fail("send")
    return await service.submit(**fields)


async def test_a_job_that_was_not_sent_is_sent_after_half_a_minute(service: Service) -> None:
    job = await unsent(service, lane=Lane.LOW, owner="bob")
    await passes(29 * SECOND)
    assert await service.reconciler.sweep() == 0
    await passes(SECOND)
    assert await service.reconciler.sweep() == 1
    (delivery,) = await service.queue.receive(Lane.LOW, at_most=9, wait=timedelta())
    assert delivery.owner == "bob"
    assert await service.handle(delivery) is Verdict.DELETE
    assert (await service.job(job)).status is JobStatus.SUCCEEDED


async def test_ten_sweeps_at_once_send_one_message(service: Service) -> None:
    jobs = [await unsent(service) for _ in range(3)]
    await passes(MINUTE)
    await asyncio.gather(*(service.reconciler.sweep() for _ in range(10)))
    assert sorted(m.job for m in await messages_now(service)) == sorted(job.id for job in jobs)


async def test_a_message_that_stays_lost_is_sent_again_every_ten_minutes(service: Service) -> None:
    job = await unsent(service)
    await passes(MINUTE)
    for number in (1, 2, 3):
        assert await service.reconciler.sweep() == 1
        await service.queue.delete(await service.receive())
        for _ in range(9):
            assert await service.reconciler.sweep() == 0
            await passes(MINUTE)
        assert (await service.job(job)).nudges == number
        await passes(MINUTE)
    await service.reconciler.sweep()
    assert await messages_now(service) == [JobMessage(job=job.id, nudge=4)]


async def test_a_message_that_could_not_be_sent_again_is_sent_half_a_minute_later(
    service: Service,
) -> None:
    job = await unsent(service)
    await passes(SEND_GRACE)
    service.queue.fail("send")
    with pytest.raises(StoreUnavailable):
        await service.reconciler.sweep()
    await passes(SEND_GRACE - SECOND)
    assert await service.reconciler.sweep() == 0
    await passes(SECOND)
    assert [await service.reconciler.sweep() for _ in range(3)] == [1, 0, 0]
    assert (await service.finish(job)).status is JobStatus.SUCCEEDED


async def test_a_message_that_was_replaced_is_not_heeded(service: Service) -> None:
    job = await service.submit()
    await passes(MINUTE)
    await service.reconciler.sweep()
    first, second = await service.receive(), await service.receive()
    assert await service.handle(first) is Verdict.DELETE
    assert (await service.job(job)).fence == 0
    assert await service.handle(second) is Verdict.DELETE
    assert (await service.job(job)).status is JobStatus.SUCCEEDED
    assert len(service.models.asked) == 1


async def test_a_parked_job_is_not_missed_however_long_it_waits(service: Service) -> None:
    job = await service.submit()
    await service.pools.hold_off(job.pool, virtual_clock() + 50 * MINUTE)
    while virtual_clock() < job.created_at + 49 * MINUTE:
        await service.work()
        await service.reconciler.sweep()
    waiting = await service.job(job)
    assert (waiting.status, waiting.nudges) == (JobStatus.QUEUED, 0)
    # Its row was written now and then, and not each of the many times that it was parked.
    assert waiting.version < 10
    assert (await service.finish(job)).status is JobStatus.SUCCEEDED


async def test_a_running_job_is_left_to_its_worker(service: Service) -> None:
    service.models.will(30 * MINUTE)
    job = await service.submit()
    working = asyncio.create_task(service.work())
    for _ in range(29):
        await passes(MINUTE)
        assert await service.reconciler.sweep() == 0
    await working
    assert (await service.job(job)).status is JobStatus.SUCCEEDED


async def test_a_job_whose_worker_and_message_are_lost_is_run_again(service: Service) -> None:
    service.models.will(FOR_EVER)
    job = await service.submit()
    delivery = await service.receive()
    await service.jobs.save(job.start(virtual_clock(), MINUTE, (0,)))
    await service.queue.delete(delivery)
    await passes(2 * MINUTE)
    assert await service.reconciler.sweep() == 0
    await passes(MINUTE)
    assert await service.reconciler.sweep() == 1
    service.models.will()
    done = await service.finish(job)
    assert (done.status, done.attempt) == (JobStatus.SUCCEEDED, 2)


async def test_a_job_past_its_retention_leaves_a_tombstone_and_no_pictures(
    service: Service,
) -> None:
    job = await service.finish(await service.submit(n=2))
    assert len(service.pictures.keys) == 6
    await passes(RETENTION - MINUTE)
    assert await service.reconciler.sweep() == 0
    await passes(MINUTE)
    assert sum(await asyncio.gather(*(service.reconciler.sweep() for _ in range(10)))) == 1
    assert service.pictures.keys == frozenset()
    assert await service.jobs.get(job.id) is None
    (tombstone,) = await service.jobs.tombstones([job.id])
    assert tombstone == job.tombstone("expired", tombstone.gone_at)
    assert await service.reconciler.sweep() == 0


@pytest.mark.parametrize(
    "failing", ["pictures.delete", "uploads.unname", "uploads.close", "uploads.forget", "jobs.bury"]
)
async def test_an_erasure_that_is_cut_short_is_finished_by_the_next_sweep(
    service: Service, failing: str
) -> None:
    upload, job = await inpainted(service)
    await passes(RETENTION)
    store, method = failing.split(".")
    getattr(service, store).fail(method)
    with pytest.raises(StoreUnavailable):
        await service.reconciler.sweep()
    await service.reconciler.sweep()
    assert await service.jobs.get(job.id) is None
    assert await service.uploads.get(upload) is None
    assert service.pictures.keys == frozenset()


async def inpainted(service: Service, upload_id: str | None = None) -> tuple[str, Job]:
    """A finished job that names an upload: a new one, or the one given."""
    if upload_id is None:
        upload = an_upload(created_at=virtual_clock())
        await service.uploads.add(upload)
        await service.pictures.put(upload.key, a_picture(640, 640), content_type="image/png")
        upload_id = upload.id
    task = {"kind": "remove_background", "image": {"upload": upload_id}}
    job = (await service.submitter.submit(an_order(task=parse_task(task)))).job
    return upload_id, await service.finish(job)


async def test_an_upload_goes_with_the_last_job_that_names_it(service: Service) -> None:
    upload, first = await inpainted(service)
    await passes(5 * DAY)
    await service.reconciler.sweep()
    _, second = await inpainted(service, upload)
    await passes(RETENTION - 5 * DAY)
    await service.reconciler.sweep()
    assert await service.jobs.get(first.id) is None
    kept = await service.uploads.get(upload)
    assert kept.jobs == {second.id}
    assert kept.key in service.pictures.keys
    await passes(5 * DAY)
    await service.reconciler.sweep()
    assert await service.uploads.get(upload) is None
    assert service.pictures.keys == frozenset()


async def test_an_upload_that_nobody_names_goes_after_a_day(service: Service) -> None:
    upload = an_upload()
    await service.uploads.add(upload)
    await service.pictures.put(upload.key, b"x", content_type="image/png")
    await passes(LOOK_AFTER - SECOND)
    assert await service.reconciler.sweep() == 0
    await passes(SECOND)
    await asyncio.gather(*(service.reconciler.sweep() for _ in range(10)))
    assert await service.uploads.get(upload.id) is None
    assert service.pictures.keys == frozenset()


async def test_an_upload_in_use_is_looked_at_twice_and_no_more(service: Service) -> None:
    upload, job = await inpainted(service)
    looks = 0
    for _ in range(28):
        await passes(DAY)
        looks += await service.reconciler.sweep()
    assert looks == 1
    assert (await service.uploads.get(upload)).look_at == job.expires_at + LOOK_AFTER


async def test_an_upload_named_by_a_row_that_cannot_be_read_stays_and_stops_no_sweep(
    service: Service,
) -> None:
    upload, _ = await inpainted(service)
    other = an_upload()
    await service.uploads.add(other)
    await service.pictures.put(other.key, b"x", content_type="image/png")
    await passes(LOOK_AFTER)
    service.jobs.spoil("get_many")
    await service.reconciler.sweep()
    assert await service.uploads.get(upload) is not None
    assert await service.uploads.get(other.id) is None


async def test_a_job_that_was_never_run_ends_when_its_time_is_over(service: Service) -> None:
    job = await unsent(service)
    await passes(RETENTION)
    await service.reconciler.sweep()
    ended = await service.job(job)
    assert (ended.status, ended.failure.code) == (JobStatus.EXPIRED, "worker_crashed")
    await service.reconciler.sweep()
    assert await service.jobs.get(job.id) is None


async def test_more_than_a_page_is_dealt_with_in_one_sweep(service: Service) -> None:
    for number in range(90):
        await unsent(service, owner=f"owner {number}")
    for number in range(60):
        await unsent(service, owner=f"owner {number}", network="198.51.100.0/24")
    await passes(MINUTE)
    assert await service.reconciler.sweep() == 150
    assert await service.reconciler.sweep() == 0


async def test_one_job_that_cannot_be_dealt_with_does_not_stop_the_others(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    done = [await service.finish(await service.submit()) for _ in range(3)]
    await passes(RETENTION)
    erase, poisoned = service.pictures._twin.delete, done[1].artifacts[0].key

    async def delete(keys: list[str]) -> None:
        if poisoned in keys:
            raise ZeroDivisionError("a bug")
        await erase(keys)

    service.pictures._twin.delete = delete
    assert await service.reconciler.sweep() == 2
    assert await service.jobs.get(done[1].id) == done[1]
    assert f"{done[1].id} could not be seen to" in caplog.text


async def test_workers_sweep_in_turn_and_go_on_after_an_outage(service: Service) -> None:
    job, due, asked = await unsent(service), service.jobs._twin.due, []

    async def count(*args: Any, **kwargs: Any) -> Any:
        asked.append(virtual_clock())
        return await due(*args, **kwargs)

    service.jobs._twin.due = count
    sweeps = [asyncio.create_task(service.reconciler.run()) for _ in range(5)]
    service.jobs.fail("due", times=3)
    await passes(5 * MINUTE)
    for sweep in sweeps:
        sweep.cancel()
    await asyncio.wait(sweeps)
    assert await messages_now(service) == [JobMessage(job=job.id, nudge=1)]
    # Once in half a minute at most, however many they are.
    assert 4 <= len(asked) <= 10
    assert all(later - earlier >= SWEEP_EVERY for earlier, later in pairwise(asked))
