"""Pictures of one's own: uploaded by plain HTTP, sent along, or made by the job before."""

import base64
import hashlib
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.async_api import Page, expect

from shared.adapters.aws import AwsClients
from shared.settings import Settings
from tests.builders import a_picture
from tests.system.test_from_prompt_to_picture import a_request, finished

PICTURE = a_picture(640, 480)


async def upload(api: httpx.AsyncClient, body: bytes, **altered: Any) -> tuple[str, int]:
    """An upload as a client makes it: its id, and how storage answered."""
    invited = (await api.post("/v1/uploads", json={"content_type": "image/png"})).json()
    async with httpx.AsyncClient() as anybody:
        reply = await anybody.post(
            invited["url"], data=invited["fields"] | altered, files={"file": body}
        )
    return invited["id"], reply.status_code


async def picture_of(job: dict[str, Any]) -> Image.Image:
    assert job["status"] == "succeeded", job["failure"]
    (artifact,) = job["artifacts"]
    async with httpx.AsyncClient() as anybody:
        body = (await anybody.get(artifact["url"])).content
    assert hashlib.sha256(body).hexdigest() == artifact["sha256"]
    return Image.open(BytesIO(body))


async def test_an_uploaded_picture_goes_through_the_queue_and_comes_back_changed(
    api: httpx.AsyncClient,
) -> None:
    named, status = await upload(api, PICTURE)
    assert status == 204
    body = {"task": {"kind": "remove_background", "image": {"upload": named}}}
    job = await finished(api, body)
    cut_out = await picture_of(job)
    assert (cut_out.size, cut_out.mode) == ((640, 480), "RGBA")
    async with httpx.AsyncClient() as anybody:
        seen_again = await anybody.get(job["inputs"][0]["url"])
    assert seen_again.headers["Content-Type"] == "image/png"
    assert seen_again.content == PICTURE


async def test_a_picture_sent_along_is_painted_over(api: httpx.AsyncClient) -> None:
    mask = Image.new("L", (640, 480), 0)
    mask.paste(255, (0, 0, 320, 480))
    saved = BytesIO()
    mask.save(saved, "PNG")
    task = {
        "kind": "inpaint",
        "image": {"data": base64.b64encode(PICTURE).decode()},
        "mask": {"data": base64.b64encode(saved.getvalue()).decode()},
        "prompt": "a red barn",
    }
    job = await finished(api, {"task": task})
    assert set(job["task"]["image"]) == set(job["task"]["mask"]) == {"upload"}
    painted = (await picture_of(job)).convert("RGB")
    before = Image.open(BytesIO(PICTURE)).convert("RGB")
    # The mask's right half is black, so nothing changes there but the mark in the corner.
    kept = (400, 0, 640, 300)
    assert painted.crop(kept).tobytes() == before.crop(kept).tobytes()
    assert painted.crop((0, 0, 320, 480)).tobytes() != before.crop((0, 0, 320, 480)).tobytes()


async def test_the_picture_of_one_job_feeds_the_next(api: httpx.AsyncClient) -> None:
    first = await finished(api, a_request(width=640, height=480))
    task = {"kind": "remove_background", "image": {"artifact": f"{first['id']}/0"}}
    assert (await picture_of(await finished(api, {"task": task}))).size == (640, 480)


@pytest.fixture
async def known_to_storage(
    studio_url: str, aws: tuple[AwsClients, Settings]
) -> AsyncIterator[None]:
    """Storage takes uploads from this page, as it does from the one that it is set up for."""
    clients, settings = aws
    before = (await clients.s3.get_bucket_cors(Bucket=settings.bucket))["CORSRules"]
    with_it = [{**rule, "AllowedOrigins": [*rule["AllowedOrigins"], studio_url]} for rule in before]

    async def allow(rules: list[dict[str, Any]]) -> None:
        await clients.s3.put_bucket_cors(
            Bucket=settings.bucket, CORSConfiguration={"CORSRules": rules}
        )

    await allow(with_it)
    yield
    await allow(before)


@pytest.mark.every_way
@pytest.mark.usefixtures("known_to_storage")
async def test_a_picture_is_sent_from_the_page_and_comes_back_changed(
    page: Page, studio_url: str
) -> None:
    await page.goto(studio_url)
    await page.locator("#tasks [data-tab-id=remove_background]").first.click()
    field = page.locator("#remove_background-image")
    chosen: Any = {"name": "mine.png", "mimeType": "image/png", "buffer": PICTURE}
    await field.locator("input[type=file]").set_input_files(chosen)
    await expect(field.locator("[data-step=sent]")).to_contain_text("640 × 480")
    await page.locator("#remove_background-go").click()
    await expect(page.locator("#gallery .tile img")).to_have_count(1)


@pytest.mark.parametrize("altered", [{"key": "uploads/eve/x"}, {"Content-Type": "text/html"}])
async def test_storage_takes_nothing_but_what_was_agreed(
    api: httpx.AsyncClient, altered: dict[str, str]
) -> None:
    named, status = await upload(api, PICTURE, **altered)
    assert status == 403
    body = {"task": {"kind": "remove_background", "image": {"upload": named}}}
    reply = await api.post("/v1/jobs", json=body)
    assert reply.status_code == 422
    assert reply.json()["errors"] == [
        {
            "pointer": "/task/image/upload",
            "detail": "The picture of this upload has not arrived.",
        }
    ]
