"""What somebody is told: letters in the dead queue, jobs that wait too long, errors, money."""

from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.deployment import Watch
from infra.logs import MINUTE, ServiceLog, WorkerLog
from infra.queues import Queues

FIRST_WARNING_PERCENT = 80


class Alarms(Construct):
    """A topic that alarms go to, and the alarms."""

    def __init__(self, scope: Construct, id: str, *, watch: Watch) -> None:
        super().__init__(scope, id)
        self._watch = watch
        self.topic = sns.Topic(self, "Topic", enforce_ssl=True)
        if watch.email is not None:
            self.topic.add_subscription(subscriptions.EmailSubscription(watch.email))

    def on_queues(self, queues: Queues) -> None:
        self._ring(
            "DeadLetters",
            queues.dead.metric_approximate_number_of_messages_visible(
                period=MINUTE, statistic=cloudwatch.Stats.MAXIMUM
            ),
            "There are dead letters: messages that no worker could handle",
            threshold=1,
        )
        for queue, lane in zip(queues.lanes, ("Normal", "Low"), strict=True):
            self._ring(
                f"Untouched{lane}",
                queue.metric_approximate_age_of_oldest_message(
                    period=MINUTE, statistic=cloudwatch.Stats.MAXIMUM
                ),
                f"No worker receives from the {lane.lower()} lane",
                threshold=self._watch.oldest_job_minutes * 60,
                minutes=3,
            )

    def on_waiting(self, log: WorkerLog) -> None:
        self._ring(
            "OldestJob",
            log.oldest_job,
            "A job has been waiting for too long, parked or not",
            threshold=self._watch.oldest_job_minutes * 60,
            minutes=3,
        )

    def on_errors(self, log: ServiceLog, who: str) -> None:
        self._ring(
            f"{who}Errors",
            log.errors,
            f"The {who.lower()} logs errors",
            threshold=1,
            minutes=3,
        )

    def on_failures(self, function: lambda_.IFunction, who: str) -> None:
        """Invocations that end in an error say so in no line of JSON."""
        self._ring(
            f"{who}Fails",
            function.metric_errors(period=MINUTE),
            f"Invocations of the {who.lower()} fail",
            threshold=1,
            minutes=5,
        )

    def also(self, *alarms: cloudwatch.Alarm) -> None:
        """Tell of alarms that others keep."""
        for alarm in alarms:
            alarm.add_alarm_action(actions.SnsAction(self.topic))

    def _ring(
        self,
        id: str,
        metric: cloudwatch.IMetric,
        description: str,
        *,
        threshold: float,
        minutes: int = 1,
    ) -> None:
        """At the threshold or above for so many minutes; silence is no alarm."""
        self.also(
            cloudwatch.Alarm(
                self,
                id,
                metric=metric,
                alarm_description=description,
                threshold=threshold,
                evaluation_periods=minutes,
                comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
                treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            )
        )


class Budget(Construct):
    """A warning by mail when the month's costs near the budget, and when they are expected to
    exceed it."""

    def __init__(self, scope: Construct, id: str, *, usd: int, email: str) -> None:
        super().__init__(scope, id)
        budget = budgets.CfnBudget
        mail = budget.SubscriberProperty(subscription_type="EMAIL", address=email)
        budget(
            self,
            "Month",
            budget=budget.BudgetDataProperty(
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budget.SpendProperty(amount=usd, unit="USD"),
            ),
            notifications_with_subscribers=[
                budget.NotificationWithSubscribersProperty(
                    notification=budget.NotificationProperty(
                        notification_type=kind,
                        comparison_operator="GREATER_THAN",
                        threshold=percent,
                    ),
                    subscribers=[mail],
                )
                for kind, percent in (("ACTUAL", FIRST_WARNING_PERCENT), ("FORECASTED", 100))
            ],
        )
