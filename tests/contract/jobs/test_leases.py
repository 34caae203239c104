"""Whoever runs a job holds it for a while, and renews that without a new version."""

import pytest

from shared.errors import StaleJob
from shared.ports.jobs import JobStore
from tests.builders import LEASE, NOON, SECOND, a_running_job, an_artifact, ended
from tests.contract.jobs.conftest import add_running, kept


async def test_a_renewal_moves_the_lease_and_not_the_version(store: JobStore) -> None:
    running = await add_running(store)
    later = NOON + 2 * LEASE
    renewed = await store.renew(running.id, running.fence, later)
    assert renewed == running.model_copy(update={"lease_until": later})
    assert await kept(store, running) == renewed


async def test_the_holder_can_save_after_a_renewal(store: JobStore) -> None:
    running = await add_running(store)
    renewed = await store.renew(running.id, running.fence, NOON + 2 * LEASE)
    done = ended(renewed, NOON + SECOND)
    await store.save(done)
    assert await kept(store, running) == done


async def test_a_save_that_missed_a_renewal_keeps_the_later_lease(store: JobStore) -> None:
    running = await add_running(store)
    renewed = await store.renew(running.id, running.fence, NOON + 2 * LEASE)
    stored = running.calls[0].model_copy(update={"stored": True})
    kept_on = running.keep(stored, (an_artifact(),))
    await store.save(kept_on)
    expected = kept_on.model_copy(update={"lease_until": renewed.lease_until})
    assert await kept(store, running) == expected
    assert await store.due(NOON + LEASE, limit=10) == []


async def test_a_job_that_ends_or_waits_has_no_lease_even_if_it_was_renewed(
    store: JobStore,
) -> None:
    running = await add_running(store)
    await store.renew(running.id, running.fence, NOON + 2 * LEASE)
    await store.save(running.wait(counts=False))
    assert (await kept(store, running)).lease_until is None


async def test_a_new_claim_sets_a_lease_of_its_own(store: JobStore) -> None:
    running = await add_running(store)
    second = running.start(NOON + 2 * LEASE, LEASE, (0,))
    await store.save(second)
    assert await kept(store, running) == second


async def test_a_claim_that_was_taken_over_cannot_renew(store: JobStore) -> None:
    running = await add_running(store)
    second = running.start(NOON + LEASE, LEASE, (0,))
    await store.save(second)
    with pytest.raises(StaleJob):
        await store.renew(running.id, running.fence, NOON + 9 * LEASE)
    assert await kept(store, running) == second


@pytest.mark.parametrize("end", ["waits", "ended", "unknown"])
async def test_a_job_that_does_not_run_cannot_be_renewed(store: JobStore, end: str) -> None:
    running = await add_running(store)
    if end == "unknown":
        running = a_running_job()
    else:
        await store.save(running.wait(counts=True) if end == "waits" else ended(running))
    with pytest.raises(StaleJob):
        await store.renew(running.id, running.fence, NOON + 2 * LEASE)
