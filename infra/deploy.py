"""From this checkout to a running service: `python -m infra.deploy`, which `make deploy` calls.

It needs AWS credentials and Node.js. It makes what builds images, sends the source there, and
waits: CodeBuild builds, scans and pushes both images, and deploys the service.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from infra.deployment import EDGE_REGION, FILE, SOURCE_KEY, Deployment, WrongDeployment

ROOT = Path(__file__).parent.parent
CDK = (
    *("infra/node_modules/.bin/cdk", "--app", f"{sys.executable} -m infra.app"),
    *("--require-approval", "never"),
)
WITHOUT_PAGE = ("--context", "only_images=yes")
"""A frozen page is made where images are, so only there the whole app can be synthesised."""
LOOK_EVERY_SECONDS = 10
CREATION_FAILED = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED")

ClientMaker = Callable[[str, str], Any]
"""Makes a client for a service in a region."""


class CannotDeploy(RuntimeError):
    """Something is missing or failed; says what, and what to do."""


@dataclass(frozen=True)
class Deployer:
    """Brings one deployment into the account that the credentials are for."""

    deployment: Deployment
    client: ClientMaker = lambda service, region: boto3.client(service, region_name=region)

    def deploy(self) -> dict[str, str]:
        """Do all of it; the outputs of the service's stack."""
        tag = image_tag(version(), self.deployment.frontend.studio)
        self.check_credentials()
        for region in self.regions_to_prepare():
            _run(*CDK, "bootstrap", f"aws://{self.account()}/{region}", *WITHOUT_PAGE)
        _run(*CDK, "deploy", f"{self.deployment.name}-build", *WITHOUT_PAGE)
        self.unprotect_what_never_ran()
        build = self.start_build(tag, source())
        for phase in self.follow(build):
            print(f"  {phase}", flush=True)
        self.take_away_an_old_firewall()
        return self.outputs(self.deployment.name)

    def account(self) -> str:
        account: str = self.client("sts", self.deployment.region).get_caller_identity()["Account"]
        return account

    def check_credentials(self) -> None:
        try:
            account = self.account()
        except (BotoCoreError, ClientError) as error:
            raise CannotDeploy(
                f"AWS does not know you: {error}. Sign in, or set AWS_PROFILE."
            ) from error
        name, region = self.deployment.name, self.deployment.region
        print(f"Deploying {name} to account {account}, {region} …", flush=True)

    def regions_to_prepare(self) -> list[str]:
        """Regions in which the CDK has not been bootstrapped yet."""
        wanted = [self.deployment.region]
        if self.deployment.firewall:
            wanted.append(EDGE_REGION)
        return [region for region in dict.fromkeys(wanted) if not self._prepared(region)]

    def unprotect_what_never_ran(self) -> None:
        """Let the CDK delete a stack whose creation failed, as it does before it makes it anew."""
        cloudformation = self.client("cloudformation", self.deployment.region)
        stack = _stack(cloudformation, self.deployment.name)
        if stack is not None and stack["StackStatus"] in CREATION_FAILED:
            cloudformation.update_termination_protection(
                StackName=self.deployment.name, EnableTerminationProtection=False
            )

    def take_away_an_old_firewall(self) -> None:
        """One that was turned off has a stack of its own, which costs what it did until it goes."""
        stack = self.deployment.firewall_stack
        cloudformation = self.client("cloudformation", EDGE_REGION)
        if self.deployment.firewall or _stack(cloudformation, stack) is None:
            return
        print(f"Deleting {stack} in {EDGE_REGION} …", flush=True)
        cloudformation.delete_stack(StackName=stack)
        try:
            cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack)
        except WaiterError as error:
            raise CannotDeploy(
                f"The service is deployed, but {stack} in {EDGE_REGION}, its old firewall, could"
                f" not be deleted: {error}. See CloudFormation's events there."
            ) from error

    def _prepared(self, region: str) -> bool:
        return _stack(self.client("cloudformation", region), "CDKToolkit") is not None

    def start_build(self, tag: str, source: bytes) -> str:
        """Send the source and start a build of it; the build's id."""
        made = self.outputs(f"{self.deployment.name}-build")
        region = self.deployment.region
        self.client("s3", region).put_object(
            Bucket=made["SourceBucketName"], Key=SOURCE_KEY, Body=source
        )
        build = self.client("codebuild", region).start_build(
            projectName=made["ProjectName"],
            environmentVariablesOverride=[{"name": "IMAGE_TAG", "value": tag}],
        )
        id: str = build["build"]["id"]
        return id

    def follow(self, id: str) -> Iterator[str]:
        """The phases of a build as they end. Raises ``CannotDeploy`` if it does not succeed."""
        codebuild = self.client("codebuild", self.deployment.region)
        told = 0
        while True:
            [build] = codebuild.batch_get_builds(ids=[id])["builds"]
            ended = [p for p in build.get("phases", ()) if p.get("phaseStatus")]
            for phase in ended[told:]:
                yield f"{phase['phaseType'].lower()}: {phase['phaseStatus'].lower()}"
            told = len(ended)
            if build["buildStatus"] == "SUCCEEDED":
                return
            if build["buildStatus"] != "IN_PROGRESS":
                log = build.get("logs", {}).get("deepLink", "CodeBuild's log")
                raise CannotDeploy(f"The build {build['buildStatus'].lower()}; see {log}")
            time.sleep(LOOK_EVERY_SECONDS)

    def outputs(self, stack: str) -> dict[str, str]:
        cloudformation = self.client("cloudformation", self.deployment.region)
        [found] = cloudformation.describe_stacks(StackName=stack)["Stacks"]
        return {o["OutputKey"]: o["OutputValue"] for o in found.get("Outputs", ())}


def _stack(cloudformation: Any, name: str) -> dict[str, Any] | None:
    try:
        [found] = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        return None
    stack: dict[str, Any] = found
    return stack


def image_tag(commit: str, studio: str) -> str:
    """What a commit's images are called. They differ by their page, too: one that was built without
    Gradio cannot draw it."""
    return commit if studio == "live" else f"{commit}-{studio}"


def version(root: Path = ROOT) -> str:
    """The name of what is checked out: its commit. Raises ``CannotDeploy`` if it is changed, since
    a tag that named two things could not be rolled back to.
    """
    changed = _git(root, "status", "--porcelain", "--untracked-files=no")
    if changed:
        raise CannotDeploy(f"Commit these changes first, or put them aside:\n{changed}")
    return _git(root, "rev-parse", "--short=12", "HEAD")


def source(root: Path = ROOT) -> bytes:
    """What is checked out as a zip file, and the deployment's file, committed or not."""
    with tempfile.TemporaryDirectory() as folder:
        zipped = Path(folder) / SOURCE_KEY
        own = [f"--add-file={FILE}"] if (root / FILE).exists() and not _tracked(root) else []
        _git(root, "archive", "--format=zip", f"--output={zipped}", *own, "HEAD")
        return zipped.read_bytes()


def _tracked(root: Path) -> bool:
    return bool(_git(root, "ls-files", str(FILE)))


def _git(root: Path, *arguments: str) -> str:
    run = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
    if run.returncode:
        raise CannotDeploy(f"git: {run.stderr.strip()}")
    return run.stdout.strip()


def _run(*command: str) -> None:
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise CannotDeploy(f"This failed: {' '.join(command)}")


def where_keys_are(outputs: Mapping[str, str]) -> list[str]:
    """What leads `canvas-queue keys` to a deployment, as a shell takes it."""
    return [
        f"CANVAS_REGION={outputs['Region']}",
        f"CANVAS_LEDGER_TABLE={outputs['LedgerTableName']}",
    ]


def main() -> None:
    try:
        outputs = Deployer(Deployment.read(ROOT / FILE)).deploy()
    except (WrongDeployment, CannotDeploy) as error:
        sys.exit(str(error))
    print(f"\nThe service is at {outputs['Url']}")
    print(f"For keys to its API: export {' '.join(where_keys_are(outputs))}")


if __name__ == "__main__":
    main()
