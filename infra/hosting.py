"""Where the frontend runs: the same image and settings, behind one of three kinds of endpoint."""

import aws_cdk as cdk
from constructs import Construct

from infra.deployment import Frontend
from infra.logs import ServiceLog
from infra.part import Part

PORT = 7860
HEALTH = "/healthz"


class Hosting(Construct):
    """A running frontend, as CloudFront and the alarms see it."""

    def __init__(self, scope: Construct, id: str, part: Part, options: Frontend) -> None:
        super().__init__(scope, id)
        self._options = options

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
