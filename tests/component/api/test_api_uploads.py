"""Uploads through the API, what a task may name, and jobs that are gone."""

import base64
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from shared.records import RETENTION
from shared.settings import Settings
from shared.uploads import UPLOAD_MOST
from tests.builders import a_picture
from tests.component.api.service import SECRET, TASK, Callers, Down, Service, problem

PNG = {"content_type": "image/png"}


def a_job_of(picture: dict[str, str]) -> dict[str, Any]:
    return {
        "task": {"kind": "inpaint", "image": picture, "mask_prompt": "the sky", "prompt": "stars"}
    }


async def an_upload(client: httpx.AsyncClient, service: Service) -> str:
    """An upload that has arrived."""
    invited = (await client.post("/v1/uploads", json=PNG)).json()
    await service.pictures.put(invited["key"], a_picture(), content_type="image/png")
    return str(invited["id"])


async def test_an_upload_is_a_form_for_one_type_one_key_and_ten_minutes(
    ada: httpx.AsyncClient, service: Service
) -> None:
    reply = await ada.post("/v1/uploads", json={"content_type": "image/webp", "bytes": 5000})
    assert reply.status_code == 201
    assert reply.headers["Cache-Control"] == "no-store"
    invited = reply.json()
    assert invited["key"] == f"uploads/ada/{invited['id']}"
    assert (invited["content_type"], invited["max_bytes"]) == ("image/webp", 5000)
    assert invited["fields"] == {
        "key": invited["key"],
        "Content-Type": "image/webp",
        "most-bytes": "5000",
        "lives": "600",
    }
    left = datetime.fromisoformat(invited["expires_at"]) - service.clock()
    assert timedelta(minutes=9) < left <= timedelta(minutes=10)
    kept = await service.uploads.get(invited["id"])
    assert kept is not None
    assert (kept.owner, kept.content_type, kept.jobs) == ("ada", "image/webp", frozenset())


async def test_without_a_size_twenty_megabytes_are_allowed(ada: httpx.AsyncClient) -> None:
    assert (await ada.post("/v1/uploads", json=PNG)).json()["max_bytes"] == 20_000_000


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/content_type"),
        ({"content_type": "image/gif"}, "/content_type"),
        ({"content_type": "text/html"}, "/content_type"),
        ({**PNG, "bytes": 0}, "/bytes"),
        ({**PNG, "bytes": UPLOAD_MOST + 1}, "/bytes"),
        ({**PNG, "key": "uploads/eve/x"}, "/key"),
    ],
)
async def test_other_types_and_sizes_are_refused(
    ada: httpx.AsyncClient, body: dict[str, Any], pointer: str
) -> None:
    refused = problem(await ada.post("/v1/uploads", json=body), 422, "input_invalid")
    assert [error["pointer"] for error in refused["errors"]] == [pointer]


async def test_a_visitor_may_upload_from_our_own_page_alone(callers: Callers) -> None:
    browser = await callers.visitor()
    assert (await browser.post("/v1/uploads", json=PNG)).status_code == 201
    foreign = await browser.post("/v1/uploads", json=PNG, headers={"Origin": "https://evil.test"})
    problem(foreign, 403, "foreign_origin")
    problem(await (await callers.nobody()).post("/v1/uploads", json=PNG), 401, "unknown_caller")


class TestFewUploads:
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(studio="off", secret=SecretStr(SECRET), rate_limit=1)

    async def test_uploads_are_limited_to_ten_for_each_submission(
        self, ada: httpx.AsyncClient
    ) -> None:
        for _ in range(10):
            assert (await ada.post("/v1/uploads", json=PNG)).status_code == 201
        refused = problem(await ada.post("/v1/uploads", json=PNG), 429, "limit_reached")
        assert refused["policy"] == "uploads"
        # They do not use up the submissions.
        assert (await ada.post("/v1/jobs", json={"task": TASK})).status_code == 202


async def test_a_task_names_an_upload_and_the_job_shows_it(
    ada: httpx.AsyncClient, service: Service
) -> None:
    upload = await an_upload(ada, service)
    reply = await ada.post("/v1/jobs", json=a_job_of({"upload": upload}))
    assert reply.status_code == 202
    assert reply.json()["task"]["image"] == {"upload": upload}
    kept = await service.uploads.get(upload)
    assert kept is not None
    assert kept.jobs == {reply.json()["id"]}


async def test_a_task_brings_a_small_picture_along_and_the_job_names_an_upload(
    ada: httpx.AsyncClient, service: Service
) -> None:
    data = base64.b64encode(a_picture(kind="JPEG")).decode()
    headers = {"Idempotency-Key": '"fox"'}
    reply = await ada.post("/v1/jobs", json=a_job_of({"data": data}), headers=headers)
    named = reply.json()["task"]["image"]["upload"]
    blob = await service.pictures.get(f"uploads/ada/{named}")
    assert blob is not None
    assert (blob.body, blob.content_type) == (a_picture(kind="JPEG"), "image/jpeg")
    again = await ada.post("/v1/jobs", json=a_job_of({"data": data}), headers=headers)
    assert (again.status_code, again.json()["id"]) == (200, reply.json()["id"])
    other = base64.b64encode(a_picture(kind="PNG")).decode()
    reused = await ada.post("/v1/jobs", json=a_job_of({"data": other}), headers=headers)
    problem(reused, 422, "idempotency_key_reused")


async def test_what_is_not_there_is_said_at_its_place_and_foreign_is_not_there(
    callers: Callers, ada: httpx.AsyncClient, service: Service
) -> None:
    foreign = await an_upload(await callers.owner("eve"), service)
    empty = (await ada.post("/v1/uploads", json=PNG)).json()["id"]
    for reference, detail in (
        ({"upload": foreign}, "There is no such upload."),
        ({"upload": empty}, "The picture of this upload has not arrived."),
        ({"artifact": f"{'0' * 26}/0"}, "There is no such picture."),
        ({"data": "AAAA"}, "This is not a PNG, JPEG or WebP picture."),
    ):
        (way,) = reference
        refused = problem(
            await ada.post("/v1/jobs", json=a_job_of(reference)), 422, "input_invalid"
        )
        assert refused["errors"] == [{"pointer": f"/task/image/{way}", "detail": detail}]
    assert await service.kept() == []


async def test_the_result_of_one_job_feeds_the_next(
    ada: httpx.AsyncClient, service: Service
) -> None:
    first = (await ada.post("/v1/jobs", json={"task": TASK})).json()["id"]
    too_soon = await ada.post("/v1/jobs", json=a_job_of({"artifact": f"{first}/0"}))
    problem(too_soon, 422, "input_invalid")
    await service.finish(first)
    reply = await ada.post("/v1/jobs", json=a_job_of({"artifact": f"{first}/0"}))
    assert reply.json()["task"]["image"] == {"artifact": f"{first}/0"}


@pytest.mark.parametrize(
    ("reason", "words"), [("expired", "for 30 days"), ("deleted", "at their owner's wish")]
)
async def test_an_erased_job_is_gone_with_a_reason_and_for_others_it_never_was(
    callers: Callers, ada: httpx.AsyncClient, service: Service, reason: Any, words: str
) -> None:
    job_id = (await ada.post("/v1/jobs", json={"task": TASK})).json()["id"]
    done = await service.finish(job_id)
    await service.jobs.bury(done, done.tombstone(reason, service.clock() + RETENTION))
    eve = await callers.owner("eve")
    for path in (f"/v1/jobs/{job_id}", f"/v1/jobs/{job_id}/artifacts/0"):
        gone = problem(await ada.get(path), 410, "gone")
        assert gone["reason"] == reason
        assert words in gone["detail"]
        problem(await eve.get(path), 404, "not_found")
    problem(await ada.post(f"/v1/jobs/{job_id}/cancel"), 410, "gone")
    for client, missing in ((ada, "gone"), (eve, "unknown")):
        states = (await client.get(f"/v1/jobs?ids={job_id},{'0' * 26}")).json()["data"]
        assert [state["missing"] for state in states] == [missing, "unknown"]
    assert (await ada.get("/v1/jobs")).json()["data"] == []


async def test_when_the_store_is_down_no_upload_begins(
    ada: httpx.AsyncClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.uploads, "add", Down().add)
    problem(await ada.post("/v1/uploads", json=PNG), 503, "store_unavailable")


async def test_a_job_has_links_to_every_picture_it_was_made_from(
    ada: httpx.AsyncClient, service: Service
) -> None:
    upload = await an_upload(ada, service)
    first = (await ada.post("/v1/jobs", json={"task": TASK})).json()
    await service.finish(first["id"])
    transfer = {
        "kind": "style_transfer",
        "image": {"upload": upload},
        "style_image": {"artifact": f"{first['id']}/0"},
    }
    image, style = (await ada.post("/v1/jobs", json={"task": transfer})).json()["inputs"]
    assert (image["place"], image["upload"], image["artifact"]) == ("image", upload, None)
    assert image["url"].startswith(f"memory:///uploads/ada/{upload}?Expires=")
    assert image["url_expires_at"] > service.clock().isoformat()
    assert style == {
        "place": "style_image",
        "upload": None,
        "artifact": f"{first['id']}/0",
        "url": f"/v1/jobs/{first['id']}/artifacts/0",
        "url_expires_at": None,
    }
    assert (await ada.get(style["url"])).headers["Location"].startswith("memory:///artifacts/")
    assert first["inputs"] == []


async def test_a_picture_that_came_along_is_linked_as_the_upload_it_has_become(
    ada: httpx.AsyncClient, service: Service
) -> None:
    data = base64.b64encode(a_picture()).decode()
    job = (await ada.post("/v1/jobs", json=a_job_of({"data": data}))).json()
    (image,) = job["inputs"]
    assert image["upload"] == job["task"]["image"]["upload"]
    assert f"/uploads/ada/{image['upload']}?" in image["url"]
