"""Where images are built and kept, and the steps that CodeBuild is given."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from botocore.exceptions import ClientError

from infra.deployment import SOURCE_KEY, Deployment
from infra.scan import ScanFailed, findings
from tests.infra.template import Template, granted, text
from tests.processes import ROOT, moto

BUILDSPEC = ROOT / "infra/buildspec.yaml"


@pytest.fixture
def build(assemblies: Path) -> Template:
    return Template.read(assemblies / "frozen/canvas-queue-build.template.json")


@pytest.fixture(scope="module")
def moto_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with moto(tmp_path_factory.mktemp("moto")) as url:
        yield url


def commands() -> list[str]:
    told = yaml.safe_load(BUILDSPEC.read_text())
    assert told["version"] == 0.2
    return [command for phase in told["phases"].values() for command in phase["commands"]]


def test_images_are_scanned_when_they_are_pushed_and_old_ones_go(build: Template) -> None:
    repositories = build.all("ECR::Repository").values()
    names = {r["Properties"]["RepositoryName"] for r in repositories}
    assert names == {"canvas-queue/frontend", "canvas-queue/worker"}
    for repository in repositories:
        properties = repository["Properties"]
        assert properties["ImageScanningConfiguration"] == {"ScanOnPush": True}
        assert properties["ImageTagMutability"] == "IMMUTABLE"
        assert '"countNumber":10' in properties["LifecyclePolicy"]["LifecyclePolicyText"]
        assert repository["DeletionPolicy"] == "Delete"


def test_the_service_runs_what_these_repositories_keep(build: Template, express: Template) -> None:
    kept = {r["Properties"]["RepositoryName"] for r in build.all("ECR::Repository").values()}
    container = express.properties("ExpressGatewayService")["PrimaryContainer"]
    run = {
        text(container["Image"]),
        text(express.properties("Lambda::Function", "WorkerFunction")["Code"]["ImageUri"]),
    }
    assert {image.partition("/")[2].rpartition(":")[0] for image in run} == kept


def test_the_project_builds_the_source_as_the_buildspec_says(build: Template) -> None:
    project = build.properties("CodeBuild::Project")
    assert project["Source"]["BuildSpec"] == str(BUILDSPEC.relative_to(ROOT))
    assert text(project["Source"]["Location"]).endswith(f"/{SOURCE_KEY}")
    assert project["Environment"]["PrivilegedMode"] is True
    told = {v["Name"]: text(v["Value"]) for v in project["Environment"]["EnvironmentVariables"]}
    assert (told["DEPLOYMENT"], told["STUDIO"]) == ("canvas-queue", "frozen")


def test_the_project_pushes_to_its_repositories_and_deploys_with_the_cdk_s_roles(
    build: Template,
) -> None:
    statements = build.statements("ProjectRole")
    assert set(granted(statements, "ecr:PutImage")) == {"${Frontend.Arn}", "${Worker.Arn}"}
    [roles] = granted(statements, "sts:AssumeRole")
    assert roles.endswith(":role/cdk-hnb659fds-*")


def test_every_variable_of_the_buildspec_comes_from_somewhere(build: Template) -> None:
    project = build.properties("CodeBuild::Project")
    told = {v["Name"] for v in project["Environment"]["EnvironmentVariables"]}
    used = {name for command in commands() for name in re.findall(r"\$\{?([A-Z_]+)", command)}
    assert used == told | {"IMAGE_TAG", "CODEBUILD_BUILD_SUCCEEDING"}


def test_every_command_of_the_buildspec_is_one_that_a_shell_understands() -> None:
    for command in commands():
        run = subprocess.run(["bash", "-n", "-c", command], capture_output=True, check=False)
        assert run.returncode == 0, command


def test_every_program_and_target_that_the_buildspec_names_is_there() -> None:
    targets = {t for c in commands() for m in re.findall(r"\bmake ([^;]+)", c) for t in m.split()}
    for target in targets - {"freeze"}:
        run = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, check=False)
        assert run.returncode == 0, target
    for script in {s for c in commands() for s in re.findall(r"\binfra/\w+\.sh\b", c)}:
        assert os.access(ROOT / script, os.X_OK)
    for module in {m for c in commands() for m in re.findall(r"-m (infra\.\w+)", c)}:
        assert (ROOT / f"{module.replace('.', '/')}.py").exists()


def test_the_dockerfiles_are_there_and_take_what_they_are_given() -> None:
    script = (ROOT / "infra/images.sh").read_text()
    for name in ("Dockerfile.frontend", "Dockerfile.worker"):
        assert f"-f {name} " in script
        assert (ROOT / name).exists()
    assert "\nARG STUDIO" in (ROOT / "Dockerfile.frontend").read_text()


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize("studio", ["live", "frozen"])
def test_a_version_that_is_there_is_not_built_again(
    moto_url: str, tmp_path: Path, there: bool, studio: str
) -> None:
    """The script runs with an engine that only writes down what it is asked for."""
    asked = tmp_path / "asked"
    engine = tmp_path / "engine"
    engine.write_text(
        # Lambda takes no image that has an attestation beside it.
        f'#!/bin/sh\n[ "$BUILDX_NO_DEFAULT_ATTESTATIONS" = 1 ] || exit 1\necho "$@" >> {asked}\n'
    )
    aws = tmp_path / "aws"
    aws.write_text(f"#!/bin/sh\nexit {0 if there else 1}\n")
    for program in (engine, aws):
        program.chmod(0o755)
    env = {
        **os.environ,
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "DOCKER": str(engine),
        "REGISTRY": "registry.example",
        "DEPLOYMENT": "canvas-queue",
        "IMAGE_TAG": "abc",
        "STUDIO": studio,
    }
    for step in ("build", "push"):
        subprocess.run([ROOT / "infra/images.sh", step], env=env, check=True)
    lines = asked.read_text().splitlines() if asked.exists() else []
    frontend, worker = (f"registry.example/canvas-queue/{p}:abc" for p in ("frontend", "worker"))
    assert lines == (
        []
        if there
        else [
            f"build -f Dockerfile.frontend --build-arg STUDIO={studio} -t {frontend} .",
            f"build -f Dockerfile.worker -t {worker} .",
            f"push {frontend}",
            f"push {worker}",
        ]
    )


def test_an_image_that_the_registry_has_scanned_is_looked_up(moto_url: str) -> None:
    ecr: Any = boto3.client(
        "ecr",
        region_name="us-west-2",
        endpoint_url=moto_url,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    ecr.create_repository(repositoryName="canvas-queue/worker")
    kind = "application/vnd.docker.distribution.manifest.v2+json"
    manifest = json.dumps({"schemaVersion": 2, "mediaType": kind, "config": {}, "layers": []})
    ecr.put_image(repositoryName="canvas-queue/worker", imageManifest=manifest, imageTag="abc")
    ecr.start_image_scan(repositoryName="canvas-queue/worker", imageId={"imageTag": "abc"})
    # What moto finds in every image is not critical.
    assert list(findings(ecr, "canvas-queue/worker", "abc")) == []


class Registry:
    """ECR, as it tells of a scan: of none yet, of one under way, and then of what was found, a
    finding on each page."""

    status = "COMPLETE"

    def __init__(self, *severities: str) -> None:
        self._pages = [self.page(n, severity) for n, severity in enumerate(severities)]
        self._asked = 0

    def page(self, number: int, severity: str) -> dict[str, Any]:
        package = {"key": "package_name", "value": "openssl"}
        name = f"CVE-2026-{number}"
        return {"findings": [{"name": name, "severity": severity, "attributes": [package]}]}

    def describe_image_scan_findings(self, **asked: Any) -> dict[str, Any]:
        self._asked += 1
        if self._asked == 1:
            told: Any = {"Error": {"Code": "ScanNotFoundException", "Message": ""}}
            raise ClientError(told, "DescribeImageScanFindings")
        if self._asked == 2:
            return {"imageScanStatus": {"status": "IN_PROGRESS"}}
        number = int(asked.get("nextToken", 0))
        page = {
            "imageScanStatus": {"status": self.status},
            "imageScanFindings": self._pages[number],
        }
        more = number + 1 < len(self._pages)
        return {**page, "nextToken": str(number + 1)} if more else page


class EnhancedRegistry(Registry):
    """A registry whose images Amazon Inspector scans, again and again."""

    status = "ACTIVE"

    def page(self, number: int, severity: str) -> dict[str, Any]:
        details = {
            "vulnerabilityId": f"CVE-2026-{number}",
            "vulnerablePackages": [{"name": "openssl"}],
        }
        finding = {"title": "t", "severity": severity, "packageVulnerabilityDetails": details}
        return {"imageScanCompletedAt": "now", "enhancedFindings": [finding]}


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.scan.LOOK_EVERY_SECONDS", 0)


@pytest.mark.parametrize("registry", [Registry, EnhancedRegistry])
def test_critical_findings_are_told_and_no_others(registry: type[Registry]) -> None:
    """On whichever page they are."""
    ecr = registry("HIGH", "CRITICAL", "LOW", "CRITICAL")
    assert list(findings(ecr, "canvas-queue/worker", "abc")) == [
        "CVE-2026-1 in openssl",
        "CVE-2026-3 in openssl",
    ]


@pytest.mark.parametrize("registry", [Registry, EnhancedRegistry])
def test_a_critical_finding_can_be_accepted_by_its_name(registry: type[Registry]) -> None:
    ecr = registry("CRITICAL", "CRITICAL")
    accepted = Deployment(accepted_flaws=("CVE-2026-0",)).accepted_flaws
    assert list(findings(ecr, "canvas-queue/worker", "abc", accepted)) == ["CVE-2026-1 in openssl"]


def test_a_scan_that_cannot_be_made_is_no_clean_one() -> None:
    class Unsupported(Registry):
        def describe_image_scan_findings(self, **image: object) -> dict[str, Any]:
            return {"imageScanStatus": {"status": "FAILED", "description": "UnsupportedImage"}}

    with pytest.raises(ScanFailed, match="UnsupportedImage"):
        list(findings(Unsupported(), "canvas-queue/worker", "abc"))
