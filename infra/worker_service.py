"""The worker as an ECS service: pollers that scale on how much waits, and for how long."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.deployment import Worker
from infra.logs import WorkerLog
from infra.part import Part
from infra.queues import Queues
from infra.review import accept, accept_pull

CPU = 512
MEMORY_STEPS_MB = (1024, 2048, 3072, 4096)
"""What Fargate offers with half a processor."""
BESIDES_PICTURES_MB = 324
CONCURRENCY = 20
"""Jobs a task runs at once; the byte budget admits only what fits."""
BACKLOG_PER_TASK = 20
"""Messages that may wait for each task: as many as it has in hand."""
DRAIN_SECONDS = 90
STOP_WITHIN = cdk.Duration.seconds(DRAIN_SECONDS + 30)
"""Fargate's longest. A call to a model takes seconds, so nearly all are finished by then."""
TOO_OLD = cdk.Duration.minutes(3)
ALIVE = 'find "$CANVAS_HEARTBEAT" -mmin -1 | grep -q .'
"""The image's own health check, which ECS does not read off it."""


class WorkerService(Construct):
    """A cluster in a network of its own, without inbound ports, and the service in it."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        part: Part,
        *,
        options: Worker,
        queues: Queues,
    ) -> None:
        super().__init__(scope, id)
        self.log = WorkerLog(self, "Log")
        self._cluster = ecs.Cluster(
            self,
            "Cluster",
            vpc=self._network(),
            enable_fargate_capacity_providers=True,
            container_insights_v2=ecs.ContainerInsights.ENABLED,
        )
        self._service = ecs.FargateService(
            self,
            "Service",
            cluster=self._cluster,
            task_definition=self._task(part, options),
            # Without a NAT gateway, a public address is the way out; nothing comes in by it.
            assign_public_ip=True,
            min_healthy_percent=100,
            max_healthy_percent=200,
            circuit_breaker=ecs.DeploymentCircuitBreaker(rollback=True),
        )
        self._scale(options, queues)

    def _network(self) -> ec2.Vpc:
        vpc = ec2.Vpc(
            self,
            "Network",
            max_azs=2,
            nat_gateways=0,
            restrict_default_security_group=False,
            subnet_configuration=[
                ec2.SubnetConfiguration(name="tasks", subnet_type=ec2.SubnetType.PUBLIC)
            ],
            gateway_endpoints={
                "S3": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3),
                "Tables": ec2.GatewayVpcEndpointOptions(
                    service=ec2.GatewayVpcEndpointAwsService.DYNAMODB
                ),
            },
        )
        accept(vpc, "VPC7", "Nothing comes in: there is no inbound rule, and no data in it.")
        return vpc

    def _task(self, part: Part, options: Worker) -> ecs.FargateTaskDefinition:
        needed = options.picture_budget_mb + BESIDES_PICTURES_MB
        task = ecs.FargateTaskDefinition(
            self,
            "Task",
            cpu=CPU,
            memory_limit_mib=next((m for m in MEMORY_STEPS_MB if m >= needed), 4096),
            task_role=part.role,
            runtime_platform=ecs.RuntimePlatform(cpu_architecture=ecs.CpuArchitecture.X86_64),
        )
        task.add_container(
            "worker",
            image=ecs.ContainerImage.from_ecr_repository(part.image, part.tag),
            environment={
                **part.variables,
                "CANVAS_CONCURRENCY": str(CONCURRENCY),
                "CANVAS_DRAIN_SECONDS": str(DRAIN_SECONDS),
            },
            readonly_root_filesystem=True,
            stop_timeout=STOP_WITHIN,
            logging=ecs.LogDrivers.aws_logs(stream_prefix="worker", log_group=self.log.group),
            health_check=ecs.HealthCheck(
                command=["CMD-SHELL", ALIVE], start_period=cdk.Duration.seconds(30)
            ),
        )
        accept(task, "ECS2", "Settings are names; secrets are not among them.")
        accept_pull(task.obtain_execution_role())
        return task

    def _scale(self, options: Worker, queues: Queues) -> None:
        tasks = self._service.auto_scale_task_count(
            min_capacity=options.tasks_least, max_capacity=options.tasks_most
        )
        self._keep_backlog(tasks, queues)
        tasks.scale_on_metric(
            "Age",
            metric=self.log.oldest_job,
            adjustment_type=autoscaling.AdjustmentType.CHANGE_IN_CAPACITY,
            scaling_steps=[
                autoscaling.ScalingInterval(upper=TOO_OLD.to_seconds(), change=0),
                autoscaling.ScalingInterval(lower=TOO_OLD.to_seconds(), change=1),
                autoscaling.ScalingInterval(lower=3 * TOO_OLD.to_seconds(), change=2),
            ],
            cooldown=cdk.Duration.minutes(2),
        )

    def _keep_backlog(self, tasks: ecs.ScalableTaskCount, queues: Queues) -> None:
        """Follow the messages that wait for each task, shown and delayed: a parked job waits, too.

        The construct for it takes no arithmetic of metrics, so the policy is written out.
        """
        policy = autoscaling.CfnScalingPolicy
        waiting = [
            _query(f"w{number}", _waiting(queue, name))
            for number, (queue, name) in enumerate(
                (queue, name)
                for queue in queues.lanes
                for name in (
                    "ApproximateNumberOfMessagesVisible",
                    "ApproximateNumberOfMessagesDelayed",
                )
            )
        ]
        running = _query(
            "running",
            _metric(
                "ECS/ContainerInsights",
                "RunningTaskCount",
                ClusterName=self._cluster.cluster_name,
                ServiceName=self._service.service_name,
            ),
        )
        total = " + ".join(f"FILL(w{number}, 0)" for number in range(len(waiting)))
        backlog = policy.TargetTrackingMetricDataQueryProperty(
            id="backlog",
            expression=f"({total}) / MAX([FILL(running, 0), 1])",
            return_data=True,
        )
        policy(
            self,
            "Backlog",
            policy_name=f"{cdk.Names.unique_resource_name(self, max_length=40)}-backlog",
            policy_type="TargetTrackingScaling",
            scaling_target_id=_target_of(tasks),
            target_tracking_scaling_policy_configuration=(
                policy.TargetTrackingScalingPolicyConfigurationProperty(
                    target_value=BACKLOG_PER_TASK,
                    scale_in_cooldown=300,
                    scale_out_cooldown=30,
                    customized_metric_specification=(
                        policy.CustomizedMetricSpecificationProperty(
                            metrics=[*waiting, running, backlog]
                        )
                    ),
                )
            ),
        )


def _waiting(queue: sqs.Queue, name: str) -> Any:
    return _metric("AWS/SQS", name, QueueName=queue.queue_name)


def _metric(namespace: str, name: str, **dimensions: str) -> Any:
    policy = autoscaling.CfnScalingPolicy
    return policy.TargetTrackingMetricStatProperty(
        stat=cloudwatch.Stats.AVERAGE,
        metric=policy.TargetTrackingMetricProperty(
            namespace=namespace,
            metric_name=name,
            dimensions=[
                policy.TargetTrackingMetricDimensionProperty(name=key, value=value)
                for key, value in dimensions.items()
            ],
        ),
    )


def _query(id: str, stat: Any) -> Any:
    return autoscaling.CfnScalingPolicy.TargetTrackingMetricDataQueryProperty(
        id=id, metric_stat=stat, return_data=False
    )


def _target_of(tasks: ecs.ScalableTaskCount) -> str:
    target = tasks.node.find_child("Target")
    assert isinstance(target, autoscaling.ScalableTarget)
    id: str = target.scalable_target_id
    return id
