"""The templates of every variant, synthesised once by the environment that has the CDK."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.infra.template import Template
from tests.infra.variants import VARIANTS
from tests.processes import ROOT

HEADERS = {
    "/ui/*": {"Cache-Control": "public, max-age=31536000, immutable"},
    "/*": {
        "Content-Security-Policy": "default-src 'self'; img-src 'self' {pictures}; "
        "connect-src 'self' {pictures} {uploads}; frame-ancestors {frames}",
        "Cache-Control": "no-cache",
        "Permissions-Policy": "camera=()",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    },
}


def in_infra(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a module of the environment that has the CDK."""
    python = ROOT / ".venv-infra/bin/python"
    if not python.exists():
        raise RuntimeError(f"There is no {python}: run `make .venv-infra/.ready`.")
    return subprocess.run(
        [python, "-m", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test waits for all templates, which is half a minute of work on two cores."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.timeout(400))


@pytest.fixture(scope="session")
def frozen_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small page, frozen: the files, and the headers they want."""
    folder = tmp_path_factory.mktemp("frozen")
    (folder / "ui").mkdir()
    (folder / "index.html").write_text("<!doctype html><title>studio</title>")
    (folder / "ui/studio.js").write_text("export {};")
    (folder / "headers.json").write_text(json.dumps(HEADERS))
    return folder


@pytest.fixture(scope="session")
def assemblies(tmp_path_factory: pytest.TempPathFactory, frozen_site: Path) -> Path:
    """A folder with a cloud assembly for each variant; cdk-nag has passed all of them."""
    folder = tmp_path_factory.mktemp("assemblies")
    run = in_infra("tests.infra.synthesise", str(folder), str(frozen_site))
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-4000:]
    return folder


@pytest.fixture(scope="session")
def synthesised(assemblies: Path) -> Callable[[str], Template]:
    """The service's template of a variant."""
    read = {
        name: Template.read(assemblies / name / "canvas-queue.template.json") for name in VARIANTS
    }
    return read.__getitem__


@pytest.fixture(params=VARIANTS)
def every(request: pytest.FixtureRequest, synthesised: Callable[[str], Template]) -> Template:
    """Each variant's template in turn."""
    return synthesised(request.param)


@pytest.fixture
def express(synthesised: Callable[[str], Template]) -> Template:
    """What comes out if nothing is chosen: Express Mode, a function as the worker, a live page."""
    return synthesised("express")


@pytest.fixture
def service(synthesised: Callable[[str], Template]) -> Template:
    """Pollers as the worker, a name of its own, two signing keys."""
    return synthesised("service")


@pytest.fixture
def function_url(synthesised: Callable[[str], Template]) -> Template:
    """The frontend as a function with a URL; no firewall, and no data that outlives it."""
    return synthesised("function_url")


@pytest.fixture
def frozen(synthesised: Callable[[str], Template]) -> Template:
    """The page as files, the frontend behind it."""
    return synthesised("frozen")


@pytest.fixture
def apprunner(synthesised: Callable[[str], Template]) -> Template:
    """The frontend on App Runner; a new worker takes over all at once."""
    return synthesised("apprunner")


@pytest.fixture
def api_gateway(synthesised: Callable[[str], Template]) -> Template:
    """The frontend as a function behind an API Gateway, in CloudFront's own region."""
    return synthesised("api_gateway")


@pytest.fixture
def firewall(assemblies: Path) -> Template:
    """The firewall's own stack."""
    return Template.read(assemblies / "express/canvas-queue-firewall.template.json")
