"""What the page weighs for somebody who comes for the first time, and for somebody who is back.

The limits are what has been reached and a little more. When one is passed, the failure lists what
was loaded, and `make weigh` tells which part of the page brings what.
"""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.system.visitor import a_visitor
from tests.system.weighing import Visit

FIRST = (50, 330_000)
"""Requests and bytes. A plain Gradio page is 85 and 614,000."""
AGAIN = (8, 8_000)


async def _visit(page: Page, url: str) -> Visit:
    visit = Visit()
    await visit.begin(page)
    await page.goto(url)
    await expect(page.get_by_text("Nothing here yet")).to_be_visible()
    await visit.end()
    return visit


@pytest.mark.parametrize("studio_url", ["live", "frozen"], indirect=True)
async def test_a_first_visit_is_light_and_the_next_one_hardly_anything(
    browser: Browser, studio_url: str
) -> None:
    async with a_visitor(browser) as page:
        first = await _visit(page, studio_url)
        other = await page.context.new_page()
        again = await _visit(other, studio_url)
    for visit, (requests, size) in ((first, FIRST), (again, AGAIN)):
        assert visit.requests <= requests, visit
        assert visit.bytes <= size, visit
    assert first.requests > again.requests > 0
