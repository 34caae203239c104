"""The contract of ``JobStore``."""

import asyncio
from datetime import timedelta

import pytest

from local.resources import jobs_table, make_table
from shared.adapters.aws import AwsClients
from shared.adapters.dynamo_jobs import DynamoJobStore
from shared.adapters.memory import MemoryJobStore
from shared.calls import Call, Failure, plan_calls
from shared.due import CLOSING_GRACE, DUE_WITHIN, NUDGE_EVERY, SEND_GRACE, due_at
from shared.errors import StaleJob, StoreUnavailable
from shared.jobs import RETENTION, Job, JobStatus, Reservation, Timings
from shared.lines import Lane, Waiting
from shared.ports import JobPage, JobStore
from shared.search import JobFilter, sought
from shared.tasks import ArtifactRef, Upscale
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
from tests.contract.conftest import Aws

ANY = JobFilter()


@pytest.fixture
async def store(aws: Aws | None) -> JobStore:
    if aws is None:
        return MemoryJobStore()
    await make_table(jobs_table(aws.settings), aws.clients.dynamodb)
    return DynamoJobStore(aws.clients.dynamodb, aws.settings.jobs_table)


async def kept(store: JobStore, job: Job) -> Job:
    found = await store.get(job.id)
    assert found is not None
    return found


async def add_running(store: JobStore, **fields: object) -> Job:
    job = a_job(**fields)
    await store.add(job)
    running = job.start(NOON, LEASE, (0,))
    await store.save(running)
    return running


async def every_page(store: JobStore, where: JobFilter = ANY, *, limit: int) -> list[JobPage]:
    pages = [await store.owned_by("ada", where, limit=limit)]
    while (after := pages[-1].after) is not None:
        pages.append(await store.owned_by("ada", where, limit=limit, after=after))
    return pages


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


@pytest.mark.parametrize("state", ["queued", "running", "ended"])
async def test_an_owners_notes_are_kept_in_any_state_and_nothing_else_changes(
    store: JobStore, state: str
) -> None:
    if state == "queued":
        await store.add(job := a_job(metadata={"ticket": "42"}))
    else:
        job = await add_running(store, metadata={"ticket": "42"})
    if state == "ended":
        await store.save(job := ended(job))
    noted = job.noted(favorite=True, metadata={"ticket": "43", "wörd": "❄"})
    assert await store.note(job, noted.model_copy(update={"owner": "eve", "version": 9})) == noted
    assert await kept(store, job) == noted
    assert (await store.owned_by("ada", ANY, limit=10)).jobs == (noted,)


async def test_no_save_undoes_a_note_and_no_note_makes_a_save_stale(store: JobStore) -> None:
    running = await add_running(store, metadata={"ticket": "42"})
    notes = {"favorite": True, "metadata": {"ticket": "43"}}
    await store.note(running, running.noted(**notes))
    stored = running.calls[0].model_copy(update={"stored": True})
    kept_on = running.keep(stored, (an_artifact(),))
    await store.save(kept_on)
    assert await kept(store, running) == kept_on.noted(**notes)
    done = ended(kept_on)
    await store.save(done)
    assert await kept(store, running) == done.noted(**notes)


async def test_a_note_on_what_is_not_there_any_more_is_stale(store: JobStore) -> None:
    job = a_job()
    await store.add(job)
    second = await store.note(job, job.noted(favorite=True, metadata={}))
    for wrong in (job, a_job()):
        with pytest.raises(StaleJob):
            await store.note(wrong, wrong.noted(favorite=False, metadata={"a": "b"}))
    assert await kept(store, job) == second


@pytest.mark.concurrent
async def test_of_many_notes_made_on_the_same_notes_one_is_kept(store: JobStore) -> None:
    job = a_job()
    await store.add(job)
    notes = [job.noted(favorite=False, metadata={"by": str(k)}) for k in range(10)]
    ends = await asyncio.gather(*(store.note(job, n) for n in notes), return_exceptions=True)
    (winner,) = (end for end in ends if isinstance(end, Job))
    assert [type(end) for end in ends].count(StaleJob) == 9
    assert await kept(store, job) == winner


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


FOX, MASK = "f" * 64, "e" * 64
SUCCEEDED = frozenset({JobStatus.SUCCEEDED})
UNDONE = frozenset({JobStatus.QUEUED, JobStatus.RUNNING})


async def add_five(store: JobStore) -> list[Job]:
    """A queued job, a running one, one with a picture and a mask, a favourite, and one of its own
    kind, made of the third. A minute lies between each and the next."""
    words = a_job(task=a_task(prompt="Ein Füchslein im Schnee", negative_prompt="blurry hands"))
    running = a_job(created_at=NOON + MINUTE, resolved_model="stability.sd3")
    fox = a_job(created_at=NOON + 2 * MINUTE)
    favorite = a_job(created_at=NOON + 3 * MINUTE, parent=fox.id)
    upscale = a_job(
        created_at=NOON + 4 * MINUTE,
        task=Upscale(image=ArtifactRef(artifact=f"{fox.id}/0")),
        resolved_model="stability.sd3",
    )
    for job in (words, running, fox, favorite, upscale):
        await store.add(job)
    await store.save(running := running.start(NOON, LEASE, (0,)))
    pictures = (an_artifact(0, sha256=FOX), an_artifact(1, sha256=MASK, role="mask"))
    started = fox.start(NOON, LEASE, (0,))
    await store.save(started)
    await store.save(kept_on := started.keep(started.calls[0], pictures))
    await store.save(fox := ended(kept_on))
    favorite = await store.note(favorite, favorite.noted(favorite=True, metadata={}))
    return [words, running, fox, favorite, upscale]


FILTERS: list[tuple[JobFilter, set[int]]] = [
    (ANY, {0, 1, 2, 3, 4}),
    (JobFilter(statuses=frozenset({JobStatus.RUNNING})), {1}),
    (JobFilter(statuses=UNDONE), {0, 1, 3, 4}),
    (JobFilter(statuses=frozenset({JobStatus.MODERATED})), set()),
    (JobFilter(kind="text_to_image"), {0, 1, 2, 3}),
    (JobFilter(kind="upscale"), {4}),
    (JobFilter(model="stability.sd3"), {1, 4}),
    (JobFilter(favorite=True), {3}),
    (JobFilter(favorite=False), {0, 1, 2, 4}),
    (JobFilter(words=sought("fuchs SCHNEE")), {0}),
    (JobFilter(words=sought("blurry")), {0}),
    (JobFilter(words=sought("fox snow")), {1, 2, 3}),
    (JobFilter(words=sought("fox moon")), set()),
    (JobFilter(words=sought("lein")), set()),
    (JobFilter(sha256=FOX), {2}),
    (JobFilter(sha256=MASK), {2}),
    (JobFilter(sha256="0" * 64), set()),
    (JobFilter(has_pictures=True), {2}),
    (JobFilter(created_after=NOON + MINUTE), {2, 3, 4}),
    (JobFilter(created_before=NOON + MINUTE), {0}),
    (JobFilter(created_after=NOON - SECOND, created_before=NOON + 2 * MINUTE), {0, 1}),
    (JobFilter(created_after=NOON + MINUTE, created_before=NOON + MINUTE), set()),
    (JobFilter(statuses=UNDONE, kind="text_to_image", model="stability.sd3"), {1}),
    (JobFilter(statuses=SUCCEEDED, words=sought("fox"), has_pictures=True), {2}),
]


async def test_a_list_can_be_narrowed(store: JobStore) -> None:
    jobs = await add_five(store)
    for where, wanted in FILTERS:
        for limit in (1, 2, 9):
            pages = await every_page(store, where, limit=limit)
            assert all(len(page.jobs) <= limit for page in pages)
            found = [job for page in pages for job in page.jobs]
            assert found == [jobs[k] for k in sorted(wanted, reverse=True)], where


async def test_as_many_words_as_fit_a_query_can_be_looked_for(store: JobStore) -> None:
    words = " ".join([*"abcdefghijklmnopqrstuvwxyz0123456789", *(f"{n:x}" for n in range(16, 59))])
    await store.add(found := a_job(task=a_task(prompt=words)))
    await store.add(a_job(task=a_task(prompt=words[:-3])))
    assert len(words) == 200
    assert (await store.owned_by("ada", JobFilter(words=sought(words)), limit=9)).jobs == (found,)


async def test_a_list_can_be_narrowed_to_what_was_made_from_a_job(store: JobStore) -> None:
    words, _, fox, favorite, upscale = await add_five(store)
    children = await store.owned_by("ada", JobFilter(made_from=fox.id), limit=9)
    assert children.jobs == (upscale, favorite)
    assert (await store.owned_by("ada", JobFilter(made_from=words.id), limit=9)).jobs == ()


@pytest.fixture
def looks_at_six(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("shared.adapters.dynamo_lists", "shared.adapters.memory.jobs"):
        monkeypatch.setattr(f"{module}.LOOKED_AT_MOST", 6)
    monkeypatch.setattr("shared.adapters.dynamo_lists.SIEVED_AT_ONCE", 3)


@pytest.mark.usefixtures("looks_at_six")
async def test_a_page_is_given_as_it_is_once_enough_was_looked_at(store: JobStore) -> None:
    jobs = [a_job(created_at=NOON - k * MINUTE, resolved_model=f"m{k}") for k in range(20)]
    for job in jobs:
        await store.add(job)
    pages = await every_page(store, JobFilter(model="m13"), limit=1)
    assert [page.jobs for page in pages[:2]] == [(), ()]
    assert [job for page in pages for job in page.jobs] == [jobs[13]]
    assert 3 <= len(pages) <= 5
    first = await store.owned_by("ada", JobFilter(model="m5"), limit=9)
    assert first.jobs == (jobs[5],)


@pytest.mark.usefixtures("looks_at_six")
async def test_a_page_is_filled_from_as_many_rows_as_it_takes(store: JobStore) -> None:
    jobs = [a_job(created_at=NOON - k * MINUTE, resolved_model=f"m{k % 2}") for k in range(7)]
    for job in jobs:
        await store.add(job)
    page = await store.owned_by("ada", JobFilter(model="m1"), limit=3)
    assert page.jobs == (jobs[1], jobs[3], jobs[5])
    cut = await store.owned_by("ada", JobFilter(model="m0"), limit=1)
    assert cut.jobs == (jobs[0],)
    rest = await store.owned_by("ada", JobFilter(model="m0"), limit=9, after=cut.after)
    assert rest.jobs == (jobs[2], jobs[4], jobs[6])


async def test_a_list_goes_on_from_a_place_outside_of_what_is_wanted_now(store: JobStore) -> None:
    jobs = [a_job(created_at=NOON - k * MINUTE) for k in range(4)]
    for job in jobs:
        await store.add(job)
    newest = (await store.owned_by("ada", ANY, limit=1)).after
    older = JobFilter(created_before=jobs[1].created_at)
    assert (await store.owned_by("ada", older, limit=9, after=newest)).jobs == tuple(jobs[2:])
    third = (await store.owned_by("ada", ANY, limit=3)).after
    newer = JobFilter(created_after=jobs[2].created_at)
    assert await store.owned_by("ada", newer, limit=9, after=third) == JobPage((), after=None)


async def test_an_owner_without_jobs_has_an_empty_list(store: JobStore) -> None:
    await store.add(a_job())
    assert await store.owned_by("eve", ANY, limit=5) == JobPage(jobs=(), after=None)


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


async def test_those_who_wait_are_counted_by_pool_and_lane(store: JobStore) -> None:
    three = plan_calls(3, 1)
    some_stored = (three[0].model_copy(update={"stored": True}), *three[1:])
    for job in (
        a_job(pool="p", calls=three),
        a_job(pool="p", calls=some_stored),
        a_job(pool="p", owner="eve"),
        a_job(pool="p", lane=Lane.LOW),
        a_job(pool="q#1"),
        a_job(pool="q#1", created_at=NOON + MINUTE),
    ):
        await store.add(job)
    await add_running(store, pool="p")
    handed_back = await add_running(store, pool="r")
    await store.save(handed_back.wait(counts=False))
    gone = a_job(pool="p")
    await store.add(gone)
    await store.save(gone.cancel(NOON))
    assert await store.waiting(NOON + SEND_GRACE) == {
        ("p", Lane.NORMAL): Waiting(calls=6, owners=2),
        ("p", Lane.LOW): Waiting(calls=1, owners=1),
        ("q#1", Lane.NORMAL): Waiting(calls=1, owners=1),
    }
    later = await store.waiting(NOON + DUE_WITHIN)
    assert later["q#1", Lane.NORMAL] == Waiting(calls=2, owners=1)
    assert later["r", Lane.NORMAL] == Waiting(calls=1, owners=1)


async def test_more_wait_than_one_answer_can_hold(
    store: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.adapters.dynamo_jobs.WAITING_PAGE", 2)
    many = [a_job() for _ in range(20)]
    for job in many:
        await store.add(job)
    assert await store.waiting(NOON + DUE_WITHIN) == {
        (many[0].pool, Lane.NORMAL): Waiting(calls=20, owners=1)
    }


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
