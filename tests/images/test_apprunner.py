"""`apprunner.yaml`: its commands, run as App Runner would, start a frontend that works."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from shared.settings import Settings
from tests.images.surroundings import Surroundings
from tests.processes import ROOT, running

INSTALLS_WITHIN = 600
KNOWN = {
    "": {"version", "runtime", "build", "run"},
    "build": {"commands", "env"},
    "build.commands": {"pre-build", "build", "post-build"},
    "run": {"runtime-version", "pre-run", "command", "network", "env", "secrets"},
    "run.network": {"port", "env"},
}
"""The keys that App Runner's configuration reference has."""


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "apprunner.yaml").read_text())
    return read


@pytest.fixture(scope="module")
def variables(told: dict[str, Any]) -> dict[str, str]:
    """What the service is started with: the file's own variables, and the port's."""
    network = told["run"]["network"]
    named = {each["name"]: each["value"] for each in told["run"]["env"]}
    return {**named, network["env"]: str(network["port"])}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean clone of what is here."""
    folder = tmp_path_factory.mktemp("source")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    for name in filter(None, listed):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment with a Python that has nothing installed, and nothing else of the run's."""
    folder = tmp_path_factory.mktemp("python")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    settings = {name: v for name, v in os.environ.items() if not name.startswith("CANVAS_")}
    return {**settings, "PATH": f"{folder}/bin:{os.environ['PATH']}"}


def test_it_says_only_what_app_runner_understands(told: dict[str, Any]) -> None:
    for path, known in KNOWN.items():
        part = told
        for key in filter(None, path.split(".")):
            part = part[key]
        assert set(part) <= known, path
    assert (told["version"], told["runtime"]) == (1.0, "python311")


def test_its_settings_are_settings(variables: dict[str, str]) -> None:
    settings = Settings.load(variables)
    assert (settings.host, settings.port) == ("0.0.0.0", 7860)


def test_its_commands_start_a_frontend_with_its_page(
    told: dict[str, Any],
    variables: dict[str, str],
    source: Path,
    python: dict[str, str],
    around: Surroundings,
) -> None:
    commands = told["build"]["commands"]
    for command in (*commands["build"], *told["run"]["pre-run"]):
        subprocess.run(
            command, shell=True, cwd=source, env=python, check=True, timeout=INSTALLS_WITHIN
        )
    # The port is the surroundings' own: somebody may be listening on 7860 here.
    env = {**python, **variables, **around.environment, "PYTHONPATH": ""}
    command = ["sh", "-c", f"exec {told['run']['command']}"]
    with (
        running(command, ready_url=f"{around.url}/healthz", folder=source, env=env),
        httpx.Client(base_url=around.url, headers=around.headers, timeout=60) as client,
    ):
        assert client.get("/").status_code == 200
        asked = {"task": {"kind": "text_to_image", "prompt": "a red fox"}}
        assert client.post("/v1/jobs", json=asked).status_code == 202
