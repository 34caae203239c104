"""An owner's jobs are listed newest first, page by page."""

from shared.ports.jobs import JobPage, JobStore
from tests.builders import MINUTE, NOON, a_job
from tests.contract.jobs.conftest import ANY, add_running, every_page


async def test_an_owners_jobs_are_listed_newest_first(store: JobStore) -> None:
    jobs = [a_job(created_at=NOON + k * MINUTE) for k in range(3)]
    twins = [a_job(created_at=NOON + 9 * MINUTE) for _ in range(2)]
    for job in (jobs[1], *twins, jobs[2], jobs[0], a_job(owner="eve")):
        await store.add(job)
    twins.sort(key=lambda job: job.id, reverse=True)
    page = await store.owned_by("ada", ANY, limit=10)
    assert page == JobPage(jobs=(*twins, jobs[2], jobs[1], jobs[0]), after=None)


async def test_pages_hold_every_job_once(store: JobStore) -> None:
    jobs = [a_job(created_at=NOON + (k // 3) * MINUTE) for k in range(7)]
    for job in jobs:
        await store.add(job)
    pages = await every_page(store, limit=3)
    assert all(len(page.jobs) <= 3 for page in pages)
    listed = [job.id for page in pages for job in page.jobs]
    in_order = sorted(jobs, key=lambda job: (job.created_at, job.id), reverse=True)
    assert listed == [job.id for job in in_order]


async def test_a_list_continues_where_it_was_though_newer_jobs_came(store: JobStore) -> None:
    jobs = [a_job(created_at=NOON + k * MINUTE) for k in range(4)]
    for job in jobs:
        await store.add(job)
    first = await store.owned_by("ada", ANY, limit=2)
    await store.add(a_job(created_at=NOON + 9 * MINUTE))
    second = await store.owned_by("ada", ANY, limit=2, after=first.after)
    assert [*first.jobs, *second.jobs] == jobs[::-1]


async def test_a_list_shows_the_latest_state(store: JobStore) -> None:
    running = await add_running(store)
    asked = await store.request_cancel(running.id)
    assert (await store.owned_by("ada", ANY, limit=10)).jobs == (asked,)


async def test_an_owner_without_jobs_has_an_empty_list(store: JobStore) -> None:
    await store.add(a_job())
    assert await store.owned_by("eve", ANY, limit=5) == JobPage(jobs=(), after=None)
