"""A real, headless Chromium."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, FloatRect, Locator, async_playwright

_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    # Without these it looks for hosts that a test machine may not reach.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium_program() -> str | None:
    """Debian's Chromium, or the one that is named; else Playwright finds its own."""
    named = os.environ.get("CANVAS_CHROMIUM")
    names = ("chromium", "chromium-browser", "google-chrome")
    return named or next(filter(None, map(shutil.which, names)), None)


@asynccontextmanager
async def chromium(*flags: str) -> AsyncIterator[Browser]:
    """A browser for one test; its sandbox needs a user that is not root."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium_program(),
            args=[*_FLAGS, *flags],
            chromium_sandbox=os.getuid() != 0,
        )
        try:
            yield browser
        finally:
            await browser.close()


async def box_of(place: Locator) -> FloatRect:
    """Where something is in the window, once it has come to rest."""
    element = await place.element_handle()
    await element.wait_for_element_state("stable")
    box = await element.bounding_box()
    assert box is not None
    return box
