"""The frontend on App Runner, for accounts that have it: AWS takes no new ones since April 2026."""

from aws_cdk import aws_apprunner as apprunner
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.hosting import HEALTH, PORT, FrontendParts, Hosting, host_of, listening
from infra.review import accept_pull

CPU, MEMORY_MB = "256", "512"


class AppRunnerHosting(Hosting):
    """The service, from the image; it logs into groups that App Runner makes."""

    def __init__(self, scope: Construct, id: str, parts: FrontendParts) -> None:
        super().__init__(scope, id, parts)
        service = apprunner.CfnService
        pulls = iam.Role(
            self, "Pulls", assumed_by=iam.ServicePrincipal("build.apprunner.amazonaws.com")
        )
        parts.image.grant_pull(pulls)
        # App Runner looks at an image before it pulls it.
        parts.image.grant(pulls, "ecr:DescribeImages")
        accept_pull(pulls)
        variables = {**parts.variables, **listening()}
        scaling = apprunner.CfnAutoScalingConfiguration(
            self, "Scaling", min_size=1, max_size=parts.options.replicas_most
        )
        made = service(
            self,
            "Service",
            source_configuration=service.SourceConfigurationProperty(
                auto_deployments_enabled=False,
                authentication_configuration=service.AuthenticationConfigurationProperty(
                    access_role_arn=pulls.role_arn
                ),
                image_repository=service.ImageRepositoryProperty(
                    image_identifier=parts.image.repository_uri_for_tag(parts.tag),
                    image_repository_type="ECR",
                    image_configuration=service.ImageConfigurationProperty(
                        port=str(PORT),
                        runtime_environment_variables=[
                            service.KeyValuePairProperty(name=name, value=value)
                            for name, value in variables.items()
                        ],
                    ),
                ),
            ),
            instance_configuration=service.InstanceConfigurationProperty(
                cpu=CPU, memory=MEMORY_MB, instance_role_arn=parts.role.role_arn
            ),
            health_check_configuration=service.HealthCheckConfigurationProperty(
                path=HEALTH, protocol="HTTP"
            ),
            auto_scaling_configuration_arn=scaling.attr_auto_scaling_configuration_arn,
        )
        made.node.add_dependency(pulls, parts.role)
        self.host = host_of(made.attr_service_url)
