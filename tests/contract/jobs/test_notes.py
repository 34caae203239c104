"""An owner's notes are kept beside what becomes of the job."""

import asyncio

import pytest

from shared.errors import StaleJob
from shared.jobs import Job
from shared.ports.jobs import JobStore
from tests.builders import a_job, an_artifact, ended
from tests.contract.jobs.conftest import ANY, add_running, kept


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
