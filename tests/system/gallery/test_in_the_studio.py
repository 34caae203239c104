"""The gallery where people meet it: on the studio's page, with its forms and its tray."""

import base64
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from tests.system.gallery.page import all_loaded
from tests.system.gallery.test_origins import DROP
from tests.system.visitor import a_visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def studio(one_browser: Browser, studio_url: str) -> AsyncIterator[Page]:
    async with a_visitor(one_browser, viewport={"width": 1440, "height": 900}) as page:
        await page.goto(studio_url)
        yield page


def prompt(page: Page, kind: str = "text_to_image") -> Locator:
    return page.locator(f"#{kind}-prompt textarea")


async def paint(page: Page, words: str) -> Locator:
    await prompt(page).fill(words)
    await page.get_by_role("button", name="Generate").click()
    picture = page.locator("#gallery").get_by_role("link", name=words)
    await expect(picture).to_have_count(1)
    return picture


async def test_a_picture_goes_back_to_its_form_and_on_to_another(studio: Page) -> None:
    picture = await paint(studio, "a red fox in the snow")
    await prompt(studio).fill("something else")
    await picture.click()
    await studio.get_by_role("button", name="Remix").click()
    await expect(prompt(studio)).to_have_value("a red fox in the snow")
    await picture.click()
    await studio.get_by_text("Use as input").click()
    await studio.locator(".menu-list").get_by_role("button", name="Upscale").click()
    await expect(studio.locator("#upscale-image img").first).to_be_visible()
    await all_loaded(studio, "#upscale-image img")


async def test_a_picture_that_was_made_here_restores_its_form_when_it_is_dropped(
    studio: Page,
) -> None:
    picture = await paint(studio, "a harbour at dusk")
    await picture.click()
    link = studio.get_by_role("link", name="Open the original")
    reply = await studio.context.request.get(await link.evaluate("link => link.href"))
    await studio.keyboard.press("Escape")
    await prompt(studio).fill("something else")
    body = base64.b64encode(await reply.body()).decode()
    await studio.evaluate(DROP, [body, "from my desk.png", "image/png"])
    await expect(prompt(studio)).to_have_value("a harbour at dusk")


async def test_a_grid_of_prompts_and_seeds_opens_its_contact_sheet(studio: Page) -> None:
    await studio.get_by_role("button", name="Grid of prompts and seeds").click()
    form = studio.get_by_role("dialog", name="Grid of prompts and seeds")
    await form.get_by_label("Prompts, one a line").fill("a red fox\na blue fox")
    await form.get_by_label("Seeds").fill("2")
    await form.get_by_role("button", name="Run the grid").click()
    sheet = studio.get_by_role("dialog", name="Contact sheet")
    # The jobs are sent one after the other, and it opens when all have been accepted.
    await expect(sheet).to_be_visible()
    await expect(sheet.get_by_role("rowheader")).to_have_text(["a red fox", "a blue fox"])
    await expect(sheet.get_by_role("img")).to_have_count(4)
    await all_loaded(studio, ".contacts img")
    await studio.go_back()
    await expect(sheet).to_have_count(0)
