"""Three ways to host the frontend: one image, the same settings, closed to all but CloudFront."""

import json
from typing import Any

import pytest

from frontend.api.health import ALIVE
from frontend.api.preferences import WAIT_MOST
from shared.settings import Settings
from tests.infra.template import Template, text


def deployed(template: Template, environment: dict[str, str]) -> dict[str, str]:
    """The environment as it is once the stack's secrets have their ARNs."""
    secrets = {text({"Ref": name}) for name in template.all("SecretsManager::Secret")}
    arn = "arn:aws:secretsmanager:us-west-2:111122223333:secret:"
    return {
        name: arn + value.strip("${}") if value in secrets else value
        for name, value in environment.items()
    }


def settings_of(template: Template) -> Settings:
    return Settings.load(deployed(template, variables(template)))


def variables(template: Template) -> dict[str, str]:
    """The environment of the frontend, however it is hosted."""
    if template.all("ExpressGatewayService"):
        container = template.properties("ExpressGatewayService")["PrimaryContainer"]
        return _pairs(container["Environment"])
    if template.all("AppRunner::Service"):
        source = template.properties("AppRunner::Service")["SourceConfiguration"]
        image = source["ImageRepository"]["ImageConfiguration"]
        return _pairs(image["RuntimeEnvironmentVariables"])
    function = template.properties("Lambda::Function", "FrontendFunction")
    return {name: text(v) for name, v in function["Environment"]["Variables"].items()}


def _pairs(environment: list[dict[str, Any]]) -> dict[str, str]:
    return {each["Name"]: text(each["Value"]) for each in environment}


def test_every_setting_is_one_that_the_service_reads(every: Template) -> None:
    """A misspelt name would keep the frontend from starting."""
    environment = variables(every)
    settings = settings_of(every)
    assert settings.host == "0.0.0.0"
    said = {name for name in environment if name.startswith("CANVAS_")}
    assert said - {"CANVAS_HOST", "CANVAS_PORT"} == set(
        _json_of(text(every.outputs()["FrontendSettings"]))
    )


def test_the_worker_s_settings_are_ones_that_the_service_reads(every: Template) -> None:
    settings = Settings.load(_json_of(text(every.outputs()["WorkerSettings"])))
    assert settings.worker_memory_mb == 700
    assert settings.secret is None
    assert settings.cdn_private_key is None


def _json_of(said: str) -> dict[str, str]:
    told: dict[str, str] = json.loads(said)
    return told


def test_secrets_are_named_and_not_told(every: Template) -> None:
    others = {"other_secret", "other_origin_secret"}
    named = set(settings_of(every).named_secrets())
    assert named - others == {"secret", "origin_secret", "cdn_private_key"}
    for secret in every.all("SecretsManager::Secret").values():
        assert "SecretString" not in secret["Properties"]


def test_what_an_operator_sets_is_set_for_both_parts(service: Template) -> None:
    for part in ("FrontendSettings", "WorkerSettings"):
        told = _json_of(text(service.outputs()[part]))
        settings = Settings.load(deployed(service, told))
        assert settings.daily_spend_usd is None
        assert settings.ended_models == {"nova-canvas"}


def test_express_mode_looks_after_a_container_on_our_port(express: Template) -> None:
    made = express.properties("ExpressGatewayService")
    settings = settings_of(express)
    assert made["PrimaryContainer"]["ContainerPort"] == settings.port
    assert made["HealthCheckPath"] == ALIVE
    assert text(made["PrimaryContainer"]["Image"]).endswith("/canvas-queue/frontend:latest")
    assert text(made["TaskRoleArn"]) == "${FrontendRole.Arn}"
    assert made["ScalingTarget"]["MinTaskCount"] == 1
    assert made["ScalingTarget"]["MaxTaskCount"] == 4


def test_app_runner_looks_after_a_container_on_our_port(apprunner: Template) -> None:
    made = apprunner.properties("AppRunner::Service")
    image = made["SourceConfiguration"]["ImageRepository"]
    assert image["ImageConfiguration"]["Port"] == str(settings_of(apprunner).port)
    assert made["HealthCheckConfiguration"] == {"Path": ALIVE, "Protocol": "HTTP"}
    assert text(made["InstanceConfiguration"]["InstanceRoleArn"]) == "${FrontendRole.Arn}"


@pytest.mark.parametrize("named", ["function_url", "api_gateway"])
def test_a_function_runs_the_same_image_behind_the_web_adapter(
    request: pytest.FixtureRequest, named: str
) -> None:
    template: Template = request.getfixturevalue(named)
    function = template.properties("Lambda::Function", "FrontendFunction")
    environment = variables(template)
    assert text(function["Code"]["ImageUri"]).endswith("/canvas-queue/frontend:latest")
    assert environment["AWS_LWA_READINESS_CHECK_PATH"] == ALIVE
    assert int(environment["AWS_LWA_PORT"]) == settings_of(template).port
    assert function["MemorySize"] == 512
    assert WAIT_MOST < function["Timeout"] < 75


def test_a_function_url_streams_and_asks_for_no_signature(function_url: Template) -> None:
    """CloudFront's secret closes it; a signature would want every client to hash what it posts."""
    url = function_url.properties("Lambda::Url")
    assert (url["AuthType"], url["InvokeMode"]) == ("NONE", "RESPONSE_STREAM")
    assert variables(function_url)["AWS_LWA_INVOKE_MODE"] == "response_stream"
    assert "CANVAS_ORIGIN_SECRET" in variables(function_url)


def test_everybody_may_call_a_function_url_as_lambda_wants_it_said(function_url: Template) -> None:
    """Since October 2025, in two permissions; and past the URL nobody may."""
    allowed = [p["Properties"] for p in function_url.all("Lambda::Permission").values()]
    public = {p["Action"]: p for p in allowed if p["Principal"] == "*"}
    assert public.keys() == {"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"}
    assert public["lambda:InvokeFunctionUrl"]["FunctionUrlAuthType"] == "NONE"
    assert public["lambda:InvokeFunction"]["InvokedViaFunctionUrl"] is True


def test_an_api_gateway_hands_every_request_to_the_function(api_gateway: Template) -> None:
    assert api_gateway.properties("ApiGatewayV2::Route")["RouteKey"] == "$default"
    assert variables(api_gateway)["AWS_LWA_INVOKE_MODE"] == "buffered"
    assert api_gateway.all("Lambda::Url") == {}


def test_a_function_can_be_kept_warm(function_url: Template, api_gateway: Template) -> None:
    rule = function_url.properties("Events::Rule", "FrontendKeepWarm")
    assert rule["ScheduleExpression"] == "rate(5 minutes)"
    [target] = rule["Targets"]
    event = json.loads(target["Input"])
    assert event["version"] == "2.0"
    assert event["rawPath"] == event["requestContext"]["http"]["path"] == ALIVE
    assert not any(name.startswith("FrontendKeepWarm") for name in api_gateway.all("Rule"))
