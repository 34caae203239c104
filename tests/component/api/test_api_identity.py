"""Who may do what: visitors with a cookie, holders of a key, and what each of them sees."""

from collections.abc import Sequence
from http.cookies import SimpleCookie

import httpx
import pytest

from frontend.api.identity import COOKIE, COOKIE_SECONDS
from shared.adapters.memory import MemoryJobStore
from shared.jobs import Job
from shared.keys import Scope
from shared.settings import Settings
from tests.builders import a_job
from tests.component.api.service import TASK, Callers, Service, problem


async def test_a_visitor_gets_a_cookie_that_scripts_and_foreign_pages_cannot_use(
    callers: Callers,
) -> None:
    browser = await callers.nobody()
    reply = await browser.post("/v1/visitors", headers={"Origin": await callers.url()})
    assert reply.status_code == 204
    assert reply.headers["Cache-Control"] == "no-store"
    cookie = SimpleCookie(reply.headers["Set-Cookie"])[COOKIE]
    assert cookie["httponly"] is True
    assert cookie["samesite"].lower() == "lax"
    assert cookie["path"] == "/"
    assert int(cookie["max-age"]) == 400 * 24 * 3600
    assert not cookie["secure"]


@pytest.mark.parametrize(
    ("public_url", "origin"),
    [
        ("https://app.example.com", "https://app.example.com"),
        ("https://App.Example.com:443/", "https://app.example.com"),
        ("https://app.example.com:8443/studio", "https://app.example.com:8443"),
    ],
)
async def test_behind_https_the_cookie_is_secure_and_the_public_origin_counts(
    settings: Settings, callers: Callers, public_url: str, origin: str
) -> None:
    callers.service.settings = settings.model_copy(update={"public_url": public_url})
    browser = await callers.nobody()
    reply = await browser.post("/v1/visitors", headers={"Origin": origin})
    assert reply.status_code == 204
    assert SimpleCookie(reply.headers["Set-Cookie"])[COOKIE]["secure"] is True
    itself = await browser.post("/v1/visitors", headers={"Origin": await callers.url()})
    problem(itself, 403, "foreign_origin")


async def test_where_other_sites_may_frame_the_page_the_cookie_is_for_each_of_them_apart(
    settings: Settings, callers: Callers
) -> None:
    framed = frozenset({"https://huggingface.co"})
    callers.service.settings = settings.model_copy(update={"framed_by": framed})
    browser = await callers.nobody()
    reply = await browser.post("/v1/visitors", headers={"Origin": await callers.url()})
    attributes = reply.headers["Set-Cookie"].split("; ")[1:]
    assert {"HttpOnly", "Path=/", "SameSite=None", "Secure", "Partitioned"} <= set(attributes)


async def test_a_visitor_who_comes_again_stays_the_same_for_as_long_again(
    callers: Callers,
) -> None:
    browser = await callers.visitor()
    cookie = browser.cookies[COOKIE]
    again = await browser.post("/v1/visitors")
    assert again.headers["Set-Cookie"].startswith(f"{COOKIE}={cookie}; ")
    assert f"Max-Age={COOKIE_SECONDS}" in again.headers["Set-Cookie"]


async def test_a_cookie_that_is_not_good_is_replaced(callers: Callers) -> None:
    browser = await callers.visitor()
    browser.cookies.clear()
    reply = await browser.post("/v1/visitors", headers={"Cookie": f"{COOKIE}=forged.forged"})
    assert reply.headers["Set-Cookie"].startswith(f"{COOKIE}=")


@pytest.mark.parametrize("origin", [None, "null", "https://elsewhere.example"])
async def test_a_cookie_is_not_written_for_a_foreign_page(
    callers: Callers, origin: str | None
) -> None:
    headers = {} if origin is None else {"Origin": origin}
    reply = await (await callers.nobody()).post("/v1/visitors", headers=headers)
    problem(reply, 403, "foreign_origin")
    assert "Set-Cookie" not in reply.headers


async def test_a_visitor_submits_and_reads_what_it_submitted(callers: Callers) -> None:
    browser = await callers.visitor()
    accepted = await browser.post("/v1/jobs", json={"task": TASK})
    assert accepted.status_code == 202
    assert (await browser.get(accepted.headers["Location"])).status_code == 200


@pytest.mark.parametrize("origin", [None, "https://elsewhere.example"])
async def test_a_write_with_a_visitors_cookie_from_a_foreign_page_is_refused(
    callers: Callers, origin: str | None
) -> None:
    browser = await callers.visitor()
    job = (await browser.post("/v1/jobs", json={"task": TASK})).json()
    del browser.headers["Origin"]
    headers = {} if origin is None else {"Origin": origin}
    submitted = await browser.post("/v1/jobs", json={"task": TASK}, headers=headers)
    problem(submitted, 403, "foreign_origin")
    canceled = await browser.post(job["urls"]["cancel"], headers=headers)
    problem(canceled, 403, "foreign_origin")
    read = await browser.get(job["urls"]["self"], headers=headers)
    assert read.json()["status"] == "queued"


async def test_a_forged_cookie_is_nobody(callers: Callers) -> None:
    browser = await callers.visitor()
    visitor, _, signature = browser.cookies[COOKIE].partition(".")
    forgeries = (
        visitor,
        f"{visitor}.",
        f"{visitor}.{signature[:-1]}x",
        f"{visitor[:-1]}x.{signature}",
        f".{signature}",
        "é.ü",
    )
    browser.cookies.clear()
    for forged in forgeries:
        cookie = f"{COOKIE}={forged}".encode("latin-1")
        reply = await browser.get("/v1/jobs", headers={"Cookie": cookie})
        problem(reply, 401, "unknown_caller")


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer cq_0000",
        "Bearer cq_ünknown",
        "Bearer something else",
        "Basic YWRhOmFkYQ==",
        "cq_0000",
    ],
)
async def test_who_brings_no_good_key_is_asked_for_one(
    callers: Callers, authorization: str
) -> None:
    stranger = await callers.nobody(headers={"Authorization": authorization.encode("latin-1")})
    for reply in (await stranger.get("/v1/jobs"), await stranger.post("/v1/jobs", json={})):
        problem(reply, 401, "unknown_caller")
        assert reply.headers["WWW-Authenticate"].startswith("Bearer")


async def test_a_known_key_with_another_scheme_is_not_taken(callers: Callers) -> None:
    key = await callers.service.a_key()
    stranger = await callers.nobody(headers={"Authorization": f"Basic {key}"})
    problem(await stranger.get("/v1/jobs"), 401, "unknown_caller")


async def test_a_key_needs_no_origin(ada: httpx.AsyncClient) -> None:
    foreign = {"Origin": "https://elsewhere.example"}
    reply = await ada.post("/v1/jobs", json={"task": TASK}, headers=foreign)
    assert reply.status_code == 202


async def test_somebody_elses_job_is_not_there(callers: Callers, service: Service) -> None:
    ada, bob = await callers.owner("ada"), await callers.owner("bob")
    job = (await ada.post("/v1/jobs", json={"task": TASK})).json()
    await service.finish(job["id"])
    for reply in (
        await bob.get(job["urls"]["self"]),
        await bob.post(job["urls"]["cancel"]),
        await bob.get(f"{job['urls']['self']}/artifacts/0"),
    ):
        problem(reply, 404, "not_found")
    states = await bob.get("/v1/jobs", params={"ids": job["id"]})
    assert states.json() == {"data": [{"id": job["id"], "missing": "unknown"}]}
    assert (await bob.get("/v1/jobs")).json() == {"data": [], "next": None}


async def test_somebody_elses_job_looks_exactly_like_one_that_never_was(callers: Callers) -> None:
    ada, bob = await callers.owner("ada"), await callers.owner("bob")
    job = (await ada.post("/v1/jobs", json={"task": TASK})).json()
    theirs = await bob.get(f"/v1/jobs/{job['id']}")
    nobodys = await bob.get(f"/v1/jobs/{a_job().id}")
    assert theirs.json() | {"instance": ""} == nobodys.json() | {"instance": ""}


async def test_an_admin_sees_every_job(callers: Callers) -> None:
    ada, admin = await callers.owner("ada"), await callers.owner("root", Scope.ADMIN)
    job = (await ada.post("/v1/jobs", json={"task": TASK})).json()
    assert (await admin.get(job["urls"]["self"])).status_code == 200


class Picky(MemoryJobStore):
    """Fails where a key is none, as DynamoDB does when it is longer than 2,048 bytes."""

    async def get(self, job_id: str) -> Job | None:
        assert len(job_id) == 26
        return await super().get(job_id)

    async def get_many(self, job_ids: Sequence[str]) -> list[Job]:
        assert {len(job_id) for job_id in job_ids} <= {26}
        return await super().get_many(job_ids)


@pytest.mark.parametrize("job_id", ["x", "I" * 26, "0" * 27, "0" * 3000, "é", "%00", "~"])
async def test_what_cannot_be_a_jobs_id_is_not_there_and_no_store_is_asked_for_it(
    callers: Callers, service: Service, job_id: str
) -> None:
    service.jobs = Picky()
    ada = await callers.owner()
    reply = await ada.get(f"/v1/jobs/{job_id}")
    assert reply.status_code == 404
    assert reply.json()["code"] == "not_found"
    assert len(reply.content) < 2000
    states = await ada.get("/v1/jobs", params={"ids": job_id})
    assert states.json() == {"data": [{"id": job_id, "missing": "unknown"}]}
