"""The studio as it is mounted: what is reachable of Gradio, and what happens while it is built."""

import asyncio
import logging
import os
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from frontend.studio.guard import Guard
from frontend.studio.imports import slim_gradio
from frontend.studio.mount import Studio, hardened

MODELS = [("Automatic", "auto")]
SECRET = "AWS_SECRET_ACCESS_KEY=planted"


def _client(app: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://studio.example")


@asynccontextmanager
async def _alive(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with app.router.lifespan_context(app), _client(app) as client:
        yield client


@pytest.fixture
async def browser() -> AsyncIterator[httpx.AsyncClient]:
    studio = Studio(models=MODELS, picture_origins=["https://cdn.example"])
    studio.start()
    async with _client(studio) as client:
        yield client
    await studio.stop()


# The page


async def test_the_page_is_served_when_it_has_been_built(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/")
    assert page.status_code == 200
    assert "text_to_image-prompt" in page.text
    assert "https://cdn.example" in page.headers["content-security-policy"]


async def test_the_page_goes_out_compressed(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/", headers={"Accept-Encoding": "gzip"})
    assert page.headers["content-encoding"] == "gzip"
    assert page.num_bytes_downloaded < 10_000


async def test_every_file_the_page_names_is_served(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/")).text
    assets = {part.split('"')[0] for part in page.split('"./assets/')[1:]}
    assert assets
    for path in (*(f"/assets/{name}" for name in assets), "/theme.css", "/manifest.json"):
        answer = await browser.get(path)
        assert answer.status_code == 200, path


async def test_nothing_of_gradio_but_the_page_is_there(browser: httpx.AsyncClient) -> None:
    for path in ("/config", "/gradio_api/info", "/gradio_api/app_id", "/gradio_api/heartbeat/x"):
        assert (await browser.get(path)).status_code == 404
    for path in ("/gradio_api/run/predict", "/gradio_api/upload", "/gradio_api/queue/join"):
        assert (await browser.post(path, json={})).status_code == 404


async def test_no_other_origin_is_given_access(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/", headers={"Origin": "https://evil.example"})
    assert not [name for name in page.headers if name.startswith("access-control-")]


DRAW = """
import asyncio, hashlib, httpx
from frontend.studio.mount import Studio

async def main():
    studio = Studio(models=[("Automatic", "auto")])
    studio.start()
    transport = httpx.ASGITransport(studio)
    async with httpx.AsyncClient(transport=transport, base_url="http://studio.example") as client:
        page = await client.get("/")
    await studio.stop()
    print(page.status_code, hashlib.sha256(page.content).hexdigest())

asyncio.run(main())
"""


def test_every_replica_draws_the_same_page() -> None:
    pages = {
        subprocess.run(
            [sys.executable, "-c", DRAW],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("1", "2")
    }
    [page] = pages
    assert page.startswith("200 ")


async def test_the_public_address_is_written_into_the_page_whoever_asks() -> None:
    studio = Studio(models=MODELS, root_path="https://app.example.com")
    studio.start()
    async with _client(studio) as client:
        page = await client.get("/", headers={"Host": "internal.example"})
    await studio.stop()
    assert '"root":"https://app.example.com"' in page.text
    assert "internal.example" not in page.text


# While it is built


class _Slow(Studio):
    """A studio whose building lasts until it is told to go on."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(models=MODELS, **settings)
        self.go_on = threading.Event()

    def _build(self) -> FastAPI:
        self.go_on.wait(timeout=30)
        return super()._build()


async def test_who_asks_too_early_waits_for_the_page() -> None:
    studio = _Slow()
    studio.start()
    async with _client(studio) as client:
        early = asyncio.create_task(client.get("/"))
        await asyncio.sleep(0.05)
        assert not early.done()
        assert not studio.ready.is_set()
        studio.go_on.set()
        assert (await early).status_code == 200
    assert studio.ready.is_set()
    await studio.stop()


async def test_who_has_waited_long_enough_is_asked_to_come_back() -> None:
    studio = _Slow(patience=timedelta(milliseconds=20))
    studio.start()
    async with _client(studio) as client:
        answer = await client.get("/")
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "5"
        assert answer.headers["cache-control"] == "no-store"
    studio.go_on.set()
    await studio.stop()


async def test_what_is_not_there_is_refused_without_waiting() -> None:
    studio = _Slow()
    studio.start()
    async with _client(studio) as client:
        assert (await client.get("/config")).status_code == 404
    studio.go_on.set()
    await studio.stop()


async def test_a_page_that_cannot_be_built_is_told_of_at_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Broken(Studio):
        def _build(self) -> FastAPI:
            raise RuntimeError("no paint")

    studio = Broken(models=MODELS)
    studio.start()
    with caplog.at_level(logging.ERROR):
        async with _client(studio) as client:
            assert (await client.get("/")).status_code == 503
    assert "the studio could not be built" in caplog.text
    with pytest.raises(RuntimeError, match="no paint"):
        await studio.stop()


# The file-read attack: Gradio takes any path for an upload unless `launch()` was called


def _echoing() -> Any:
    """A page with what ours does not have: a listener in Python that gives back what it gets."""
    slim_gradio()
    import gradio as gr

    with gr.Blocks(analytics_enabled=False) as blocks:
        words = gr.Textbox()
        words.change(lambda said: said, inputs=[words], outputs=[words], queue=False)
    return blocks


async def _attack(client: httpx.AsyncClient, planted: Path) -> str:
    """Everything that comes back to somebody who names a file of the server as an upload."""
    upload = {"path": str(planted), "meta": {"_type": "gradio.FileData"}}
    event = {"data": [upload], "fn_index": 0, "session_hash": "attack"}
    answer = await client.post("/gradio_api/run/predict", json=event)
    heard = answer.text
    if answer.status_code == 200:
        # The echo tells where Gradio has put its copy.
        [echo] = answer.json()["data"]
        for path in {part for part in str(echo).split("'") if part.startswith("/")}:
            heard += (await client.get(f"/gradio_api/file={path}")).text
    return heard


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    file = tmp_path / "environ"
    file.write_text(SECRET)
    return file


async def test_gradio_as_it_comes_gives_a_file_of_the_server_away(planted: Path) -> None:
    """If this fails, Gradio has closed the hole, and the locks below are no longer needed."""
    blocks = _echoing()
    import gradio as gr

    app = gr.mount_gradio_app(FastAPI(), blocks, path="/", run_history=False)
    async with _alive(app) as client:
        assert SECRET in await _attack(client, planted)


async def test_the_guard_keeps_the_file(planted: Path) -> None:
    app = hardened(_echoing())
    async with app.router.lifespan_context(app), _client(Guard(app)) as client:
        heard = await _attack(client, planted)
        direct = await client.get(f"/gradio_api/file={planted}")
    assert heard == "Not found\n"
    assert direct.status_code == 404


async def test_gradio_keeps_the_file_even_if_the_guard_is_passed(planted: Path) -> None:
    async with _alive(hardened(_echoing())) as client:
        heard = await _attack(client, planted)
        direct = await client.get(f"/gradio_api/file={planted}")
    assert SECRET not in heard
    assert str(planted) not in heard
    assert "error" in heard
    assert direct.status_code == 403


async def test_an_upload_of_any_size_worth_having_is_refused() -> None:
    async with _alive(hardened(_echoing())) as client:
        files = {"files": ("a.bin", b"0" * 10_000)}
        assert (await client.post("/gradio_api/upload", files=files)).status_code == 413


async def test_the_queue_never_runs() -> None:
    blocks = _echoing()
    before = asyncio.all_tasks()
    async with _alive(hardened(blocks)):
        await asyncio.sleep(0)
        started = {str(task.get_coro()) for task in asyncio.all_tasks() - before}
    assert not [name for name in started if "queue" in name.lower()]


async def test_sessions_that_gradio_remembers_are_few() -> None:
    blocks = _echoing()
    app = hardened(blocks)
    async with _alive(app) as client:
        for session in range(60):
            event = {"data": ["x"], "fn_index": 0, "session_hash": f"s{session}"}
            assert (await client.post("/gradio_api/run/predict", json=event)).status_code == 200
    [mounted] = [
        route.app for route in app.routes if isinstance(getattr(route, "app", None), FastAPI)
    ]
    assert len(mounted.state_holder.session_data) <= 50
