"""Where the frontend runs: the same image and settings, behind one of three kinds of endpoint."""

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.deployment import Frontend
from infra.logs import ServiceLog

PORT = 7860
HEALTH = "/healthz"


@dataclass(frozen=True)
class FrontendParts:
    """What every kind of hosting is given."""

    image: ecr.IRepository
    tag: str
    options: Frontend
    variables: dict[str, str]
    role: iam.Role


class Hosting(Construct):
    """A running frontend, as CloudFront and the alarms see it."""

    def __init__(self, scope: Construct, id: str, parts: FrontendParts) -> None:
        super().__init__(scope, id)
        self._parts = parts

    host: str
    """The name that CloudFront connects to."""
    log: ServiceLog | None = None
    """Where its log goes, if that is for us to say."""


def listening() -> dict[str, str]:
    """Settings that are the container's own business and not the stack's."""
    return {"CANVAS_HOST": "0.0.0.0", "CANVAS_PORT": str(PORT)}


def host_of(url: str) -> str:
    """The host of an address that may be written with its scheme, or without."""
    bare = cdk.Fn.join("", cdk.Fn.split("https://", url))
    host: str = cdk.Fn.select(0, cdk.Fn.split("/", bare))
    return host
