"""Submitting: accepted at once, accepted once, and only quoted when it is a dry run."""

import asyncio
import base64
from datetime import datetime, timedelta

import httpx
import pytest

from shared.adapters.memory import MemoryJobStore
from shared.jobs import Job
from shared.search import JobFilter
from tests.builders import a_picture
from tests.component.api.service import TASK, Callers, Service, problem

JOB_KEYS = {
    *("id", "version", "status", "done", "partial", "cancel_requested", "delete_requested"),
    *("task", "lane"),
    *("requested_model", "resolved_model", "fallback_reason", "warnings"),
    *("attempt", "max_attempts", "created_at", "started_at", "finished_at"),
    *("start_by", "finish_by", "expires_at", "queue", "progress", "cost", "inputs", "artifacts"),
    *("failure", "timings", "favorite", "metadata", "parent", "urls"),
}
ARTIFACT_KEYS = {
    *("k", "role", "url", "thumbnail_url", "url_expires_at", "content_type"),
    *("width", "height", "bytes", "sha256", "seed"),
}


async def test_a_job_is_accepted_at_once_and_told_where_and_when_to_look(
    ada: httpx.AsyncClient, service: Service
) -> None:
    reply = await ada.post("/v1/jobs", json={"task": TASK, "metadata": {"order": "7"}})
    assert reply.status_code == 202
    job = reply.json()
    assert reply.headers["Location"] == job["urls"]["self"] == f"/v1/jobs/{job['id']}"
    assert reply.headers["Retry-After"] == "1"
    assert reply.headers["RateLimit-Policy"] == '"submissions";q=20;w=1200, "network";q=100;w=1200'
    assert reply.headers["RateLimit"] == '"submissions";r=19;t=1200, "network";r=99;t=1200'
    assert [kept.id for kept in await service.kept()] == [job["id"]]
    assert [job["id"] in message.body for message in await service.sent()] == [True]


async def test_a_job_tells_all_there_is_to_tell_and_nothing_more(ada: httpx.AsyncClient) -> None:
    job = (await ada.post("/v1/jobs", json={"task": TASK, "metadata": {"order": "7"}})).json()
    assert job.keys() == JOB_KEYS
    assert job["task"].keys() == {
        *("kind", "prompt", "negative_prompt", "width", "height"),
        *("quality", "style", "guidance", "n", "seed"),
    }
    assert job["queue"] == {"ahead": 0, "eta_seconds": None}
    assert job["progress"] == {"images_done": 0, "images_total": 1}
    assert job["cost"] == {"estimate_usd": 0.04, "actual_usd": None, "billed": False}
    assert job["timings"] == {"queued_ms": 0, "model_ms": 0, "store_ms": 0}
    assert job["urls"] == {
        "self": f"/v1/jobs/{job['id']}",
        "cancel": f"/v1/jobs/{job['id']}/cancel",
        "retry": f"/v1/jobs/{job['id']}/retry",
    }
    assert (job["status"], job["done"], job["failure"]) == ("queued", False, None)
    assert job["metadata"] == {"order": "7"}


async def test_a_finished_job_has_links_to_its_pictures(
    ada: httpx.AsyncClient, service: Service
) -> None:
    submitted = (await ada.post("/v1/jobs", json={"task": TASK | {"n": 2}})).json()
    await service.finish(submitted["id"])
    reply = await ada.get(submitted["urls"]["self"])
    assert "Retry-After" not in reply.headers
    job = reply.json()
    assert job.keys() == JOB_KEYS
    assert (job["status"], job["done"], job["partial"]) == ("succeeded", True, False)
    assert [picture["k"] for picture in job["artifacts"]] == [0, 1]
    assert job["artifacts"][0].keys() == ARTIFACT_KEYS
    assert "artifacts/some-job/0/0.png" in job["artifacts"][0]["url"]
    assert "artifacts/some-job/0/0.webp" in job["artifacts"][0]["thumbnail_url"]
    assert job["cost"] == {"estimate_usd": 0.08, "actual_usd": 0.08, "billed": True}


async def test_a_seed_is_drawn_and_told_and_a_fallback_is_disclosed(ada: httpx.AsyncClient) -> None:
    job = (await ada.post("/v1/jobs", json={"task": TASK})).json()
    assert isinstance(job["task"]["seed"], int)
    assert (job["requested_model"], job["resolved_model"]) == ("auto", "stable-image-core")
    assert "end of life" in job["fallback_reason"]


async def test_a_repeat_with_the_same_key_finds_the_first_job(
    ada: httpx.AsyncClient, service: Service
) -> None:
    named = {"Idempotency-Key": '"order 7"'}
    first = await ada.post("/v1/jobs", json={"task": TASK}, headers=named)
    again = await ada.post("/v1/jobs", json={"model": "auto", "task": TASK}, headers=named)
    assert (first.status_code, again.status_code) == (202, 200)
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    assert again.json() == first.json()
    assert len(await service.kept()) == 1
    assert len(await service.sent()) == 1


async def test_a_replay_is_answered_in_full_even_to_who_knows_its_etag(
    ada: httpx.AsyncClient,
) -> None:
    named = {"Idempotency-Key": "7"}
    first = await ada.post("/v1/jobs", json={"task": TASK}, headers=named)
    known = {**named, "If-None-Match": first.headers["ETag"]}
    again = await ada.post("/v1/jobs", json={"task": TASK}, headers=known)
    assert again.status_code == 200
    assert again.json() == first.json()


async def test_a_key_without_quotes_is_the_same_key(ada: httpx.AsyncClient) -> None:
    quoted = await ada.post("/v1/jobs", json={"task": TASK}, headers={"Idempotency-Key": '"a-1"'})
    bare = await ada.post("/v1/jobs", json={"task": TASK}, headers={"Idempotency-Key": "a-1"})
    assert bare.json()["id"] == quoted.json()["id"]


async def test_the_same_key_with_another_request_is_refused(
    ada: httpx.AsyncClient, service: Service
) -> None:
    named = {"Idempotency-Key": "7"}
    await ada.post("/v1/jobs", json={"task": TASK}, headers=named)
    other = await ada.post("/v1/jobs", json={"task": TASK | {"n": 2}}, headers=named)
    problem(other, 422, "idempotency_key_reused")
    assert len(await service.kept()) == 1


async def test_a_key_belongs_to_its_owner(callers: Callers) -> None:
    named = {"Idempotency-Key": "7"}
    ada, bob = await callers.owner("ada"), await callers.owner("bob")
    adas = await ada.post("/v1/jobs", json={"task": TASK}, headers=named)
    bobs = await bob.post("/v1/jobs", json={"task": TASK}, headers=named)
    assert bobs.status_code == 202
    assert bobs.json()["id"] != adas.json()["id"]


class SlowToKeep(MemoryJobStore):
    """Keeps a new job when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.go_on = asyncio.Event(), asyncio.Event()

    async def add(self, job: Job) -> None:
        self.asked.set()
        await self.go_on.wait()
        await super().add(job)


async def test_a_repeat_while_the_first_is_still_being_answered_is_told_to_wait(
    callers: Callers, service: Service
) -> None:
    service.jobs = jobs = SlowToKeep()
    ada = await callers.owner()
    named = {"Idempotency-Key": "7"}
    first = asyncio.create_task(ada.post("/v1/jobs", json={"task": TASK}, headers=named))
    await jobs.asked.wait()
    meanwhile = await ada.post("/v1/jobs", json={"task": TASK}, headers=named)
    problem(meanwhile, 409, "submission_in_flight")
    assert meanwhile.headers["Retry-After"] == "1"
    jobs.go_on.set()
    assert (await first).status_code == 202
    after = await ada.post("/v1/jobs", json={"task": TASK}, headers=named)
    assert after.json()["id"] == (await first).json()["id"]


@pytest.mark.parametrize("key", ["", '""', '"open', "two words", "k" * 256, "clé", '"tab\there"'])
async def test_a_key_of_the_wrong_form_is_refused(
    ada: httpx.AsyncClient, service: Service, key: str
) -> None:
    headers = {"Idempotency-Key": key.encode("latin-1")}
    body = problem(
        await ada.post("/v1/jobs", json={"task": TASK}, headers=headers), 422, "input_invalid"
    )
    assert body["errors"][0]["pointer"] == "/headers/Idempotency-Key"
    assert await service.kept() == []


async def test_a_dry_run_tells_the_model_and_the_price_and_changes_nothing(
    ada: httpx.AsyncClient, service: Service
) -> None:
    for _ in range(30):
        reply = await ada.post("/v1/jobs", json={"task": TASK | {"n": 3}, "dry_run": True})
    assert reply.status_code == 200
    assert "RateLimit" not in reply.headers
    quote = reply.json()
    assert quote.keys() == {
        *("dry_run", "requested_model", "resolved_model", "fallback_reason", "warnings"),
        *("queue", "cost"),
    }
    assert quote["resolved_model"] == "stable-image-core"
    assert quote["cost"] == {"estimate_usd": 0.12, "actual_usd": None, "billed": False}
    assert quote["queue"] == {"ahead": 0, "eta_seconds": None}
    assert await service.kept() == []
    assert await service.sent() == []
    real = await ada.post("/v1/jobs", json={"task": TASK})
    assert '"submissions";r=19' in real.headers["RateLimit"]


@pytest.mark.parametrize(
    ("order", "pointer"),
    [
        ({"parent": "0" * 26}, "/parent"),
        ({"start_by": "2026-11-01T12:00:00Z"}, "/start_by"),
        ({"finish_by": "2026-11-02T11:59:59Z"}, "/finish_by"),
        (
            {"task": {"kind": "upscale", "image": {"upload": "0" * 26}}},
            "/task/image/upload",
        ),
        (
            {"task": {"kind": "remove_background", "image": {"artifact": f"{'0' * 26}/0"}}},
            "/task/image/artifact",
        ),
        (
            {"task": {"kind": "remove_background", "image": {"data": "bm8gcGljdHVyZQ=="}}},
            "/task/image/data",
        ),
    ],
)
async def test_a_dry_run_finds_what_a_submission_would_be_refused_for(
    ada: httpx.AsyncClient, service: Service, order: dict, pointer: str
) -> None:
    for dry_run in (True, False):
        reply = await ada.post("/v1/jobs", json={"task": TASK, **order, "dry_run": dry_run})
        told = problem(reply, 422, "input_invalid")
        assert [error["pointer"] for error in told["errors"]] == [pointer]
    assert await service.kept() == []


async def test_a_dry_run_of_what_can_be_done_keeps_no_picture(
    ada: httpx.AsyncClient, service: Service
) -> None:
    picture = base64.b64encode(a_picture()).decode()
    task = {"kind": "remove_background", "image": {"data": picture}}
    reply = await ada.post("/v1/jobs", json={"task": task, "dry_run": True})
    assert reply.status_code == 200
    assert service.pictures.keys == frozenset()


async def test_who_prefers_to_wait_gets_the_finished_job(
    ada: httpx.AsyncClient, service: Service
) -> None:
    waiting = asyncio.create_task(
        ada.post("/v1/jobs", json={"task": TASK}, headers={"Prefer": "respond-async, wait=30"})
    )
    while not (kept := await service.kept()):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    await service.finish(kept[0].id)
    reply = await waiting
    assert reply.status_code == 201
    assert reply.headers["Preference-Applied"] == "wait=30"
    assert reply.json()["status"] == "succeeded"


async def test_who_waits_in_vain_gets_the_job_as_it_is(ada: httpx.AsyncClient) -> None:
    reply = await ada.post("/v1/jobs", json={"task": TASK}, headers={"Prefer": "Wait=1"})
    assert reply.status_code == 202
    assert reply.headers["Preference-Applied"] == "wait=1"
    assert reply.headers["Retry-After"] == "1"
    read = await ada.get(reply.headers["Location"], headers={"Prefer": "wait=1"})
    assert read.status_code == 200
    assert read.headers["Preference-Applied"] == "wait=1"
    assert read.json()["status"] == "queued"


@pytest.mark.parametrize(
    "prefer", ["", "respond-async", "await=3", "wait=soon", "wait=" + "9" * 5000]
)
async def test_a_preference_that_says_nothing_is_ignored(
    ada: httpx.AsyncClient, prefer: str
) -> None:
    reply = await ada.post("/v1/jobs", json={"task": TASK}, headers={"Prefer": prefer})
    assert reply.status_code == 202
    assert "Preference-Applied" not in reply.headers


TRACE = f"00-{'a' * 32}-{'b' * 16}-01"


@pytest.mark.parametrize(
    ("sent", "carried"),
    [(TRACE, TRACE), (None, None), ("", None), (f"{TRACE}\u00ff", None), ("x" * 500, None)],
)
async def test_a_trace_goes_with_the_message_and_one_that_is_wrong_does_not(
    ada: httpx.AsyncClient, service: Service, sent: str | None, carried: str | None
) -> None:
    headers = {} if sent is None else {"traceparent": sent.encode("latin-1")}
    reply = await ada.post("/v1/jobs", json={"task": TASK}, headers=headers)
    assert reply.status_code == 202
    assert [message.trace for message in await service.sent()] == [carried]


async def test_a_job_can_have_a_parent_of_its_own_owner(ada: httpx.AsyncClient) -> None:
    first = (await ada.post("/v1/jobs", json={"task": TASK})).json()
    second = await ada.post("/v1/jobs", json={"task": TASK, "parent": first["id"]})
    assert second.status_code == 202
    assert second.json()["parent"] == first["id"]


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
