"""How jobs are worked on when nothing goes wrong, and when the same message comes twice."""

import asyncio
import hashlib
from datetime import timedelta

import orjson
import pytest

from shared.adapters.pillow_darkroom import PillowDarkroom
from shared.lines import Lane
from shared.messages import JobMessage, Slot
from shared.money import micros
from shared.statuses import JobStatus
from tests.builders import MINUTE, NOON, SECOND
from tests.scripted_models import FOR_EVER
from tests.service import CORE, NOVA, Service, a_service
from tests.virtual_time import virtual_clock
from worker.mailbox import Verdict


@pytest.mark.parametrize(("model", "calls"), [(NOVA, 1), (CORE, 3)])
async def test_a_job_for_three_pictures_gets_them(service: Service, model: str, calls: int) -> None:
    job = await service.submit(model=model, n=3)
    assert await service.work() is Verdict.DELETE
    done = await service.job(job)
    assert done.status is JobStatus.SUCCEEDED
    assert [artifact.k for artifact in done.artifacts] == [0, 1, 2]
    assert (done.attempt, done.partial, done.billed) == (1, False, True)
    assert len(service.models.asked) == calls
    assert await service.messages() == 0


@pytest.mark.parametrize("model", [NOVA, CORE])
async def test_the_model_s_bytes_are_kept_as_they_are_with_a_thumbnail_and_a_card(
    service: Service, model: str
) -> None:
    job = await service.submit(model=model, n=2, seed=41)
    done = await service.finish(job)
    originals = [(await service.pictures.get(artifact.key)).body for artifact in done.artifacts]
    assert sorted(originals) == sorted(service.models.painted)
    for artifact, original in zip(done.artifacts, originals, strict=True):
        assert artifact.sha256 == hashlib.sha256(original).hexdigest()
        assert (await service.pictures.get(artifact.thumbnail_key)).content_type == "image/webp"
        card = orjson.loads((await service.pictures.get(artifact.card_key)).body)
        assert card["sha256"] == artifact.sha256
        assert card["seed"] == artifact.seed
        assert card["task"]["prompt"] == "a fox in the snow"
        assert card["task"]["seed"] == 41
        assert card["model"]["name"] == model
    assert service.pictures.keys == {key for artifact in done.artifacts for key in artifact.keys}


async def test_each_picture_of_several_calls_has_the_seed_that_makes_it_again(
    service: Service,
) -> None:
    done = await service.finish(await service.submit(model=CORE, n=3, seed=0))
    assert [artifact.seed for artifact in done.artifacts] == [0, 1, 2]


async def test_a_message_delivered_twice_one_after_the_other_makes_one_set_of_pictures(
    service: Service,
) -> None:
    job = await service.submit()
    delivery = await service.receive()
    assert [await service.handle(delivery), await service.handle(delivery)] == [Verdict.DELETE] * 2
    assert len(service.models.asked) == 1
    assert len(service.pictures.keys) == 3
    assert (await service.job(job)).status is JobStatus.SUCCEEDED


async def test_a_message_delivered_ten_times_at_once_makes_one_set_of_pictures(
    service: Service,
) -> None:
    job = await service.submit()
    delivery = await service.receive()
    verdicts = await asyncio.gather(*(service.processor.handle(delivery) for _ in range(10)))
    assert verdicts.count(Verdict.DELETE) == 1
    assert len(service.models.asked) == 1
    done = await service.job(job)
    assert (done.status, done.charged) == (JobStatus.SUCCEEDED, job.estimate)


async def test_a_message_of_a_job_that_is_held_is_hidden_and_not_deleted(service: Service) -> None:
    job = await service.submit()
    first = await service.receive()
    await service.queue.send(JobMessage(job=job.id), lane=Lane.NORMAL, owner=job.owner)
    second = await service.receive()
    service.models.will(30 * SECOND)
    working = asyncio.create_task(service.handle(first))
    await asyncio.sleep(10)
    assert await service.handle(second) is Verdict.KEEP
    assert await service.queue.receive(Lane.NORMAL, at_most=1, wait=timedelta()) == []
    assert await working is Verdict.DELETE
    assert (await service.receive()).message_id == second.message_id
    assert len(service.models.asked) == 1


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not JSON",
        "[]",
        '{"v": 0, "job": "00000000000000000000000000"}',
        '{"v": 1, "job": "../../etc/passwd"}',
        '{"v": 1, "job": "00000000000000000000000000",'
        ' "slot": {"pool": "p", "at": "2026-11-02T12:00:00"}}',
    ],
)
async def test_a_malformed_message_goes_to_the_dead_letters_and_never_loops(
    service: Service, body: str
) -> None:
    await service.queue.send_body(body, lane=Lane.NORMAL, owner="ada")
    assert await service.work() is Verdict.DELETE
    assert [(letter.body, letter.reason) for letter in service.queue.dead] == [(body, "malformed")]
    assert await service.messages() == 0


async def test_a_message_of_a_newer_release_is_left_to_it_and_never_loops(
    service: Service,
) -> None:
    body = '{"v": 2, "work": "not known here"}'
    await service.queue.send_body(body, lane=Lane.NORMAL, owner="ada")
    for _ in range(10):
        assert await service.work() is Verdict.KEEP
    assert virtual_clock() - NOON > 20 * MINUTE
    with pytest.raises(AssertionError, match="no message came"):
        await service.receive()
    assert [letter.body for letter in service.queue.dead] == [body]


async def test_what_a_newer_release_says_besides_is_no_concern_of_ours(service: Service) -> None:
    job = await service.submit()
    await service.queue.delete(await service.receive())
    body = f'{{"v": 1, "job": "{job.id}", "mood": "good"}}'
    await service.queue.send_body(body, lane=Lane.NORMAL, owner="ada")
    assert await service.work() is Verdict.DELETE
    assert (await service.job(job)).status is JobStatus.SUCCEEDED


async def test_a_message_of_an_unknown_job_is_deleted(service: Service) -> None:
    message = JobMessage(job="0" * 26)
    await service.queue.send(message, lane=Lane.NORMAL, owner="ada")
    assert await service.work() is Verdict.DELETE
    assert await service.messages() == 0


async def test_a_slot_far_ahead_is_parked_for_and_the_slot_travels_along(
    darkroom: PillowDarkroom,
) -> None:
    service = a_service(darkroom, requests_per_minute=6)
    first, second = await service.submit(), await service.submit()
    await service.work()
    assert await service.work() is Verdict.DELETE
    parked = await service.job(second)
    assert (parked.status, parked.attempt, parked.version) == (JobStatus.QUEUED, 0, 1)
    delivery = await service.receive()
    slot = JobMessage.model_validate_json(delivery.body).slot
    assert slot is not None
    assert virtual_clock() >= slot.at
    taken = await service.next_slot(second)
    assert await service.handle(delivery) is Verdict.DELETE
    assert await service.next_slot(second) == taken
    assert (await service.job(second)).attempt == 1
    assert {(await service.job(job)).status for job in (first, second)} == {JobStatus.SUCCEEDED}


async def test_calls_whose_slots_are_far_are_made_after_a_park_that_counts_no_attempt(
    darkroom: PillowDarkroom,
) -> None:
    service = a_service(darkroom, requests_per_minute=6)
    job = await service.submit(model=CORE, n=3)
    assert await service.work() is Verdict.DELETE
    parked = await service.job(job)
    assert (parked.status, parked.attempt) == (JobStatus.QUEUED, 0)
    assert len(parked.artifacts) == 1
    assert [call.paid for call in parked.calls] == [1, 0, 0]
    done = await service.finish(job)
    assert (done.status, len(done.artifacts), done.attempt) == (JobStatus.SUCCEEDED, 3, 1)
    assert len(service.models.asked) == 3
    assert done.charged == job.estimate
    assert await service.messages() == 0


@pytest.mark.parametrize("age", [MINUTE, -2 * MINUTE], ids=["too old", "made up"])
async def test_a_carried_slot_that_is_no_good_is_not_used(
    darkroom: PillowDarkroom, age: timedelta
) -> None:
    service = a_service(darkroom)
    job = await service.submit()
    sent = await service.receive()
    await service.queue.delete(sent)
    slot = Slot(pool=job.pool, at=virtual_clock() - age)
    await service.queue.send(JobMessage(job=job.id, slot=slot), lane=Lane.NORMAL, owner=job.owner)
    await service.work()
    assert (await service.job(job)).done
    assert await service.next_slot(job) is not None


async def test_a_retry_takes_a_new_slot_though_its_message_still_carries_the_old(
    service: Service,
) -> None:
    job = await service.submit()
    await service.queue.delete(await service.receive())
    slot = Slot(pool=job.pool, at=virtual_clock())
    await service.queue.send(JobMessage(job=job.id, slot=slot), lane=Lane.NORMAL, owner=job.owner)
    service.models.will(b"no JSON")
    assert await service.work() is Verdict.KEEP
    assert await service.next_slot(job) is None
    await service.finish(job)
    assert await service.next_slot(job) is not None


async def test_calls_wait_for_slots_that_are_near_and_so_keep_the_pool_s_pace(
    darkroom: PillowDarkroom,
) -> None:
    service = a_service(darkroom, requests_per_minute=60)
    job = await service.submit(model=CORE, n=3)
    await service.work()
    assert (await service.job(job)).done
    assert 2 <= asyncio.get_running_loop().time() < 3


async def test_pictures_over_the_byte_budget_are_made_one_after_the_other(
    darkroom: PillowDarkroom,
) -> None:
    service = a_service(darkroom, memory=20_000_000)
    jobs = [await service.submit() for _ in range(3)]
    deliveries = [await service.receive() for _ in jobs]
    service.models.will(ever_after=5 * SECOND)
    await asyncio.gather(*(service.handle(delivery) for delivery in deliveries))
    assert service.models.most_at_once == 1
    assert {(await service.job(job)).status for job in jobs} == {JobStatus.SUCCEEDED}


async def test_a_message_stays_hidden_while_its_job_waits_for_bytes(
    darkroom: PillowDarkroom,
) -> None:
    service = a_service(darkroom, memory=1)
    for _ in range(2):
        await service.submit()
    first, second = await service.receive(), await service.receive()
    service.models.will(3 * MINUTE, FOR_EVER)
    working = [asyncio.create_task(service.handle(delivery)) for delivery in (first, second)]
    await asyncio.sleep(170)
    assert await service.queue.receive(Lane.NORMAL, at_most=10, wait=timedelta()) == []
    for task in working:
        task.cancel()
    await asyncio.gather(*working, return_exceptions=True)


async def test_premium_pictures_cost_their_price(service: Service) -> None:
    job = await service.submit(quality="premium", n=2)
    await service.finish(job)
    assert await service.spent() == micros("0.12")


async def test_each_time_a_waiting_job_comes_its_age_is_logged(
    darkroom: PillowDarkroom, caplog: pytest.LogCaptureFixture
) -> None:
    """Also when it is parked: alarms and scaling read how old the oldest waiting job is."""
    caplog.set_level("INFO", "worker.processor")
    service = a_service(darkroom, requests_per_minute=1)
    jobs = [await service.submit() for _ in range(2)]
    for job in jobs:
        await service.finish(job)
    ages = [record.waited_s for record in caplog.records if hasattr(record, "waited_s")]
    assert len(ages) > len(jobs)
    assert ages[0] < 1
    assert max(ages) > 30
