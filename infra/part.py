"""A part of the service: what every way of running it is given."""

from dataclasses import dataclass

from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam


@dataclass(frozen=True)
class Part:
    """The image of a version, the settings it reads, and the role that says what it may do."""

    image: ecr.IRepository
    tag: str
    variables: dict[str, str]
    role: iam.Role
