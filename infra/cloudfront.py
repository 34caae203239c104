"""What both distributions have in common: code that runs in CloudFront, and what is accepted."""

from pathlib import Path

from aws_cdk import aws_cloudfront as cloudfront
from constructs import Construct

from infra.review import accept

EDGE = Path(__file__).with_name("edge")


def runs(
    scope: Construct, id: str, file: str, when: cloudfront.FunctionEventType
) -> list[cloudfront.FunctionAssociation]:
    """A function of the folder ``edge``, for a behaviour."""
    function = cloudfront.Function(
        scope,
        id,
        code=cloudfront.FunctionCode.from_inline((EDGE / file).read_text()),
        runtime=cloudfront.FunctionRuntime.JS_2_0,
    )
    return [cloudfront.FunctionAssociation(function=function, event_type=when)]


def accept_defaults(distribution: cloudfront.Distribution, *, named: bool, firewall: bool) -> None:
    accept(distribution, "CFR1", "Pictures may be asked for from every country.")
    if not named:
        accept(distribution, "CFR4", "CloudFront's own certificate has its own TLS floor.")
    if not firewall:
        accept(distribution, "CFR2", "The deployment says `firewall = false`.")
