"""`make deploy`: what it checks, what it sends, and what it says when something fails."""

import io
import json
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, NoCredentialsError, WaiterError

from canvas_queue.keys import settings_for_keys
from infra.deploy import (
    WITHOUT_PAGE,
    CannotDeploy,
    Deployer,
    image_tag,
    source,
    version,
    where_keys_are,
)
from infra.deployment import EDGE_REGION, SOURCE_KEY, Deployment
from tests.infra.conftest import in_infra
from tests.infra.template import Template, text
from tests.processes import ROOT, moto

EMPTY = '{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}'


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with moto(tmp_path_factory.mktemp("moto")) as url:
        yield url


@pytest.fixture
def deployer(endpoint: str) -> Deployer:
    def client(service: str, region: str) -> Any:
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=endpoint,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    return Deployer(Deployment(), client)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for command in (
        ("init", "-q"),
        ("config", "user.email", "a@example.com"),
        ("config", "user.name", "a"),
    ):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    (tmp_path / "Dockerfile.worker").write_text("FROM scratch\n")
    (tmp_path / ".gitignore").write_text("deployment.toml\n.venv\n")
    subprocess.run(["git", "add", "-A"], cwd=tmp_path, check=True)
    subprocess.run(["git", "commit", "-qm", "first"], cwd=tmp_path, check=True)
    return tmp_path


def test_what_is_checked_out_is_sent_with_the_deployment_s_own_file(checkout: Path) -> None:
    (checkout / "deployment.toml").write_text('hosting = "lambda"\n')
    (checkout / ".venv").mkdir()
    (checkout / ".venv/heavy").write_text("x")
    with zipfile.ZipFile(io.BytesIO(source(checkout))) as sent:
        assert set(sent.namelist()) == {".gitignore", "Dockerfile.worker", "deployment.toml"}


def test_a_version_is_a_commit(checkout: Path) -> None:
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=checkout, capture_output=True, text=True, check=True
    ).stdout
    assert commit.startswith(version(checkout))
    assert Deployment().with_images(version(checkout)).image_tag == version(checkout)


def test_what_is_changed_has_no_version(checkout: Path) -> None:
    (checkout / "Dockerfile.worker").write_text("FROM other\n")
    with pytest.raises(CannotDeploy, match=r"Commit these changes first.*\n.*Dockerfile\.worker"):
        version(checkout)


def test_what_is_no_checkout_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(CannotDeploy, match=r"git: .*not a git repository"):
        version(tmp_path)


def test_regions_are_prepared_once(deployer: Deployer) -> None:
    home = deployer.deployment.region
    assert deployer.regions_to_prepare() == [home, EDGE_REGION]
    deployer.client("cloudformation", home).create_stack(StackName="CDKToolkit", TemplateBody=EMPTY)
    assert deployer.regions_to_prepare() == [EDGE_REGION]


def test_a_firewall_that_was_turned_off_goes_with_its_stack(deployer: Deployer) -> None:
    edge = deployer.client("cloudformation", EDGE_REGION)
    edge.create_stack(StackName="canvas-queue-firewall", TemplateBody=EMPTY)

    def stacks() -> list[str]:
        return [stack["StackName"] for stack in edge.describe_stacks()["Stacks"]]

    deployer.take_away_an_old_firewall()
    assert "canvas-queue-firewall" in stacks()
    without = replace(deployer, deployment=Deployment(firewall=False))
    for _ in range(2):
        without.take_away_an_old_firewall()
        assert "canvas-queue-firewall" not in stacks()


class Stuck:
    """CloudFormation with a stack that cannot be deleted: something still uses what is in it."""

    def describe_stacks(self, StackName: str) -> dict[str, Any]:
        return {"Stacks": [{"StackName": StackName, "StackStatus": "UPDATE_COMPLETE"}]}

    def delete_stack(self, StackName: str) -> None:
        assert StackName == "canvas-queue-firewall"

    def get_waiter(self, name: str) -> Any:
        assert name == "stack_delete_complete"
        return self

    def wait(self, StackName: str) -> None:
        raise WaiterError(name=StackName, reason="DELETE_FAILED", last_response={})


def test_a_firewall_that_cannot_be_deleted_is_named() -> None:
    deployer = Deployer(Deployment(firewall=False), lambda *_: Stuck())
    with pytest.raises(CannotDeploy, match=r"canvas-queue-firewall in us-east-1.*DELETE_FAILED"):
        deployer.take_away_an_old_firewall()


def test_the_source_is_sent_and_built_under_its_version(deployer: Deployer) -> None:
    home = deployer.deployment.region
    deployer.client("s3", home).create_bucket(
        Bucket="sources", CreateBucketConfiguration={"LocationConstraint": home}
    )
    deployer.client("codebuild", home).create_project(
        name="the-project",
        source={"type": "S3", "location": f"sources/{SOURCE_KEY}"},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={
            "type": "LINUX_CONTAINER",
            "image": "i",
            "computeType": "BUILD_GENERAL1_SMALL",
        },
        serviceRole="arn:aws:iam::123456789012:role/service-role/builds",
    )
    deployer.client("cloudformation", home).create_stack(
        StackName="canvas-queue-build",
        TemplateBody="""{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}, "Outputs": {
            "SourceBucketName": {"Value": "sources"}, "ProjectName": {"Value": "the-project"}}}""",
    )
    id = deployer.start_build("abc123", b"the source")
    sent = deployer.client("s3", home).get_object(Bucket="sources", Key=SOURCE_KEY)
    assert sent["Body"].read() == b"the source"
    phases = list(deployer.follow(id))
    assert phases
    assert all(phase.endswith(": succeeded") for phase in phases)


class FailedBuild:
    """CodeBuild, as it tells of a build whose images do not build."""

    def batch_get_builds(self, ids: list[str]) -> dict[str, Any]:
        phases = [
            {"phaseType": "INSTALL", "phaseStatus": "SUCCEEDED"},
            {"phaseType": "BUILD", "phaseStatus": "FAILED"},
        ]
        logs = {"deepLink": "https://console.example/log"}
        return {"builds": [{"buildStatus": "FAILED", "phases": phases, "logs": logs}]}


def test_a_build_that_fails_is_told_with_its_log() -> None:
    following = Deployer(Deployment(), lambda *_: FailedBuild()).follow("id")
    assert [next(following), next(following)] == ["install: succeeded", "build: failed"]
    with pytest.raises(CannotDeploy, match=r"The build failed; see https://console\.example/log"):
        next(following)


def test_credentials_that_aws_does_not_know_are_told_first(tmp_path: Path) -> None:
    class Stranger:
        def get_caller_identity(self) -> dict[str, str]:
            raise NoCredentialsError

    with pytest.raises(CannotDeploy, match=r"AWS does not know you: .*AWS_PROFILE"):
        Deployer(Deployment(), lambda *_: Stranger()).check_credentials()


def test_it_ends_with_what_leads_to_the_keys(every: Template) -> None:
    outputs = {name: text(value) for name, value in every.outputs().items()}
    told = dict(pair.split("=") for pair in where_keys_are(outputs))
    assert settings_for_keys(told).ledger_table == "${StorageLedger}"
    assert json.loads(outputs["FrontendSettings"]).items() >= told.items()


@pytest.mark.parametrize("studio", ["live", "frozen", "off"])
def test_images_with_another_page_have_another_name(studio: str) -> None:
    names = {image_tag("0123456789ab", other) for other in ("live", "frozen", "off")}
    assert len(names) == 3
    name = image_tag("0123456789ab", studio)
    assert Deployment().with_images(name).image_tag == name


class Stacks:
    """CloudFormation with one stack; it writes down which stack's protection is taken away."""

    def __init__(self, status: str | None) -> None:
        self._status = status
        self.unprotected: list[str] = []

    def describe_stacks(self, StackName: str) -> dict[str, Any]:
        if self._status is None:
            told: Any = {"Error": {"Code": "ValidationError", "Message": "it does not exist"}}
            raise ClientError(told, "DescribeStacks")
        return {"Stacks": [{"StackName": StackName, "StackStatus": self._status}]}

    def update_termination_protection(
        self, StackName: str, EnableTerminationProtection: bool
    ) -> None:
        assert not EnableTerminationProtection
        self.unprotected.append(StackName)


@pytest.mark.parametrize(
    ("status", "freed"),
    [
        (None, False),
        ("CREATE_COMPLETE", False),
        ("UPDATE_ROLLBACK_COMPLETE", False),
        ("ROLLBACK_COMPLETE", True),
        ("ROLLBACK_FAILED", True),
    ],
)
def test_a_stack_that_never_came_up_does_not_stand_in_the_way(
    status: str | None, freed: bool
) -> None:
    """The CDK deletes it to make it anew, which its protection would forbid for ever."""
    stacks = Stacks(status)
    Deployer(Deployment(), lambda *_: stacks).unprotect_what_never_ran()
    assert stacks.unprotected == (["canvas-queue"] if freed else [])


@pytest.mark.parametrize("context", [dict([WITHOUT_PAGE[1].split("=")]), {"to_destroy": "yes"}])
def test_only_what_serves_the_frozen_page_needs_it(tmp_path: Path, context: dict[str, str]) -> None:
    """Regions are prepared and stacks taken away without it."""
    file = tmp_path / "deployment.toml"
    nowhere = tmp_path / "nowhere"
    page = f'[frontend]\nstudio = "frozen"\nfrozen_site = "{nowhere}"\n'
    file.write_text(f"firewall = false\n{page}")
    told = {**context, "deployment": str(file)}
    run = in_infra("infra.app", CDK_OUTDIR=str(tmp_path / "out"), CDK_CONTEXT_JSON=json.dumps(told))
    assert run.returncode == 0, run.stderr[-2000:]
    assert (tmp_path / "out/canvas-queue-build.template.json").exists()
    # One that was turned off may still be there.
    firewall = tmp_path / "out/canvas-queue-firewall.template.json"
    assert firewall.exists() == ("to_destroy" in context)


def test_taking_it_away_is_told_to_need_no_page() -> None:
    told = subprocess.run(
        ["make", "-n", "destroy"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert "destroy --all --context to_destroy=yes" in told
