"""Submission: what is kept, what is taken, and what is given back when a step fails."""

import asyncio
from datetime import timedelta
from random import Random

import pytest

from shared.errors import (
    CanvasError,
    KeyReused,
    LimitReached,
    StaleJob,
    StoreUnavailable,
    SubmissionInFlight,
    TaskInvalid,
    UnknownModel,
)
from shared.messages import JobMessage
from shared.money import micros
from shared.search import JobFilter
from shared.statuses import JobStatus
from shared.submission import IdempotencyKey
from tests.builders import MINUTE, SECOND
from tests.service import CORE, NOVA, Service, an_order
from tests.virtual_time import virtual_clock

KEY = IdempotencyKey("k", "this request")


async def nothing_is_taken(service: Service) -> bool:
    meters = ("rate#ada", "network#192.0.2.0/24")
    return not any([await service.used(meter) for meter in meters] + [await service.spent()])


async def jobs_of_ada(service: Service) -> int:
    page = await service.jobs.owned_by("ada", JobFilter(), limit=1000)
    return len(page.jobs)


async def test_an_accepted_order_is_a_queued_job_with_all_its_choices_made(
    service: Service,
) -> None:
    accepted = await service.submitter.submit(an_order(model="auto", n=3, seed=None), trace="00-1")
    job = await service.job(accepted.job)
    assert job == accepted.job
    assert (job.status, job.version) == (JobStatus.QUEUED, 1)
    assert (job.requested_model, job.resolved_model) == ("auto", NOVA)
    assert job.task.seed is not None
    assert [call.images for call in job.calls] == [3]
    assert job.estimate == micros("0.12")
    assert await service.spent() == job.estimate
    delivery = await service.receive()
    assert JobMessage.model_validate_json(delivery.body) == JobMessage(job=job.id)
    assert (delivery.owner, delivery.trace) == ("ada", "00-1")


async def test_a_quote_keeps_nothing_and_takes_nothing(service: Service) -> None:
    quote = service.submitter.quote(an_order(model=CORE, n=2))
    assert (quote.choice.model.name, quote.estimate) == (CORE, micros("0.08"))
    assert await nothing_is_taken(service)
    assert await jobs_of_ada(service) == 0


async def test_the_same_key_and_request_find_the_same_job(service: Service) -> None:
    first = await service.submitter.submit(an_order(), KEY)
    again = await service.submitter.submit(an_order(), KEY)
    assert (first.replayed, again.replayed) == (False, True)
    assert again.job == first.job
    assert (await jobs_of_ada(service), await service.used("rate#ada")) == (1, 1)
    assert await service.messages() == 1


async def test_keys_of_two_owners_are_strangers(service: Service) -> None:
    first = await service.submitter.submit(an_order(), KEY)
    second = await service.submitter.submit(an_order(owner="bob"), KEY)
    assert first.job.id != second.job.id


async def test_a_key_cannot_be_used_for_another_request(service: Service) -> None:
    await service.submitter.submit(an_order(), KEY)
    with pytest.raises(KeyReused):
        await service.submitter.submit(an_order(), IdempotencyKey("k", "another request"))


async def test_of_many_equal_requests_at_once_one_is_accepted(service: Service) -> None:
    outcomes = await asyncio.gather(
        *(service.submitter.submit(an_order(), KEY) for _ in range(20)), return_exceptions=True
    )
    accepted = [o for o in outcomes if not isinstance(o, BaseException)]
    assert sum(not answer.replayed for answer in accepted) == 1
    refused = [o for o in outcomes if isinstance(o, BaseException)]
    assert all(isinstance(error, SubmissionInFlight) for error in refused)
    assert (await jobs_of_ada(service), await service.used("rate#ada")) == (1, 1)


async def test_a_submission_that_died_is_taken_over_after_thirty_seconds(service: Service) -> None:
    service.meters.fail("take")
    with pytest.raises(StoreUnavailable):
        await service.submitter.submit(an_order(), KEY)
    await asyncio.sleep(29)
    with pytest.raises(SubmissionInFlight):
        await service.submitter.submit(an_order(), KEY)
    await asyncio.sleep(1)
    assert not (await service.submitter.submit(an_order(), KEY)).replayed
    assert await jobs_of_ada(service) == 1


async def test_of_many_that_take_a_dead_submission_over_one_wins(service: Service) -> None:
    service.meters.fail("take")
    with pytest.raises(StoreUnavailable):
        await service.submitter.submit(an_order(), KEY)
    await asyncio.sleep(31)
    await asyncio.gather(
        *(service.submitter.submit(an_order(), KEY) for _ in range(10)), return_exceptions=True
    )
    assert (await jobs_of_ada(service), await service.used("rate#ada")) == (1, 1)


async def test_one_that_was_taken_for_dead_and_goes_on_later_keeps_no_second_job(
    service: Service,
) -> None:
    service.jobs.hold_up("add", MINUTE)
    slow = asyncio.create_task(service.submitter.submit(an_order(), KEY))
    await asyncio.sleep(31)
    quick = await service.submitter.submit(an_order(), KEY)
    with pytest.raises(StoreUnavailable):
        await slow
    assert (await service.submitter.submit(an_order(), KEY)).job == quick.job
    assert (await jobs_of_ada(service), await service.used("rate#ada")) == (1, 1)
    assert await service.spent() == quick.job.estimate


async def test_one_that_was_refused_in_the_place_of_another_refuses_for_both(
    service: Service,
) -> None:
    service.jobs.hold_up("add", MINUTE)
    slow = asyncio.create_task(service.submitter.submit(an_order(), KEY))
    await asyncio.sleep(31)
    for _ in range(19):
        await service.submit()
    with pytest.raises(LimitReached):
        await service.submitter.submit(an_order(), KEY)
    with pytest.raises(StoreUnavailable):
        await slow
    assert (await jobs_of_ada(service), await service.used("rate#ada")) == (19, 19)


async def test_a_write_that_failed_and_comes_late_keeps_no_job(service: Service) -> None:
    service.jobs.come_late("add", MINUTE)
    with pytest.raises(StoreUnavailable):
        await service.submitter.submit(an_order(), KEY)
    await asyncio.sleep(120)
    assert await nothing_is_taken(service)
    assert await jobs_of_ada(service) == 0


async def test_what_is_known_not_to_be_kept_may_be_asked_for_again_at_once(
    service: Service,
) -> None:
    service.jobs.fail("add")
    with pytest.raises(StoreUnavailable):
        await service.submitter.submit(an_order(), KEY)
    assert not (await service.submitter.submit(an_order(), KEY)).replayed
    assert await jobs_of_ada(service) == 1


async def test_when_nobody_can_say_whether_a_job_is_kept_nothing_is_given_back(
    service: Service,
) -> None:
    service.jobs.come_late("add", SECOND)
    service.jobs.fail("rule_out")
    with pytest.raises(StoreUnavailable):
        await service.submit()
    await asyncio.sleep(60)
    assert (await jobs_of_ada(service), await service.used("rate#ada")) == (1, 1)
    assert await service.spent() == micros("0.04")


async def test_a_refused_request_frees_its_key(service: Service) -> None:
    with pytest.raises(UnknownModel):
        await service.submitter.submit(an_order(model="no-such-model"), KEY)
    other = IdempotencyKey("k", "another request")
    assert not (await service.submitter.submit(an_order(), other)).replayed


@pytest.mark.parametrize(
    ("fields", "error", "pointer"),
    [
        ({"model": "no-such-model"}, UnknownModel, "/model"),
        ({"parent": "0" * 26}, TaskInvalid, "/parent"),
        ({"start_by": -SECOND}, TaskInvalid, "/start_by"),
        ({"finish_by": timedelta()}, TaskInvalid, "/finish_by"),
    ],
)
async def test_an_order_that_breaks_a_rule_is_refused_and_nothing_is_kept(
    service: Service, fields: dict[str, object], error: type[TaskInvalid], pointer: str
) -> None:
    now = virtual_clock()
    fields = {k: now + v if isinstance(v, timedelta) else v for k, v in fields.items()}
    with pytest.raises(error) as refused:
        await service.submitter.submit(an_order(**fields))
    assert [violation.pointer for violation in refused.value.violations] == [pointer]
    assert await nothing_is_taken(service)
    assert await jobs_of_ada(service) == 0


async def test_a_parent_must_be_a_job_of_the_same_owner(service: Service) -> None:
    parent = await service.submit()
    child = await service.submit(parent=parent.id)
    assert child.parent == parent.id
    with pytest.raises(TaskInvalid):
        await service.submit(owner="bob", parent=parent.id)


async def test_of_fifty_at_once_exactly_twenty_are_accepted_and_the_meters_are_exact(
    service: Service,
) -> None:
    outcomes = await asyncio.gather(
        *(service.submitter.submit(an_order()) for _ in range(50)), return_exceptions=True
    )
    refused = [o for o in outcomes if isinstance(o, BaseException)]
    assert all(isinstance(e, LimitReached) and e.policy == "submissions" for e in refused)
    assert (len(refused), await jobs_of_ada(service)) == (30, 20)
    assert await service.used("rate#ada") == 20
    assert await service.used("network#192.0.2.0/24") == 20
    assert await service.spent() == 20 * micros("0.04")


async def test_premium_uses_up_the_limit_twice_as_fast(service: Service) -> None:
    for _ in range(10):
        await service.submit(quality="premium")
    with pytest.raises(LimitReached):
        await service.submit()


async def test_the_limit_opens_again_after_its_window(service: Service) -> None:
    for _ in range(20):
        await service.submit()
    with pytest.raises(LimitReached) as reached:
        await service.submit()
    assert reached.value.reset_at == virtual_clock() + 20 * MINUTE
    await asyncio.sleep(20 * 60)
    assert (await service.submit()).status is JobStatus.QUEUED


@pytest.mark.parametrize("lucky", [0, 1, 2])
async def test_when_a_meter_cannot_be_asked_what_was_taken_is_given_back(
    service: Service, lucky: int
) -> None:
    service.meters.spare("take", lucky)
    if lucky == 2:
        service.spending.fail("reserve")
    else:
        service.meters.fail("take")
    with pytest.raises(StoreUnavailable):
        await service.submit()
    assert await nothing_is_taken(service)
    assert await jobs_of_ada(service) == 0


async def test_when_the_job_cannot_be_kept_everything_is_given_back(service: Service) -> None:
    service.jobs.fail("add")
    with pytest.raises(StoreUnavailable):
        await service.submit()
    assert await nothing_is_taken(service)
    assert await service.messages() == 0


async def test_what_cannot_be_given_back_does_not_hide_why_an_order_was_refused(
    service: Service,
) -> None:
    dear = {"n": 5, "quality": "premium", "width": 2048, "height": 2048}
    for number in range(25):
        await service.submit(owner=f"owner {number}", **dear)
    service.meters.fail("adjust")
    with pytest.raises(LimitReached) as reached:
        await service.submit(**dear)
    assert reached.value.policy == "spend"
    assert await service.used("rate#ada") == 0


async def test_a_job_whose_reply_was_lost_is_accepted_once(service: Service) -> None:
    service.jobs.lose_reply("add")
    job = await service.submit()
    assert await service.job(job) == job
    assert (await jobs_of_ada(service), await service.used("rate#ada")) == (1, 1)
    assert await service.spent() == job.estimate


async def test_a_job_that_could_not_be_sent_is_accepted_all_the_same(service: Service) -> None:
    service.queue.fail("send")
    job = await service.submit()
    assert (await service.job(job)).status is JobStatus.QUEUED
    assert await service.used("rate#ada") == 1
    assert await service.messages() == 0


@pytest.mark.parametrize("seed", range(20))
async def test_under_outages_meters_show_what_was_accepted(service: Service, seed: int) -> None:
    luck = Random(seed)
    for place, method in ((service.jobs, "add"), (service.meters, "take"), (service.queue, "send")):
        for _ in range(3):
            place.spare(method, luck.randrange(6))
            place.fail(method)
    outcomes = await asyncio.gather(
        *(service.submitter.submit(an_order()) for _ in range(15)), return_exceptions=True
    )
    unexpected = [o for o in outcomes if isinstance(o, Exception) and not is_refusal(o)]
    assert unexpected == []
    kept = await jobs_of_ada(service)
    assert kept == sum(not isinstance(o, BaseException) for o in outcomes)
    assert await service.used("rate#ada") == kept
    assert await service.spent() == kept * micros("0.04")


def is_refusal(error: Exception) -> bool:
    return isinstance(error, CanvasError) and not isinstance(error, StaleJob)
