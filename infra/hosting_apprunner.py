"""The frontend on App Runner, for accounts that have it: AWS takes no new ones since April 2026."""

from aws_cdk import aws_apprunner as apprunner
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.deployment import Frontend
from infra.hosting import HEALTH, PORT, Hosting, host_of, listening
from infra.part import Part
from infra.review import accept_pull

CPU, MEMORY_MB = "256", "512"


class AppRunnerHosting(Hosting):
    """The service, from the image; it logs into groups that App Runner makes."""

    def __init__(self, scope: Construct, id: str, part: Part, options: Frontend) -> None:
        super().__init__(scope, id, part, options)
        service = apprunner.CfnService
        pulls = iam.Role(
            self, "Pulls", assumed_by=iam.ServicePrincipal("build.apprunner.amazonaws.com")
        )
        part.image.grant_pull(pulls)
        # App Runner looks at an image before it pulls it.
        part.image.grant(pulls, "ecr:DescribeImages")
        accept_pull(pulls)
        variables = {**part.variables, **listening()}
        scaling = apprunner.CfnAutoScalingConfiguration(
            self, "Scaling", min_size=1, max_size=options.replicas_most
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
                    image_identifier=part.image.repository_uri_for_tag(part.tag),
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
                cpu=CPU, memory=MEMORY_MB, instance_role_arn=part.role.role_arn
            ),
            health_check_configuration=service.HealthCheckConfigurationProperty(
                path=HEALTH, protocol="HTTP"
            ),
            auto_scaling_configuration_arn=scaling.attr_auto_scaling_configuration_arn,
        )
        made.node.add_dependency(pulls, part.role)
        self.host = host_of(made.attr_service_url)
