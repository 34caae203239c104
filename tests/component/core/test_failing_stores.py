"""Jobs end well though a store does not answer, or its answer is lost."""

import pytest

from shared.statuses import JobStatus
from tests.builders import MINUTE, SECOND
from tests.component.core.money import the_money_is_right
from tests.service import Service
from tests.virtual_time import virtual_clock
from worker.mailbox import Verdict


async def test_heartbeats_that_no_store_hears_do_not_end_a_paid_call(service: Service) -> None:
    service.models.will(70 * SECOND)
    job = await service.submit()
    service.jobs.fail("renew", times=2)
    assert await service.work() is Verdict.DELETE
    assert len(service.models.asked) == 1
    assert (await service.job(job)).status is JobStatus.SUCCEEDED


async def test_a_save_whose_reply_is_lost_is_not_made_twice(service: Service) -> None:
    job = await service.submit()
    service.jobs.spare("save", 1)
    service.jobs.lose_reply("save")
    service.jobs.lose_reply("save")
    assert await service.work() is Verdict.DELETE
    done = await service.job(job)
    assert (done.status, len(done.artifacts), done.version) == (JobStatus.SUCCEEDED, 1, 4)
    await the_money_is_right(service, job)


@pytest.mark.parametrize("method", ["get", "save"])
async def test_without_the_job_store_the_message_stays_and_the_job_runs_later(
    service: Service, method: str
) -> None:
    job = await service.submit()
    service.jobs.fail(method)
    assert await service.work() is Verdict.KEEP
    assert (await service.job(job)).status is JobStatus.QUEUED
    assert service.models.asked == []
    assert (await service.finish(job)).status is JobStatus.SUCCEEDED


async def test_an_outage_of_25_minutes_does_not_use_up_a_message_s_receives(
    service: Service,
) -> None:
    job = await service.submit()
    while virtual_clock() < job.created_at + 25 * MINUTE:
        service.jobs.fail("get")
        assert await service.work() is Verdict.KEEP
    assert service.queue.dead == []
    assert (await service.finish(job)).status is JobStatus.SUCCEEDED


async def test_pictures_that_cannot_be_stored_at_once_are_stored_a_little_later(
    service: Service,
) -> None:
    service.pictures.fail("put", times=2)
    job = await service.submit()
    assert await service.work() is Verdict.DELETE
    assert len(service.models.asked) == 1
    assert len(service.pictures.keys) == 3
    await the_money_is_right(service, job)


async def test_a_job_is_not_done_before_its_pictures_are_stored(service: Service) -> None:
    service.pictures.fail("put", times=4)
    job = await service.submit()
    assert await service.work() is Verdict.KEEP
    kept = await service.job(job)
    assert (kept.status, kept.artifacts) == (JobStatus.RUNNING, ())
    assert (await service.finish(job)).charged == 2 * job.estimate
    await the_money_is_right(service, job)
