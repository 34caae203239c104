"""How long a job may take: until a moment, or for a time from now."""

from datetime import datetime, timedelta

import httpx
import pytest

from shared.search import JobFilter
from tests.component.api.service import TASK, Service, problem


async def test_a_deadline_in_any_time_zone_is_kept(
    ada: httpx.AsyncClient, service: Service
) -> None:
    tomorrow = (service.clock() + timedelta(days=1)).replace(microsecond=0)
    reply = await ada.post(
        "/v1/jobs",
        json={
            "task": TASK,
            "start_by": tomorrow.isoformat(),
            "finish_by": "9999-12-31T23:59:59-23:59",
        },
    )
    assert reply.status_code == 202
    assert (await service.jobs.owned_by("ada", JobFilter(), limit=1)).jobs[0].start_by == tomorrow
    assert (await ada.get(reply.headers["Location"])).status_code == 200


@pytest.mark.parametrize(
    ("header", "seconds"), [("30s", 30), ("5m", 300), ("1h30m45s", 5445), ("1H", 3600), ("5s", 5)]
)
async def test_a_job_can_be_given_a_time_to_end_in(
    ada: httpx.AsyncClient, service: Service, header: str, seconds: int
) -> None:
    reply = await ada.post("/v1/jobs", json={"task": TASK}, headers={"Cancel-After": header})
    assert reply.status_code == 202
    assert _ends_in(reply.json()) == pytest.approx(seconds, abs=2)
    assert (await service.kept())[0].finish_by == datetime.fromisoformat(reply.json()["finish_by"])


async def test_of_two_ends_the_earlier_holds(ada: httpx.AsyncClient, service: Service) -> None:
    soon = service.clock() + timedelta(minutes=1)
    body = {"task": TASK, "finish_by": soon.isoformat()}
    for header, seconds in (("5m", 60), ("30s", 30)):
        reply = await ada.post("/v1/jobs", json=body, headers={"Cancel-After": header})
        assert _ends_in(reply.json()) == pytest.approx(seconds, abs=2)


def _ends_in(job: dict) -> float:
    """Seconds from its submission."""
    end, start = (datetime.fromisoformat(job[name]) for name in ("finish_by", "created_at"))
    return (end - start).total_seconds()


@pytest.mark.parametrize(
    "header", ["4s", "", "30", "5 m", "m", "-5m", "99999999s", "5m1h", "\u0665m"]
)
async def test_a_time_to_end_in_that_is_none_is_named(
    ada: httpx.AsyncClient, service: Service, header: str
) -> None:
    sent = {"Cancel-After": header.encode()}
    reply = await ada.post("/v1/jobs", json={"task": TASK}, headers=sent)
    told = problem(reply, 422, "input_invalid")
    assert told["errors"][0]["pointer"] == "/headers/Cancel-After"
    assert await service.kept() == []
