"""Freezing the page, and serving it without Gradio."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import ROOT

SETTINGS = {
    "CANVAS_STUDIO": "frozen",
    "CANVAS_SECRET": "a secret that is long enough for a test",
    "CANVAS_CDN_URL": "https://cdn.example",
    "CANVAS_AWS_ENDPOINT": "http://127.0.0.1:9",
}


def freeze(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "frontend.studio.freeze", "--to", str(folder)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def contents(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("frozen") / "studio"
    done = freeze(folder, PYTHONHASHSEED="1")
    assert done.returncode == 0, done.stderr
    return folder


def test_freezing_again_gives_the_same_bytes_and_leaves_nothing_of_before(
    frozen: Path, tmp_path: Path
) -> None:
    """So all replicas show one page, however each of them came by it."""
    folder = tmp_path / "studio"
    shutil.copytree(frozen, folder)
    (folder / "index.html").write_text("an older page")
    (folder / "assets" / "old.js").touch()
    assert freeze(folder, PYTHONHASHSEED="2").returncode == 0
    assert contents(folder) == contents(frozen)


def test_what_is_frozen_is_all_of_the_page_and_little_of_gradio(frozen: Path) -> None:
    names = set(contents(frozen))
    assert {"index.html", "index.html.br", "index.html.gz", "headers.json", "favicon.ico"} <= names
    # A language is 83 kB: as it is, and in two ways compressed.
    assert sum(map(len, contents(frozen).values())) < 3_400_000


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    refused = freeze(tmp_path)
    assert refused.returncode == 1
    assert str(tmp_path) in refused.stderr
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


SERVE = """
import asyncio, sys, httpx
from frontend.app import create_app

async def main():
    transport = httpx.ASGITransport(create_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://studio") as client:
        page = await client.get("/")
    print(page.status_code, page.headers["content-security-policy"])
    print(*sorted({name.partition(".")[0] for name in sys.modules}))

asyncio.run(main())
"""


def test_a_frozen_page_is_served_by_a_process_that_never_loads_gradio(frozen: Path) -> None:
    served = subprocess.run(
        [sys.executable, "-c", SERVE],
        cwd=ROOT,
        env={**os.environ, **SETTINGS, "CANVAS_FROZEN_STUDIO": str(frozen)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    answer, modules = served.stdout.splitlines()
    assert answer.startswith("200 default-src 'none'")
    assert "img-src 'self' data: blob: https://cdn.example;" in answer
    assert "{" not in answer
    assert not {"gradio", "gradio_client", "pandas", "numpy", "PIL", "jinja2"} & set(
        modules.split()
    )


def test_without_a_frozen_page_the_frontend_says_at_once_what_to_do(tmp_path: Path) -> None:
    refused = subprocess.run(
        [sys.executable, "-m", "frontend"],
        cwd=ROOT,
        env={**os.environ, **SETTINGS, "CANVAS_FROZEN_STUDIO": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert refused.returncode == 1
    assert refused.stderr == (
        f"frontend: there is no frozen page in {tmp_path}; `make freeze` writes one\n"
    )
