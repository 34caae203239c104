"""The lanes and the dead letters, and how a function works from them."""

import pytest

from local.resources import DEAD_RETENTION, MAX_RECEIVES, VISIBILITY
from shared.records import MAX_ATTEMPTS
from tests.infra.template import Template, text

LANES = ("QueuesNormal", "QueuesLow")


@pytest.mark.parametrize("lane", LANES)
def test_a_lane_hides_a_message_for_six_times_as_long_as_the_function_may_run(
    express: Template, lane: str
) -> None:
    function = express.properties("Lambda::Function", "WorkerFunction")
    assert express.properties("SQS::Queue", lane)["VisibilityTimeout"] == 6 * function["Timeout"]


@pytest.mark.parametrize("lane", LANES)
def test_a_lane_for_pollers_hides_a_message_for_as_long_as_a_lease(
    service: Template, lane: str
) -> None:
    queue = service.properties("SQS::Queue", lane)
    assert queue["VisibilityTimeout"] == VISIBILITY.total_seconds()


@pytest.mark.parametrize("lane", LANES)
def test_both_lanes_send_their_dead_to_one_queue(every: Template, lane: str) -> None:
    redrive = every.properties("SQS::Queue", lane)["RedrivePolicy"]
    assert text(redrive["deadLetterTargetArn"]) == "${QueuesDead.Arn}"
    assert redrive["maxReceiveCount"] == MAX_RECEIVES > MAX_ATTEMPTS


def test_letters_are_kept_for_as_long_as_they_are_here(every: Template) -> None:
    dead = every.properties("SQS::Queue", "QueuesDead")
    assert dead["MessageRetentionPeriod"] == DEAD_RETENTION.total_seconds()


def test_queues_are_encrypted_and_speak_tls_only(every: Template) -> None:
    queues = every.all("SQS::Queue")
    assert all(q["Properties"]["SqsManagedSseEnabled"] for q in queues.values())
    policies = every.all("SQS::QueuePolicy").values()
    assert len(policies) == len(queues)
    for policy in policies:
        [statement] = policy["Properties"]["PolicyDocument"]["Statement"]
        assert statement["Effect"] == "Deny"
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_a_function_takes_ten_jobs_at_a_time_and_says_which_failed(express: Template) -> None:
    sources = express.all("EventSourceMapping").values()
    assert {text(s["Properties"]["EventSourceArn"]) for s in sources} == {
        "${QueuesNormal.Arn}",
        "${QueuesLow.Arn}",
    }
    for source in sources:
        properties = source["Properties"]
        assert properties["BatchSize"] == 10
        assert properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_no_more_batches_run_at_once_than_the_deployment_says(express: Template) -> None:
    most = {
        text(source["Properties"]["EventSourceArn"]): source["Properties"]["ScalingConfig"]
        for source in express.all("EventSourceMapping").values()
    }
    assert most == {
        "${QueuesNormal.Arn}": {"MaximumConcurrency": 10},
        "${QueuesLow.Arn}": {"MaximumConcurrency": 2},
    }
