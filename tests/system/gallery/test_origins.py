"""Where pictures come from, and how one that was made here is recognised, in a real browser."""

import base64
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.builders import a_picture
from tests.system.gallery.page import (
    a_body,
    all_loaded,
    close_viewer,
    made,
    tiles,
    until,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

DROP = """async ([bytes, name, type]) => {
  const body = Uint8Array.from(atob(bytes), (sign) => sign.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([body], name, { type }));
  const event = (kind) =>
    new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: carried });
  document.body.dispatchEvent(event("dragenter"));
  // As long as a hand needs at the least.
  for (let i = 0; i < 20; i++) {
    await new Promise((later) => setTimeout(later, 50));
    if (!document.body.dispatchEvent(event("dragover"))) break;
  }
  document.body.dispatchEvent(event("drop"));
}"""


async def drop(page: Page, body: bytes, name: str, content_type: str = "image/png") -> None:
    await page.evaluate(DROP, [base64.b64encode(body).decode(), name, content_type])


async def the_original(page: Page, job: dict[str, Any]) -> bytes:
    reply = await page.context.request.get(job["artifacts"][0]["url"])
    return await reply.body()


async def test_a_picture_made_here_brings_its_settings_back_when_it_is_dropped(page: Page) -> None:
    [job] = await made(page, a_body("a red fox"))
    await drop(page, await the_original(page, job), "renamed.png")
    await until(page, "said.includes('remix a red fox')")


async def test_a_picture_that_was_not_made_here_is_said_to_be_none(page: Page) -> None:
    await drop(page, a_picture(64, 64), "holiday.png")
    await expect(page.locator("#trouble")).to_contain_text("“holiday.png” was not made here")
    await drop(page, b"words", "notes.txt", "text/plain")
    await expect(page.locator("#trouble")).to_contain_text("“notes.txt” is not a picture")


async def test_a_picture_shows_what_it_came_from_and_is_compared_with_it(page: Page) -> None:
    [fox] = await made(page, a_body("a red fox"))
    origin = {"artifact": f"{fox['id']}/0"}
    variation = {"kind": "variation", "images": [origin], "width": 320, "height": 320, "seed": 1}
    await made(page, {"task": {**variation, "prompt": "a blue fox"}})
    await tiles(page).first.click()
    viewer = page.get_by_role("dialog", name="a blue fox")
    strip = viewer.locator(".strip").filter(has_text="Made from")
    await all_loaded(page, ".strip img")
    await viewer.get_by_role("button", name="Compare with its origin").click()
    await all_loaded(page, ".compare-picture")
    comparison = page.get_by_role("dialog", name="Compare")
    await expect(comparison.locator(".compare-titles")).to_contain_text("a red fox")
    await page.keyboard.press("Escape")
    await expect(comparison).to_have_count(0)
    await strip.get_by_role("button", name="a red fox").click()
    await expect(page.get_by_role("dialog", name="a red fox")).to_be_visible()
    assert f"job={fox['id']}" in page.url
    await page.get_by_role("button", name="What was made from it?").click()
    await expect(page.locator(".strip").filter(has_text="Made from it")).to_contain_text("")
    await expect(page.locator(".strip img")).to_have_attribute("alt", "a blue fox")
    await close_viewer(page)
