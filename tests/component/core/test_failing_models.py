"""How jobs end when models fail, refuse or are busy."""

from datetime import timedelta

import pytest

from shared.errors import (
    CallFailed,
    InputRejected,
    ModelBroken,
    ModelBusy,
    ModelTimeout,
    ModelUnavailable,
)
from shared.lines import Lane
from shared.statuses import JobStatus
from tests.builders import SECOND
from tests.component.core.money import the_money_is_right
from tests.scripted_models import nova_reply, stability_reply, tiny_png
from tests.service import CORE, NOVA, Service
from tests.virtual_time import virtual_clock
from worker.mailbox import Verdict

BLOCKED = "This request has been blocked by our content filters. Please adjust your {} to submit."
SOME_BLOCKED = "Some of the generated images have been blocked by our content filters."
ALL_BLOCKED = "All of the generated images have been blocked by our content filters."


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
