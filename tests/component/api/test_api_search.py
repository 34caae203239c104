"""Searching: an owner finds a job by its words, its state, its age, or one of its pictures."""

from datetime import timedelta
from hashlib import sha256

import httpx
import pytest

from shared.ports.jobs import LOOKED_AT_MOST
from tests.builders import MINUTE, NOON, a_job, a_task, an_artifact
from tests.component.api.service import Service, problem


async def _found(client: httpx.AsyncClient, **query: str) -> list[str]:
    reply = await client.get("/v1/jobs", params=query)
    assert reply.status_code == 200, reply.text
    return [job["id"] for job in reply.json()["data"]]


async def test_a_job_is_found_by_words_in_any_case_and_without_accents(
    ada: httpx.AsyncClient, service: Service
) -> None:
    fox = a_job(task=a_task(prompt="Füchse im Schnee", negative_prompt="blurry hands"))
    owl = a_job(task=a_task(prompt="an owl in the snow"))
    for job in (fox, owl, a_job(owner="bob", task=a_task(prompt="Füchse"))):
        await service.jobs.add(job)
    assert await _found(ada, q="fuchs") == [fox.id]
    assert await _found(ada, q="SCHNEE füchse") == [fox.id]
    assert await _found(ada, q="blurry") == [fox.id]
    assert await _found(ada, q="schnee owl") == []
    assert set(await _found(ada, q=" … ")) == {fox.id, owl.id}


async def test_several_states_are_named_with_commas(
    ada: httpx.AsyncClient, service: Service
) -> None:
    queued, canceled = a_job(), a_job().cancel(NOON)
    for job in (queued, canceled):
        await service.jobs.add(job)
    assert await _found(ada, status="canceled") == [canceled.id]
    assert set(await _found(ada, status="queued, canceled")) == {queued.id, canceled.id}
    assert await _found(ada, status="running,failed") == []


@pytest.mark.parametrize("status", ["", ",", "queued,", "queued,lost", "queued;failed"])
async def test_a_list_of_states_with_one_that_does_not_exist_is_refused(
    ada: httpx.AsyncClient, status: str
) -> None:
    refused = problem(await ada.get("/v1/jobs", params={"status": status}), 422, "input_invalid")
    assert refused["errors"][0]["pointer"] == "/status"


async def test_favourites_are_listed_and_what_is_none(
    ada: httpx.AsyncClient, service: Service
) -> None:
    liked, other = a_job(), a_job()
    for job in (liked, other):
        await service.jobs.add(job)
    await ada.patch(f"/v1/jobs/{liked.id}", json={"favorite": True})
    assert await _found(ada, favorite="true") == [liked.id]
    assert await _found(ada, favorite="false") == [other.id]


async def test_jobs_are_found_by_when_they_were_made(
    ada: httpx.AsyncClient, service: Service
) -> None:
    jobs = [a_job(created_at=NOON - k * MINUTE) for k in range(4)]
    for job in jobs:
        await service.jobs.add(job)
    after, before = jobs[3].created_at.isoformat(), jobs[0].created_at.isoformat()
    assert await _found(ada, after=after, before=before) == [jobs[1].id, jobs[2].id]
    elsewhere = (NOON - MINUTE).astimezone().isoformat()
    assert await _found(ada, after=elsewhere) == [jobs[0].id]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("after", "2026-11-02T12:00:00"),
        ("before", "yesterday"),
        ("sha256", "f" * 63),
        ("sha256", "F" * 64),
        ("made_from", "x"),
        ("favorite", "perhaps"),
        ("pictures", "some"),
        ("q", "x" * 201),
    ],
)
async def test_a_filter_that_breaks_a_rule_is_refused_by_name(
    ada: httpx.AsyncClient, name: str, value: str
) -> None:
    refused = problem(await ada.get("/v1/jobs", params={name: value}), 422, "input_invalid")
    assert [error["pointer"] for error in refused["errors"]] == [f"/{name}"]


async def test_a_picture_that_was_made_here_finds_its_job(
    ada: httpx.AsyncClient, service: Service
) -> None:
    digest = sha256(b"a picture").hexdigest()
    made = a_job(artifacts=(an_artifact(0), an_artifact(1, sha256=digest)))
    for job in (made, a_job(), a_job(owner="bob", artifacts=(an_artifact(sha256=digest),))):
        await service.jobs.add(job)
    assert await _found(ada, sha256=digest) == [made.id]
    assert await _found(ada, sha256=sha256(b"another").hexdigest()) == []


async def test_a_gallery_lists_only_jobs_with_pictures(
    ada: httpx.AsyncClient, service: Service
) -> None:
    made = a_job(artifacts=(an_artifact(),))
    for job in (made, a_job()):
        await service.jobs.add(job)
    assert await _found(ada, pictures="true") == [made.id]
    assert len(await _found(ada, pictures="false")) == 2


async def test_what_was_made_from_a_job_is_listed(ada: httpx.AsyncClient, service: Service) -> None:
    origin = a_job(artifacts=(an_artifact(),))
    for job in (origin, again := a_job(parent=origin.id), a_job()):
        await service.jobs.add(job)
    assert await _found(ada, made_from=origin.id) == [again.id]


async def test_a_search_goes_on_past_what_one_page_looks_at(
    ada: httpx.AsyncClient, service: Service
) -> None:
    needle = a_job(task=a_task(prompt="a needle"), created_at=NOON - timedelta(days=9))
    for job in [needle, *(a_job() for _ in range(LOOKED_AT_MOST))]:
        await service.jobs.add(job)
    first = (await ada.get("/v1/jobs", params={"q": "needle", "limit": 1})).json()
    assert first["data"] == []
    rest = await ada.get("/v1/jobs", params={"q": "needle", "cursor": first["next"]})
    assert [job["id"] for job in rest.json()["data"]] == [needle.id]
    assert rest.json()["next"] is None
