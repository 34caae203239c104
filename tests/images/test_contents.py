"""What is in the images, and what is not: small, compiled, nothing that only an attacker needs."""

import re
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.images.engine import Engine, Image
from tests.processes import ROOT

MEGABYTE = 1_000_000
ADAPTER = 10
"""Megabytes to spare for the Lambda Web Adapter, of which there is only a stand-in here."""
IMAGES = ("worker_image", "frontend_image", "live_image")
INSTALLERS = {"pip", "pip3", "uv", "git", "curl", "wget", "ssh"}
COMPILERS = {"gcc", "cc", "g++", "c++", "as", "ld", "make"}
OUR_SETTINGS = {
    "worker_image": {"CANVAS_HEARTBEAT"},
    "frontend_image": {"CANVAS_HOST", "CANVAS_STUDIO"},
    "live_image": {"CANVAS_HOST", "CANVAS_STUDIO"},
}
PARTS = {
    "worker_image": ("shared", "worker"),
    "frontend_image": ("shared", "frontend"),
    "live_image": ("shared", "frontend"),
}
UNCOMPILED = """
import sys, importlib, os
for name in sys.argv[1:]:
    importlib.import_module(name)
for module in list(sys.modules.values()):
    file, spec = getattr(module, "__file__", None), getattr(module, "__spec__", None)
    cached = getattr(spec, "cached", None)
    if file and file.endswith(".py") and cached and not os.path.exists(cached):
        print(module.__name__)
"""


@pytest.fixture(params=IMAGES)
def image(request: pytest.FixtureRequest) -> Image:
    image: Image = request.getfixturevalue(request.param)
    return image


@pytest.fixture
def name(image: Image, request: pytest.FixtureRequest) -> str:
    """Which of ``IMAGES`` it is."""
    found: str = request.node.callspec.params["image"]
    return found


@pytest.fixture
def files(engine: Engine, image: Image) -> Iterator[Path]:
    with engine.files(image) as root:
        yield root


@pytest.mark.parametrize(
    ("name", "most"),
    [("worker_image", 220), ("frontend_image", 220 - ADAPTER), ("live_image", 420 - ADAPTER)],
)
def test_an_image_is_small(request: pytest.FixtureRequest, name: str, most: int) -> None:
    image: Image = request.getfixturevalue(name)
    print(f"{name}: {image.bytes / MEGABYTE:.0f} MB")
    assert image.bytes <= most * MEGABYTE


def test_nobody_in_it_is_root_and_nothing_is_theirs_to_write(image: Image, files: Path) -> None:
    assert image.config["User"] == "10001"
    assert _writable(files / "opt") == []
    assert _writable(files / "app") == []
    assert _setuid(files / "opt") == _setuid(files / "app") == []


def _writable(folder: Path) -> list[Path]:
    return [f for f in _everything(folder) if f.lstat().st_uid or f.lstat().st_mode & 0o022]


def _setuid(folder: Path) -> list[Path]:
    return [f for f in _everything(folder) if f.lstat().st_mode & (stat.S_ISUID | stat.S_ISGID)]


def _everything(folder: Path) -> list[Path]:
    found = [f for f in (folder, *folder.rglob("*")) if not f.is_symlink()]
    assert found
    return found


def test_no_tool_that_installs_compiles_or_downloads_is_in_it(files: Path) -> None:
    programs = {f.name for folder in files.glob("**/bin") for f in folder.iterdir()}
    assert "python3" in programs
    assert programs & (INSTALLERS | COMPILERS) == set()
    modules = {f.name for f in files.glob("**/python3*/**/*") if f.is_dir()}
    assert "asyncio" in modules
    assert modules & {"pip", "ensurepip", "setuptools"} == set()
    assert list(files.glob("**/pip-*.whl")) == []


def test_it_holds_the_code_that_is_in_git_and_the_page_made_of_it(name: str, files: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *PARTS[name]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    app = files / "app"
    there = {str(f.relative_to(app)) for f in app.rglob("*") if f.is_file()}
    page = {f for f in there if f.startswith("dist/studio/")}
    assert bool(page) is (name == "frontend_image")
    there -= page
    assert {f for f in there if not f.endswith(".pyc")} == {
        f for f in listed if (ROOT / f).exists()
    }


def test_no_tests_of_any_package_are_in_it(files: Path) -> None:
    packages = next(files.glob("opt/venv/lib/python3*/site-packages"))
    assert [f for f in packages.rglob("*") if f.name in ("tests", "test", "conftest.py")] == []


def test_every_module_that_it_loads_is_compiled(engine: Engine, image: Image, name: str) -> None:
    loaded = {
        "worker_image": ["worker.poller", "worker.lambda_handler", "awslambdaric.bootstrap"],
        "frontend_image": ["frontend.__main__"],
        "live_image": ["frontend.__main__", "numpy", "gradio_client"],
    }[name]
    command = ["-c", UNCOMPILED, *loaded]
    with engine.container(image, {}, entrypoint=["python3"], command=command) as container:
        assert container.ended() == 0, container.logs()
        assert container.logs() == ""


def test_it_brings_settings_but_no_secrets(image: Image, name: str) -> None:
    ours = {variable for variable in image.environment if variable.startswith("CANVAS_")}
    assert ours == OUR_SETTINGS[name]
    secret = re.compile(r"SECRET|TOKEN|PASSWORD|CREDENTIAL|ACCESS_KEY|PRIVATE", re.IGNORECASE)
    assert [v for v in image.environment if secret.search(v)] == []


def test_each_part_has_only_its_own_packages(files: Path, name: str) -> None:
    packages = {f.name for f in files.glob("opt/venv/lib/python3*/site-packages/*")}
    assert "aiobotocore" in packages
    web, page = {"fastapi", "uvicorn", "starlette"}, {"gradio", "numpy"}
    expected = {
        "worker_image": {"awslambdaric", "PIL"},
        "frontend_image": web,
        "live_image": web | page | {"PIL"},
    }[name]
    assert packages & (web | page | {"awslambdaric", "PIL", "pandas"}) == expected


def test_the_lambda_web_adapter_is_where_lambda_looks_for_it(
    frontend_image: Image, engine: Engine
) -> None:
    with engine.files(frontend_image) as files:
        adapter = files / "opt/extensions/lambda-adapter"
        assert adapter.stat().st_mode & 0o111 == 0o111
    assert frontend_image.environment["AWS_LWA_PORT"] == "7860"
    assert frontend_image.environment["AWS_LWA_READINESS_CHECK_PATH"] == "/healthz"


def test_the_worker_s_health_check_is_the_one_that_its_task_definition_repeats(
    worker_image: Image,
) -> None:
    """ECS does not read it off an image. The construct is in an environment that has the CDK."""
    construct = (ROOT / "infra/worker_service.py").read_text()
    [told] = re.findall(r"^ALIVE = '(.+)'$", construct, re.MULTILINE)
    assert worker_image.inspected["Healthcheck"]["Test"] == ["CMD-SHELL", told]
