"""Where images are built and kept: a CodeBuild project that also deploys, and two repositories."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.deployment import SOURCE_KEY, Deployment
from infra.logs import log_group
from infra.review import accept, accept_wildcard, arn_of, policy_of
from infra.storage import private_bucket

PARTS = ("frontend", "worker")
BUILDSPEC = "infra/buildspec.yaml"
IMAGES_KEPT = 10
"""Versions one can go back to."""
SOURCES_KEPT = cdk.Duration.days(7)


class BuildStack(cdk.Stack):
    """It comes before the service's stack: that needs images to begin with."""

    def __init__(
        self, scope: Construct, id: str, deployment: Deployment, **properties: Any
    ) -> None:
        super().__init__(scope, id, **properties)
        repositories = [self._repository(f"{deployment.name}/{part}") for part in PARTS]
        source = self._source()
        project = self._project(deployment, source)
        for repository in repositories:
            repository.grant_pull_push(project)
            repository.grant(project, "ecr:DescribeImages", "ecr:DescribeImageScanFindings")
        self._may_deploy(project)
        cdk.CfnOutput(self, "SourceBucketName", value=source.bucket_name)
        cdk.CfnOutput(self, "ProjectName", value=project.project_name)

    def _repository(self, name: str) -> ecr.Repository:
        repository = ecr.Repository(
            self,
            name.rpartition("/")[2].title(),
            repository_name=name,
            image_scan_on_push=True,
            # A tag is a version of the source, and what runs under it must not change.
            image_tag_mutability=ecr.TagMutability.IMMUTABLE,
            lifecycle_rules=[ecr.LifecycleRule(max_image_count=IMAGES_KEPT)],
            removal_policy=cdk.RemovalPolicy.DESTROY,
            empty_on_delete=True,
        )
        repository.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("lambda.amazonaws.com")],
                actions=["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            )
        )
        return repository

    def _source(self) -> s3.Bucket:
        bucket = private_bucket(
            self,
            "Source",
            lifecycle_rules=[s3.LifecycleRule(expiration=SOURCES_KEPT)],
            removal_policy=cdk.RemovalPolicy.DESTROY,
            auto_delete_objects=True,
        )
        accept(bucket, "S1", "It holds the source for a week; CloudTrail tells who put it there.")
        return bucket

    def _project(self, deployment: Deployment, source: s3.Bucket) -> codebuild.Project:
        log = log_group(self, "Log")
        project = codebuild.Project(
            self,
            "Project",
            description="Builds, scans and pushes the images of canvas-queue, and deploys them",
            source=codebuild.Source.s3(bucket=source, path=SOURCE_KEY),
            build_spec=codebuild.BuildSpec.from_source_filename(BUILDSPEC),
            environment=codebuild.BuildEnvironment(
                build_image=codebuild.LinuxBuildImage.STANDARD_7_0,
                compute_type=codebuild.ComputeType.MEDIUM,
                privileged=True,
            ),
            environment_variables={
                "REGISTRY": _plain(f"{self.account}.dkr.ecr.{self.region}.{self.url_suffix}"),
                "DEPLOYMENT": _plain(deployment.name),
                "STUDIO": _plain(deployment.frontend.studio),
            },
            logging=codebuild.LoggingOptions(
                cloud_watch=codebuild.CloudWatchLoggingOptions(log_group=log)
            ),
            timeout=cdk.Duration.hours(1),
        )
        accept(project, "CB3", "Docker needs it, and the source is the operator's own.")
        accept(project, "CB4", "What it makes goes to repositories and stacks, not to artifacts.")
        self._accept_the_construct_s_wildcards(project, source, log)
        return project

    def _accept_the_construct_s_wildcards(
        self, project: codebuild.Project, source: s3.Bucket, log: Any
    ) -> None:
        policy = policy_of(_role(project))
        reason = "The construct's own: its source, its log, and reports that are not made."
        for action in ("GetObject*", "GetBucket*", "List*"):
            accept(policy, f"IAM5[Action::s3:{action}]", reason)
        this = arn_of(project).replace(".Arn", "")
        region, account = f"{self.region}", "<AWS::AccountId>"
        for resource in (
            f"{arn_of(source)}/{SOURCE_KEY}",
            f"{arn_of(log)}:*",
            f"arn:<AWS::Partition>:codebuild:{region}:{account}:report-group/{this}-*",
            f"arn:<AWS::Partition>:logs:{region}:{account}:log-group:/aws/codebuild/{this}:*",
        ):
            accept_wildcard(policy, resource, reason)
        accept_wildcard(policy, "*", "ecr:GetAuthorizationToken takes no narrower resource.")

    def _may_deploy(self, project: codebuild.Project) -> None:
        """The CDK deploys with the roles that its bootstrap made, which may do it all."""
        arn = f"arn:{self.partition}:iam::{self.account}:role/cdk-hnb659fds-*"
        project.add_to_role_policy(iam.PolicyStatement(actions=["sts:AssumeRole"], resources=[arn]))
        accept_wildcard(
            policy_of(_role(project)),
            "arn:<AWS::Partition>:iam::<AWS::AccountId>:role/cdk-hnb659fds-*",
            "The bootstrap makes one role for each step of a deployment, in each region.",
        )


def _role(project: codebuild.Project) -> iam.Role:
    role = project.role
    assert isinstance(role, iam.Role)
    return role


def _plain(value: str) -> codebuild.BuildEnvironmentVariable:
    return codebuild.BuildEnvironmentVariable(value=value)
