"""Pictures on the studio's own page: in its tabs, with its gallery, as a visitor meets them."""

import asyncio
import json
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Browser, Locator, Page, expect

from shared.adapters.aws import AwsClients
from shared.settings import Settings
from tests.drawings import a_ball, a_person
from tests.system.axe import violations
from tests.system.browser import box_of
from tests.system.visitor import a_visitor
from tests.system.widgets.form import BALL, a_file, drag, stored

pytestmark = pytest.mark.asyncio(loop_scope="session")
Aws = tuple[AwsClients, Settings]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest_asyncio.fixture(loop_scope="session")
async def studio(one_browser: Browser, studio_url: str) -> AsyncIterator[Page]:
    async with a_visitor(one_browser, viewport={"width": 1440, "height": 900}) as page:
        await page.goto(studio_url)
        yield page


async def open_tab(page: Page, kind: str) -> None:
    await page.locator(f"#tasks [data-tab-id={kind}]").first.click()
    await expect(page.locator(f"#{kind}-form")).to_be_visible()


def block(page: Page, kind: str, field: str) -> Locator:
    return page.locator(f"#{kind}-{field}")


async def choose(page: Page, kind: str, field: str, *files: Any) -> None:
    """Choose pictures, and wait until they are there."""
    where = block(page, kind, field)
    await where.locator("input[type=file]").set_input_files(list(files))
    cards = where.locator(".picture-card[data-step=sent]")
    await expect(cards).to_have_count(len(files))


async def go(page: Page, kind: str) -> None:
    await page.locator(f"#{kind}-go").click()


async def newest_job(page: Page, kind: str, wanted: int = 1) -> dict[str, Any]:
    """The newest of so many jobs of the visitor's, all of which are done."""
    async with asyncio.timeout(30):
        while True:
            jobs: list[dict[str, Any]] = await page.evaluate(
                # A replica that has just died answers nothing.
                """async (kind) => {
                    const reply = await fetch(`/v1/jobs?kind=${kind}`);
                    return reply.ok ? (await reply.json()).data : [];
                }""",
                kind,
            )
            if len(jobs) == wanted and all(job["done"] for job in jobs):
                assert jobs[0]["status"] == "succeeded", jobs[0]["failure"]
                return jobs[0]
            await page.wait_for_timeout(100)


async def picture_of(page: Page, job: dict[str, Any]) -> Image.Image:
    (artifact,) = job["artifacts"]
    reply = await page.context.request.get(artifact["url"])
    return Image.open(BytesIO(await reply.body())).convert("RGB")


async def paint_a_bar(page: Page) -> None:
    """Over the middle third of the picture, from side to side."""
    canvas = page.locator("canvas.painter-canvas:visible")
    await canvas.focus()
    await page.keyboard.press("r")
    box = await box_of(canvas)
    middle = box["y"] + box["height"] / 2
    await drag(page, (box["x"] + 2, middle - 40), (box["x"] + box["width"] - 2, middle + 40))


async def grow_to_the_left(page: Page) -> None:
    await page.get_by_label("Left", exact=True).fill("128")


async def test_what_is_painted_changes_and_nothing_else(studio: Page, aws: Aws) -> None:
    before = a_ball((512, 512))
    await open_tab(studio, "inpaint")
    await choose(studio, "inpaint", "image", a_file(before))
    await paint_a_bar(studio)
    await studio.locator("#inpaint-prompt textarea").fill("a blue stripe")
    await go(studio, "inpaint")
    job = await newest_job(studio, "inpaint")
    body, _ = await stored(aws, job["task"]["mask"]["upload"])
    mask = Image.open(BytesIO(body)).convert("L")
    assert mask.size == before.size
    top, bottom = mask.getbbox()[1::2]  # type: ignore[index]
    assert 100 < top < 256 < bottom < 412
    after = await picture_of(studio, job)
    kept = (0, 0, 512, top - 4)
    assert after.crop(kept).tobytes() == before.crop(kept).tobytes()
    changed = (0, top, 512, bottom)
    assert after.crop(changed).tobytes() != before.crop(changed).tobytes()


async def test_a_job_with_a_mask_is_put_back_with_it(studio: Page) -> None:
    await open_tab(studio, "inpaint")
    await choose(studio, "inpaint", "image", BALL)
    await paint_a_bar(studio)
    status = studio.locator("#inpaint-form .painter-status")
    painted = await status.inner_text()
    await go(studio, "inpaint")
    job = await newest_job(studio, "inpaint")
    await studio.get_by_role("button", name="Remove ball.png").click()
    await studio.locator("#gallery .tile").click()
    await studio.get_by_role("button", name="Remix").click()
    await expect(status).to_have_text(painted)
    await go(studio, "inpaint")
    again = await newest_job(studio, "inpaint", 2)
    for place in ("image", "mask"):
        assert again["task"][place] == job["task"][place]


async def test_an_example_brings_its_picture_along(studio: Page) -> None:
    await open_tab(studio, "remove_background")
    await studio.get_by_role("button", name="The fox alone").click()
    sent = block(studio, "remove_background", "image").locator("[data-step=sent]")
    await expect(sent).to_contain_text("fox.webp")
    await go(studio, "remove_background")
    assert len((await newest_job(studio, "remove_background"))["artifacts"]) == 1


async def test_a_price_is_told_when_the_picture_has_arrived(studio: Page) -> None:
    await open_tab(studio, "remove_background")
    quote = studio.locator("#remove_background-form .quote-words")
    await choose(studio, "remove_background", "image", BALL)
    await expect(quote).to_contain_text("$")


async def test_what_is_half_told_is_not_asked_about(studio: Page) -> None:
    refused: list[str] = []
    studio.on("response", lambda r: refused.append(r.url) if r.status == 422 else None)
    for kind, told in (("inpaint", paint_a_bar), ("extend", grow_to_the_left)):
        await open_tab(studio, kind)
        quote = studio.locator(f"#{kind}-form .quote-words")
        await choose(studio, kind, "image", BALL)
        await expect(quote).to_be_empty()
        await told(studio)
        await expect(quote).to_contain_text("$")
    assert refused == []


async def test_what_the_server_has_lost_is_sent_again_with_the_job(studio: Page, aws: Aws) -> None:
    await open_tab(studio, "inpaint")
    await choose(studio, "inpaint", "image", BALL)
    await paint_a_bar(studio)
    # It is sent a little after the last stroke.
    await studio.wait_for_function(
        "() => localStorage['canvas-queue.draft.inpaint'].match(/upload/g)?.length === 2",
    )
    draft = json.loads(await studio.evaluate("localStorage['canvas-queue.draft.inpaint']"))["task"]
    lost = {draft[place]["upload"] for place in ("image", "mask")}
    clients, settings = aws
    listed = await clients.s3.list_objects_v2(Bucket=settings.bucket, Prefix="uploads/")
    for key in (each["Key"] for each in listed["Contents"]):
        if key.rpartition("/")[2] in lost:
            await clients.s3.delete_object(Bucket=settings.bucket, Key=key)
    await go(studio, "inpaint")
    job = await newest_job(studio, "inpaint")
    assert not lost & {job["task"][place]["upload"] for place in ("image", "mask")}


async def test_what_is_missing_is_said_beside_the_picture(studio: Page) -> None:
    await open_tab(studio, "variation")
    await go(studio, "variation")
    where = block(studio, "variation", "images")
    await expect(where.locator(".field-problem")).to_be_visible()
    await expect(where.locator("input[type=file]")).to_be_focused()
    await choose(studio, "variation", "images", BALL)
    await expect(where.locator(".field-problem")).to_have_count(0)


async def test_a_picture_is_dragged_from_the_gallery_into_a_field(studio: Page) -> None:
    await studio.locator("#text_to_image-prompt textarea").fill("a green apple")
    await go(studio, "text_to_image")
    job = await newest_job(studio, "text_to_image")
    await open_tab(studio, "upscale")
    where = block(studio, "upscale", "image")
    await studio.locator("#gallery .tile a").first.drag_to(where)
    await expect(where.locator(".picture-card")).to_be_visible()
    draft = await studio.evaluate("localStorage.getItem('canvas-queue.draft.upscale')")
    assert f"{job['id']}/0" in draft


async def test_on_a_phone_a_garment_is_put_where_one_paints(
    one_browser: Browser, studio_url: str
) -> None:
    async with a_visitor(one_browser, **PHONE) as page:
        await page.goto(studio_url)
        await open_tab(page, "try_on")
        await choose(page, "try_on", "image", a_file(a_person(), name="person"))
        await choose(page, "try_on", "garment", BALL)
        await page.locator("#try_on-region").get_by_text("Paint it").tap()
        await page.get_by_role("button", name="Paint", exact=True).tap()
        await paint_a_bar(page)
        await page.get_by_role("button", name="Done").tap()
        await go(page, "try_on")
        job = await newest_job(page, "try_on")
        assert job["task"]["region"]["by"] == "mask"
        # Nothing sticks out: the page does not scroll sideways.
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_on_the_controls_for_pictures(
    one_browser: Browser, studio_url: str, scheme: str
) -> None:
    size = {"width": 1280, "height": 900}
    async with a_visitor(one_browser, viewport=size, color_scheme=scheme) as page:
        await page.goto(studio_url)
        await open_tab(page, "inpaint")
        assert await violations(page) == []
        await choose(page, "inpaint", "image", BALL)
        await paint_a_bar(page)
        await page.get_by_role("button", name="From your pictures").first.click()
        assert await violations(page) == []
        await page.locator("canvas.painter-canvas").focus()
        await page.keyboard.press("f")
        await expect(page.get_by_role("dialog", name="Paint the mask")).to_be_visible()
        assert await violations(page) == []
        await page.get_by_role("button", name="Done").click()
        await page.get_by_text("Describe it", exact=True).click()
        assert await violations(page) == []
        await open_tab(page, "extend")
        await choose(page, "extend", "image", BALL)
        await page.get_by_role("button", name="+25 %").click()
        assert await violations(page) == []
        await open_tab(page, "color_guided")
        await page.get_by_role("button", name="Palette “Sea”").click()
        await choose(page, "color_guided", "reference", BALL)
        assert await violations(page) == []
        await open_tab(page, "variation")
        await choose(page, "variation", "images", BALL, a_file(a_person(), name="person"))
        assert await violations(page) == []
        await open_tab(page, "try_on")
        await page.locator("#try_on-region").get_by_text("In words").click()
        assert await violations(page) == []
