"""Dependencies point inwards: the rules of pyproject.toml hold, and notice when they do not."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import ROOT

PACKAGES = ("canvas_queue", "frontend", "worker", "shared", "local", "infra")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The product's own code, to be spoilt."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_import_rules_hold(copy: Path) -> None:
    result = lint(copy)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("module", "planted"),
    [
        ("frontend/api/jobs.py", "import worker.processor"),
        ("worker/processor.py", "import frontend.app"),
        ("shared/jobs.py", "import local.state"),
        ("shared/submission.py", "import fastapi"),
        ("shared/pacing.py", "import aiobotocore"),
        ("frontend/api/models.py", "import shared.adapters.dynamo_jobs"),
        ("worker/caller.py", "import shared.adapters.s3_pictures"),
        ("worker/budget.py", "import gradio"),
        ("local/bedrock/rules.py", "import shared.tasks"),
        ("infra/models.py", "import shared.catalog"),
        ("frontend/wiring.py", "import infra.deployment"),
    ],
)
def test_a_forbidden_import_is_noticed(copy: Path, module: str, planted: str) -> None:
    spoilt = copy / module
    spoilt.write_text(f"{spoilt.read_text()}\n{planted}\n")
    result = lint(copy)
    assert result.returncode == 1
    assert "BROKEN" in result.stdout
