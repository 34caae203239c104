"""Every view of the gallery, held against WCAG 2.1 A and AA by axe, in both themes."""

import json
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.processes import ROOT
from tests.system.gallery.page import a_body, close_viewer, made, tiles

pytestmark = pytest.mark.asyncio(loop_scope="session")

AXE = Path(ROOT) / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
# The page of the tests has no headings or landmarks around the gallery; the studio has.
OF_THE_PAGE = ["page-has-heading-one", "region", "heading-order"]


async def finds_nothing(page: Page, view: str) -> None:
    """Axe has nothing to say of what is shown now."""
    await page.evaluate(AXE.read_text())
    rules = {rule: {"enabled": False} for rule in OF_THE_PAGE}
    options = {"runOnly": RULES, "rules": rules}
    found = await page.evaluate("(options) => axe.run(document, options)", options)
    told = [
        {"rule": one["id"], "nodes": [node["html"] for node in one["nodes"]]}
        for one in found["violations"]
    ]
    assert told == [], f"{view}: {json.dumps(told, indent=1)}"


@pytest.mark.parametrize("theme", ["", "dark"])
async def test_axe_finds_nothing(page: Page, theme: str) -> None:
    await page.evaluate("(theme) => document.body.classList.add(...(theme ? [theme] : []))", theme)
    await finds_nothing(page, "empty")
    grid = {"grid": "g", "row": "0", "column": "0", "rows": "1", "columns": "2"}
    jobs = await made(page, {**a_body("a red fox", n=2), "metadata": grid})
    origin = {"artifact": f"{jobs[0]['id']}/0"}
    task = {"kind": "variation", "images": [origin], "width": 320, "height": 320, "seed": 1}
    await made(page, {"task": task})
    await finds_nothing(page, "wall")
    await page.locator(".tile").first.hover()
    await page.locator(".tile-tick").first.click()
    await tiles(page).nth(1).click()
    await finds_nothing(page, "selected")
    dialog = page.locator("dialog[open]")
    await page.get_by_role("button", name="Compare").click()
    await expect(dialog.locator(".compare-frame")).to_be_visible()
    await finds_nothing(page, "compare")
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await page.get_by_role("button", name="Delete").click()
    await expect(dialog).to_be_visible()
    await finds_nothing(page, "question")
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await page.get_by_role("button", name="Select nothing").click()
    await tiles(page).first.click()
    await expect(page.locator(".strip img")).to_have_count(1)
    await finds_nothing(page, "viewer")
    await page.get_by_role("button", name="Share").click()
    await page.get_by_role("button", name="Create link").click()
    await expect(page.get_by_role("listitem").filter(has_text="Works until")).to_have_count(1)
    await finds_nothing(page, "share")
    await page.keyboard.press("Escape")
    await close_viewer(page)
    await page.evaluate("(job) => gallery.openSheet(job)", jobs[0])
    await expect(page.locator(".contacts img")).to_have_count(1)
    await finds_nothing(page, "sheet")
