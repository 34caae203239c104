"""The CDK app: `python -m infra.app` writes the templates of the deployment to `cdk.out`."""

import sys
from pathlib import Path

import aws_cdk as cdk

from infra.build import BuildStack
from infra.deployment import EDGE_REGION, FILE, Deployment, WrongDeployment
from infra.firewall import FirewallStack
from infra.frozen import NotFrozen
from infra.review import review
from infra.service import ServiceStack

TAG = "canvas-queue:deployment"


def build(app: cdk.App, deployment: Deployment) -> ServiceStack:
    """The stacks of a deployment, reviewed when they are synthesised."""
    build_images(app, deployment)
    name, firewall = deployment.name, None
    if deployment.firewall:
        firewall = FirewallStack(
            app,
            deployment.firewall_stack,
            requests_per_address=deployment.requests_per_address,
            description="canvas-queue: the firewall in front of CloudFront",
            env=cdk.Environment(region=EDGE_REGION),
            cross_region_references=True,
        )
    return ServiceStack(
        app,
        name,
        deployment,
        firewall_arn=firewall.arn if firewall else None,
        description="canvas-queue: asynchronous image generation",
        env=cdk.Environment(region=deployment.region),
        cross_region_references=deployment.firewall,
        termination_protection=deployment.keep_data,
    )


def build_images(app: cdk.App, deployment: Deployment) -> None:
    """The stack that comes first. It needs no frozen page, which is made where images are."""
    BuildStack(
        app,
        f"{deployment.name}-build",
        deployment,
        description="canvas-queue: where its images are built and kept",
        env=cdk.Environment(region=deployment.region),
    )
    cdk.Tags.of(app).add(TAG, deployment.name)
    review(app)


def main() -> None:
    app = cdk.App()
    try:
        deployment = Deployment.read(Path(app.node.try_get_context("deployment") or FILE))
        if app.node.try_get_context("only_images"):
            build_images(app, deployment)
        else:
            tag = app.node.try_get_context("image_tag")
            if app.node.try_get_context("to_destroy"):
                deployment = deployment.to_destroy()
            build(app, deployment.with_images(tag) if tag else deployment)
    except (WrongDeployment, NotFrozen) as error:
        sys.exit(str(error))
    app.synth()


if __name__ == "__main__":
    main()
