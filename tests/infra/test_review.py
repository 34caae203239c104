"""The templates pass the reviews, and the reviews are really held."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.infra.conftest import in_infra
from tests.infra.variants import VARIANTS
from tests.processes import ROOT


@pytest.mark.parametrize("name", VARIANTS)
def test_cdk_nag_has_no_error_left(assemblies: Path, name: str) -> None:
    report = json.loads((assemblies / name / "validation-report.json").read_text())
    assert [plugin["conclusion"] for plugin in report["pluginReports"]].count("failure") == 0


def test_cdk_nag_finds_what_is_wrong(tmp_path: Path) -> None:
    run = in_infra("tests.infra.planted", str(tmp_path))
    assert run.returncode != 0
    assert "AwsSolutions-S10" in run.stdout + run.stderr
    assert "canvas-queue/Planted" in run.stdout + run.stderr


LINT = ("--ignore-checks", "W3005", "W3045", "--")
"""What the CDK writes on purpose: a dependency said twice, and access by list for CloudFront's
logs."""


def lint(*templates: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / ".venv-infra/bin/cfn-lint", *LINT, *templates],
        capture_output=True,
        text=True,
        check=False,
    )


def test_cfn_lint_has_nothing_to_say(assemblies: Path) -> None:
    """One run for all, of the templates that differ."""
    templates = [*assemblies.glob("*/*.template.json")]
    assert len(templates) > len(VARIANTS)
    run = lint(*templates)
    assert run.returncode == 0, run.stdout


def test_cfn_lint_finds_what_is_wrong(assemblies: Path, tmp_path: Path) -> None:
    template = json.loads((assemblies / "express/canvas-queue.template.json").read_text())
    for name, resource in template["Resources"].items():
        if name.startswith("QueuesNormal"):
            resource["Properties"]["VisibilityTimeuot"] = 5
    spoilt = tmp_path / "spoilt.template.json"
    spoilt.write_text(json.dumps(template))
    run = lint(spoilt)
    assert run.returncode != 0
    assert "VisibilityTimeuot" in run.stdout
