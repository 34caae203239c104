"""Everything a deployment can be told, typed, in one file; `deployment.toml` has the values."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

FILE = Path("deployment.toml")
EDGE_REGION = "us-east-1"
"""Where CloudFront looks for its firewalls and certificates, wherever the service is."""
SOURCE_KEY = "source.zip"
"""Where a build finds its source, in the bucket for it."""

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{2,30}$")]
KeyName = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,20}$")]
SecretNames = Annotated[tuple[KeyName, ...], Field(min_length=1, max_length=2)]
Tag = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,128}$")]
Count = Annotated[int, Field(ge=1)]


class WrongDeployment(ValueError):
    """The file says something that cannot be deployed; names the field and the rule."""


class Part(BaseModel):
    """Base of the settings: immutable, and closed to unknown names."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ServiceSettings(Part):
    """What the service itself is told. Field ``x`` becomes the variable ``CANVAS_X``; what is unset
    here has the service's own default.
    """

    rate_limit: Count | None = None
    network_rate_limit: Count | None = None
    daily_spend_usd: Annotated[Decimal, Field(ge=0)] | Literal["none"] | None = None
    ended_models: tuple[str, ...] = ()
    framed_by: tuple[str, ...] = ()
    prompt_model: str = "global.amazon.nova-2-lite-v1:0"
    prompt_fallback: str | None = None
    """Text models of the prompt helper: ids or inference profiles that the region has."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    def variables(self) -> dict[str, str]:
        said = ((field, getattr(self, field)) for field in type(self).model_fields)
        return {
            f"CANVAS_{field.upper()}": ",".join(value) if isinstance(value, tuple) else str(value)
            for field, value in said
            if value not in (None, ())
        }


class Frontend(Part):
    """Where the web face runs, and how large it is."""

    hosting: Literal["express", "apprunner", "lambda"] = "express"
    entry: Literal["function_url", "api_gateway"] = "function_url"
    """What calls the function when hosting is ``lambda``."""
    keep_warm: bool = False
    """Whether a schedule calls the function every five minutes, so that one is warm."""
    studio: Literal["live", "frozen", "off"] = "live"
    frozen_site: Path = Path("dist/studio")
    """The folder that `make freeze` writes, from the root of the project."""
    replicas_most: Annotated[int, Field(ge=1, le=20)] = 4


class Worker(Part):
    """Where jobs run, and how many at once."""

    hosting: Literal["lambda", "service"] = "lambda"
    batches_at_once: Annotated[int, Field(ge=2, le=1000)] = 10
    """Invocations of the function at once; each runs ten jobs."""
    picture_budget_mb: Annotated[int, Field(ge=384, le=9000)] = 700
    """Memory for pictures in flight in each function or task."""
    tasks_least: Annotated[int, Field(ge=0)] = 1
    tasks_most: Count = 10
    """Tasks of the service; 0 as the least means that the first job waits for one to start."""
    rollout: Literal["canary", "all_at_once"] = "canary"
    """How a new function takes over: a tenth of the batches for five minutes, or all of them."""


class Watch(Part):
    """Who is told when, and how much may be spent before somebody is."""

    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")] | None = None
    oldest_job_minutes: Count = 15
    budget_usd: Count | None = 50
    """Dollars a month for the whole account: a budget for a tag alone stays at nothing until
    somebody activates the tag for billing."""


class Deployment(Part):
    """One deployment of the service."""

    name: Name = "canvas-queue"
    """Prefix of the stacks, and the value of the tag on everything."""
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")] = "us-west-2"
    image_tag: Tag = "latest"
    """Which images run; the build sets it to the version it has built."""
    keep_data: bool = True
    """Whether tables and buckets outlive the stack."""
    signing_keys: Annotated[tuple[KeyName, ...], Field(min_length=1, max_length=5)] = ("first",)
    """Names of the keys for picture links: the first signs, all are trusted."""
    cookie_secrets: SecretNames = ("first",)
    origin_secrets: SecretNames = ("first",)
    """Names of the secrets for cookies and for CloudFront: the first is used, both are trusted."""
    accepted_flaws: tuple[str, ...] = ()
    """Critical findings of the registry's scan that do not end a build, such as CVE-2026-12345."""
    domain: str | None = None
    certificate_arn: (
        Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate/.+$")]
        | None
    ) = None
    """A name of your own for the site, with its certificate in us-east-1."""
    firewall: bool = True
    requests_per_address: Annotated[int, Field(ge=10)] = 2000
    """Requests that one address may make in five minutes before the firewall stops it."""
    frontend: Frontend = Frontend()
    worker: Worker = Worker()
    watch: Watch = Watch()
    settings: ServiceSettings = ServiceSettings()

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (self.domain is None) != (self.certificate_arn is None):
            raise ValueError("domain and certificate_arn come together")
        for field in ("signing_keys", "cookie_secrets", "origin_secrets"):
            names = getattr(self, field)
            if len(set(names)) != len(names):
                raise ValueError(f"{field}: each name once")
        if self.worker.tasks_least > self.worker.tasks_most:
            raise ValueError("worker: tasks_least is above tasks_most")
        return self

    def with_images(self, tag: str) -> Self:
        """The same with other images. Raises ``WrongDeployment``."""
        return _checked(type(self), {**self.model_dump(), "image_tag": tag}, "image_tag")

    def to_destroy(self) -> Self:
        """All stacks that there may be, without the page, whose files are not needed for that.

        A firewall that was turned off may still stand there.
        """
        frontend = self.frontend.model_copy(update={"studio": "off"})
        return self.model_copy(update={"frontend": frontend, "firewall": True})

    @property
    def firewall_stack(self) -> str:
        return f"{self.name}-firewall"

    @property
    def prompt_fallback(self) -> str:
        """The second text model: the one that is set, or Nova Lite as the region has it."""
        geography = self.region.partition("-")[0]
        profile = f"{geography}." if geography in ("us", "eu") else ""
        return self.settings.prompt_fallback or f"{profile}amazon.nova-lite-v1:0"

    @classmethod
    def read(cls, file: Path = FILE) -> Self:
        """The deployment that a file describes; the defaults, if there is no such file.

        Raises ``WrongDeployment``.
        """
        try:
            told = tomllib.loads(file.read_text()) if file.exists() else {}
        except tomllib.TOMLDecodeError as error:
            raise WrongDeployment(f"{file}: {error}") from None
        return _checked(cls, told, str(file))


D = TypeVar("D", bound=Deployment)


def _checked(kind: type[D], told: dict[str, object], where: str) -> D:
    try:
        return kind.model_validate(told)
    except ValidationError as error:
        said = "; ".join(
            ": ".join(filter(None, (".".join(map(str, e["loc"])), e["msg"])))
            for e in error.errors()
        )
        raise WrongDeployment(f"{where}: {said}") from None
