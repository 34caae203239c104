"""Notes: what an owner says of a job is kept, in any state, whatever a worker does meanwhile."""

import asyncio

import httpx
import pytest

from frontend.api.jobs import MERGE_PATCH
from shared.adapters.memory import MemoryJobStore
from shared.errors import StaleJob
from shared.jobs import Job
from tests.component.api.service import TASK, Callers, Service, problem


async def _submit(client: httpx.AsyncClient, **fields: object) -> str:
    reply = await client.post("/v1/jobs", json={"task": TASK, **fields})
    assert reply.status_code == 202
    url: str = reply.json()["urls"]["self"]
    return url


@pytest.mark.parametrize("status", ["queued", "running", "succeeded", "canceled"])
async def test_a_favourite_is_noted_in_any_state_and_taken_back(
    ada: httpx.AsyncClient, service: Service, status: str
) -> None:
    url = await _submit(ada)
    job_id = url.rpartition("/")[2]
    match status:
        case "running":
            await service.start(job_id)
        case "succeeded":
            await service.finish(job_id)
        case "canceled":
            await ada.post(f"{url}/cancel")
    job = (await ada.get(url)).json()
    assert (job["status"], job["favorite"]) == (status, False)
    assert (await ada.patch(url, json={"favorite": True})).json() == job | {"favorite": True}
    assert (await ada.patch(url, json={"favorite": False})).json() == job


async def test_a_favourite_stays_one_while_the_job_goes_on(
    ada: httpx.AsyncClient, service: Service
) -> None:
    url = await _submit(ada)
    await ada.patch(url, json={"favorite": True})
    await service.finish(url.rpartition("/")[2])
    done = (await ada.get(url)).json()
    assert (done["status"], done["favorite"]) == ("succeeded", True)


async def test_a_note_is_seen_by_a_poll_that_knew_the_job_without_it(
    ada: httpx.AsyncClient,
) -> None:
    url = await _submit(ada)
    before = await ada.get(url)
    noted = await ada.patch(url, json={"favorite": True})
    assert noted.json()["version"] == before.json()["version"]
    after = await ada.get(url, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.headers["ETag"] == noted.headers["ETag"] != before.headers["ETag"]


async def test_metadata_is_merged_and_a_null_removes_its_key(ada: httpx.AsyncClient) -> None:
    url = await _submit(ada, metadata={"ticket": "42", "colour": "red"})
    merged = await ada.patch(
        url,
        content='{"metadata": {"colour": null, "size": "xl", "never there": null}}',
        headers={"Content-Type": MERGE_PATCH},
    )
    assert merged.status_code == 200
    assert merged.json()["metadata"] == {"ticket": "42", "size": "xl"}
    assert (await ada.get(url)).json()["metadata"] == {"ticket": "42", "size": "xl"}


async def test_what_a_patch_leaves_out_stays(ada: httpx.AsyncClient) -> None:
    url = await _submit(ada, metadata={"ticket": "42"})
    await ada.patch(url, json={"favorite": True})
    same = await ada.patch(url, json={})
    assert (same.json()["favorite"], same.json()["metadata"]) == (True, {"ticket": "42"})
    named = await ada.patch(url, json={"metadata": {"ticket": "43"}})
    assert (named.json()["favorite"], named.json()["metadata"]) == (True, {"ticket": "43"})


@pytest.mark.parametrize(
    ("patch", "pointer"),
    [
        ({"favorite": None}, "/favorite"),
        ({"favorite": "perhaps"}, "/favorite"),
        ({"metadata": None}, "/metadata"),
        ({"metadata": {"k": "v" * 513}}, "/metadata/k"),
        ({"metadata": {"k": 7}}, "/metadata/k"),
        ({"metadata": {f"k{n}": "v" for n in range(17)}}, "/metadata"),
        ({"metadata": {f"k{n}": None for n in range(33)}}, "/metadata"),
        ({"status": "canceled"}, "/status"),
        ({"task": TASK}, "/task"),
        ([], ""),
    ],
)
async def test_a_patch_that_breaks_a_rule_is_refused_and_changes_nothing(
    ada: httpx.AsyncClient, patch: object, pointer: str
) -> None:
    url = await _submit(ada)
    before = await ada.get(url)
    refused = problem(await ada.patch(url, json=patch), 422, "input_invalid")
    assert [error["pointer"] for error in refused["errors"]] == [pointer]
    assert (await ada.get(url)).json() == before.json()


async def test_a_job_has_sixteen_keys_of_metadata_after_a_merge(ada: httpx.AsyncClient) -> None:
    full = {f"k{n}": "v" for n in range(16)}
    url = await _submit(ada, metadata=full)
    refused = await ada.patch(url, json={"metadata": {"one more": "v"}})
    assert problem(refused, 422, "input_invalid")["errors"][0]["pointer"] == "/metadata"
    swapped = await ada.patch(url, json={"metadata": {"one more": "v", "k0": None}})
    assert len(swapped.json()["metadata"]) == 16


async def test_patches_at_the_same_moment_are_all_kept(ada: httpx.AsyncClient) -> None:
    url = await _submit(ada)
    patches = [{"metadata": {f"k{n}": "v"}} for n in range(4)]
    replies = await asyncio.gather(*(ada.patch(url, json=patch) for patch in patches))
    assert [reply.status_code for reply in replies] == [200] * 4
    assert (await ada.get(url)).json()["metadata"] == {f"k{n}": "v" for n in range(4)}


class Restless(MemoryJobStore):
    """Somebody else is always quicker."""

    async def note(self, seen: Job, noted: Job) -> Job:
        raise StaleJob("Another note came first.")


async def test_a_job_whose_notes_keep_changing_is_a_conflict_to_be_tried_again(
    callers: Callers, service: Service
) -> None:
    service.jobs = Restless()
    ada = await callers.owner()
    url = await _submit(ada)
    refused = await ada.patch(url, json={"favorite": True})
    assert problem(refused, 409, "job_changed")["retry_after"] == 1


async def test_nobody_notes_on_somebody_elses_job(callers: Callers) -> None:
    ada, bob = await callers.owner("ada"), await callers.owner("bob")
    url = await _submit(ada)
    problem(await bob.patch(url, json={"favorite": True}), 404, "not_found")
    assert (await ada.get(url)).json()["favorite"] is False


async def test_a_note_with_a_visitors_cookie_from_a_foreign_page_is_refused(
    callers: Callers,
) -> None:
    browser = await callers.visitor()
    url = await _submit(browser)
    foreign = {"Origin": "https://elsewhere.example"}
    refused = await browser.patch(url, json={"favorite": True}, headers=foreign)
    problem(refused, 403, "foreign_origin")
