"""Who is told of what."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.infra.template import Template, text


def alarms(template: Template) -> dict[str, dict[str, object]]:
    """The alarms that ring at the topic, by the beginning of their names."""
    return {
        re.sub(r"[0-9A-F]{8}$", "", name).removeprefix("Alarms"): alarm["Properties"]
        for name, alarm in template.all("CloudWatch::Alarm").items()
        if any(text(a) == "${AlarmsTopic}" for a in alarm["Properties"].get("AlarmActions", ()))
    }


def test_dead_letters_old_jobs_and_errors_are_told(every: Template) -> None:
    told = alarms(every)
    assert {"DeadLetters", "OldestJob", "UntouchedNormal", "UntouchedLow", "WorkerErrors"} <= set(
        told
    )
    assert told["DeadLetters"]["MetricName"] == "ApproximateNumberOfMessagesVisible"
    assert told["DeadLetters"]["Threshold"] == 1
    assert told["OldestJob"]["MetricName"] == "WorkerOldestJobSeconds"
    assert told["OldestJob"]["Threshold"] == 15 * 60
    assert all(alarm["TreatMissingData"] == "notBreaching" for alarm in told.values())


def test_the_frontend_s_errors_are_told_where_its_log_is_ours(
    express: Template, function_url: Template, apprunner: Template
) -> None:
    assert "FrontendErrors" in alarms(express)
    assert "FrontendErrors" in alarms(function_url)
    assert "FrontendErrors" not in alarms(apprunner)


@pytest.mark.parametrize(
    ("metric", "pattern", "value"),
    [
        ("WorkerErrors", '{ $.level = "error" }', "1"),
        ("FrontendErrors", '{ $.level = "error" }', "1"),
        ("WorkerOldestJobSeconds", "{ $.waited_s >= 0 }", "$.waited_s"),
    ],
)
def test_the_numbers_are_read_off_the_log(
    express: Template, metric: str, pattern: str, value: str
) -> None:
    [found] = (
        f["Properties"]
        for f in express.all("MetricFilter").values()
        if f["Properties"]["MetricTransformations"][0]["MetricName"] == metric
    )
    assert found["FilterPattern"] == pattern
    [transformation] = found["MetricTransformations"]
    assert transformation["MetricValue"] == value
    # The alarm looks where the filter writes.
    looking = [a for a in alarms(express).values() if a["MetricName"] == metric]
    assert [a["Namespace"] for a in looking] == [transformation["MetricNamespace"]]


def test_somebody_is_mailed_if_there_is_an_address(
    express: Template, synthesised: Callable[[str], Template]
) -> None:
    mail = express.properties("SNS::Subscription")
    assert (mail["Protocol"], mail["Endpoint"]) == ("email", "ops@example.com")
    assert synthesised("frozen").all("SNS::Subscription") == {}


def test_the_month_has_a_budget(express: Template) -> None:
    budget = express.properties("Budget")
    assert (budget["Budget"]["BudgetType"], budget["Budget"]["TimeUnit"]) == ("COST", "MONTHLY")
    assert budget["Budget"]["BudgetLimit"] == {"Amount": 50, "Unit": "USD"}
    kinds = {
        n["Notification"]["NotificationType"]: n["Notification"]["Threshold"]
        for n in budget["NotificationsWithSubscribers"]
    }
    assert kinds == {"ACTUAL": 80, "FORECASTED": 100}


def test_logs_are_kept_for_a_month_and_go_with_the_stack(every: Template) -> None:
    for log in every.all("Logs::LogGroup").values():
        assert log["Properties"]["RetentionInDays"] == 30
        assert log["DeletionPolicy"] == "Delete"


def test_everything_carries_the_deployment_s_tag(assemblies: Path) -> None:
    for file in (assemblies / "express").glob("*.template.json"):
        template = Template.read(file)
        for kind in ("S3::Bucket", "SQS::Queue", "IAM::Role", "SecretsManager::Secret", "WebACL"):
            for name, resource in template.all(kind).items():
                if name.startswith("Custom"):
                    continue
                tags = {t["Key"]: t["Value"] for t in resource["Properties"]["Tags"]}
                assert tags["canvas-queue:deployment"] == "canvas-queue", name


def test_invocations_of_the_worker_that_fail_are_told(express: Template) -> None:
    """One that is cut short logs no error."""
    failing = alarms(express)["WorkerFailing"]
    assert (failing["Namespace"], failing["MetricName"]) == ("AWS/Lambda", "Errors")
