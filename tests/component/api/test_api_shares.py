"""Owners share what they made by links that end, and take them back."""

import re
from datetime import timedelta

import httpx
import pytest

from shared.jobs import Job
from shared.logs import JsonLines
from shared.records import RETENTION
from shared.settings import Settings
from shared.shares import TOKEN_PATTERN
from tests.builders import NOON
from tests.component.api.service import TASK, Callers, Service, problem
from tests.component.api.shares import BROWSER, JSON, Page, share


async def test_a_share_is_a_link_that_nobody_can_guess_and_that_is_kept_nowhere(
    ada: httpx.AsyncClient, service: Service, job: Job
) -> None:
    reply = await ada.post(f"/v1/jobs/{job.id}/share")
    assert reply.status_code == 201
    assert reply.headers["Cache-Control"] == "no-store"
    made = reply.json()
    assert re.fullmatch(TOKEN_PATTERN, made["token"])
    assert made["url"] == reply.headers["Location"] == f"{ada.base_url}/s/{made['token']}"
    assert (made["job"], made["show_settings"]) == (job.id, False)
    assert made["expires_at"][:10] == "2026-11-09"
    (kept,) = await service.shares.of_job(job.id)
    assert made["token"] not in kept.model_dump_json()
    assert made["token"] != (await share(ada, job))["token"]


async def test_behind_a_public_url_the_link_names_it(
    settings: Settings, callers: Callers, job: Job
) -> None:
    public = {"public_url": "https://Pictures.example.com/"}
    callers.service.settings = settings.model_copy(update=public)
    made = await share(await callers.owner("ada"), job)
    assert made["url"] == f"https://pictures.example.com/s/{made['token']}"


@pytest.mark.parametrize(
    ("wanted", "pointer"),
    [
        ({"expires_in": 3599}, "/expires_in"),
        ({"expires_in": 30 * 24 * 3600 + 1}, "/expires_in"),
        ({"expires_in": "a week"}, "/expires_in"),
        ({"show_settings": "some"}, "/show_settings"),
        ({"forever": True}, "/forever"),
    ],
)
async def test_a_share_that_breaks_a_rule_is_refused(
    ada: httpx.AsyncClient, service: Service, job: Job, wanted: dict[str, object], pointer: str
) -> None:
    refused = await ada.post(f"/v1/jobs/{job.id}/share", json=wanted)
    assert problem(refused, 422, "input_invalid")["errors"][0]["pointer"] == pointer
    assert await service.shares.of_job(job.id) == []


async def test_only_a_job_with_pictures_can_be_shared(
    ada: httpx.AsyncClient, service: Service
) -> None:
    submitted = (await ada.post("/v1/jobs", json={"task": TASK})).json()
    problem(await ada.post(f"/v1/jobs/{submitted['id']}/share"), 409, "not_shareable")
    await ada.post(submitted["urls"]["cancel"])
    problem(await ada.post(f"/v1/jobs/{submitted['id']}/share"), 409, "not_shareable")


async def test_a_share_ends_when_its_time_is_over(
    ada: httpx.AsyncClient, callers: Callers, service: Service, job: Job
) -> None:
    made = await share(ada, job, expires_in=3600)
    stranger = await callers.nobody()
    service.clock.jump(timedelta(minutes=59))
    assert (await stranger.get(made["url"])).status_code == 200
    service.clock.jump(timedelta(minutes=1))
    gone = await stranger.get(made["url"], headers=BROWSER)
    assert gone.status_code == 410
    assert "This link has ended" in Page(gone.text).words
    assert gone.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "memory:" not in gone.text
    told = await stranger.get(made["url"], headers=JSON)
    assert (told.status_code, told.json()["code"]) == (410, "share_ended")
    assert told.json()["reason"] == "expired"


async def test_a_share_never_outlives_its_job(
    ada: httpx.AsyncClient, service: Service, job: Job
) -> None:
    service.clock.jump(timedelta(days=20))
    made = await share(ada, job, expires_in=30 * 24 * 3600)
    assert made["expires_at"] == job.expires_at.isoformat().replace("+00:00", "Z")


async def test_a_share_dies_with_its_job(
    ada: httpx.AsyncClient, callers: Callers, service: Service, job: Job
) -> None:
    made = await share(ada, job)
    await service.jobs.bury(job, job.tombstone("deleted", NOON))
    told = await (await callers.nobody()).get(made["url"], headers=JSON)
    assert (told.status_code, told.json()["reason"]) == (410, "erased")


@pytest.mark.parametrize("name", ["token", "id"])
async def test_an_owner_takes_a_share_back_by_its_token_or_its_id(
    ada: httpx.AsyncClient, callers: Callers, job: Job, name: str
) -> None:
    made, other = await share(ada, job), await share(ada, job)
    for _ in range(2):
        assert (await ada.delete(f"/v1/shares/{made[name]}")).status_code == 204
    stranger = await callers.nobody()
    told = await stranger.get(made["url"], headers=JSON)
    assert (told.status_code, told.json()["reason"]) == (410, "revoked")
    assert (await stranger.get(other["url"])).status_code == 200


async def test_an_owner_finds_the_shares_that_are_open(
    ada: httpx.AsyncClient, service: Service, job: Job
) -> None:
    short = await share(ada, job, expires_in=3600)
    service.clock.jump(timedelta(minutes=30))
    long, revoked = await share(ada, job, show_settings=True), await share(ada, job)
    await ada.delete(revoked["urls"]["revoke"])
    listed = await ada.get(f"/v1/jobs/{job.id}/shares")
    assert [share["id"] for share in listed.json()["data"]] == [long["id"], short["id"]]
    assert listed.json()["data"][0] == {k: long[k] for k in long.keys() - {"token", "url"}}
    assert long["token"] not in listed.text
    service.clock.jump(timedelta(minutes=30))
    left = (await ada.get(f"/v1/jobs/{job.id}/shares")).json()["data"]
    assert [share["id"] for share in left] == [long["id"]]


async def test_nobody_shares_lists_or_takes_back_what_is_somebody_elses(
    callers: Callers, job: Job
) -> None:
    ada, bob = await callers.owner("ada"), await callers.owner("bob")
    made = await share(ada, job)
    problem(await bob.post(f"/v1/jobs/{job.id}/share"), 404, "not_found")
    problem(await bob.get(f"/v1/jobs/{job.id}/shares"), 404, "not_found")
    assert (await bob.delete(f"/v1/shares/{made['token']}")).status_code == 404
    assert (await bob.delete(f"/v1/shares/{made['id']}")).status_code == 404
    assert (await bob.get(made["url"])).status_code == 200
    stranger = await callers.nobody()
    problem(await stranger.post(f"/v1/jobs/{job.id}/share"), 401, "unknown_caller")
    assert (await stranger.delete(f"/v1/shares/{made['id']}")).status_code == 401


async def test_a_foreign_page_neither_shares_nor_takes_back_with_a_visitors_cookie(
    callers: Callers, service: Service
) -> None:
    browser = await callers.visitor()
    submitted = (await browser.post("/v1/jobs", json={"task": TASK})).json()
    await service.finish(submitted["id"])
    url = f"{submitted['urls']['self']}/share"
    foreign = {"Origin": "https://elsewhere.example"}
    problem(await browser.post(url, headers=foreign), 403, "foreign_origin")
    made = (await browser.post(url)).json()
    refused = await browser.delete(made["urls"]["revoke"], headers=foreign)
    assert (refused.status_code, refused.json()["code"]) == (403, "foreign_origin")


async def test_shares_are_limited_to_three_for_each_submission(
    settings: Settings, callers: Callers, job: Job
) -> None:
    callers.service.settings = settings.model_copy(update={"rate_limit": 1})
    ada = await callers.owner("ada")
    for _ in range(3):
        await share(ada, job)
    refused = problem(await ada.post(f"/v1/jobs/{job.id}/share"), 429, "limit_reached")
    assert refused["policy"] == "shares"
    assert (await ada.post("/v1/jobs", json={"task": TASK})).status_code == 202


async def test_no_token_is_written_to_the_log(
    ada: httpx.AsyncClient, callers: Callers, job: Job, caplog: pytest.LogCaptureFixture
) -> None:
    made = await share(ada, job)
    with caplog.at_level("INFO", logger="frontend.requests"):
        await (await callers.nobody()).get(made["url"])
        await ada.delete(f"/v1/shares/{made['token']}")
    lines = [JsonLines().format(r) for r in caplog.records if r.name == "frontend.requests"]
    assert any("GET /s/[secret]" in line for line in lines)
    assert any("DELETE /v1/shares/[secret]" in line for line in lines)
    assert not any(made["token"] in line for line in lines)


async def test_shares_are_gone_with_what_can_be_known_of_a_job(
    ada: httpx.AsyncClient, service: Service, job: Job
) -> None:
    await service.jobs.bury(job, job.tombstone("expired", NOON + RETENTION))
    problem(await ada.post(f"/v1/jobs/{job.id}/share"), 410, "gone")
    problem(await ada.get(f"/v1/jobs/{job.id}/shares"), 410, "gone")
