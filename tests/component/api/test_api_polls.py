"""Polling and listing: cheap when nothing changed, complete when something did."""

from datetime import timedelta

import httpx
import pytest

from shared.statuses import JobStatus
from tests.builders import NOON, SECOND, a_job, a_task, an_artifact
from tests.component.api.service import TASK, Callers, Service, problem, serving


async def _submit(client: httpx.AsyncClient, **task: object) -> dict:
    reply = await client.post("/v1/jobs", json={"task": TASK | task})
    assert reply.status_code == 202
    return reply.json()


async def _same(client: httpx.AsyncClient, url: str, etag: str) -> httpx.Response:
    return await client.get(url, headers={"If-None-Match": etag})


async def test_a_poll_is_304_until_the_job_changes(
    ada: httpx.AsyncClient, service: Service
) -> None:
    job = await _submit(ada)
    first = await ada.get(job["urls"]["self"])
    etag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, no-cache"
    unchanged = await _same(ada, job["urls"]["self"], etag)
    assert unchanged.status_code == 304
    assert unchanged.content == b""
    assert unchanged.headers["ETag"] == etag
    assert unchanged.headers["Retry-After"] == "1"
    await service.start(job["id"])
    changed = await _same(ada, job["urls"]["self"], etag)
    assert changed.status_code == 200
    assert changed.headers["ETag"] != etag
    assert changed.json()["status"] == "running"


@pytest.mark.parametrize("known", ["W/{}", '"other", {}', "*"])
async def test_an_etag_is_known_in_every_form_a_client_may_send(
    ada: httpx.AsyncClient, known: str
) -> None:
    url = (await _submit(ada))["urls"]["self"]
    etag = (await ada.get(url)).headers["ETag"]
    assert (await _same(ada, url, known.format(etag))).status_code == 304
    assert (await _same(ada, url, '"other"')).status_code == 200


async def test_two_polls_of_a_finished_job_are_the_same_down_to_its_links(
    ada: httpx.AsyncClient, service: Service
) -> None:
    job = await _submit(ada, n=4)
    await service.finish(job["id"])
    first = await ada.get(job["urls"]["self"])
    service.clock.jump(timedelta(minutes=10))
    second = await ada.get(job["urls"]["self"])
    assert second.headers["ETag"] == first.headers["ETag"]
    assert second.content == first.content
    service.clock.jump(timedelta(minutes=10))
    later = await ada.get(job["urls"]["self"])
    assert later.headers["ETag"] != first.headers["ETag"]
    assert (
        later.json()["artifacts"][0]["url_expires_at"]
        > first.json()["artifacts"][0]["url_expires_at"]
    )


async def test_two_replicas_give_the_same_job_the_same_etag(
    ada: httpx.AsyncClient, service: Service
) -> None:
    job = await _submit(ada, n=4)
    await service.finish(job["id"])
    here = await ada.get(job["urls"]["self"])
    async with (
        serving(service.app()) as url,
        httpx.AsyncClient(base_url=url, headers=ada.headers) as elsewhere,
    ):
        there = await elsewhere.get(job["urls"]["self"])
        same = await _same(elsewhere, job["urls"]["self"], here.headers["ETag"])
    assert there.headers["ETag"] == here.headers["ETag"]
    assert same.status_code == 304


async def test_the_hint_when_to_ask_again_grows_with_the_jobs_age(
    ada: httpx.AsyncClient, service: Service
) -> None:
    url = (await _submit(ada))["urls"]["self"]
    hints = []
    for _ in range(4):
        hints.append(int((await ada.get(url)).headers["Retry-After"]))
        service.clock.jump(timedelta(minutes=1))
    assert hints == [1, 5, 9, 10]


async def test_a_job_made_by_a_replica_whose_clock_is_ahead_has_a_hint_too(
    ada: httpx.AsyncClient, service: Service
) -> None:
    job = a_job(created_at=service.clock() + timedelta(minutes=5))
    await service.jobs.add(job)
    assert (await ada.get(f"/v1/jobs/{job.id}")).headers["Retry-After"] == "1"
    polled = await ada.get("/v1/jobs", params={"ids": job.id})
    assert polled.headers["Retry-After"] == "1"


async def test_one_poll_asks_for_many_jobs_and_each_is_answered_in_order(
    ada: httpx.AsyncClient, service: Service
) -> None:
    queued, done = await _submit(ada), await _submit(ada)
    await service.finish(done["id"])
    nowhere = a_job().id
    ids = [nowhere, done["id"], "x" * 50, queued["id"], done["id"]]
    reply = await ada.get("/v1/jobs", params={"ids": ",".join(ids)})
    assert reply.status_code == 200
    assert reply.headers["Retry-After"] == "1"
    data = reply.json()["data"]
    assert [state["id"] for state in data] == [nowhere, done["id"], "x" * 50, queued["id"]]
    assert [state.get("missing") for state in data] == ["unknown", None, "unknown", None]
    assert data[1].keys() == {
        *("id", "version", "status", "done", "partial", "cancel_requested", "delete_requested"),
        *("queue", "progress", "cost", "failure"),
    }
    assert (data[1]["status"], data[1]["done"]) == ("succeeded", True)
    assert data[3]["progress"] == {"images_done": 0, "images_total": 1}


async def test_a_poll_for_many_jobs_is_304_until_one_changes(
    ada: httpx.AsyncClient, service: Service
) -> None:
    jobs = [await _submit(ada), await _submit(ada)]
    url = f"/v1/jobs?ids={jobs[0]['id']},{jobs[1]['id']}"
    etag = (await ada.get(url)).headers["ETag"]
    assert (await _same(ada, url, etag)).status_code == 304
    await service.start(jobs[1]["id"])
    assert (await _same(ada, url, etag)).status_code == 200


async def test_a_poll_for_jobs_that_are_all_done_has_no_hint(
    ada: httpx.AsyncClient, service: Service
) -> None:
    job = await _submit(ada)
    await service.finish(job["id"])
    assert "Retry-After" not in (await ada.get("/v1/jobs", params={"ids": job["id"]})).headers


async def test_a_hundred_ids_are_answered_and_one_more_is_refused(
    ada: httpx.AsyncClient, service: Service
) -> None:
    jobs = [a_job() for _ in range(101)]
    for job in jobs:
        await service.jobs.add(job)
    hundred = await ada.get("/v1/jobs", params={"ids": ",".join(job.id for job in jobs[:100])})
    assert [state["id"] for state in hundred.json()["data"]] == [job.id for job in jobs[:100]]
    more = await ada.get("/v1/jobs", params={"ids": ",".join(job.id for job in jobs)})
    assert problem(more, 422, "input_invalid")["errors"][0]["pointer"] == "/ids"


@pytest.mark.parametrize("ids", ["", ",", " , ,", "x" * 5000])
async def test_ids_that_name_nothing_are_refused(ada: httpx.AsyncClient, ids: str) -> None:
    reply = await ada.get("/v1/jobs", params={"ids": ids})
    assert problem(reply, 422, "input_invalid")["errors"][0]["pointer"] == "/ids"


async def test_a_list_goes_through_all_jobs_once_newest_first(
    ada: httpx.AsyncClient, service: Service
) -> None:
    # Two share every instant, so that the id decides.
    jobs = [a_job(created_at=NOON - number // 2 * SECOND) for number in range(23)]
    for job in [*jobs, a_job(owner="bob")]:
        await service.jobs.add(job)
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await ada.get("/v1/jobs", params={"limit": 5, **cursor})).json()
        seen += [job["id"] for job in page["data"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    newest_first = sorted(jobs, key=lambda job: (job.created_at, job.id), reverse=True)
    assert seen == [job.id for job in newest_first]


async def test_a_list_that_goes_on_is_not_confused_by_new_jobs(
    ada: httpx.AsyncClient, service: Service
) -> None:
    old = [a_job(created_at=NOON - number * SECOND) for number in range(4)]
    for job in old:
        await service.jobs.add(job)
    first = (await ada.get("/v1/jobs", params={"limit": 2})).json()
    await _submit(ada)
    rest = (await ada.get("/v1/jobs", params={"limit": 2, "cursor": first["next"]})).json()
    assert [job["id"] for job in first["data"] + rest["data"]] == [job.id for job in old]


async def test_a_list_shows_twenty_jobs_unless_told_otherwise(
    ada: httpx.AsyncClient, service: Service
) -> None:
    for number in range(21):
        await service.jobs.add(a_job(created_at=NOON - number * SECOND))
    assert len((await ada.get("/v1/jobs")).json()["data"]) == 20
    assert len((await ada.get("/v1/jobs", params={"limit": 100})).json()["data"]) == 21


async def test_a_list_is_304_until_something_changes(ada: httpx.AsyncClient) -> None:
    await _submit(ada)
    etag = (await ada.get("/v1/jobs")).headers["ETag"]
    assert (await _same(ada, "/v1/jobs", etag)).status_code == 304
    await _submit(ada)
    assert (await _same(ada, "/v1/jobs", etag)).status_code == 200


@pytest.mark.parametrize("limit", ["0", "-1", "101", "many", "1.5", "9" * 5000])
async def test_a_list_has_one_to_a_hundred_jobs(ada: httpx.AsyncClient, limit: str) -> None:
    reply = await ada.get("/v1/jobs", params={"limit": limit})
    body = problem(reply, 422, "input_invalid")
    assert [error["pointer"] for error in body["errors"]] == ["/limit"]
    assert "9" * 100 not in reply.text


async def test_a_list_can_be_narrowed(ada: httpx.AsyncClient, service: Service) -> None:
    queued = a_job(resolved_model="nova-canvas")
    canceled = a_job(resolved_model="stable-image-core").cancel(NOON)
    for job in (queued, canceled):
        await service.jobs.add(job)

    async def listed(**filters: str) -> set[str]:
        return {job["id"] for job in (await ada.get("/v1/jobs", params=filters)).json()["data"]}

    assert await listed(status="canceled") == {canceled.id}
    assert await listed(model="nova-canvas") == {queued.id}
    assert await listed(kind="text_to_image") == {queued.id, canceled.id}
    assert await listed(kind="inpaint") == set()
    assert await listed(status="canceled", model="nova-canvas") == set()


async def test_a_status_that_does_not_exist_is_refused_with_those_that_do(
    ada: httpx.AsyncClient,
) -> None:
    body = problem(await ada.get("/v1/jobs", params={"status": "lost"}), 422, "input_invalid")
    assert body["errors"][0]["pointer"] == "/status"
    assert all(status in body["errors"][0]["detail"] for status in JobStatus)


async def test_a_cursor_is_good_for_its_owner_only_and_cannot_be_made_up(
    callers: Callers, service: Service
) -> None:
    ada, bob = await callers.owner("ada"), await callers.owner("bob")
    for number in range(3):
        await service.jobs.add(a_job(created_at=NOON - number * SECOND))
    mine = (await ada.get("/v1/jobs", params={"limit": 1})).json()["next"]
    for client, cursor in (
        (bob, mine),
        (ada, f"{mine[:-4]}AAAA"),
        (ada, ""),
        (ada, "A"),
        (ada, "é"),
        (ada, "////"),
        (ada, "x" * 513),
    ):
        body = problem(
            await client.get("/v1/jobs", params={"cursor": cursor}), 422, "input_invalid"
        )
        assert body["errors"][0]["pointer"] == "/cursor"


async def test_what_a_running_job_has_made_so_far_can_be_seen(
    ada: httpx.AsyncClient, service: Service
) -> None:
    job = await _submit(ada, n=2)
    running = await service.start(job["id"])
    first = running.calls[0].model_copy(update={"stored": True})
    await service.jobs.save(running.keep(first, (an_artifact(0),)))
    seen = (await ada.get(job["urls"]["self"])).json()
    assert seen["progress"] == {"images_done": 1, "images_total": 2}
    assert [picture["k"] for picture in seen["artifacts"]] == [0]
    assert seen["task"]["n"] == a_task(n=2).n
