"""A wish to cancel or to erase a job is noted on it, and its worker cannot miss it."""

import asyncio

import pytest

from shared.errors import StaleJob
from shared.ports.jobs import JobStore
from shared.statuses import JobStatus
from tests.builders import LEASE, MINUTE, NOON, SECOND, a_job, ended
from tests.contract.jobs.conftest import add_running, kept


async def test_a_cancel_the_holder_has_not_seen_makes_its_save_stale(store: JobStore) -> None:
    running = await add_running(store)
    asked = await store.request_cancel(running.id)
    with pytest.raises(StaleJob):
        await store.save(ended(running))
    assert await kept(store, running) == asked


async def test_a_holder_that_saw_the_cancel_can_save(store: JobStore) -> None:
    asked = await store.request_cancel((await add_running(store)).id)
    await store.save(asked.cancel(NOON))
    assert (await kept(store, asked)).status is JobStatus.CANCELED


@pytest.mark.concurrent
async def test_of_a_cancel_and_a_last_save_one_wins_and_the_other_learns_of_it(
    store: JobStore,
) -> None:
    for _ in range(10):
        running = await add_running(store)
        asked, saved = await asyncio.gather(
            store.request_cancel(running.id),
            store.save(ended(running)),
            return_exceptions=True,
        )
        final = await kept(store, running)
        if isinstance(asked, StaleJob):
            assert saved is None
            assert final.done
        else:
            assert isinstance(saved, StaleJob)
            assert (final.status, final.cancel_requested) == (JobStatus.RUNNING, True)


async def test_a_renewal_brings_the_news_of_a_cancel(store: JobStore) -> None:
    running = await add_running(store)
    await store.request_cancel(running.id)
    assert (await store.renew(running.id, running.fence, NOON + 2 * LEASE)).cancel_requested


async def test_a_cancel_is_noted_on_a_running_job_once(store: JobStore) -> None:
    running = await add_running(store)
    asked = await store.request_cancel(running.id)
    assert asked == running.model_copy(update={"cancel_requested": True})
    assert await store.request_cancel(running.id) == asked
    assert await kept(store, running) == asked


@pytest.mark.parametrize("state", ["queued", "ended", "unknown"])
async def test_a_cancel_of_a_job_that_does_not_run_is_stale(store: JobStore, state: str) -> None:
    job = a_job()
    if state != "unknown":
        await store.add(job)
    if state == "ended":
        await store.save(job.cancel(NOON))
    with pytest.raises(StaleJob):
        await store.request_cancel(job.id)


async def test_a_wish_to_erase_is_noted_with_the_cancel_and_the_first_one_stays(
    store: JobStore,
) -> None:
    running = await add_running(store)
    await store.request_cancel(running.id)
    for wished_at in (NOON + SECOND, NOON + MINUTE):
        asked = await store.request_cancel(running.id, delete_at=wished_at)
        assert (asked.cancel_requested, asked.delete_requested_at) == (True, NOON + SECOND)
    again = await store.request_cancel(running.id)
    assert again == await kept(store, running) == asked


async def test_a_wish_that_the_holder_has_not_seen_makes_its_save_stale(store: JobStore) -> None:
    seen = await store.request_cancel((await add_running(store)).id)
    asked = await store.request_cancel(seen.id, delete_at=NOON + SECOND)
    with pytest.raises(StaleJob):
        await store.save(seen.cancel(NOON))
    stored = seen.calls[0].model_copy(update={"stored": True})
    with pytest.raises(StaleJob):
        await store.save(seen.keep(stored, ()))
    assert await kept(store, seen) == asked
    await store.save(asked.cancel(NOON))
    assert await store.get(seen.id) is None


async def test_a_renewal_brings_the_news_of_a_wish(store: JobStore) -> None:
    running = await add_running(store)
    await store.request_cancel(running.id, delete_at=NOON + SECOND)
    renewed = await store.renew(running.id, running.fence, NOON + 2 * LEASE)
    assert renewed.delete_requested_at == NOON + SECOND
    going = renewed.keep(renewed.calls[0], ())
    await store.save(going)
    assert await kept(store, running) == going
