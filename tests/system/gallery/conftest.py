"""A gallery on the running system, on a page of its own."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.system.gallery.page import gallery_page, visit
from tests.system.local_system import LocalSystem


@pytest.fixture(scope="session")
def address(shared_system: LocalSystem) -> Iterator[str]:
    with gallery_page(shared_system.url) as url:
        yield url


@pytest_asyncio.fixture(loop_scope="session")
async def page(one_browser: Browser, system: LocalSystem, address: str) -> AsyncIterator[Page]:
    """A new visitor at the gallery; a script error fails the test."""
    context = await one_browser.new_context(viewport={"width": 1280, "height": 900})
    page = await context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    await visit(page, address)
    yield page
    await context.close()
    assert wrong == []
