"""A submission with a key is accepted once, however often it is sent."""

import asyncio

import httpx
import pytest

from shared.adapters.memory import MemoryJobStore
from shared.jobs import Job
from tests.component.api.service import TASK, Callers, Service, problem


async def test_a_repeat_with_the_same_key_finds_the_first_job(
    ada: httpx.AsyncClient, service: Service
) -> None:
    named = {"Idempotency-Key": '"order 7"'}
    first = await ada.post("/v1/jobs", json={"task": TASK}, headers=named)
    again = await ada.post("/v1/jobs", json={"model": "auto", "task": TASK}, headers=named)
    assert (first.status_code, again.status_code) == (202, 200)
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    assert again.json() == first.json()
    assert len(await service.kept()) == 1
    assert len(await service.sent()) == 1


async def test_a_replay_is_answered_in_full_even_to_who_knows_its_etag(
    ada: httpx.AsyncClient,
) -> None:
    named = {"Idempotency-Key": "7"}
    first = await ada.post("/v1/jobs", json={"task": TASK}, headers=named)
    known = {**named, "If-None-Match": first.headers["ETag"]}
    again = await ada.post("/v1/jobs", json={"task": TASK}, headers=known)
    assert again.status_code == 200
    assert again.json() == first.json()


async def test_a_key_without_quotes_is_the_same_key(ada: httpx.AsyncClient) -> None:
    quoted = await ada.post("/v1/jobs", json={"task": TASK}, headers={"Idempotency-Key": '"a-1"'})
    bare = await ada.post("/v1/jobs", json={"task": TASK}, headers={"Idempotency-Key": "a-1"})
    assert bare.json()["id"] == quoted.json()["id"]


async def test_the_same_key_with_another_request_is_refused(
    ada: httpx.AsyncClient, service: Service
) -> None:
    named = {"Idempotency-Key": "7"}
    await ada.post("/v1/jobs", json={"task": TASK}, headers=named)
    other = await ada.post("/v1/jobs", json={"task": TASK | {"n": 2}}, headers=named)
    problem(other, 422, "idempotency_key_reused")
    assert len(await service.kept()) == 1


async def test_a_key_belongs_to_its_owner(callers: Callers) -> None:
    named = {"Idempotency-Key": "7"}
    ada, bob = await callers.owner("ada"), await callers.owner("bob")
    adas = await ada.post("/v1/jobs", json={"task": TASK}, headers=named)
    bobs = await bob.post("/v1/jobs", json={"task": TASK}, headers=named)
    assert bobs.status_code == 202
    assert bobs.json()["id"] != adas.json()["id"]


class SlowToKeep(MemoryJobStore):
    """Keeps a new job when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.go_on = asyncio.Event(), asyncio.Event()

    async def add(self, job: Job) -> None:
        self.asked.set()
        await self.go_on.wait()
        await super().add(job)


async def test_a_repeat_while_the_first_is_still_being_answered_is_told_to_wait(
    callers: Callers, service: Service
) -> None:
    service.jobs = jobs = SlowToKeep()
    ada = await callers.owner()
    named = {"Idempotency-Key": "7"}
    first = asyncio.create_task(ada.post("/v1/jobs", json={"task": TASK}, headers=named))
    await jobs.asked.wait()
    meanwhile = await ada.post("/v1/jobs", json={"task": TASK}, headers=named)
    problem(meanwhile, 409, "submission_in_flight")
    assert meanwhile.headers["Retry-After"] == "1"
    jobs.go_on.set()
    assert (await first).status_code == 202
    after = await ada.post("/v1/jobs", json={"task": TASK}, headers=named)
    assert after.json()["id"] == (await first).json()["id"]


@pytest.mark.parametrize("key", ["", '""', '"open', "two words", "k" * 256, "clé", '"tab\there"'])
async def test_a_key_of_the_wrong_form_is_refused(
    ada: httpx.AsyncClient, service: Service, key: str
) -> None:
    headers = {"Idempotency-Key": key.encode("latin-1")}
    body = problem(
        await ada.post("/v1/jobs", json={"task": TASK}, headers=headers), 422, "input_invalid"
    )
    assert body["errors"][0]["pointer"] == "/headers/Idempotency-Key"
    assert await service.kept() == []
