"""Once more: a job that is done becomes a new job, whose parent it is."""

import httpx
import pytest

from tests.component.api.service import TASK, Callers, Service, problem

KEY = {"Idempotency-Key": '"again"'}


async def done(client: httpx.AsyncClient, service: Service, **order: object) -> dict:
    job = (await client.post("/v1/jobs", json={"task": TASK, **order})).json()
    await service.finish(job["id"])
    return (await client.get(job["urls"]["self"])).json()


async def test_a_job_is_submitted_once_more(ada: httpx.AsyncClient, service: Service) -> None:
    job = await done(ada, service, lane="low", metadata={"ticket": "42"})
    reply = await ada.post(job["urls"]["retry"])
    assert reply.status_code == 202
    again = reply.json()
    assert reply.headers["Location"] == again["urls"]["self"]
    assert '"submissions";r=18' in reply.headers["RateLimit"]
    assert (again["status"], again["parent"]) == ("queued", job["id"])
    for same in ("task", "lane", "requested_model", "resolved_model", "metadata"):
        assert again[same] == job[same]
    assert again["id"] != job["id"]
    assert (await ada.get(job["urls"]["self"])).json() == job


async def test_another_seed_is_drawn_only_if_it_is_asked_for(
    ada: httpx.AsyncClient, service: Service
) -> None:
    job = await done(ada, service)
    same = await ada.post(job["urls"]["retry"], json={"new_seed": False})
    other = await ada.post(job["urls"]["retry"], json={"new_seed": True})
    assert same.json()["task"] == job["task"]
    assert other.json()["task"] == job["task"] | {"seed": other.json()["task"]["seed"]}
    assert other.json()["task"]["seed"] != job["task"]["seed"]


async def test_the_model_is_chosen_as_it_was_asked_for(
    ada: httpx.AsyncClient, service: Service
) -> None:
    job = await done(ada, service, model="stable-image-ultra")
    assert (await ada.post(job["urls"]["retry"])).json()["requested_model"] == "stable-image-ultra"


@pytest.mark.parametrize("running", [False, True])
async def test_a_job_that_has_not_ended_is_not_tried_again(
    ada: httpx.AsyncClient, service: Service, running: bool
) -> None:
    job = (await ada.post("/v1/jobs", json={"task": TASK})).json()
    if running:
        await service.start(job["id"])
    problem(await ada.post(job["urls"]["retry"]), 409, "job_not_done")
    assert len(await service.kept()) == 1


async def test_repeating_a_retry_with_its_key_finds_its_job(
    ada: httpx.AsyncClient, service: Service
) -> None:
    job, other = await done(ada, service), await done(ada, service)
    first = await ada.post(job["urls"]["retry"], headers=KEY)
    again = await ada.post(job["urls"]["retry"], headers=KEY)
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")
    assert again.json()["id"] == first.json()["id"]
    for another in (
        await ada.post(other["urls"]["retry"], headers=KEY),
        await ada.post(job["urls"]["retry"], headers=KEY, json={"new_seed": True}),
        await ada.post("/v1/jobs", headers=KEY, json={"task": TASK}),
    ):
        problem(another, 422, "idempotency_key_reused")


async def test_a_retry_counts_as_any_submission_does(callers: Callers, service: Service) -> None:
    service.settings = service.settings.model_copy(update={"rate_limit": 2})
    ada = await callers.owner()
    job = await done(ada, service)
    assert (await ada.post(job["urls"]["retry"])).status_code == 202
    problem(await ada.post(job["urls"]["retry"]), 429, "limit_reached")


async def test_who_prefers_to_wait_gets_the_job_as_it_is_then(
    ada: httpx.AsyncClient, service: Service
) -> None:
    job = await done(ada, service)
    reply = await ada.post(job["urls"]["retry"], headers={"Prefer": "wait=1"})
    assert reply.headers["Preference-Applied"] == "wait=1"


@pytest.mark.parametrize(
    ("body", "pointer"), [({"new_seed": "perhaps"}, "/new_seed"), ({"seed": 4}, "/seed")]
)
async def test_what_cannot_be_said_of_a_retry_is_named(
    ada: httpx.AsyncClient, service: Service, body: dict, pointer: str
) -> None:
    job = await done(ada, service)
    told = problem(await ada.post(job["urls"]["retry"], json=body), 422, "input_invalid")
    assert [error["pointer"] for error in told["errors"]] == [pointer]


async def test_nobody_tries_again_what_is_another_s(
    ada: httpx.AsyncClient, callers: Callers, service: Service
) -> None:
    job = await done(ada, service)
    problem(await (await callers.owner("eve")).post(job["urls"]["retry"]), 404, "not_found")
