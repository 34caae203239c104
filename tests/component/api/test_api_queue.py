"""What a waiting job says of the line: how many are ahead of it, and when it will be done."""

from datetime import timedelta

import httpx

from shared.lines import Lane, Took
from tests.builders import SECOND
from tests.component.api.service import TASK, Callers, Down, Service

CORE = "stability.stable-image-core-v1:1@us-west-2"


async def submit(client: httpx.AsyncClient, count: int = 1, **more: object) -> list[dict]:
    body = {"task": TASK, **more}
    return [(await client.post("/v1/jobs", json=body)).json() for _ in range(count)]


async def slot(service: Service, turn: int | None) -> None:
    """A worker takes a slot, and says that calls take five to nine seconds."""
    await service.pools.take_slot(
        CORE,
        timedelta(seconds=60) / 90,
        lane=Lane.NORMAL,
        turn=turn,
        horizon=lambda _: timedelta(hours=1),
        took=Took(p50=5 * SECOND, p90=9 * SECOND),
        now=service.clock(),
    )
    service.clock.jump(2 * SECOND)


async def queue(client: httpx.AsyncClient, job: dict) -> dict:
    """What a job says, which must be what a poll for many says of it."""
    said = (await client.get(job["urls"]["self"])).json()
    short = (await client.get("/v1/jobs", params={"ids": job["id"]})).json()["data"][0]
    listed = (await client.get("/v1/jobs")).json()["data"]
    assert short["queue"] == said["queue"]
    assert short["cost"] == said["cost"]
    assert said["queue"] in [other["queue"] for other in listed if other["id"] == job["id"]]
    return said["queue"]


async def test_a_job_says_how_many_are_ahead_of_it_and_when_it_will_be_done(
    ada: httpx.AsyncClient, service: Service
) -> None:
    jobs = await submit(ada, 10)
    assert await queue(ada, jobs[9]) == {"ahead": 8, "eta_seconds": None}
    await slot(service, turn=1)
    # Seven more of them in two thirds of a second each, then its own.
    assert await queue(ada, jobs[9]) == {"ahead": 7, "eta_seconds": {"p50": 10, "p90": 30}}


async def test_who_comes_late_and_wants_little_is_not_behind_all_who_want_much(
    callers: Callers, ada: httpx.AsyncClient, service: Service
) -> None:
    await submit(ada, 15)
    eve = await callers.owner("eve")
    [first] = await submit(eve)
    assert (await queue(eve, first))["ahead"] == 0
    assert (await queue(ada, (await submit(ada))[0]))["ahead"] >= 14


async def test_a_running_job_has_nobody_ahead_and_a_done_one_no_queue(
    ada: httpx.AsyncClient, service: Service
) -> None:
    [job, other] = await submit(ada, 2)
    await slot(service, turn=1)
    await service.start(job["id"])
    assert await queue(ada, job) == {"ahead": 0, "eta_seconds": {"p50": 5, "p90": 10}}
    await service.finish(other["id"])
    assert await queue(ada, other) == {"ahead": None, "eta_seconds": None}


async def test_a_canceled_job_is_ahead_of_nobody(ada: httpx.AsyncClient, service: Service) -> None:
    jobs = await submit(ada, 5)
    for job in jobs[1:4]:
        await ada.post(job["urls"]["cancel"])
    service.clock.jump(2 * SECOND)
    assert (await queue(ada, jobs[4]))["ahead"] == 1


async def test_a_dry_run_says_what_a_job_would_have_before_it(
    ada: httpx.AsyncClient, service: Service
) -> None:
    await submit(ada, 9)
    await slot(service, turn=1)
    reply = await ada.post("/v1/jobs", json={"task": TASK | {"n": 3}, "dry_run": True})
    assert reply.json()["queue"] == {"ahead": 8, "eta_seconds": {"p50": 15, "p90": 30}}


async def test_a_line_that_nobody_can_ask_about_stops_no_job_and_no_poll(
    callers: Callers, service: Service
) -> None:
    service.pools = Down()
    ada = await callers.owner()
    [job] = await submit(ada)
    assert await queue(ada, job) == {"ahead": None, "eta_seconds": None}
    assert len(await service.kept()) == 1
