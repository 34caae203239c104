"""A visitor of the page, for whom nothing may go wrong unseen."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, ConsoleMessage, Page, Request, Response

FAILED = "Failed to load resource"
"""What the console says of any answer that is an error; ``_Watch`` sees which one it was."""


class _Watch:
    """Remembers what the page should not have done."""

    def __init__(self, page: Page) -> None:
        self.wrong: list[str] = []
        self._half = False
        """A file was lost on the way, as when a replica dies: what follows is not the page's
        fault, until it is loaded again."""
        page.on("pageerror", lambda error: self._blame(f"script error: {error}"))
        page.on("console", self._console)
        page.on("request", self._request)
        page.on("response", self._response)

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
        if urlsplit(response.url).path.startswith("/v1/"):
            return  # What the API refuses is shown to people.
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
    page = await visitor.new_page()
    watch = _Watch(page)
    try:
        yield page
    finally:
        await visitor.close()
    assert watch.wrong == [], watch.wrong
