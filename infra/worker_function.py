"""The worker as a Lambda function: batches of ten jobs, all of a batch at once."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.deployment import Worker
from infra.logs import MINUTE, WorkerLog
from infra.part import Part
from infra.queues import Queues
from infra.review import accept_managed_policy

TIMEOUT = cdk.Duration.seconds(360)
"""The longest call to a model (300 s), with time to fetch its inputs and keep its pictures."""
BATCH = 10
"""Jobs in a batch: one invocation waits for ten models and is paid for once."""
LOW_LANE_AT_ONCE = 2
"""As few invocations as an event source may have: what can wait does not crowd out the rest."""
BESIDES_PICTURES_MB = 324
"""What the process needs besides its budget for pictures: Python and the SDK, and some to spare."""
ROLLOUTS = {
    "canary": codedeploy.LambdaDeploymentConfig.CANARY_10_PERCENT_5_MINUTES,
    "all_at_once": codedeploy.LambdaDeploymentConfig.ALL_AT_ONCE,
}


class WorkerFunction(Construct):
    """The function, its alias, what it works from, and how a new version takes over.

    A new version gets a tenth of the batches first. If it fails there, the alias goes back to the
    version before, and the deployment is rolled back with it.
    """

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
        self.function = lambda_.DockerImageFunction(
            self,
            "Function",
            description="Runs image jobs from the queue",
            code=lambda_.DockerImageCode.from_ecr(part.image, tag_or_digest=part.tag),
            architecture=lambda_.Architecture.X86_64,
            role=part.role,
            timeout=TIMEOUT,
            memory_size=options.picture_budget_mb + BESIDES_PICTURES_MB,
            environment=part.variables,
            log_group=self.log.group,
        )
        self.live = lambda_.Alias(
            self, "Live", alias_name="live", version=self.function.current_version
        )
        self._works_from(queues.normal, options.batches_at_once)
        self._works_from(queues.low, LOW_LANE_AT_ONCE)
        self.failing = self._failing()
        rollout = codedeploy.LambdaDeploymentGroup(
            self,
            "Rollout",
            alias=self.live,
            deployment_config=ROLLOUTS[options.rollout],
            alarms=[self.failing, self._refusing()],
        )
        accept_managed_policy(
            rollout,
            "service-role/AWSCodeDeployRoleForLambdaLimited",
            "AWS keeps what CodeDeploy needs to move an alias.",
        )

    def _works_from(self, queue: sqs.Queue, at_once: int) -> None:
        self.live.add_event_source(
            sources.SqsEventSource(
                queue,
                batch_size=BATCH,
                max_concurrency=at_once,
                report_batch_item_failures=True,
            )
        )

    def _failing(self) -> cloudwatch.Alarm:
        return self.live.metric_errors(period=MINUTE).create_alarm(
            self,
            "Failing",
            alarm_description="Invocations of the worker end in an error: the code is at fault",
            threshold=1,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )

    def _refusing(self) -> cloudwatch.Alarm:
        """A version that can handle no delivery fails no invocation: it hands all of them back."""
        return self.log.errors.create_alarm(
            self,
            "Refusing",
            alarm_description="The worker logs errors: there are deliveries it cannot handle",
            threshold=5,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
