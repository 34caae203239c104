"""How the studio's own files are served."""

import re

import httpx
import pytest
from fastapi import FastAPI

from frontend.studio.ui_files import (
    ENTRY,
    STYLES,
    UI,
    UiApp,
    first_modules,
    imports_of,
    preload_links,
    ui_files,
    ui_names,
    ui_url,
    ui_version,
)

MODULES = [name for name in ui_names() if name.endswith(".js") and "/vendor/" not in f"/{name}"]


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


async def test_a_file_in_a_folder_is_served_as_well(browser: httpx.AsyncClient) -> None:
    module = await browser.get(f"/{ui_version()}/core/api.js")
    assert module.status_code == 200
    assert module.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    "path", ["/studio.js", "/0123456789ab/studio.js", "/core/api.js", "/0123456789ab/core/api.js"]
)
async def test_without_our_version_a_file_is_asked_for_again(
    browser: httpx.AsyncClient, path: str
) -> None:
    script = await browser.get(path)
    assert script.status_code == 200
    assert script.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/nothing.js", "/../page.py", "/a/%2e%2e/page.py", "/"])
async def test_nothing_else_is_served(browser: httpx.AsyncClient, path: str) -> None:
    assert (await browser.get(path)).status_code == 404


def test_what_the_page_begins_with_is_fetched_early() -> None:
    wanted = [STYLES, *first_modules()]
    assert [f"<{ui_url(name)}>" in preload_links() for name in wanted] == [True] * len(wanted)


def test_what_a_module_loads_when_it_is_wanted_is_not_fetched_early() -> None:
    early = set(first_modules())
    assert ENTRY in early
    for name in early:
        assert set(imports_of(name)) <= early


def test_modules_name_each_other_relatively_so_that_the_version_carries_over() -> None:
    for name in MODULES:
        module = ui_files() / name
        code = module.read_text()
        named = re.findall(r'^(?:import|export)\b[^;]*?from "(.*)";$', code, re.MULTILINE)
        named += re.findall(r'\bimport\("(.*?)"\)', code)
        for imported in named:
            assert imported.startswith("."), f"{name} imports {imported}"
            assert (module.parent / imported).is_file(), f"{name} imports {imported}"


def test_no_script_writes_html() -> None:
    for name in MODULES:
        code = (ui_files() / name).read_text()
        for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert way not in code, f"{way} in {name}"
