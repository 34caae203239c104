"""The service's stack: it composes the constructs, and says which settings each part gets."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.alarms import Alarms, Budget
from infra.deployment import Deployment
from infra.frozen import FrozenSite
from infra.hosting import Hosting
from infra.hosting_apprunner import AppRunnerHosting
from infra.hosting_express import ExpressHosting
from infra.hosting_lambda import LambdaHosting
from infra.models import CallableModel, image_models
from infra.part import Part
from infra.permissions import Permissions
from infra.pictures import Pictures
from infra.queues import Queues
from infra.reconciler import Reconciler
from infra.secrets import ReplacedSecret
from infra.signing import SigningKeys
from infra.site import Address, Site
from infra.storage import Storage
from infra.worker_function import TIMEOUT, WorkerFunction
from infra.worker_service import WorkerService

HOSTINGS: dict[str, type[Hosting]] = {
    "express": ExpressHosting,
    "apprunner": AppRunnerHosting,
    "lambda": LambdaHosting,
}
FRONTEND_PRINCIPALS = {
    "express": "ecs-tasks.amazonaws.com",
    "apprunner": "tasks.apprunner.amazonaws.com",
    "lambda": "lambda.amazonaws.com",
}
WORKER_PRINCIPALS = {"lambda": "lambda.amazonaws.com", "service": "ecs-tasks.amazonaws.com"}


class ServiceStack(cdk.Stack):
    """One deployment of the service in one region."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        deployment: Deployment,
        *,
        firewall_arn: str | None,
        **properties: Any,
    ) -> None:
        super().__init__(scope, id, **properties)
        self._deployment = deployment
        worker = deployment.worker
        self.storage = Storage(
            self, "Storage", keep=deployment.keep_data, site_origins=_origins(deployment)
        )
        self.queues = Queues(
            self, "Queues", function_timeout=TIMEOUT if worker.hosting == "lambda" else None
        )
        self.keys = SigningKeys(self, "Keys", names=deployment.signing_keys)
        self.pictures = Pictures(
            self,
            "Pictures",
            storage=self.storage,
            keys=self.keys.group,
            firewall_arn=firewall_arn,
        )
        self.permissions = Permissions(
            self, self.storage, self.queues, image_models(), self._text_models()
        )
        self.alarms = Alarms(self, "Alarms", watch=deployment.watch)
        self.alarms.on_queues(self.queues)
        self._worker_image = self._image("worker")
        self._worker()
        self._reconciler()
        self._frontend(firewall_arn)
        self._budget()

    def _shared(self) -> dict[str, str]:
        """Settings that all parts have in common."""
        return {
            "CANVAS_REGION": self.region,
            **self.storage.variables(),
            **self.queues.variables(),
            **self._deployment.settings.variables(),
            "CANVAS_PROMPT_FALLBACK": self._deployment.prompt_fallback,
        }

    def _worker(self) -> None:
        options = self._deployment.worker
        role = self._role("WorkerRole", WORKER_PRINCIPALS[options.hosting])
        self.permissions.to_worker(role)
        variables = {
            **self._shared(),
            "CANVAS_WORKER_MEMORY_MB": str(options.picture_budget_mb),
        }
        build = WorkerFunction if options.hosting == "lambda" else WorkerService
        part = Part(self._worker_image, self._deployment.image_tag, variables, role)
        worker = build(self, "Worker", part, options=options, queues=self.queues)
        if isinstance(worker, WorkerFunction):
            worker.log.group.grant_write(role)
            self.alarms.also(worker.failing)
        self.alarms.on_waiting(worker.log)
        self.alarms.on_errors(worker.log, "Worker")
        self._tell("Worker", part)

    def _reconciler(self) -> None:
        role = self._role("ReconcilerRole", "lambda.amazonaws.com")
        self.permissions.to_reconciler(role)
        part = Part(self._worker_image, self._deployment.image_tag, self._shared(), role)
        reconciler = Reconciler(self, "Reconciler", part)
        reconciler.log.group.grant_write(role)
        self.alarms.on_errors(reconciler.log, "Reconciler")
        self.alarms.on_failures(reconciler.function, "Reconciler")
        self._tell("Reconciler", part)

    def _frontend(self, firewall_arn: str | None) -> None:
        options = self._deployment.frontend
        role = self._role("FrontendRole", FRONTEND_PRINCIPALS[options.hosting])
        self.permissions.to_frontend(role)
        cookies = ReplacedSecret(
            self,
            "CookieSecret",
            names=self._deployment.cookie_secrets,
            description="Signs visitors' cookies and cursors",
        )
        origin = ReplacedSecret(
            self,
            "OriginSecret",
            names=self._deployment.origin_secrets,
            description="Shows the frontend that CloudFront is asking",
        )
        for secret in (cookies, origin, self.keys.private_key):
            secret.grant_read(role)
        variables = {
            **self._shared(),
            **self.pictures.variables(),
            **self.keys.variables(),
            # What is frozen is served by CloudFront, and the frontend has no page.
            "CANVAS_STUDIO": "live" if options.studio == "live" else "off",
            **cookies.variables("SECRET"),
            **origin.variables("ORIGIN_SECRET"),
        }
        part = Part(self._image("frontend"), self._deployment.image_tag, variables, role)
        hosting = HOSTINGS[options.hosting](self, "Frontend", part, options)
        # A new key must be trusted before anybody signs with it.
        hosting.node.add_dependency(self.keys.group)
        if hosting.log is not None:
            if options.hosting == "lambda":
                hosting.log.group.grant_write(role)
            self.alarms.on_errors(hosting.log, "Frontend")
        site = Site(
            self,
            "Site",
            frontend_host=hosting.host,
            origin_secret=origin.used,
            storage=self.storage,
            pictures=self.pictures,
            frozen=FrozenSite.read(options.frozen_site) if options.studio == "frozen" else None,
            firewall_arn=firewall_arn,
            address=_address(self._deployment),
            framed_by=self._deployment.settings.framed_by,
        )
        # CloudFront sends a new secret when there is a frontend that knows it.
        site.node.add_dependency(hosting)
        self._tell("Frontend", part)
        cdk.CfnOutput(self, "Region", value=self.region)
        cdk.CfnOutput(
            self,
            "LedgerTableName",
            value=self.storage.ledger.table_name,
            description="Where API keys are kept; `canvas-queue keys` wants it and the region",
        )
        cdk.CfnOutput(self, "Url", value=site.url, description="The page, and /v1 below it")
        cdk.CfnOutput(
            self,
            "SiteDomain",
            value=site.distribution.distribution_domain_name,
            description="What a name of your own has to point to",
        )

    def _tell(self, name: str, part: Part) -> None:
        """Outputs that are all somebody needs to run this part elsewhere: role and settings."""
        cdk.CfnOutput(self, f"{name}RoleArn", value=part.role.role_arn)
        cdk.CfnOutput(self, f"{name}Settings", value=self.to_json_string(part.variables))

    def _budget(self) -> None:
        watch = self._deployment.watch
        if watch.budget_usd is not None and watch.email is not None:
            Budget(self, "Budget", usd=watch.budget_usd, email=watch.email)

    def _text_models(self) -> list[CallableModel]:
        deployment = self._deployment
        return [
            CallableModel(model, deployment.region)
            for model in dict.fromkeys(
                (deployment.settings.prompt_model, deployment.prompt_fallback)
            )
        ]

    def _image(self, part: str) -> ecr.IRepository:
        name = f"{self._deployment.name}/{part}"
        return ecr.Repository.from_repository_name(self, f"{part.title()}Image", name)

    def _role(self, id: str, service: str) -> iam.Role:
        return iam.Role(self, id, assumed_by=iam.ServicePrincipal(service))


def _origins(deployment: Deployment) -> list[str]:
    """Pages that may send uploads. CloudFront's own name is not known yet when the bucket is made,
    and what protects an upload is its signed form, not the page it is sent from."""
    if deployment.domain is not None:
        return [f"https://{deployment.domain}"]
    return ["https://*.cloudfront.net"]


def _address(deployment: Deployment) -> Address | None:
    if deployment.domain is None or deployment.certificate_arn is None:
        return None
    return Address(deployment.domain, deployment.certificate_arn)
