"""How the studio's own files are served."""

import re

import httpx
import pytest
from fastapi import FastAPI

from frontend.studio.ui_files import UI, UiApp, preload_links, ui_files, ui_url, ui_version


@pytest.fixture
def browser() -> httpx.AsyncClient:
    app = FastAPI()
    app.mount(UI, UiApp())
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=f"http://studio{UI}/")


async def test_a_versioned_file_is_kept_for_ever(browser: httpx.AsyncClient) -> None:
    script = await browser.get(f"/{ui_version()}/studio.js")
    assert script.status_code == 200
    assert "javascript" in script.headers["content-type"]
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("path", ["/studio.js", "/0123456789ab/studio.js"])
async def test_without_our_version_a_file_is_asked_for_again(
    browser: httpx.AsyncClient, path: str
) -> None:
    script = await browser.get(path)
    assert script.status_code == 200
    assert script.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/nothing.js", "/../page.py", "/a/%2e%2e/page.py", "/"])
async def test_nothing_else_is_served(browser: httpx.AsyncClient, path: str) -> None:
    assert (await browser.get(path)).status_code == 404


def test_every_file_is_fetched_early() -> None:
    for file in ui_files().iterdir():
        assert f"<{ui_url(file.name)}>" in preload_links()


def test_modules_name_each_other_relatively_so_that_the_version_carries_over() -> None:
    for module in ui_files().glob("*.js"):
        for imported in re.findall(r'^import .* from "(.*)";$', module.read_text(), re.MULTILINE):
            assert imported.startswith("./")
            assert (ui_files() / imported).is_file()


def test_no_script_writes_html() -> None:
    for module in ui_files().glob("*.js"):
        code = module.read_text()
        for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert way not in code, f"{way} in {module.name}"
