"""The frontend as a Lambda function: the same image, with the Lambda Web Adapter in front of it."""

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.deployment import Frontend
from infra.hosting import HEALTH, PORT, Hosting, host_of, listening
from infra.logs import ServiceLog
from infra.part import Part
from infra.review import accept

MEMORY_MB = 512
TIMEOUT = cdk.Duration.seconds(65)
"""A client may wait a minute for a job."""
WARM_EVERY = cdk.Duration.minutes(5)
"""An idle function is kept for longer than that."""


class LambdaHosting(Hosting):
    """The function, behind a URL of its own or an API Gateway.

    Neither asks for AWS credentials: CloudFront could sign for them, but would then want every
    client to hash what it posts. The secret that CloudFront sends with each request closes it.
    """

    def __init__(self, scope: Construct, id: str, part: Part, options: Frontend) -> None:
        super().__init__(scope, id, part, options)
        streams = options.entry == "function_url"
        self.log = ServiceLog(self, "Log", part="Frontend")
        self.function = lambda_.DockerImageFunction(
            self,
            "Function",
            description="The web face: /v1, and the page if it is live",
            code=lambda_.DockerImageCode.from_ecr(part.image, tag_or_digest=part.tag),
            architecture=lambda_.Architecture.X86_64,
            role=part.role,
            timeout=TIMEOUT,
            memory_size=MEMORY_MB,
            environment={
                **part.variables,
                **listening(),
                "AWS_LWA_PORT": str(PORT),
                "AWS_LWA_READINESS_CHECK_PATH": HEALTH,
                "AWS_LWA_INVOKE_MODE": "response_stream" if streams else "buffered",
            },
            log_group=self.log.group,
        )
        self.host = self._url() if streams else self._api()
        if options.keep_warm:
            self._keep_warm()

    def _url(self) -> str:
        url = self.function.add_function_url(
            auth_type=lambda_.FunctionUrlAuthType.NONE,
            invoke_mode=lambda_.InvokeMode.RESPONSE_STREAM,
        )
        return host_of(url.url)

    def _api(self) -> str:
        api = apigateway.HttpApi(
            self,
            "Api",
            default_integration=integrations.HttpLambdaIntegration("Frontend", self.function),
        )
        accept(api, "APIG1", "CloudFront, which every request comes through, logs them.")
        accept(api, "APIG4", "The frontend asks for CloudFront's secret, and then for a key.")
        return host_of(api.api_endpoint)

    def _keep_warm(self) -> None:
        """A health check, as an event that the adapter takes for a request."""
        events.Rule(
            self,
            "KeepWarm",
            description="Keeps one frontend warm",
            schedule=events.Schedule.rate(WARM_EVERY),
            targets=[
                targets.LambdaFunction(
                    self.function, event=events.RuleTargetInput.from_object(_request(HEALTH))
                )
            ],
        )


def _request(path: str) -> dict[str, object]:
    """A GET in the form that function URLs and HTTP APIs have (payload format 2.0)."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "keep-warm"},
        "requestContext": {
            "http": {
                "method": "GET",
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "keep-warm",
            },
            "stage": "$default",
        },
        "isBase64Encoded": False,
    }
