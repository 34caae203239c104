"""Submitting: accepted at once, waited for, and only quoted when it is a dry run."""

import asyncio
import base64

import httpx
import pytest

from tests.builders import a_picture
from tests.component.api.service import TASK, Service, problem

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
