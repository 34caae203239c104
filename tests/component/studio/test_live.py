"""The live studio: what is served of Gradio's, and what happens while the page is drawn."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from frontend.studio.imports import slim_gradio
from frontend.studio.site.apart import NotDrawn, drawn_apart
from frontend.studio.site.build import Site, drawn_site
from frontend.studio.site.headers import Origins
from frontend.studio.site.live import Studio
from tests.processes import eventually
from tests.system.local_system import alive

ORIGINS = Origins("https://cdn.example", "https://up.example")
SECRET = "AWS_SECRET_ACCESS_KEY=planted"
ATTACKS = (
    "/gradio_api/run/predict",
    "/gradio_api/queue/join",
    "/gradio_api/call/0",
    "/run/predict",
)


def _client(app: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://studio.example")


@pytest.fixture(scope="module")
def drawn() -> Site:
    """The page, drawn once for all tests that only look at it."""
    return drawn_site(ORIGINS)


@asynccontextmanager
async def _visited(studio: Studio) -> AsyncIterator[httpx.AsyncClient]:
    studio.start()
    async with _client(studio) as client:
        yield client
    await studio.stop()


@pytest.fixture
async def browser(drawn: Site) -> AsyncIterator[httpx.AsyncClient]:
    async def at_once(_: Origins) -> Site:
        return drawn

    async with _visited(Studio(origins=ORIGINS, draw=at_once)) as client:
        yield client


# The page


async def test_the_page_is_served_when_it_has_been_drawn(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/")
    assert page.status_code == 200
    assert "text_to_image-prompt" in page.text
    assert (
        "img-src 'self' data: blob: https://cdn.example;" in page.headers["content-security-policy"]
    )


async def test_the_page_is_the_same_for_whoever_asks_by_whatever_name(
    browser: httpx.AsyncClient,
) -> None:
    """Gradio would write the address it is asked by into the page, and any cache would keep it."""
    page = await browser.get("/")
    for headers in (
        {"Host": "internal.example"},
        {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
        {"Cookie": "visitor=a", "Authorization": "Bearer cq_x"},
    ):
        other = await browser.get("/?deep_link=abc", headers=headers)
        assert other.content == page.content
    assert '"root":"/"' in page.text


async def test_a_page_that_a_browser_has_is_not_sent_again(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/")
    assert page.num_bytes_downloaded < 20_000
    again = await browser.get("/", headers={"If-None-Match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_every_file_the_page_names_is_served(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/")).text
    named = set(re.findall(r'(?:href|src)="\.?(/[^"]+)"', page))
    assert len(named) > 40
    for path in (*named, "/theme.css", "/robots.txt"):
        answer = await browser.get(path)
        assert answer.status_code == 200, path


async def test_the_manifest_s_pictures_are_served(browser: httpx.AsyncClient) -> None:
    for icon in (await browser.get("/manifest.json")).json()["icons"]:
        answer = await browser.get(icon["src"])
        assert answer.headers["content-type"] == icon["type"]


async def test_no_other_origin_is_given_access(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/", headers={"Origin": "https://evil.example"})
    assert not [name for name in page.headers if name.startswith("access-control-")]


# While it is drawn


class _Painter:
    """Draws when it is told to go on."""

    def __init__(self, site: Site) -> None:
        self.go_on = asyncio.Event()
        self._site = site

    async def draw(self, _: Origins) -> Site:
        await self.go_on.wait()
        return self._site


async def test_who_asks_too_early_waits_for_the_page(drawn: Site) -> None:
    painter = _Painter(drawn)
    studio = Studio(origins=ORIGINS, draw=painter.draw)
    async with _visited(studio) as client:
        early = asyncio.create_task(client.get("/"))
        await asyncio.sleep(0.05)
        assert not early.done()
        assert not studio.ready.is_set()
        painter.go_on.set()
        assert (await early).status_code == 200
        assert studio.ready.is_set()


async def test_who_has_waited_long_enough_is_asked_to_come_back(drawn: Site) -> None:
    patience = timedelta(milliseconds=20)
    async with _visited(
        Studio(origins=ORIGINS, draw=_Painter(drawn).draw, patience=patience)
    ) as client:
        answer = await client.get("/")
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == answer.headers["refresh"] == "5"
        assert answer.headers["cache-control"] == "no-store"


async def test_what_needs_no_gradio_is_there_at_once(drawn: Site) -> None:
    async with _visited(Studio(origins=ORIGINS, draw=_Painter(drawn).draw)) as client:
        assert (await client.get("/ui/studio.js")).status_code == 200
        assert (await client.get("/favicon.ico")).status_code == 200
        assert (await client.get("/config")).status_code == 404


async def test_a_page_that_cannot_be_drawn_is_told_of_at_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(_: Origins) -> Site:
        raise NotDrawn("no paint")

    studio = Studio(origins=ORIGINS, draw=broken)
    studio.start()
    with caplog.at_level(logging.ERROR):
        async with _client(studio) as client:
            assert (await client.get("/")).status_code == 503
    assert "the studio could not be drawn" in caplog.text
    with pytest.raises(NotDrawn, match="no paint"):
        await studio.stop()


# In a process of its own


async def test_the_page_is_the_same_wherever_it_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """So all replicas show one page."""
    pages = []
    for seed in ("7", "8"):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        pages.append(await drawn_apart(ORIGINS))
    assert pages[0] == pages[1]


async def test_why_it_could_not_be_drawn_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gradio.py").write_text("raise ImportError('no gradio here')")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(NotDrawn, match="no gradio here"):
        await drawn_apart(ORIGINS)


async def test_who_draws_is_told_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gradio.py").write_text("import os; raise ImportError(sorted(os.environ))")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("CANVAS_SECRET", "x" * 32)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "planted")
    with pytest.raises(NotDrawn, match="PATH") as told:
        await drawn_apart(ORIGINS)
    assert "CANVAS_" not in str(told.value)
    assert "AWS_" not in str(told.value)


async def test_who_is_stopped_while_drawing_leaves_no_process_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "pid"
    program = f"import os, pathlib, time; pathlib.Path({str(told)!r}).write_text(str(os.getpid()))"
    (tmp_path / "gradio.py").write_text(f"{program}; time.sleep(60)")
    monkeypatch.syspath_prepend(tmp_path)
    studio = Studio(origins=ORIGINS)
    studio.start()
    await asyncio.to_thread(eventually, lambda: told.exists() and told.read_text())
    await studio.stop()
    assert not alive(int(told.read_text()))


# The file-read attack: Gradio takes any path for an upload unless `launch()` was called


def _echoing() -> Any:
    """A page with what ours does not have: a listener in Python that gives back what it gets."""
    slim_gradio()
    import gradio as gr

    with gr.Blocks(analytics_enabled=False) as blocks:
        words = gr.Textbox()
        words.change(lambda said: said, inputs=[words], outputs=[words], queue=False)
    return blocks


async def _attack(client: httpx.AsyncClient, planted: Path, path: str) -> str:
    """Everything that comes back to somebody who names a file of the server as an upload."""
    upload = {"path": str(planted), "meta": {"_type": "gradio.FileData"}}
    event = {"data": [upload], "fn_index": 0, "session_hash": "attack"}
    answer = await client.post(path, json=event)
    heard = answer.text
    if answer.status_code == 200:
        # The echo tells where Gradio has put its copy.
        [echo] = answer.json()["data"]
        for copy in {part for part in str(echo).split("'") if part.startswith("/")}:
            heard += (await client.get(f"/gradio_api/file={copy}")).text
    return heard


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    file = tmp_path / "environ"
    file.write_text(SECRET)
    return file


async def test_gradio_mounted_as_it_comes_gives_a_file_of_the_server_away(planted: Path) -> None:
    """Why Gradio's server is not mounted. If this fails, Gradio has closed the hole."""
    blocks = _echoing()
    import gradio as gr

    app = gr.mount_gradio_app(FastAPI(), blocks, path="/", run_history=False)
    async with app.router.lifespan_context(app), _client(app) as client:
        assert SECRET in await _attack(client, planted, "/gradio_api/run/predict")


@pytest.mark.parametrize("path", ATTACKS)
async def test_gradio_s_server_cannot_be_reached_to_read_a_file(
    browser: httpx.AsyncClient, planted: Path, path: str
) -> None:
    assert (await browser.get("/")).status_code == 200
    assert await _attack(browser, planted, path) == "There is nothing here.\n"


@pytest.mark.parametrize(
    "path",
    [
        *("/config", "/info", "/login", "/monitoring", "/docs", "/openapi.json", "/upload"),
        *("/gradio_api/info", "/gradio_api/app_id", "/gradio_api/heartbeat/x", "/svelte/x.js"),
        *("/gradio_api/queue/data", "/gradio_api/deep_link", "/custom_component/x/client/y.js"),
        *("/gradio_api/file=/etc/passwd", "/file=/etc/passwd", "/assets/../../../../etc/passwd"),
        *("/gradio_api/proxy=http://169.254.169.254/", "/static/img/logo.svg", "/assets/.x"),
    ],
)
async def test_nothing_of_gradio_but_what_the_page_loads_is_there(
    browser: httpx.AsyncClient, path: str
) -> None:
    assert (await browser.get("/")).status_code == 200
    for method in ("GET", "POST"):
        assert (await browser.request(method, path)).status_code == 404
