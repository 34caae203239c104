"""The reconciler: the worker's image again, called by a schedule to put right what fell between."""

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.logs import ServiceLog
from infra.part import Part

HANDLER = "worker.sweep_handler.handler"
EVERY = cdk.Duration.minutes(1)
"""As often as a schedule can be."""
TIMEOUT = cdk.Duration.minutes(2)
"""A sweep goes on where the one before was cut short, and two at once do no harm."""
MEMORY_MB = 512


class Reconciler(Construct):
    """It sweeps whatever the worker is hosted as: a service may have gone down to no task."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        part: Part,
    ) -> None:
        super().__init__(scope, id)
        self.log = ServiceLog(self, "Log", part="Reconciler")
        self.function = lambda_.DockerImageFunction(
            self,
            "Function",
            description="Sends, ends and erases what is due",
            code=lambda_.DockerImageCode.from_ecr(
                part.image, tag_or_digest=part.tag, cmd=[HANDLER]
            ),
            architecture=lambda_.Architecture.X86_64,
            role=part.role,
            timeout=TIMEOUT,
            memory_size=MEMORY_MB,
            environment=part.variables,
            log_group=self.log.group,
        )
        events.Rule(
            self,
            "Schedule",
            description="Calls the reconciler",
            schedule=events.Schedule.rate(EVERY),
            # The next minute is another try.
            targets=[targets.LambdaFunction(self.function, retry_attempts=0)],
        )
