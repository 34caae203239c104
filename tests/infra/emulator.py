"""An AWS that takes CloudFormation templates and enforces IAM, and what is deployed into it."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3

from local.ministack import KEY
from tests.infra.reduced import SIGNING_KEY, reduced
from tests.processes import ROOT, free_port, ministack_program, running

REGION = "us-west-2"
LINK_KEY_ID = "KDEPLOYEDCANVAS"
"""Stands in for the id that CloudFront gives a public key."""
_TEMPLATES = "templates"


@dataclass(frozen=True)
class Emulator:
    url: str

    def client(self, service: str) -> Any:
        """A client of the account's root."""
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.url,
            aws_access_key_id=KEY,
            aws_secret_access_key=KEY,
        )

    def deploy(self, template: dict[str, Any]) -> "Stack":
        """Create a stack of the template, less what is not there. Raises ``AssertionError``."""
        name = f"t{uuid4().hex[:8]}"
        self.client("s3").put_object(
            Bucket=_TEMPLATES,
            Key=name,
            Body=json.dumps(reduced(template, {"AWS::CloudFront::PublicKey": LINK_KEY_ID})),
        )
        cloudformation = self.client("cloudformation")
        cloudformation.create_stack(
            StackName=name,
            TemplateURL=f"{self.url}/{_TEMPLATES}/{name}",
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
        )
        made = _settled(cloudformation, name)
        assert made["StackStatus"] == "CREATE_COMPLETE", _why(cloudformation, name)
        outputs = {o["OutputKey"]: o["OutputValue"] for o in made["Outputs"]}
        return Stack(self, name, outputs)


@dataclass(frozen=True)
class Stack:
    """A deployed stack: what it put out is all that the service is told."""

    emulator: Emulator
    name: str
    outputs: Mapping[str, str]

    def environment(self, part: str, **addresses: str) -> dict[str, str]:
        """The environment of a part: its settings and the credentials of its role, from the stack's
        outputs; and where the stand-ins for AWS, Bedrock and CloudFront are.
        """
        role = self.emulator.client("sts").assume_role(
            RoleArn=self.outputs[f"{part}RoleArn"], RoleSessionName=part
        )["Credentials"]
        return {
            **json.loads(self.outputs[f"{part}Settings"]),
            **addresses,
            "CANVAS_AWS_ENDPOINT": self.emulator.url,
            "AWS_ACCESS_KEY_ID": role["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": role["SecretAccessKey"],
            "AWS_SESSION_TOKEN": role["SessionToken"],
        }

    @property
    def public_key(self) -> str:
        """The key by which CloudFront would know our links."""
        return self.outputs[SIGNING_KEY]

    def secret(self, arn: str) -> str:
        reply = self.emulator.client("secretsmanager").get_secret_value(SecretId=arn)
        return str(reply["SecretString"])

    @contextmanager
    def without(self, part: str, action: str) -> Iterator[None]:
        """Take an action out of the policies of a part's role, for a while."""
        iam = self.emulator.client("iam")
        role = self.outputs[f"{part}RoleArn"].rpartition("/")[2]
        inline = {
            name: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            for name in iam.list_role_policies(RoleName=role)["PolicyNames"]
        }
        poorer = {name: _less(document, action) for name, document in inline.items()}
        assert poorer != inline, f"{part} may not {action} to begin with"
        try:
            _put(iam, role, poorer)
            yield
        finally:
            _put(iam, role, inline)


def _put(iam: Any, role: str, policies: Mapping[str, Any]) -> None:
    for name, document in policies.items():
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))


def _less(document: dict[str, Any], action: str) -> dict[str, Any]:
    statements = []
    for statement in document["Statement"]:
        actions = statement["Action"]
        kept = [a for a in ([actions] if isinstance(actions, str) else actions) if a != action]
        if kept:
            statements.append({**statement, "Action": kept if len(kept) > 1 else kept[0]})
    return {**document, "Statement": statements}


def _settled(cloudformation: Any, name: str) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        stack: dict[str, Any] = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        if not stack["StackStatus"].endswith("IN_PROGRESS"):
            return stack
        time.sleep(0.1)
    raise AssertionError(f"{name} is still in progress")


def _why(cloudformation: Any, name: str) -> str:
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    return "; ".join(
        f"{e['LogicalResourceId']}: {e.get('ResourceStatusReason')}"
        for e in events
        if "FAILED" in e["ResourceStatus"]
    )


@contextmanager
def emulator(folder: Path) -> Iterator[Emulator]:
    """ministack with all its services, from ready to stopped.

    It runs functions in Node.js as Lambda does, with the SDK that Lambda's runtime brings along.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    env = {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "AUTH": "true",
        "NODE_PATH": str(ROOT / "infra/node_modules"),
    }
    command = [str(ministack_program())]
    with running(command, ready_url=f"{url}/_ministack/health", folder=folder, env=env):
        made = Emulator(url)
        made.client("s3").create_bucket(
            Bucket=_TEMPLATES, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        yield made
