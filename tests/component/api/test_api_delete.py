"""Deleting over HTTP: gone at once, or as soon as it can be, and 410 from then on."""

from datetime import datetime

import httpx
import pytest

from shared.adapters.memory import MemoryJobStore
from shared.errors import StaleJob
from shared.jobs import Job
from tests.component.api.service import TASK, Callers, Down, Service, problem


async def submit(client: httpx.AsyncClient, **task: object) -> dict:
    return (await client.post("/v1/jobs", json={"task": TASK | task})).json()


async def is_gone(client: httpx.AsyncClient, job: dict) -> dict:
    """The problem that tells of it, after all routes of the job have told the same."""
    url = job["urls"]["self"]
    for answer in (
        await client.delete(url),
        await client.post(job["urls"]["cancel"]),
        await client.post(job["urls"]["retry"]),
        await client.get(f"{url}/artifacts/0"),
        await client.patch(url, json={"favorite": True}),
    ):
        problem(answer, 410, "gone")
    [state] = (await client.get("/v1/jobs", params={"ids": job["id"]})).json()["data"]
    assert state == {"id": job["id"], "missing": "gone"}
    assert job["id"] not in [
        listed["id"] for listed in (await client.get("/v1/jobs")).json()["data"]
    ]
    return problem(await client.get(url), 410, "gone")


@pytest.mark.parametrize("state", ["queued", "done", "canceled"])
async def test_a_job_that_does_not_run_is_gone_at_once(
    ada: httpx.AsyncClient, service: Service, state: str
) -> None:
    job = await submit(ada)
    if state == "done":
        await service.finish(job["id"])
    if state == "canceled":
        await ada.post(job["urls"]["cancel"])
    reply = await ada.delete(job["urls"]["self"])
    assert (reply.status_code, reply.content) == (204, b"")
    told = await is_gone(ada, job)
    assert told["reason"] == "deleted"
    assert datetime.fromisoformat(told["gone_at"]) <= service.clock()
    assert told["detail"] == "This job and its pictures were erased at their owner's wish."


async def test_a_running_job_is_canceled_and_gone_once_it_has_ended(
    ada: httpx.AsyncClient, service: Service
) -> None:
    job = await submit(ada)
    await service.start(job["id"])
    for _ in range(2):
        reply = await ada.delete(job["urls"]["self"])
        assert reply.status_code == 202
        assert reply.headers["Retry-After"] == "1"
        told = reply.json()
        assert (told["status"], told["done"]) == ("running", False)
        assert (told["cancel_requested"], told["delete_requested"]) == (True, True)
    [state] = (await ada.get("/v1/jobs", params={"ids": job["id"]})).json()["data"]
    assert state["delete_requested"] is True
    kept = await service.jobs.get(job["id"])
    await service.jobs.save(kept.cancel(service.clock()))
    await is_gone(ada, job)


async def test_the_pictures_go_with_it(ada: httpx.AsyncClient, service: Service) -> None:
    job = await submit(ada)
    done = await service.finish(job["id"])
    for key in done.artifacts[0].keys:
        stored = key.replace("some-job", job["id"])
        await service.pictures.put(stored, b"bytes", content_type="image/png")
    await ada.delete(job["urls"]["self"])
    assert service.pictures.keys == frozenset()


async def test_a_job_is_gone_though_its_pictures_cannot_be_erased_yet(
    callers: Callers, service: Service
) -> None:
    service.pictures = Down()
    ada = await callers.owner()
    job = await submit(ada)
    await service.finish(job["id"])
    assert (await ada.delete(job["urls"]["self"])).status_code == 204
    await is_gone(ada, job)


async def test_nobody_deletes_what_is_another_s(
    ada: httpx.AsyncClient, callers: Callers, service: Service
) -> None:
    job = await submit(ada)
    eve = await callers.owner("eve")
    problem(await eve.delete(job["urls"]["self"]), 404, "not_found")
    assert len(await service.kept()) == 1
    await ada.delete(job["urls"]["self"])
    problem(await eve.get(job["urls"]["self"]), 404, "not_found")


async def test_a_foreign_page_deletes_nothing(callers: Callers, service: Service) -> None:
    browser = await callers.visitor()
    job = await submit(browser)
    foreign = await browser.delete(job["urls"]["self"], headers={"Origin": "https://evil.example"})
    problem(foreign, 403, "foreign_origin")
    assert (await browser.delete(job["urls"]["self"])).status_code == 204


async def test_what_never_was_cannot_be_deleted(ada: httpx.AsyncClient) -> None:
    problem(await ada.delete(f"/v1/jobs/{'0' * 26}"), 404, "not_found")
    problem(await ada.delete("/v1/jobs/nonsense"), 404, "not_found")


async def test_the_key_of_a_submission_finds_that_its_job_is_gone(ada: httpx.AsyncClient) -> None:
    body, key = {"task": TASK}, {"Idempotency-Key": '"once"'}
    job = (await ada.post("/v1/jobs", json=body, headers=key)).json()
    await ada.delete(job["urls"]["self"])
    again = await ada.post("/v1/jobs", json=body, headers=key)
    assert problem(again, 410, "gone")["reason"] == "deleted"


class NeverStill(MemoryJobStore):
    """Somebody else is always a little faster."""

    async def save(self, job: Job) -> None:
        raise StaleJob(f"Version {job.version} of job {job.id} does not follow what is kept.")


async def test_a_job_that_keeps_changing_is_to_be_deleted_again(
    callers: Callers, service: Service
) -> None:
    service.jobs = NeverStill()
    ada = await callers.owner()
    problem(await ada.delete((await submit(ada))["urls"]["self"]), 409, "job_changed")
