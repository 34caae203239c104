"""Logs that are kept for a month, and the numbers that are read off their lines of JSON."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from constructs import Construct

ERROR = logs.FilterPattern.string_value("$.level", "=", "error")
MINUTE = cdk.Duration.minutes(1)


def log_group(scope: Construct, id: str) -> logs.LogGroup:
    """A log that goes with the stack."""
    return logs.LogGroup(
        scope,
        id,
        retention=logs.RetentionDays.ONE_MONTH,
        removal_policy=cdk.RemovalPolicy.DESTROY,
    )


class ServiceLog(Construct):
    """The log of a part of the service, and how many errors are in it."""

    def __init__(self, scope: Construct, id: str, *, part: str) -> None:
        super().__init__(scope, id)
        self._part = part
        self.group = log_group(self, "Group")
        self.errors = self._number("Errors", ERROR, "1", cloudwatch.Stats.SUM)

    def number(self, name: str, field: str, statistic: str) -> cloudwatch.Metric:
        """A number that some lines have in a field of that name."""
        there = logs.FilterPattern.number_value(f"$.{field}", ">=", 0)
        return self._number(name, there, f"$.{field}", statistic)

    def _number(
        self, name: str, pattern: logs.IFilterPattern, value: str, statistic: str
    ) -> cloudwatch.Metric:
        counted = self.group.add_metric_filter(
            name,
            metric_namespace=cdk.Stack.of(self).stack_name,
            metric_name=f"{self._part}{name}",
            filter_pattern=pattern,
            metric_value=value,
        )
        return counted.metric(statistic=statistic, period=MINUTE)


class WorkerLog(ServiceLog):
    """A worker's log, which also says how old the oldest waiting job is.

    Workers log the age of every job they receive, and a parked one is received again within two
    minutes. SQS's own age does not do: parking sends a message anew.
    """

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, part="Worker")
        self.oldest_job = self.number("OldestJobSeconds", "waited_s", cloudwatch.Stats.MAXIMUM)
