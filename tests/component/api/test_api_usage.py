"""Usage: an owner sees what is used and left of each limit, and when it is there again."""

from decimal import Decimal
from typing import Any

import httpx
import pytest

from shared.settings import Settings
from tests.builders import MINUTE
from tests.component.api.service import TASK, Callers, Down, Service, problem

PNG = {"content_type": "image/png"}


async def _usage(client: httpx.AsyncClient) -> dict[str, Any]:
    reply = await client.get("/v1/usage")
    assert reply.status_code == 200
    told: dict[str, Any] = reply.json()
    return {limit["policy"]: limit for limit in told["limits"]} | {"day": told["day"]}


async def test_before_anything_is_used_all_of_it_is_left(ada: httpx.AsyncClient) -> None:
    usage = await _usage(ada)
    assert {policy: limit["left"] for policy, limit in usage.items() if policy != "day"} == {
        **{"submissions": 20, "uploads": 200, "prompts": 60, "shares": 60},
        **{"network": 100, "network-uploads": 1000},
        **{"network-prompts": 300, "network-shares": 300},
    }
    assert usage["submissions"] == {
        "policy": "submissions",
        "of": "owner",
        "limit": 20,
        "used": 0,
        "left": 20,
        "window_seconds": 1200,
        "ends_at": None,
    }
    assert usage["day"] == {"budget_left": 1.0, "ends_at": "2026-11-03T00:00:00Z"}


async def test_what_is_used_is_told_until_its_window_ends(
    ada: httpx.AsyncClient, service: Service
) -> None:
    premium = {"task": TASK | {"quality": "premium"}}
    await ada.post("/v1/jobs", json=premium)
    service.clock.jump(5 * MINUTE)
    await ada.post("/v1/jobs", json={"task": TASK})
    await ada.post("/v1/uploads", json=PNG)
    usage = await _usage(ada)
    used = (usage["submissions"]["used"], usage["submissions"]["left"], usage["network"]["used"])
    assert used == (3, 17, 3)
    assert usage["submissions"]["ends_at"].startswith("2026-11-02T12:20:0")
    assert (usage["uploads"]["used"], usage["prompts"]["used"]) == (1, 0)
    service.clock.jump(16 * MINUTE)
    later = await _usage(ada)
    assert (later["submissions"]["used"], later["submissions"]["ends_at"]) == (0, None)
    assert later["uploads"]["used"] == 1


async def test_the_numbers_are_those_of_the_headers(ada: httpx.AsyncClient) -> None:
    submitted = await ada.post("/v1/jobs", json={"task": TASK})
    told = await ada.get("/v1/usage")
    for name in ("RateLimit-Policy", "RateLimit"):
        for part in submitted.headers[name].split(", "):
            # A second may have gone by since.
            assert part.partition(";t=")[0] in told.headers[name]


async def test_an_owner_sees_their_own_use_and_that_of_their_network(callers: Callers) -> None:
    ada, bob = await callers.owner("ada"), await callers.owner("bob")
    await ada.post("/v1/jobs", json={"task": TASK})
    usage = await _usage(bob)
    assert (usage["submissions"]["used"], usage["network"]["used"]) == (0, 1)
    assert (usage["network"]["of"], usage["submissions"]["of"]) == ("network", "owner")


@pytest.mark.parametrize(
    ("cap", "left"),
    [(Decimal("0.30"), 0.86), (Decimal("0.04"), 0.0), (Decimal(1000), 0.99), (None, None)],
)
async def test_the_days_budget_is_told_as_the_share_that_is_left(
    settings: Settings, callers: Callers, cap: Decimal | None, left: float | None
) -> None:
    callers.service.settings = settings.model_copy(update={"daily_spend_usd": cap})
    ada = await callers.owner("ada")
    assert (await ada.post("/v1/jobs", json={"task": TASK})).status_code == 202
    assert (await _usage(ada))["day"]["budget_left"] == left


async def test_a_budget_of_nothing_is_used_up(settings: Settings, callers: Callers) -> None:
    callers.service.settings = settings.model_copy(update={"daily_spend_usd": Decimal(0)})
    assert (await _usage(await callers.owner("ada")))["day"]["budget_left"] == 0


async def test_usage_is_304_until_something_is_used(ada: httpx.AsyncClient) -> None:
    known = {"If-None-Match": (await ada.get("/v1/usage")).headers["ETag"]}
    assert (await ada.get("/v1/usage", headers=known)).status_code == 304
    await ada.post("/v1/jobs", json={"task": TASK})
    assert (await ada.get("/v1/usage", headers=known)).status_code == 200


async def test_nobody_has_no_usage(callers: Callers) -> None:
    problem(await (await callers.nobody()).get("/v1/usage"), 401, "unknown_caller")


async def test_without_its_store_usage_is_not_made_up(callers: Callers, service: Service) -> None:
    service.meters = Down()
    problem(await (await callers.owner()).get("/v1/usage"), 503, "store_unavailable")
