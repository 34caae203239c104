"""The frontend on ECS Express Mode: AWS makes load balancer, certificate and scaling."""

from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.deployment import Frontend
from infra.hosting import HEALTH, PORT, Hosting, host_of, listening
from infra.logs import ServiceLog
from infra.part import Part
from infra.review import accept_managed_policy, accept_pull

CPU, MEMORY_MB = "256", "512"
"""The smallest task: a request waits for stores, and never for a model."""
BUSY_PERCENT = 60
EXPRESS_POLICY = "service-role/AmazonECSInfrastructureRoleforExpressGatewayServices"


class ExpressHosting(Hosting):
    """The service; every setting is written out, because AWS documents two sets of defaults."""

    def __init__(self, scope: Construct, id: str, part: Part, options: Frontend) -> None:
        super().__init__(scope, id, part, options)
        express = ecs.CfnExpressGatewayService
        self.log = ServiceLog(self, "Log", part="Frontend")
        execution = _role(self, "Execution", "ecs-tasks.amazonaws.com")
        part.image.grant_pull(execution)
        self.log.group.grant_write(execution)
        infrastructure = _role(self, "Infrastructure", "ecs.amazonaws.com")
        infrastructure.add_managed_policy(
            iam.ManagedPolicy.from_aws_managed_policy_name(EXPRESS_POLICY)
        )
        accept_managed_policy(
            infrastructure, EXPRESS_POLICY, "AWS keeps what Express Mode needs to build and scale."
        )
        accept_pull(execution)
        variables = {**part.variables, **listening()}
        service = express(
            self,
            "Service",
            infrastructure_role_arn=infrastructure.role_arn,
            execution_role_arn=execution.role_arn,
            task_role_arn=part.role.role_arn,
            cpu=CPU,
            memory=MEMORY_MB,
            health_check_path=HEALTH,
            primary_container=express.ExpressGatewayContainerProperty(
                image=part.image.repository_uri_for_tag(part.tag),
                container_port=PORT,
                environment=[
                    express.KeyValuePairProperty(name=name, value=value)
                    for name, value in variables.items()
                ],
                aws_logs_configuration=express.ExpressGatewayServiceAwsLogsConfigurationProperty(
                    log_group=self.log.group.log_group_name, log_stream_prefix="frontend"
                ),
            ),
            scaling_target=express.ExpressGatewayScalingTargetProperty(
                min_task_count=1,
                max_task_count=options.replicas_most,
                auto_scaling_metric="AVERAGE_CPU",
                auto_scaling_target_value=BUSY_PERCENT,
            ),
        )
        # What the roles may do must be in force before a task starts.
        service.node.add_dependency(execution, infrastructure, part.role)
        self.host = host_of(service.attr_endpoint)


def _role(scope: Construct, id: str, service: str) -> iam.Role:
    return iam.Role(scope, id, assumed_by=iam.ServicePrincipal(service))
