"""Limits over HTTP: who has used up theirs is told so, and told when to come back."""

from datetime import timedelta
from decimal import Decimal

import httpx
import pytest

from shared.settings import Settings
from tests.component.api.service import TASK, Callers, Down, Service, problem

QUOTA = "https://iana.org/assignments/http-problem-types#quota-exceeded"
CAPACITY = "https://iana.org/assignments/http-problem-types#temporary-reduced-capacity"
PREMIUM = TASK | {"quality": "premium"}


def _limited(service: Service, **limits: object) -> None:
    service.settings = service.settings.model_copy(update=limits)


async def _statuses(client: httpx.AsyncClient, task: dict, times: int) -> list[int]:
    return [(await client.post("/v1/jobs", json={"task": task})).status_code for _ in range(times)]


async def test_the_twenty_first_submission_in_twenty_minutes_is_refused(
    ada: httpx.AsyncClient, service: Service
) -> None:
    assert await _statuses(ada, TASK, 20) == [202] * 20
    service.clock.jump(timedelta(minutes=5))
    reply = await ada.post("/v1/jobs", json={"task": TASK})
    body = problem(reply, 429, "limit_reached")
    assert body["type"] == QUOTA
    assert body["policy"] == "submissions"
    assert body["violated-policies"] == ["submissions"]
    assert 890 <= int(reply.headers["Retry-After"]) <= 900
    assert len(await service.kept()) == 20
    service.clock.jump(timedelta(minutes=15))
    assert await _statuses(ada, TASK, 1) == [202]


async def test_premium_counts_twice(ada: httpx.AsyncClient) -> None:
    assert await _statuses(ada, PREMIUM, 9) == [202] * 9
    assert await _statuses(ada, TASK, 1) == [202]
    assert await _statuses(ada, PREMIUM, 1) == [429]
    last = await ada.post("/v1/jobs", json={"task": TASK})
    assert last.status_code == 202
    assert last.headers["RateLimit"].startswith('"submissions";r=0;')


async def test_one_owners_limit_is_not_anothers(callers: Callers) -> None:
    _limited(callers.service, rate_limit=1)
    ada, bob = await callers.owner("ada"), await callers.owner("bob")
    assert await _statuses(ada, TASK, 2) == [202, 429]
    assert await _statuses(bob, TASK, 1) == [202]


async def test_owners_of_one_network_share_a_limit(callers: Callers) -> None:
    _limited(callers.service, network_rate_limit=3)
    ada, bob = await callers.owner("ada"), await callers.owner("bob")
    assert await _statuses(ada, TASK, 2) == [202, 202]
    assert await _statuses(bob, TASK, 1) == [202]
    body = problem(await bob.post("/v1/jobs", json={"task": TASK}), 429, "limit_reached")
    assert body["policy"] == "network"


async def test_the_service_spends_no_more_than_its_dollars_a_day(
    callers: Callers, service: Service
) -> None:
    _limited(service, daily_spend_usd=Decimal("0.10"))
    ada, bob = await callers.owner("ada"), await callers.owner("bob")
    assert await _statuses(ada, TASK, 2) == [202, 202]
    reply = await bob.post("/v1/jobs", json={"task": TASK})
    body = problem(reply, 429, "limit_reached")
    assert body["policy"] == "spend"
    assert int(reply.headers["Retry-After"]) == pytest.approx(12 * 3600, abs=60)
    assert await service.kept("bob") == []


async def test_what_is_refused_uses_up_nothing(callers: Callers, service: Service) -> None:
    _limited(service, daily_spend_usd=Decimal("0.05"), rate_limit=2)
    ada = await callers.owner()
    assert await _statuses(ada, TASK | {"n": 5}, 3) == [429] * 3
    assert await _statuses(ada, TASK | {"prompt": ""}, 3) == [422] * 3
    reply = await ada.post("/v1/jobs", json={"task": TASK})
    assert reply.status_code == 202
    assert reply.headers["RateLimit"].startswith('"submissions";r=1;')


async def test_a_replay_uses_up_nothing(callers: Callers, settings: Settings) -> None:
    _limited(callers.service, rate_limit=1)
    ada = await callers.owner()
    named = {"Idempotency-Key": "7"}
    replies = [await ada.post("/v1/jobs", json={"task": TASK}, headers=named) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [202, 200, 200]


async def test_a_refused_key_may_be_used_again(callers: Callers, service: Service) -> None:
    _limited(service, rate_limit=1)
    ada = await callers.owner()
    await _statuses(ada, TASK, 1)
    named = {"Idempotency-Key": "7"}
    refused = await ada.post("/v1/jobs", json={"task": TASK}, headers=named)
    service.clock.jump(timedelta(minutes=20))
    again = await ada.post("/v1/jobs", json={"task": TASK}, headers=named)
    assert (refused.status_code, again.status_code) == (429, 202)


@pytest.mark.parametrize("store", ["meters", "submissions", "jobs"])
async def test_when_a_store_is_down_nothing_is_accepted(
    callers: Callers, service: Service, store: str
) -> None:
    kept = service.jobs
    setattr(service, store, Down())
    ada = await callers.owner()
    reply = await ada.post("/v1/jobs", json={"task": TASK}, headers={"Idempotency-Key": "7"})
    body = problem(reply, 503, "store_unavailable")
    assert body["type"] == CAPACITY
    assert reply.headers["Retry-After"] == "5"
    assert "10.0.0.7" not in reply.text
    service.jobs = kept
    assert await service.kept() == []
    assert await service.sent() == []


async def test_when_keys_cannot_be_looked_up_nobody_is_let_in(
    callers: Callers, service: Service
) -> None:
    service.keys = Down()
    somebody = await callers.nobody(headers={"Authorization": "Bearer cq_0000"})
    reply = await somebody.post("/v1/jobs", json={"task": TASK})
    problem(reply, 503, "store_unavailable")
    assert reply.headers["Retry-After"] == "5"
