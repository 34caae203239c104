"""A job that is gone leaves a tombstone, and an id can be ruled out before its job comes."""

import asyncio

import pytest

from shared.due import due_at
from shared.errors import StaleJob
from shared.ports.jobs import JobPage, JobStore
from shared.records import RETENTION
from tests.builders import LEASE, MINUTE, NOON, SECOND, a_job, ended
from tests.contract.jobs.conftest import ANY, add_running, kept


@pytest.mark.parametrize("how", ["queued", "running", "done"])
async def test_a_job_that_is_gone_is_seen_by_nobody_but_who_has_to_erase_it(
    store: JobStore, how: str
) -> None:
    job, other = a_job(), a_job()
    await store.add(job)
    await store.add(other)
    if how == "queued":
        gone = job.cancel(NOON + SECOND, delete=True)
    else:
        running = job.start(NOON, LEASE, (0,))
        await store.save(running)
        if how == "running":
            gone = (await store.request_cancel(job.id, delete_at=NOON + SECOND)).cancel(NOON)
        else:
            done = ended(running)
            await store.save(done)
            gone = done.delete(NOON + SECOND)
    await store.save(gone)
    assert await store.get(job.id) is None
    assert await store.get_many([job.id, other.id]) == [other]
    assert await store.owned_by("ada", ANY, limit=9) == JobPage(jobs=(other,), after=None)
    assert await store.tombstones([job.id, other.id]) == [gone.epitaph]
    assert gone in await store.due(due_at(gone), limit=9)
    with pytest.raises(StaleJob):
        await store.add(job)
    await store.bury(gone, gone.epitaph)
    assert await store.tombstones([job.id]) == [gone.epitaph]
    assert gone not in await store.due(NOON + RETENTION, limit=9)


async def test_a_buried_job_is_gone_and_its_tombstone_says_why(store: JobStore) -> None:
    done, other = ended(await add_running(store)), a_job(owner="eve")
    await store.save(done)
    await store.add(other)
    tombstone = done.tombstone("expired", NOON + RETENTION)
    await store.bury(done, tombstone)
    assert await store.get(done.id) is None
    assert await store.get_many([done.id, other.id]) == [other]
    assert await store.owned_by("ada", ANY, limit=9) == JobPage(jobs=(), after=None)
    assert await store.due(NOON + 2 * RETENTION, limit=9) == [other]
    assert await store.tombstones([done.id, other.id, a_job().id]) == [tombstone]


async def test_a_buried_job_stays_buried(store: JobStore) -> None:
    done = ended(await add_running(store))
    await store.save(done)
    await store.bury(done, done.tombstone("expired", NOON))
    for again in (
        store.bury(done, done.tombstone("deleted", NOON + MINUTE)),
        store.add(done),
        store.save(done.model_copy(update={"version": done.version + 1})),
        store.renew(done.id, done.fence, NOON + LEASE),
        store.request_cancel(done.id),
        store.note(done, done.noted(favorite=True, metadata={})),
    ):
        with pytest.raises(StaleJob):
            await again
    assert await store.tombstones([done.id]) == [done.tombstone("expired", NOON)]


async def test_a_job_that_changed_is_not_buried(store: JobStore) -> None:
    running = await add_running(store)
    done = ended(running)
    await store.save(done)
    for stale in (running, a_job()):
        with pytest.raises(StaleJob):
            await store.bury(stale, stale.tombstone("expired", NOON))
    assert await kept(store, done) == done
    assert await store.tombstones([done.id]) == []


async def test_a_job_that_was_ruled_out_is_never_kept(store: JobStore) -> None:
    job = a_job()
    assert await store.rule_out(job.id, NOON)
    assert await store.rule_out(job.id, NOON + MINUTE)
    with pytest.raises(StaleJob):
        await store.add(job)
    with pytest.raises(StaleJob):
        await store.save(job.model_copy(update={"version": 2}))
    assert await store.get(job.id) is None
    assert await store.get_many([job.id]) == []
    assert await store.tombstones([job.id]) == []
    assert await store.due(NOON + 2 * RETENTION, limit=9) == []
    assert await store.owned_by("ada", ANY, limit=9) == JobPage(jobs=(), after=None)


async def test_what_is_kept_or_buried_cannot_be_ruled_out(store: JobStore) -> None:
    job, done = a_job(), ended(await add_running(store))
    await store.add(job)
    await store.save(done)
    await store.bury(done, done.tombstone("expired", NOON))
    assert not await store.rule_out(job.id, NOON)
    assert not await store.rule_out(done.id, NOON)
    assert await kept(store, job) == job
    assert await store.tombstones([done.id]) == [done.tombstone("expired", NOON)]


@pytest.mark.concurrent
async def test_a_job_is_kept_or_ruled_out_and_never_both(store: JobStore) -> None:
    for job in [a_job() for _ in range(10)]:
        added, ruled_out = await asyncio.gather(
            store.add(job), store.rule_out(job.id, NOON), return_exceptions=True
        )
        assert isinstance(added, StaleJob) is ruled_out
        assert (await store.get(job.id) is None) is ruled_out
