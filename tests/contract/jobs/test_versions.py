"""A job is kept once, found by its id, and replaced version by version."""

import asyncio
from datetime import timedelta

import pytest

from shared.adapters.aws import AwsClients
from shared.adapters.dynamo_jobs import DynamoJobStore
from shared.calls import Call, Failure
from shared.errors import StaleJob, StoreUnavailable
from shared.ports.jobs import JobStore
from shared.records import Reservation, Timings
from tests.builders import (
    LEASE,
    MINUTE,
    NOON,
    SECOND,
    a_job,
    a_running_job,
    a_task,
    an_artifact,
    ended,
)
from tests.contract.jobs.conftest import ANY, add_running, kept


async def test_a_job_comes_back_as_it_was_kept(store: JobStore) -> None:
    full = a_job(
        task=a_task(negative_prompt="snöw ❄", n=2, guidance=7.25),
        calls=(Call(k=0, images=1, first=0, paid=1, stored=True), Call(k=1, images=1, first=1)),
        artifacts=(an_artifact(0),),
        fallback_reason="the model ended",
        warnings=("style was left out",),
        start_by=NOON + MINUTE,
        finish_by=NOON + timedelta(microseconds=1),
        reservation=Reservation(meter="spend#2026-11-02", amount=80_000, until=NOON + MINUTE),
        failure=Failure(code="moderated", message="No.", where="output"),
        timings=Timings(queued_ms=5, model_ms=6, store_ms=7),
        favorite=True,
        metadata={"ticket": "42"},
        parent=a_job().id,
    )
    await store.add(full)
    assert await store.get(full.id) == full


async def test_an_unknown_job_is_none(store: JobStore) -> None:
    assert await store.get(a_job().id) is None


async def test_an_id_is_kept_once(store: JobStore) -> None:
    job = a_job()
    await store.add(job)
    with pytest.raises(StaleJob):
        await store.add(job.model_copy(update={"owner": "eve"}))
    assert await kept(store, job) == job


async def test_many_jobs_are_read_at_once_and_missing_ones_are_left_out(store: JobStore) -> None:
    jobs = [a_job() for _ in range(99)]
    for job in jobs:
        await store.add(job)
    found = await store.get_many([a_job().id, *(job.id for job in jobs)])
    assert {job.id: job for job in found} == {job.id: job for job in jobs}


async def test_an_id_named_twice_is_found_once(store: JobStore) -> None:
    job = a_job()
    await store.add(job)
    assert await store.get_many([job.id, job.id]) == [job]


async def test_no_ids_are_no_jobs(store: JobStore) -> None:
    assert await store.get_many([]) == []


async def test_a_saved_job_replaces_its_former_version(store: JobStore) -> None:
    running = await add_running(store)
    assert await kept(store, running) == running
    done = ended(running, NOON + SECOND)
    await store.save(done)
    assert await kept(store, running) == done


async def test_a_version_that_does_not_follow_is_stale(store: JobStore) -> None:
    running = await add_running(store)
    ahead = ended(running).model_copy(update={"version": 4})
    for wrong in (running, ahead):
        with pytest.raises(StaleJob):
            await store.save(wrong)
    assert await kept(store, running) == running


async def test_a_job_that_is_not_kept_cannot_be_saved(store: JobStore) -> None:
    job = a_running_job()
    with pytest.raises(StaleJob):
        await store.save(job)
    assert await store.get(job.id) is None


async def test_a_job_may_end_canceled_without_being_asked(store: JobStore) -> None:
    job = a_job()
    await store.add(job)
    await store.save(job.cancel(NOON))
    assert await kept(store, job) == job.cancel(NOON)


@pytest.mark.concurrent
async def test_only_one_of_many_workers_can_start_a_job(store: JobStore) -> None:
    job = a_job()
    await store.add(job)
    # All claim at the same instant, so that their claims are alike to the last letter.
    claims = [store.save(job.start(NOON, LEASE, (0,))) for _ in range(10)]
    ends = await asyncio.gather(*claims, return_exceptions=True)
    assert [type(end) for end in ends if end is not None] == [StaleJob] * 9


async def test_without_its_table_every_question_is_unavailable(nowhere: AwsClients) -> None:
    store = DynamoJobStore(nowhere.dynamodb, "canvas-jobs")
    job = a_job()
    ends = await asyncio.gather(
        store.add(job),
        store.rule_out(job.id, NOON),
        store.get(job.id),
        store.get_many([job.id]),
        store.save(job),
        store.renew(job.id, 1, NOON),
        store.request_cancel(job.id),
        store.note(job, job),
        store.owned_by("ada", ANY, limit=1),
        store.due(NOON, limit=1),
        store.bury(job, job.tombstone("expired", NOON)),
        store.tombstones([job.id]),
        return_exceptions=True,
    )
    assert [type(end) for end in ends] == [StoreUnavailable] * 12
