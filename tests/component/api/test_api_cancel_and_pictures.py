"""Ending a job, and the lasting address of each of its pictures."""

from decimal import Decimal

import httpx
import pytest

from shared.adapters.memory import MemoryJobStore
from shared.errors import StaleJob
from shared.jobs import Job
from tests.component.api.service import TASK, Callers, Service, problem


async def _submit(client: httpx.AsyncClient, **task: object) -> dict:
    return (await client.post("/v1/jobs", json={"task": TASK | task})).json()


async def test_a_queued_job_is_canceled_at_once_and_costs_nothing(
    ada: httpx.AsyncClient, service: Service
) -> None:
    job = await _submit(ada)
    reply = await ada.post(job["urls"]["cancel"])
    assert reply.status_code == 200
    assert "Retry-After" not in reply.headers
    canceled = reply.json()
    assert (canceled["status"], canceled["done"]) == ("canceled", True)
    assert canceled["cost"] == {"estimate_usd": 0.04, "actual_usd": 0.0, "billed": False}
    (kept,) = await service.kept()
    assert kept.status == "canceled"


async def test_canceling_a_queued_job_gives_its_money_back(
    callers: Callers, service: Service
) -> None:
    service.settings = service.settings.model_copy(update={"daily_spend_usd": Decimal("0.04")})
    ada = await callers.owner()
    job = await _submit(ada)
    assert (await ada.post("/v1/jobs", json={"task": TASK})).status_code == 429
    await ada.post(job["urls"]["cancel"])
    assert (await ada.post("/v1/jobs", json={"task": TASK})).status_code == 202


async def test_a_running_job_is_asked_to_end_and_says_that_it_is_billed(
    ada: httpx.AsyncClient, service: Service
) -> None:
    job = await _submit(ada)
    await service.start(job["id"])
    reply = await ada.post(job["urls"]["cancel"])
    asked = reply.json()
    assert (asked["status"], asked["done"], asked["cancel_requested"]) == ("running", False, True)
    assert asked["cost"]["billed"] is True
    assert reply.headers["Retry-After"] == "1"


async def test_a_finished_job_stays_as_it_is(ada: httpx.AsyncClient, service: Service) -> None:
    job = await _submit(ada)
    await service.finish(job["id"])
    before = await ada.get(job["urls"]["self"])
    reply = await ada.post(job["urls"]["cancel"])
    assert reply.status_code == 200
    assert reply.json() == before.json()


@pytest.mark.parametrize("running", [False, True])
async def test_canceling_twice_is_canceling_once(
    ada: httpx.AsyncClient, service: Service, running: bool
) -> None:
    job = await _submit(ada)
    if running:
        await service.start(job["id"])
    once = await ada.post(job["urls"]["cancel"])
    known = {"If-None-Match": once.headers["ETag"]}
    twice = await ada.post(job["urls"]["cancel"], headers=known)
    assert (once.status_code, twice.status_code) == (200, 200)
    assert twice.json() == once.json()


class NeverStill(MemoryJobStore):
    """Somebody else is always a little faster."""

    async def save(self, job: Job) -> None:
        raise StaleJob(f"Version {job.version} of job {job.id} does not follow what is kept.")


async def test_a_job_that_keeps_changing_is_to_be_canceled_again(
    callers: Callers, service: Service
) -> None:
    service.jobs = NeverStill()
    ada = await callers.owner()
    reply = await ada.post((await _submit(ada))["urls"]["cancel"])
    problem(reply, 409, "job_changed")
    assert reply.headers["Retry-After"] == "1"


async def test_a_picture_has_an_address_that_leads_to_a_fresh_link(
    ada: httpx.AsyncClient, service: Service
) -> None:
    job = await _submit(ada, n=2)
    await service.finish(job["id"])
    links = (await ada.get(job["urls"]["self"])).json()["artifacts"]
    for k in (0, 1):
        reply = await ada.get(f"{job['urls']['self']}/artifacts/{k}")
        assert reply.status_code == 302
        assert reply.headers["Location"] == links[k]["url"]
        assert reply.headers["Cache-Control"] == "private, no-store"


async def test_a_picture_that_is_not_there_is_404(ada: httpx.AsyncClient, service: Service) -> None:
    job = await _submit(ada)
    early = await ada.get(f"{job['urls']['self']}/artifacts/0")
    problem(early, 404, "not_found")
    await service.finish(job["id"])
    for k in ("1", "999999999999999999999999"):
        problem(await ada.get(f"{job['urls']['self']}/artifacts/{k}"), 404, "not_found")


@pytest.mark.parametrize("k", ["-1", "first", "1.5", "9" * 5000])
async def test_a_pictures_number_is_a_number(ada: httpx.AsyncClient, k: str) -> None:
    reply = await ada.get(f"{(await _submit(ada))['urls']['self']}/artifacts/{k}")
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["pointer"] == "/k"
    assert len(reply.content) < 3000
