"""Nothing that the page can come to need is missing, and nothing in it is against its own policy.

The visitor fails the test for either.
"""

import re

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from frontend.studio.site.headers import OPEN, header_rules
from tests.system.visitor import a_visitor

SLOW = 30_000


async def _drawn(page: Page) -> None:
    """The page has begun, and all that it begins with has come."""
    await expect(page.locator("#text_to_image-prompt textarea")).to_be_visible(timeout=SLOW)
    pictures = page.locator("#gallery .gallery-wall")
    await expect(pictures).to_have_attribute("aria-busy", "false", timeout=SLOW)


async def test_every_tab_opens(page: Page, studio_url: str) -> None:
    await page.goto(studio_url)
    await _drawn(page)
    tabs = page.locator("#tasks").get_by_role("tab")
    for tab in await tabs.all():
        await tab.click()
        panel = page.locator("#tasks").get_by_role("tabpanel").filter(visible=True)
        await expect(panel.locator("button.go")).to_be_visible(timeout=SLOW)
        await page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("locale", ["de-DE", "es-MX", "fr", "ja-JP", "pt-BR", "xx"])
async def test_the_page_opens_in_any_language(
    browser: Browser, studio_url: str, locale: str
) -> None:
    async with a_visitor(browser, locale=locale) as page:
        await page.goto(studio_url)
        await _drawn(page)


@pytest.mark.parametrize("asked", ["view=settings", "view=api", "deep_link=x", "__theme=dark"])
async def test_what_gradio_would_read_from_the_address_changes_nothing(
    page: Page, studio_url: str, asked: str
) -> None:
    await page.goto(f"{studio_url}/?{asked}")
    await _drawn(page)


@pytest.mark.every_way
async def test_each_file_goes_out_with_its_headers(studio_url: str) -> None:
    async with httpx.AsyncClient(base_url=studio_url, timeout=60) as anybody:
        page = await anybody.get("/", headers={"Accept-Encoding": "br"})
        named = re.findall(r'(?:src|href)="(/(?:assets|ui)/[^"]+)"', page.text)
        files = {path: await anybody.get(path) for path in (named[0], named[-1], "/icons/icon.svg")}
    # Which origins there are differs from one machine to another; tests/unit/studio has the rest.
    policy = page.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "{" not in policy
    assert page.headers["Content-Encoding"] == "br"
    for path, answer in {"/index.html": page, **files}.items():
        expected = next(rule for rule in header_rules(OPEN) if rule.covers(path)).headers
        varying = {"Content-Security-Policy"}
        sent = {name: answer.headers[name] for name in expected.keys() - varying}
        assert sent == {n: v for n, v in expected.items() if n not in varying}, path
