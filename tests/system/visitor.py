"""A visitor of the page, for whom nothing may go wrong unseen."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
)

FAILED = "Failed to load resource"
"""What the console says of any answer that is an error; ``_Watch`` sees which one it was."""

FILES = {"document", "script", "stylesheet", "font", "manifest"}


class _Watch:
    """Remembers what a visitor's pages should not have done."""

    def __init__(self, visitor: BrowserContext) -> None:
        self.wrong: list[str] = []
        self._half = False
        """A file was lost on the way, as when a replica dies: what follows is not the page's
        fault, until it is loaded again."""
        visitor.on("weberror", lambda error: self._blame(f"script error: {error.error}"))
        visitor.on("console", self._console)
        visitor.on("request", self._request)
        visitor.on("response", self._response)

    def _blame(self, what: str) -> None:
        if not self._half:
            self.wrong.append(what)

    def _console(self, message: ConsoleMessage) -> None:
        # What the policy forbids is told here, too.
        if message.type == "error" and not message.text.startswith(FAILED):
            self._blame(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if request.is_navigation_request():
            self._half = False
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.hostname != "127.0.0.1":
            self.wrong.append(f"third party: {request.url}")
        if parts.path.startswith("/gradio_api"):
            self.wrong.append(f"Gradio event: {request.url}")

    def _response(self, response: Response) -> None:
        if response.request.resource_type not in FILES:
            return  # What the API or the pictures' links refuse, the page shows to people.
        if response.status == HTTPStatus.BAD_GATEWAY:
            self._half = True
        elif response.status >= HTTPStatus.BAD_REQUEST:
            self.wrong.append(f"{response.status}: {response.url}")


@asynccontextmanager
async def a_visitor(browser: Browser, **context: Any) -> AsyncIterator[Page]:
    """A page of a new visitor. At its end, the test fails for a script error, for anything in the
    console, the policy's complaints too, for a file that is not there, and for a request to
    anybody else or to Gradio.
    """
    visitor = await browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **context})
    watch = _Watch(visitor)
    try:
        yield await visitor.new_page()
    finally:
        await visitor.close()
    assert watch.wrong == [], watch.wrong
