"""How jobs end when models, stores and workers fail, and that the money is right each time."""

import asyncio
from datetime import timedelta
from random import Random

import pytest

from shared.adapters.pillow_darkroom import PillowDarkroom
from shared.errors import (
    CallFailed,
    InputRejected,
    ModelBroken,
    ModelBusy,
    ModelTimeout,
    ModelUnavailable,
    StaleJob,
)
from shared.jobs import Job, JobStatus, Lane
from tests.builders import LEASE, MINUTE, SECOND
from tests.scripted_models import FOR_EVER, nova_reply, stability_reply, tiny_png
from tests.service import CORE, NOVA, Service, a_service, until
from tests.virtual_time import virtual_clock
from worker.mailbox import Verdict

BLOCKED = "This request has been blocked by our content filters. Please adjust your {} to submit."
SOME_BLOCKED = "Some of the generated images have been blocked by our content filters."
ALL_BLOCKED = "All of the generated images have been blocked by our content filters."


async def the_money_is_right(service: Service, job: Job) -> None:
    """What was reserved is what was charged and what was refunded."""
    ended = await service.job(job)
    assert ended.charged == ended.owed
    assert await service.spent() == ended.charged


async def test_a_busy_model_is_tried_again_later_and_costs_nothing(service: Service) -> None:
    service.models.will(ModelBusy("Too many requests."))
    job = await service.submit()
    assert await service.work() is Verdict.KEEP
    waiting = await service.job(job)
    assert (waiting.status, waiting.attempt, waiting.billed) == (JobStatus.QUEUED, 1, False)
    assert await service.queue.receive(Lane.NORMAL, at_most=1, wait=timedelta()) == []
    assert (await service.finish(job)).status is JobStatus.SUCCEEDED
    await the_money_is_right(service, job)


async def test_a_busy_model_gives_everyone_a_rest(service: Service) -> None:
    service.models.will(ModelBusy("Too many requests."))
    job = await service.submit()
    await service.work()
    assert await service.next_slot(job) >= virtual_clock() + 4 * SECOND


async def test_a_model_that_stays_busy_fails_the_job_once_its_attempts_are_used_up(
    service: Service,
) -> None:
    service.models.will(ever_after=ModelBusy("Too many requests."))
    job = await service.submit()
    failed = await service.finish(job)
    assert (failed.status, failed.attempt) == (JobStatus.FAILED, failed.max_attempts)
    assert failed.failure is not None
    assert (failed.failure.code, failed.failure.retryable) == ("model_busy", True)
    assert len(service.models.asked) == failed.max_attempts
    assert not failed.billed
    assert await service.messages() == 0
    await the_money_is_right(service, job)


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (ModelTimeout("No answer."), "model_timeout"),
        (b"not JSON", "model_broken"),
        (nova_reply(b"no picture"), "model_broken"),
    ],
)
async def test_at_most_three_paid_calls_are_made_for_a_picture(
    service: Service, step: Exception | bytes, code: str
) -> None:
    service.models.will(ever_after=step)
    job = await service.submit()
    failed = await service.finish(job)
    assert failed.failure is not None
    assert (failed.status, failed.failure.code) == (JobStatus.FAILED, code)
    assert len(service.models.asked) == 3
    assert failed.charged == 3 * job.estimate
    await the_money_is_right(service, job)


@pytest.mark.parametrize(
    "error",
    [ModelUnavailable("The model has ended."), InputRejected("width is wrong")],
)
async def test_what_trying_again_cannot_help_fails_at_once(
    service: Service, error: CallFailed
) -> None:
    service.models.will(error)
    job = await service.submit()
    assert await service.work() is Verdict.DELETE
    failed = await service.job(job)
    assert failed.failure is not None
    assert (failed.status, failed.failure.code) == (JobStatus.FAILED, error.code)
    assert not failed.failure.retryable
    await the_money_is_right(service, job)


@pytest.mark.parametrize(
    ("model", "step", "where"),
    [
        (NOVA, InputRejected(BLOCKED.format("text prompt")), "prompt"),
        (NOVA, InputRejected(BLOCKED.format("input image")), "input"),
        (NOVA, nova_reply(error=ALL_BLOCKED), "output"),
        (CORE, stability_reply(reason="Filter reason: prompt"), "prompt"),
        (CORE, stability_reply(reason="Filter reason: output image"), "output"),
    ],
)
async def test_a_content_filter_s_no_says_what_it_was_about(
    service: Service, model: str, step: Exception | bytes, where: str
) -> None:
    service.models.will(step)
    job = await service.submit(model=model)
    await service.work()
    moderated = await service.job(job)
    assert moderated.status is JobStatus.MODERATED
    assert moderated.failure is not None
    assert moderated.failure.where == where
    assert len(service.models.asked) == 1
    # What is filtered at the output was made first, and may be billed.
    assert moderated.charged == (job.estimate if where == "output" else 0)
    await the_money_is_right(service, job)


async def test_some_pictures_of_several_are_a_partial_success_with_a_reason(
    service: Service,
) -> None:
    service.models.will(nova_reply(tiny_png(1), error=SOME_BLOCKED))
    done = await service.finish(await service.submit(n=3))
    assert (done.status, done.partial, len(done.artifacts)) == (JobStatus.SUCCEEDED, True, 1)
    assert done.calls[0].refused is not None
    assert done.calls[0].refused.where == "output"


async def test_of_an_answer_with_a_picture_that_cannot_be_read_nothing_is_stored(
    service: Service,
) -> None:
    service.models.will(nova_reply(tiny_png(1), b"no picture"))
    job = await service.submit(n=2)
    assert await service.work() is Verdict.KEEP
    assert service.pictures.keys == frozenset()
    done = await service.finish(job)
    assert (done.status, done.calls[0].paid, len(done.artifacts)) == (JobStatus.SUCCEEDED, 2, 2)


async def test_only_the_calls_that_failed_are_made_again(service: Service) -> None:
    service.models.will(None, ModelBroken("Oops."), None)
    job = await service.submit(model=CORE, n=3)
    assert await service.work() is Verdict.KEEP
    assert len((await service.job(job)).artifacts) == 2
    done = await service.finish(job)
    assert [artifact.k for artifact in done.artifacts] == [0, 1, 2]
    assert len(service.models.asked) == 4
    await the_money_is_right(service, job)


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


async def test_heartbeats_that_no_store_hears_do_not_end_a_paid_call(service: Service) -> None:
    service.models.will(70 * SECOND)
    job = await service.submit()
    service.jobs.fail("renew", times=2)
    assert await service.work() is Verdict.DELETE
    assert len(service.models.asked) == 1
    assert (await service.job(job)).status is JobStatus.SUCCEEDED


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


async def test_a_job_whose_model_left_the_catalogue_fails_and_says_so(service: Service) -> None:
    job = await service.submit()
    kept = await service.job(job)
    gone = {"resolved_model": "a-model-of-last-year", "version": kept.version + 1}
    await service.jobs.save(kept.model_copy(update=gone))
    assert await service.work() is Verdict.DELETE
    failed = await service.job(job)
    assert failed.failure is not None
    assert (failed.status, failed.failure.code) == (JobStatus.FAILED, "model_unavailable")
    await the_money_is_right(service, job)


@pytest.mark.parametrize("seed", range(20))
async def test_after_any_run_of_bad_luck_a_job_has_one_end_and_the_money_is_right(
    service: Service, seed: int
) -> None:
    luck = Random(seed)
    bad = [ModelBusy("busy"), ModelTimeout("slow"), ModelBroken("broken"), b"{}", None]
    service.models.will(*luck.choices(bad, k=12))
    for _ in range(3):
        where = luck.choice([service.jobs, service.pictures])
        method = {id(service.jobs): "save", id(service.pictures): "put"}[id(where)]
        where.spare(method, luck.randrange(4))
        where.fail(method)
    model = luck.choice([NOVA, CORE])
    service.jobs.spare("add", 1)
    job = await service.submit(model=model, n=3)
    done = await service.finish(job)
    assert done.status in (JobStatus.SUCCEEDED, JobStatus.FAILED)
    assert all(call.paid <= 3 for call in done.calls)
    assert service.pictures.keys >= {key for a in done.artifacts for key in a.keys}
    await the_money_is_right(service, job)
    with pytest.raises(StaleJob):
        await service.jobs.save(done)
