"""axe finds nothing (WCAG 2.1, A and AA) wherever people can get to, light and dark."""

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from frontend.studio.tabs import TABS
from tests.system.axe import violations
from tests.system.local_system import LocalSystem
from tests.system.test_forms import block, form, open_drawer, open_tab, visit
from tests.system.test_tray import ask
from tests.system.visitor import a_visitor

SCHEMES = ("light", "dark")


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_every_form_filled_and_with_its_drawer_open(
    browser: Browser, studio_url: str, scheme: str
) -> None:
    async with a_visitor(browser, color_scheme=scheme, reduced_motion="reduce") as page:
        await visit(page, studio_url)
        for tab in TABS:
            await open_tab(page, tab.kind)
            await form(page, tab.kind).get_by_role("button", name=tab.examples[0].title).click()
            if await block(page, "advanced", tab.kind).count():
                await open_drawer(page, tab.kind)
            await block(page, "model", tab.kind).locator("summary").click()
            await page.wait_for_load_state("networkidle")
            assert await violations(page) == [], tab.kind


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_jobs_pictures_and_what_opens_over_them(
    browser: Browser, system: LocalSystem, studio_url: str, scheme: str
) -> None:
    async with a_visitor(browser, color_scheme=scheme, reduced_motion="reduce") as page:
        await visit(page, studio_url)
        await ask(page, "a forbidden garden", "a garden")
        await expect(page.locator("#gallery img").first).to_be_visible()
        system.faults(delay=20)
        await ask(page, "a slow garden")
        assert await violations(page) == []
        await page.locator("body").press("?")
        assert await violations(page) == []
        await page.keyboard.press("Escape")
        await page.get_by_role("button", name="Grid of prompts and seeds").click()
        assert await violations(page) == []
        await page.keyboard.press("Escape")
        await page.locator("#gallery a").first.click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        assert await violations(page) == []


async def test_a_problem_beside_a_field_and_a_phone(browser: Browser, studio_url: str) -> None:
    phone = {"width": 390, "height": 844}
    async with a_visitor(browser, viewport=phone, has_touch=True) as page:
        await visit(page, studio_url)
        await block(page, "go").click()
        await expect(page.locator(".field-problem").first).to_be_visible()
        assert await violations(page) == []
        assert await _overflow(page) == 0
        await page.get_by_role("button", name="Pictures").click()
        assert await violations(page) == []
        assert await _overflow(page) == 0


async def test_on_a_phone_what_opens_over_the_page_fits_and_the_open_tab_is_seen(
    browser: Browser, studio_url: str
) -> None:
    phone = {"width": 390, "height": 844}
    async with a_visitor(browser, viewport=phone, has_touch=True) as page:
        await visit(page, studio_url)
        for opens in ("Keys", "Grid of prompts and seeds"):
            await page.get_by_role("button", name=opens).click()
            await _is_seen_whole(page.get_by_role("dialog"))
            await page.keyboard.press("Escape")
        for _ in range(5):
            await page.keyboard.press(">")
        await _is_seen_whole(page.get_by_role("tab", selected=True))


async def _is_seen_whole(thing: Locator) -> None:
    await expect(thing).to_be_visible()
    await expect(thing).to_be_in_viewport(ratio=1)


async def _overflow(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    wider: int = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return wider
