"""A job is found once something should have happened to it."""

import asyncio
from datetime import timedelta

import pytest

from shared.due import CLOSING_GRACE, NUDGE_EVERY, SEND_GRACE
from shared.errors import StaleJob
from shared.ports.jobs import JobStore
from shared.records import RETENTION, Reservation
from tests.builders import LEASE, MINUTE, NOON, SECOND, a_job, ended
from tests.contract.jobs.conftest import add_running, kept


async def test_a_job_that_is_to_be_closed_is_due_soon_and_then_only_when_it_is_old(
    store: JobStore,
) -> None:
    reserved = Reservation(meter="2026-11-02", amount=50_000, until=NOON + MINUTE, item="i")
    done = ended(await add_running(store, reservation=reserved))
    await store.save(done)
    assert done.to_be_closed
    assert await store.due(NOON + CLOSING_GRACE, limit=9) == [done]
    closed = done.close()
    await store.save(closed)
    assert await kept(store, done) == closed
    assert await store.due(NOON + CLOSING_GRACE, limit=9) == []
    assert await store.due(NOON + RETENTION, limit=9) == [closed]


async def test_a_job_is_due_once_its_time_has_passed(store: JobStore) -> None:
    job = a_job()
    await store.add(job)
    sent_by = NOON + SEND_GRACE
    assert await store.due(sent_by - timedelta(microseconds=1), limit=10) == []
    assert await store.due(sent_by, limit=10) == [job]


async def test_what_a_job_is_due_for_moves_with_it(store: JobStore) -> None:
    running = await add_running(store)
    assert await store.due(NOON + SEND_GRACE, limit=10) == []
    assert await store.due(NOON + LEASE, limit=10) == [running]
    renewed = await store.renew(running.id, running.fence, NOON + 2 * LEASE)
    assert await store.due(NOON + LEASE, limit=10) == []
    assert await store.due(NOON + 2 * LEASE, limit=10) == [renewed]
    done = ended(renewed, NOON + SECOND)
    await store.save(done)
    assert await store.due(NOON + 2 * LEASE, limit=10) == []
    assert await store.due(NOON + RETENTION, limit=10) == [done]


async def test_the_longest_overdue_come_first(store: JobStore) -> None:
    jobs = [a_job(created_at=NOON + k * SECOND) for k in range(12)]
    for job in (*jobs[6:], *jobs[:6]):
        await store.add(job)
    assert await store.due(NOON + MINUTE, limit=5) == jobs[:5]
    assert await store.due(NOON + MINUTE, limit=100) == jobs


@pytest.mark.concurrent
async def test_of_many_that_nudge_a_job_at_once_one_wins(store: JobStore) -> None:
    job = a_job()
    await store.add(job)
    nudges = [store.save(job.nudge(NOON + MINUTE)) for _ in range(10)]
    ends = await asyncio.gather(*nudges, return_exceptions=True)
    assert [type(end) for end in ends if end is not None] == [StaleJob] * 9
    assert (await kept(store, job)).nudges == 1


async def test_a_nudged_job_is_due_again_ten_minutes_later(store: JobStore) -> None:
    job = a_job()
    await store.add(job)
    nudged = job.nudge(NOON + MINUTE)
    await store.save(nudged)
    assert await store.due(NOON + MINUTE, limit=9) == []
    assert await store.due(NOON + MINUTE + NUDGE_EVERY, limit=9) == [nudged]
