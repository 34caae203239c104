"""Lineage: what a job came from, as far back as can be known, and what came of it."""

from typing import Any

import httpx
import pytest

from shared.jobs import Job
from shared.keys import Scope
from shared.lineage import ANCESTORS_MOST, CHILDREN_MOST, GENERATIONS_MOST
from shared.tasks import ArtifactRef, StyleTransfer, UploadRef, Variation
from tests.builders import MINUTE, NOON, a_job, an_artifact
from tests.component.api.service import TASK, Callers, Service, problem

UPLOAD = UploadRef(upload="0" * 26)


async def kept(service: Service, **fields: Any) -> Job:
    job = a_job(artifacts=(an_artifact(),), **fields)
    await service.jobs.add(job)
    return job


async def _lineage(client: httpx.AsyncClient, job: Job) -> dict[str, Any]:
    reply = await client.get(f"/v1/jobs/{job.id}/lineage")
    assert reply.status_code == 200, reply.text
    told: dict[str, Any] = reply.json()
    return told


def shape(lineage: dict[str, Any]) -> list[tuple[str, int]]:
    return [(ancestor["id"], ancestor["distance"]) for ancestor in lineage["ancestors"]]


async def test_a_job_of_words_alone_came_from_nothing(
    ada: httpx.AsyncClient, service: Service
) -> None:
    job = await kept(service)
    told = await _lineage(ada, job)
    assert told == {
        "id": job.id,
        "ancestors": [],
        "complete": True,
        "children": [],
        "more_children": False,
    }


async def test_parents_and_pictures_are_followed_back_to_the_first(
    ada: httpx.AsyncClient, service: Service
) -> None:
    sketch, style = await kept(service), await kept(service)
    painted = await kept(
        service,
        task=StyleTransfer(
            image=ArtifactRef(artifact=f"{sketch.id}/0"),
            style_image=ArtifactRef(artifact=f"{style.id}/0"),
        ),
        parent=sketch.id,
    )
    again = await kept(service, parent=painted.id)
    told = await _lineage(ada, again)
    assert shape(told) == [(painted.id, 1), (sketch.id, 2), (style.id, 2)]
    assert told["complete"] is True
    nearest, first, second = told["ancestors"]
    assert nearest["ties"] == [{"job": again.id, "place": None, "k": None}]
    assert first["ties"] == [
        {"job": painted.id, "place": None, "k": None},
        {"job": painted.id, "place": "image", "k": 0},
    ]
    assert second["ties"] == [{"job": painted.id, "place": "style_image", "k": 0}]
    assert nearest["missing"] is None
    assert nearest["job"] == (await ada.get(f"/v1/jobs/{painted.id}")).json()


async def test_an_ancestor_of_two_is_told_once_at_its_nearest(
    ada: httpx.AsyncClient, service: Service
) -> None:
    root = await kept(service)
    middle = await kept(service, parent=root.id)
    both = (ArtifactRef(artifact=f"{middle.id}/0"), ArtifactRef(artifact=f"{root.id}/0"))
    job = await kept(service, task=Variation(images=both))
    told = await _lineage(ada, job)
    assert shape(told) == [(middle.id, 1), (root.id, 1)]
    assert [(tie["job"], tie["place"]) for tie in told["ancestors"][1]["ties"]] == [
        (job.id, "images/1"),
        (middle.id, None),
    ]


async def test_an_ancestor_that_is_gone_is_named_as_gone(
    ada: httpx.AsyncClient, service: Service
) -> None:
    root = (await kept(service)).cancel(NOON)
    await service.jobs.save(root)
    await service.jobs.bury(root, root.tombstone("deleted", NOON))
    forgotten = a_job()
    job = await kept(service, parent=root.id)
    orphan = await kept(
        service, task=StyleTransfer(image=UPLOAD, style_image=UPLOAD), parent=forgotten.id
    )
    (gone,) = (await _lineage(ada, job))["ancestors"]
    assert (gone["id"], gone["missing"], gone["job"]) == (root.id, "gone", None)
    (unknown,) = (await _lineage(ada, orphan))["ancestors"]
    assert (unknown["id"], unknown["missing"], unknown["job"]) == (forgotten.id, "unknown", None)


async def test_an_ancestor_of_somebody_else_is_told_to_nobody(
    callers: Callers, service: Service
) -> None:
    foreign = await kept(service, owner="eve")
    job = await kept(service, parent=foreign.id)
    for client in (await callers.owner("ada"), await callers.owner("root", Scope.ADMIN)):
        (unknown,) = (await _lineage(client, job))["ancestors"]
        assert (unknown["missing"], unknown["job"]) == ("unknown", None)


async def test_a_job_is_traced_so_many_generations_back_and_it_is_said_if_there_are_more(
    ada: httpx.AsyncClient, service: Service
) -> None:
    chain = [await kept(service)]
    for _ in range(GENERATIONS_MOST + 1):
        chain.append(await kept(service, parent=chain[-1].id))
    whole, cut = await _lineage(ada, chain[-2]), await _lineage(ada, chain[-1])
    assert (len(whole["ancestors"]), whole["complete"]) == (GENERATIONS_MOST, True)
    assert (len(cut["ancestors"]), cut["complete"]) == (GENERATIONS_MOST, False)
    assert cut["ancestors"][0]["id"] == chain[-2].id


async def test_a_job_has_so_many_ancestors_and_it_is_said_if_there_are_more(
    ada: httpx.AsyncClient, service: Service
) -> None:
    async def a_variation_of(jobs: list[Job]) -> Job:
        refs = tuple(ArtifactRef(artifact=f"{job.id}/0") for job in jobs)
        return await kept(service, task=Variation(images=refs))

    grandparents = [await kept(service) for _ in range(25)]
    parents = [await a_variation_of(grandparents[k : k + 5]) for k in range(0, 25, 5)]
    small = await _lineage(ada, await a_variation_of(parents))
    assert (len(small["ancestors"]), small["complete"]) == (30, True)
    more = [await kept(service) for _ in range(25)]
    others = [await a_variation_of(more[k : k + 5]) for k in range(0, 25, 5)]
    halves = [await a_variation_of(parents), await a_variation_of(others)]
    large = await _lineage(ada, await a_variation_of(halves))
    assert (len(large["ancestors"]), large["complete"]) == (ANCESTORS_MOST, False)


async def test_what_came_of_a_job_is_told_the_newest_first(
    ada: httpx.AsyncClient, service: Service
) -> None:
    root = await kept(service)
    # Made by a replica whose clock is behind.
    early = await kept(service, parent=root.id, created_at=NOON - MINUTE / 2)
    late = await kept(
        service,
        task=Variation(images=(ArtifactRef(artifact=f"{root.id}/0"),)),
        created_at=NOON + MINUTE,
    )
    await kept(service, parent=late.id)
    told = await _lineage(ada, root)
    assert [child["id"] for child in told["children"]] == [late.id, early.id]
    assert told["more_children"] is False


async def test_a_job_with_many_children_tells_the_newest_and_that_there_are_more(
    ada: httpx.AsyncClient, service: Service
) -> None:
    root = await kept(service)
    for k in range(CHILDREN_MOST + 1):
        await kept(service, parent=root.id, created_at=NOON + k * MINUTE)
    told = await _lineage(ada, root)
    assert len(told["children"]) == CHILDREN_MOST
    assert told["more_children"] is True
    listed = await ada.get("/v1/jobs", params={"made_from": root.id, "limit": 100})
    assert len(listed.json()["data"]) == CHILDREN_MOST + 1


async def test_a_lineage_is_304_until_it_changes(ada: httpx.AsyncClient, service: Service) -> None:
    root = await kept(service)
    url = f"/v1/jobs/{root.id}/lineage"
    known = {"If-None-Match": (await ada.get(url)).headers["ETag"]}
    assert (await ada.get(url, headers=known)).status_code == 304
    await kept(service, parent=root.id)
    assert (await ada.get(url, headers=known)).status_code == 200


@pytest.mark.parametrize("job_id", ["x", a_job().id])
async def test_what_is_not_there_or_somebody_elses_has_no_lineage(
    callers: Callers, service: Service, job_id: str
) -> None:
    ada, bob = await callers.owner("ada"), await callers.owner("bob")
    problem(await ada.get(f"/v1/jobs/{job_id}/lineage"), 404, "not_found")
    job = (await ada.post("/v1/jobs", json={"task": TASK})).json()
    problem(await bob.get(f"{job['urls']['self']}/lineage"), 404, "not_found")
