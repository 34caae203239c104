"""The studio within a page of another site, such as a Space on Hugging Face."""

import re
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.processes import ROOT, free_port
from tests.system.browser import chromium
from tests.system.local_system import LocalSystem, free_ports, running_system

HUB, SPACE, STRANGER = "huggingface.localhost", "ada-studio.localhost", "stranger.localhost"
"""Three sites; browsers look for all of them on this machine."""
SANDBOX = (
    "allow-downloads allow-forms allow-modals allow-pointer-lock allow-popups"
    " allow-popups-to-escape-sandbox allow-same-origin allow-scripts"
    " allow-storage-access-by-user-activation"
)
"""What the Hub allows its Spaces."""
ONLY_PARTITIONED = "--test-third-party-cookie-phaseout"
"""In a page of another site, the browser keeps no cookie but a partitioned one."""


def space(studio: str) -> str:
    """The page that is put into a Space, for a deployment."""
    page = (ROOT / "huggingface/index.html").read_text()
    named, times = re.subn(r'(?<=<base href=")[^"]+', f"{studio}/", page)
    assert times == 1
    return named


def framing(url: str) -> str:
    return f'<!doctype html><iframe src="{url}" sandbox="{SANDBOX}" width="1200" height="800">'


@contextmanager
def showing(page: str, port: int) -> Iterator[None]:
    """A site of one page, by whatever name it is asked for."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_: object) -> None:
            """Who asked for it is of no interest."""

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The address of each site. The studio may be framed by the Space, within the Hub."""
    first, hub, own, stranger = free_ports(), free_port(), free_port(), free_port()
    urls = {
        HUB: f"http://{HUB}:{hub}",
        SPACE: f"http://{SPACE}:{own}",
        STRANGER: f"http://{STRANGER}:{stranger}",
    }
    folder: Path = tmp_path_factory.mktemp("framed") / "state"
    framed_by = f"{urls[HUB]} {urls[SPACE]}"
    with (
        running_system(folder, port=first, CANVAS_FRAMED_BY=framed_by) as system,
        showing(space(system.url), own),
        showing(framing(urls[SPACE]), hub),
        showing(framing(system.url), stranger),
    ):
        yield urls


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium(ONLY_PARTITIONED) as started:
        yield started


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    yield await context.new_page()
    await context.close()


async def test_a_picture_is_made_within_a_space_within_the_hub(
    page: Page, sites: dict[str, str]
) -> None:
    await page.goto(sites[HUB])
    studio = page.frame_locator("iframe").frame_locator("iframe")
    await studio.locator("#text_to_image-prompt textarea").fill("a red fox")
    await studio.get_by_role("button", name="Generate").click()
    picture = studio.locator("#gallery").get_by_role("link", name="a red fox").locator("img")
    await expect(picture.first).to_be_visible()


async def test_jobs_are_there_again_when_the_space_is_visited_again(
    page: Page, sites: dict[str, str]
) -> None:
    await test_a_picture_is_made_within_a_space_within_the_hub(page, sites)
    await page.reload()
    studio = page.frame_locator("iframe").frame_locator("iframe")
    picture = studio.locator("#gallery").get_by_role("link", name="a red fox").locator("img")
    await expect(picture.first).to_be_visible()


async def test_no_other_page_may_show_the_studio(page: Page, sites: dict[str, str]) -> None:
    await page.goto(sites[STRANGER])
    [frame] = page.main_frame.child_frames
    await page.wait_for_timeout(500)
    assert frame.url.startswith("chrome-error:")


async def test_without_the_setting_nobody_may(
    page: Page, system: LocalSystem, sites: dict[str, str]
) -> None:
    port = free_port()
    with showing(framing(system.url), port):
        await page.goto(f"http://{HUB}:{port}")
        [frame] = page.main_frame.child_frames
        await page.wait_for_timeout(500)
        assert frame.url.startswith("chrome-error:")
