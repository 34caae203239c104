"""A control on a page of its own, and what came of it in storage."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser, Page

from shared.adapters.aws import AwsClients
from shared.settings import Settings
from tests.system.local_system import LocalSystem


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def aws(shared_system: LocalSystem) -> AsyncIterator[tuple[AwsClients, Settings]]:
    """The system's own stores and queues."""
    async with shared_system.clients() as clients:
        yield clients


@pytest_asyncio.fixture(loop_scope="session")
async def page(one_browser: Browser) -> AsyncIterator[Page]:
    """A page as wide as a form, where nothing glides, that fails the test for a script error."""
    context = await one_browser.new_context(
        viewport={"width": 460, "height": 900}, reduced_motion="reduce"
    )
    page = await context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    await context.close()
    assert wrong == []
