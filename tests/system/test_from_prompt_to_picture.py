"""From a prompt to a picture, with an API key and nothing but HTTP."""

import hashlib
from io import BytesIO
from typing import Any

import httpx
import orjson
from PIL import Image

from tests.drawings import a_ball, a_disc, a_person, a_shirt, encoded
from tests.system.local_system import LocalSystem

WAIT = {"Prefer": "wait=50"}


def _inline(picture: Image.Image) -> dict[str, str]:
    return {"data": encoded(picture)}


BALL, DISC = {"image": _inline(a_ball())}, {"mask": _inline(a_disc())}
WORDS = {"prompt": "a lighthouse on a cliff at dusk"}
DRESSED = {"image": _inline(a_person()), "garment": _inline(a_shirt())}
SOME_TASKS: dict[str, list[dict[str, Any]]] = {
    "text_to_image": [{**WORDS, "n": 2}],
    "condition": [{**WORDS, **BALL, "control": c} for c in ("canny_edge", "segmentation")],
    "color_guided": [{**WORDS, "colors": ["#1d3557", "#e63946"]}],
    "variation": [{"images": [BALL["image"]], "n": 2}],
    "inpaint": [
        {**BALL, **DISC},
        {**BALL, **DISC, **WORDS},
        {**BALL, **WORDS, "mask_prompt": "the red ball"},
    ],
    "outpaint": [{**BALL, **DISC, **WORDS}],
    "extend": [{**BALL, **WORDS, "left": 100, "down": 60}],
    "remove_background": [BALL],
    "try_on": [{**DRESSED, "region": {"by": "garment", "garment_class": "upper_body"}}],
    "upscale": [{**BALL, **WORDS, "mode": m} for m in ("fast", "conservative", "creative")],
    "recolor": [{**BALL, **WORDS, "select_prompt": "the red ball"}],
    "style_transfer": [{**BALL, "style_image": _inline(a_shirt())}],
}


def a_request(prompt: str = "a lighthouse on a cliff at dusk", **task: Any) -> dict[str, Any]:
    return {"task": {"kind": "text_to_image", "prompt": prompt, **task}}


async def finished(api: httpx.AsyncClient, body: dict[str, Any]) -> dict[str, Any]:
    reply = await api.post("/v1/jobs", json=body, headers=WAIT)
    assert reply.status_code == 201, reply.text
    job: dict[str, Any] = reply.json()
    return job


async def test_a_prompt_becomes_a_picture_behind_a_signed_link(api: httpx.AsyncClient) -> None:
    job = await finished(api, a_request(width=640, height=480, seed=5))
    assert (job["status"], job["done"]) == ("succeeded", True)
    assert job["resolved_model"] == "nova-canvas"
    (artifact,) = job["artifacts"]
    async with httpx.AsyncClient() as anybody:
        picture = await anybody.get(artifact["url"])
        thumbnail = await anybody.get(artifact["thumbnail_url"])
    assert picture.headers["content-type"] == "image/png"
    assert hashlib.sha256(picture.content).hexdigest() == artifact["sha256"]
    assert Image.open(BytesIO(picture.content)).size == (640, 480)
    assert Image.open(BytesIO(thumbnail.content)).format == "WEBP"


async def test_an_unsigned_or_altered_link_is_refused(api: httpx.AsyncClient) -> None:
    job = await finished(api, a_request(width=320, height=320))
    link = job["artifacts"][0]["url"]
    async with httpx.AsyncClient() as anybody:
        assert (await anybody.get(link.partition("?")[0])).status_code == 403
        assert (await anybody.get(link.replace("Expires=1", "Expires=2"))).status_code == 403


async def test_the_artifact_url_leads_to_the_picture_for_as_long_as_the_job_lives(
    api: httpx.AsyncClient,
) -> None:
    job = await finished(api, a_request(width=320, height=320))
    reply = await api.get(f"/v1/jobs/{job['id']}/artifacts/0")
    assert reply.status_code == 302
    async with httpx.AsyncClient() as anybody:
        picture = await anybody.get(reply.headers["location"])
    assert hashlib.sha256(picture.content).hexdigest() == job["artifacts"][0]["sha256"]


async def test_the_same_seed_makes_the_same_picture_again(api: httpx.AsyncClient) -> None:
    first = await finished(api, a_request(width=320, height=320, seed=42))
    again = await finished(api, {"task": first["task"]})
    other = await finished(api, a_request(width=320, height=320, seed=43))
    hashes = [job["artifacts"][0]["sha256"] for job in (first, again, other)]
    assert hashes[0] == hashes[1] != hashes[2]


async def test_every_model_in_the_catalogue_does_its_tasks(api: httpx.AsyncClient) -> None:
    """Some of a kind are refused by a model that does others of it; one at least is done."""
    for model in (await api.get("/v1/models")).json()["data"]:
        for kind in model["tasks"]:
            done = 0
            for task in SOME_TASKS[kind]:
                body = {"task": {"kind": kind, **task}, "model": model["name"]}
                asked = await api.post("/v1/jobs", json={**body, "dry_run": True})
                if asked.json().get("code") == "model_cannot":
                    continue
                assert asked.json()["cost"]["estimate_usd"] > 0
                job = await finished(api, body)
                assert job["status"] == "succeeded", (model["name"], kind, job["failure"])
                assert len(job["artifacts"]) == task.get("n", 1)
                done += 1
            assert done, (model["name"], kind)


async def test_a_repeated_submission_is_one_job(
    system: LocalSystem, api: httpx.AsyncClient
) -> None:
    key = {"Idempotency-Key": '"once-only"', **WAIT}
    body = a_request("a heron in the reeds")
    first = await api.post("/v1/jobs", json=body, headers=key)
    calls = system.model_calls()
    again = await api.post("/v1/jobs", json=body, headers=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json()["id"] == first.json()["id"]
    assert system.model_calls() == calls
    other = await api.post("/v1/jobs", json=a_request("a stork"), headers=key)
    assert other.status_code == 422
    assert other.json()["code"] == "idempotency_key_reused"


async def test_a_refused_prompt_is_moderated_and_says_so(api: httpx.AsyncClient) -> None:
    job = await finished(api, a_request("something forbidden"))
    assert job["status"] == "moderated"
    assert job["failure"]["where"] == "prompt"
    assert job["artifacts"] == []


async def test_a_throttled_model_is_asked_again(
    system: LocalSystem, api: httpx.AsyncClient
) -> None:
    system.faults(next=["throttle"])
    job = await finished(api, a_request(width=320, height=320))
    assert job["status"] == "succeeded"
    assert job["attempt"] == 2


async def test_a_running_job_that_is_canceled_says_that_it_was_billed(
    system: LocalSystem, api: httpx.AsyncClient
) -> None:
    system.faults(delay=4)
    job = (await api.post("/v1/jobs", json=a_request(), headers={"Prefer": "wait=2"})).json()
    assert job["status"] == "running"
    canceling = (await api.post(f"/v1/jobs/{job['id']}/cancel")).json()
    assert canceling["cancel_requested"] is True
    job = (await api.get(f"/v1/jobs/{job['id']}", headers=WAIT)).json()
    assert (job["status"], job["artifacts"]) == ("canceled", [])
    assert job["cost"]["billed"] is True


async def test_what_is_wrong_with_a_request_is_named_and_nothing_is_kept(
    api: httpx.AsyncClient,
) -> None:
    before = (await api.get("/v1/jobs?limit=1")).json()["data"]
    reply = await api.post("/v1/jobs", json=a_request(width=1000, colour="red"))
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    pointers = {error["pointer"] for error in reply.json()["errors"]}
    assert pointers == {"/task/width", "/task/colour"}
    assert (await api.get("/v1/jobs?limit=1")).json()["data"] == before


async def test_a_card_beside_the_picture_tells_how_it_was_made(
    system: LocalSystem, api: httpx.AsyncClient
) -> None:
    job = await finished(api, a_request(width=320, height=320, seed=9))
    (stored,) = system.folder.glob(f"aws/objects/**/{job['id']}/0/1.json")
    card = orjson.loads(stored.read_bytes())
    assert card["task"]["seed"] == 9
    assert card["model"]["model_id"] == "amazon.nova-canvas-v1:0"
    assert card["sha256"] == job["artifacts"][0]["sha256"]
