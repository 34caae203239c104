"""The census: counters that a crash left wrong are mended by the rows of jobs."""

import asyncio

from shared.jobs import Job
from shared.lines import Lane
from shared.pacing import Wish
from tests.builders import LEASE, SECOND
from tests.service import CORE, Service
from tests.virtual_time import virtual_clock


async def waiting(service: Service, job: Job) -> tuple[int, int]:
    """How many wait in the job's line, and how many owners they have, as is said."""
    line = (await service.pool(job)).line(Lane.NORMAL)
    return line.waiting, line.owners


async def test_who_died_between_the_counter_and_the_row_is_not_ahead_for_ever(
    service: Service,
) -> None:
    job = await service.submit()
    await service.pools.enter(job.pool, job.lane, "eve", 5, now=virtual_clock())
    assert await waiting(service, job) == (6, 0)
    await service.reconciler.sweep()
    assert await waiting(service, job) == (1, 1)
    await service.finish(job)
    assert await waiting(service, job) == (0, 1)
    await service.reconciler.sweep()
    assert await waiting(service, job) == (0, 0)


async def test_a_slot_that_was_taken_in_vain_is_no_call_that_has_left(service: Service) -> None:
    jobs = [await service.submit() for _ in range(3)]
    wish = Wish(pool=jobs[0].pool, spacing=SECOND, turn=jobs[0].turn)
    await service.processor.pacer.slot(wish)
    assert await waiting(service, jobs[0]) == (2, 0)
    await service.reconciler.sweep()
    assert await waiting(service, jobs[0]) == (3, 1)


async def test_calls_are_counted_and_not_jobs(service: Service) -> None:
    one = await service.submit(model=CORE, n=4)
    await service.submit(model=CORE, n=2, owner="bob")
    await service.reconciler.sweep()
    assert await waiting(service, one) == (6, 2)
    claim = one.start(virtual_clock(), LEASE, (0,))
    await service.jobs.save(claim)
    kept = claim.calls[0].model_copy(update={"stored": True})
    await service.jobs.save(claim.keep(kept, ()))
    await service.reconciler.sweep()
    assert await waiting(service, one) == (2, 1)
    await service.jobs.save(claim.keep(kept, ()).wait(counts=False))
    await service.reconciler.sweep()
    assert await waiting(service, one) == (5, 2)


async def test_ten_who_count_at_once_do_no_more_than_one(service: Service) -> None:
    job = await service.submit()
    await service.pools.enter(job.pool, job.lane, "eve", 5, now=virtual_clock())
    await asyncio.gather(*(service.reconciler.census.take() for _ in range(10)))
    assert await waiting(service, job) == (1, 1)


async def test_where_nothing_is_wrong_nothing_is_written(service: Service) -> None:
    job = await service.submit()
    await service.reconciler.sweep()
    service.pools.fail("recount")
    await service.reconciler.sweep()
    assert await waiting(service, job) == (1, 1)
