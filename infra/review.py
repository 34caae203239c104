"""The review of the templates by cdk-nag: what it finds is mended, or accepted with a reason."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from cdk_nag import AwsSolutionsChecks
from constructs import Construct, IConstruct

RULES = "AwsSolutions"


def review(app: cdk.App) -> None:
    """An error that is not accepted fails the synthesis."""
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))


def accept(where: IConstruct, finding: str, reason: str) -> None:
    """Accept one finding of the review on a construct and what is in it, such as ``CFR4`` or
    ``IAM5[Resource::*]``."""
    cdk.Validations.of(where).acknowledge(
        cdk.Acknowledgment(id=f"{RULES}-{finding}", reason=reason)
    )


def accept_wildcard(where: IConstruct, resource: str, reason: str) -> None:
    """Accept that a policy names more than one resource; tokens are written as the review does."""
    accept(where, f"IAM5[Resource::{resource}]", reason)


def accept_managed_policy(where: IConstruct, name: str, reason: str) -> None:
    accept(where, f"IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{name}]", reason)


def arn_of(resource: Construct) -> str:
    """How the review writes the ARN of a resource of the same stack."""
    element = resource.node.default_child
    assert isinstance(element, cdk.CfnElement)
    return f"<{cdk.Stack.of(resource).get_logical_id(element)}.Arn>"


def accept_pull(role: iam.IRole) -> None:
    """Accept that a role which pulls images may log in to the registry."""
    assert isinstance(role, iam.Role)
    reason = "ecr:GetAuthorizationToken takes no narrower resource."
    accept_wildcard(policy_of(role), "*", reason)


def policy_of(role: iam.Role) -> IConstruct:
    """What the review looks at when a role was granted something."""
    return role.node.find_child("DefaultPolicy")
