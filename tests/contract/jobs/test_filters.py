"""A list can be narrowed to what its owner looks for."""

import pytest

from shared.jobs import Job
from shared.ports.jobs import JobPage, JobStore
from shared.search import JobFilter, sought
from shared.statuses import JobStatus
from shared.tasks import ArtifactRef, Upscale
from tests.builders import LEASE, MINUTE, NOON, SECOND, a_job, a_task, an_artifact, ended
from tests.contract.jobs.conftest import ANY, every_page

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
