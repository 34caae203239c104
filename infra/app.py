"""The CDK app: `python -m infra.app` writes the templates of the deployment to `cdk.out`."""

import sys
from pathlib import Path

import aws_cdk as cdk

from infra.deployment import Deployment, WrongDeployment
from infra.firewall import REGION as FIREWALL_REGION
from infra.firewall import FirewallStack
from infra.frozen import NotFrozen
from infra.review import review
from infra.service import ServiceStack

TAG = "canvas-queue:deployment"


def build(app: cdk.App, deployment: Deployment) -> ServiceStack:
    """The stacks of a deployment, reviewed when they are synthesised."""
    name, account = deployment.name, app.node.try_get_context("account")
    firewall = None
    if deployment.firewall:
        firewall = FirewallStack(
            app,
            f"{name}-firewall",
            requests_per_address=deployment.requests_per_address,
            description="canvas-queue: the firewall in front of CloudFront",
            env=cdk.Environment(account=account, region=FIREWALL_REGION),
            cross_region_references=True,
        )
    service = ServiceStack(
        app,
        name,
        deployment,
        firewall_arn=firewall.arn if firewall else None,
        description="canvas-queue: asynchronous image generation",
        env=cdk.Environment(account=account, region=deployment.region),
        cross_region_references=deployment.firewall,
        termination_protection=deployment.keep_data,
    )
    cdk.Tags.of(app).add(TAG, name)
    review(app)
    return service


def main() -> None:
    app = cdk.App()
    try:
        file = app.node.try_get_context("deployment")
        build(app, Deployment.read(Path(file)) if file else Deployment.read())
    except (WrongDeployment, NotFrozen) as error:
        sys.exit(str(error))
    app.synth()


if __name__ == "__main__":
    main()
