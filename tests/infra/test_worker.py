"""The worker on AWS: how long and how large, how a new one takes over, how many there are."""

from typing import Any

from shared.adapters.aws import MODEL_ANSWERS_WITHIN
from shared.settings import Settings
from tests.infra.template import Template, text
from worker import sweep_handler
from worker.lambda_handler import RESERVE


def function(template: Template) -> dict[str, Any]:
    return template.properties("Lambda::Function", "WorkerFunction")


def test_the_function_has_time_for_the_slowest_model(express: Template) -> None:
    left = function(express)["Timeout"] - RESERVE.total_seconds()
    assert left > MODEL_ANSWERS_WITHIN.total_seconds()


def test_the_function_has_room_for_its_pictures_and_itself(express: Template) -> None:
    variables = function(express)["Environment"]["Variables"]
    budget = int(variables["CANVAS_WORKER_MEMORY_MB"])
    assert function(express)["MemorySize"] >= budget + 256


def test_the_function_is_the_image_that_was_built_for_this_architecture(express: Template) -> None:
    assert function(express)["PackageType"] == "Image"
    assert function(express)["Architectures"] == ["x86_64"]
    image = text(function(express)["Code"]["ImageUri"])
    assert image.endswith("/canvas-queue/worker:latest")


def test_the_queues_feed_the_live_alias(express: Template) -> None:
    sources = express.all("EventSourceMapping").values()
    for source in sources:
        name = text(source["Properties"]["FunctionName"])
        assert "WorkerLive" in name
        assert name.endswith(":live")


def test_a_new_version_proves_itself_first_and_is_rolled_back_if_it_fails(
    express: Template,
) -> None:
    rollout = express.properties("DeploymentGroup")
    assert rollout["DeploymentConfigName"] == "CodeDeployDefault.LambdaCanary10Percent5Minutes"
    assert "DEPLOYMENT_STOP_ON_ALARM" in rollout["AutoRollbackConfiguration"]["Events"]
    assert rollout["AlarmConfiguration"]["Enabled"] is True
    watched = {text(a["Name"]) for a in rollout["AlarmConfiguration"]["Alarms"]}
    assert watched == {"${WorkerFailing}", "${WorkerRefusing}"}
    assert "CodeDeployLambdaAliasUpdate" in express.one("Lambda::Alias")["UpdatePolicy"]


def test_an_operator_may_want_it_all_at_once(apprunner: Template) -> None:
    rollout = apprunner.properties("DeploymentGroup")
    assert rollout["DeploymentConfigName"] == "CodeDeployDefault.LambdaAllAtOnce"


def test_the_same_image_runs_as_a_service(service: Template) -> None:
    [container] = service.properties("TaskDefinition")["ContainerDefinitions"]
    assert text(container["Image"]).endswith("/canvas-queue/worker:latest")
    assert container["ReadonlyRootFilesystem"] is True
    assert service.all("EventSourceMapping") == {}
    rollout = service.properties("ECS::Service")["DeploymentConfiguration"]
    assert rollout["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}
    for name in service.all("Lambda::Function"):
        assert not name.startswith("Worker")


def test_a_stopping_task_has_time_to_hand_its_jobs_back(service: Template) -> None:
    [container] = service.properties("TaskDefinition")["ContainerDefinitions"]
    settings = Settings.load(plain(container["Environment"]))
    assert settings.drain_seconds + 10 < container["StopTimeout"] <= 120
    memory = int(service.properties("TaskDefinition")["Memory"])
    assert memory >= settings.worker_memory_mb + 256


def plain(environment: list[dict[str, Any]]) -> dict[str, str]:
    return {each["Name"]: text(each["Value"]) for each in environment}


def test_the_service_follows_the_backlog_of_each_task(service: Template) -> None:
    policy = service.properties("ScalingPolicy", "WorkerBacklog")
    config = policy["TargetTrackingScalingPolicyConfiguration"]
    queries = {q["Id"]: q for q in config["CustomizedMetricSpecification"]["Metrics"]}
    seen = {
        (text(d["Value"]), q["MetricStat"]["Metric"]["MetricName"])
        for q in queries.values()
        if "MetricStat" in q
        for d in q["MetricStat"]["Metric"]["Dimensions"]
        if d["Name"] == "QueueName"
    }
    assert seen == {
        (f"${{Queues{lane}.QueueName}}", f"ApproximateNumberOfMessages{state}")
        for lane in ("Normal", "Low")
        for state in ("Visible", "Delayed")
    }
    # As many may wait as a task has in hand.
    [container] = service.properties("TaskDefinition")["ContainerDefinitions"]
    in_hand = Settings.load(plain(container["Environment"])).concurrency
    assert config["TargetValue"] == in_hand
    assert queries["backlog"]["ReturnData"] is True
    assert "running" in queries["backlog"]["Expression"]


def test_the_service_grows_when_a_job_has_waited_for_long(service: Template) -> None:
    steps = service.properties("ScalingPolicy", "WorkerServiceTaskCountTargetAgeUpper")
    configured = steps["StepScalingPolicyConfiguration"]
    assert all(s["ScalingAdjustment"] > 0 for s in configured["StepAdjustments"])
    alarm = service.properties("CloudWatch::Alarm", "WorkerServiceTaskCountTargetAgeUpper")
    assert alarm["MetricName"] == "WorkerOldestJobSeconds"
    assert alarm["Threshold"] == 180


def test_the_service_may_go_down_to_nothing_if_it_is_told_so(service: Template) -> None:
    target = service.properties("ScalableTarget")
    assert (target["MinCapacity"], target["MaxCapacity"]) == (0, 10)


def test_nothing_comes_into_the_network_of_the_tasks(service: Template) -> None:
    for group in service.all("SecurityGroup").values():
        assert "SecurityGroupIngress" not in group["Properties"]
    assert service.all("SecurityGroupIngress") == {}
    assert service.all("NatGateway") == {}


def test_a_schedule_calls_the_reconciler_whatever_the_worker_is(every: Template) -> None:
    function = every.properties("Lambda::Function", "ReconcilerFunction")
    assert text(function["Code"]["ImageUri"]).endswith("/canvas-queue/worker:latest")
    assert function["ImageConfig"]["Command"] == [f"{sweep_handler.__name__}.handler"]
    rule = every.properties("Events::Rule", "ReconcilerSchedule")
    assert rule["ScheduleExpression"] == "rate(1 minute)"
    [target] = rule["Targets"]
    assert text(target["Arn"]) == "${ReconcilerFunction.Arn}"
    assert target["RetryPolicy"]["MaximumRetryAttempts"] == 0


def test_a_deployment_leaves_the_number_of_tasks_to_the_scaling(service: Template) -> None:
    """A number in the template would be set again by every one, in the middle of a rush."""
    assert "DesiredCount" not in service.properties("ECS::Service")
