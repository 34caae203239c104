"""Settings: everything an operator can set, read once from the environment and then frozen."""

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

PREFIX = "CANVAS_"
ALIASES: dict[str, tuple[str, ...]] = {
    "port": ("AWS_LAMBDA_HTTP_PORT", "GRADIO_SERVER_PORT", "APP_PORT"),
    "host": ("GRADIO_SERVER_NAME",),
    "rate_limit": ("RATE_LIMIT",),
    "bucket": ("NOVA_IMAGE_BUCKET",),
    "region": ("BUCKET_REGION",),
    "aws_access_key_id": ("AMP_AWS_ID",),
    "aws_secret_access_key": ("AMP_AWS_SECRET",),
}
"""Other names a setting goes by, tried in order after its own: the hosts' and the seed's."""


_SECRET_ARN = re.compile(r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:\S+")


class UnknownSetting(ValueError):
    """An environment variable starts with CANVAS_ but names no setting."""


def _names(value: object) -> object:
    return frozenset(value.replace(",", " ").split()) if isinstance(value, str) else value


def _dollars(value: object) -> object:
    return None if value == "none" else value


Names = Annotated[frozenset[str], BeforeValidator(_names)]
Origin = Annotated[str, Field(pattern=r"^https?://(\*\.)?[a-z0-9.-]+(:[0-9]+)?$")]
Origins = Annotated[frozenset[Origin], BeforeValidator(_names)]
Dollars = Annotated[
    Annotated[Decimal, Field(ge=0, decimal_places=6)] | None, BeforeValidator(_dollars)
]


class Settings(BaseModel):
    """All settings. Field ``x`` is the environment variable ``CANVAS_X``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 7860
    public_url: str | None = None
    """Where users reach the frontend, e.g. ``https://app.example.com``; else the Host header."""
    proxy_hops: Annotated[int, Field(ge=0, le=10)] = 0
    """How many proxies of ours stand in front and append to X-Forwarded-For."""
    studio: Literal["live", "frozen", "off"] = "live"
    frozen_studio: Path = Path(__file__).parent.parent / "dist/studio"
    """The folder of the frozen page, which `make freeze` writes."""
    framed_by: Origins = frozenset()
    """Whose pages may show ours in a frame, e.g. ``https://huggingface.co``; all above it count."""
    secret: Annotated[SecretStr, Field(min_length=32)] | None = None
    """Signs cookies and cursors; shared by all replicas. The frontend needs it."""
    other_secret: Annotated[SecretStr, Field(min_length=32)] | None = None
    """The one before, or the one to come: what it has signed is as good."""
    origin_secret: Annotated[SecretStr, Field(min_length=32)] | None = None
    """What our CDN sends with each request; with it set, nobody else is answered."""
    other_origin_secret: Annotated[SecretStr, Field(min_length=32)] | None = None
    """The one before, or the one to come: a CDN may send either."""

    region: str = "us-west-2"
    aws_endpoint: str | None = None
    """Where SQS, S3 and DynamoDB are asked; AWS itself if unset."""
    bedrock_endpoint: str | None = None
    """Where models are called; Bedrock in the pool's region if unset."""
    aws_access_key_id: SecretStr | None = None
    aws_secret_access_key: SecretStr | None = None
    """Static credentials, if the SDK's usual chain is not wanted."""
    jobs_table: str = "canvas-jobs"
    ledger_table: str = "canvas-ledger"
    bucket: str = "canvas-pictures"
    normal_queue: str = "canvas-normal"
    low_queue: str = "canvas-low"
    dead_queue: str = "canvas-dead"
    """Names of the queues; their URLs are asked of SQS once."""

    cdn_url: str | None = None
    """Base of picture links, e.g. ``https://d111.cloudfront.net``. The frontend needs it."""
    cdn_key_id: str | None = None
    cdn_private_key: SecretStr | None = None
    """PEM of the key that signs links: ECDSA P-256 or RSA-2048. The frontend needs it."""

    catalog: Path | None = None
    """A catalogue file that replaces the one that ships."""
    ended_models: Names = frozenset()
    """Ended models still to be called, by a private arrangement with AWS."""
    requests_per_minute: Annotated[int, Field(ge=1)] | None = None
    """Replaces every pool's quota: for an endpoint without quotas, such as the simulator."""

    prompt_model: str = "global.amazon.nova-2-lite-v1:0"
    """The text model that helps with prompts, an id or inference profile in our own region."""
    prompt_fallback: str = "us.amazon.nova-lite-v1:0"
    """The one that is asked when that does not answer."""

    rate_limit: Annotated[int, Field(ge=1)] = 20
    """Submissions an owner may make in 20 minutes; premium counts twice."""
    network_rate_limit: Annotated[int, Field(ge=1)] = 100
    """The same for all clients of one network: a /24 of IPv4, a /64 of IPv6."""
    daily_spend_usd: Dollars = Decimal(10)
    """Dollars a UTC day for the whole service; ``none`` for no cap."""

    concurrency: Annotated[int, Field(ge=1, le=1000)] = 10
    """Jobs a worker process runs at once."""
    worker_memory_mb: Annotated[int, Field(ge=384)] = 512
    """Budget for pictures in flight, encoded and decoded, in a worker process; 290 of it are for
    making one picture of a user's fit for a model."""
    drain_seconds: Annotated[int, Field(ge=0)] = 25
    """How long a stopping worker may finish its jobs before it hands them back."""
    heartbeat: Path | None = None
    """A file that a polling worker touches every 10 s: what a container's health check looks at."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    def require(self, field: str) -> str:
        """The text of a setting that may be unset elsewhere but not here.

        Raises ``ValueError`` naming its variable.
        """
        value = getattr(self, field)
        if value is None:
            raise ValueError(f"{PREFIX}{field.upper()}: this setting is missing")
        if field in self.named_secrets():
            raise ValueError(f"{PREFIX}{field.upper()}: the secret it names has not been read")
        return value.get_secret_value() if isinstance(value, SecretStr) else str(value)

    def trusted(self, secret: str) -> tuple[str, ...]:
        """The texts of a secret and, if there is one, of its other. Raises as ``require`` does."""
        other = f"other_{secret}"
        has_other = getattr(self, other) is not None
        return tuple(map(self.require, [secret, other] if has_other else [secret]))

    @property
    def public_origin(self) -> str | None:
        """The origin of the public URL as browsers write it: lower case, without the scheme's own
        port."""
        if self.public_url is None:
            return None
        parts = urlsplit(self.public_url.lower())
        own_port = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
        return f"{parts.scheme}://{parts.netloc.removesuffix(own_port)}"

    @property
    def reached_by_https(self) -> bool:
        """Whether users come by HTTPS, whatever the last proxy speaks with us."""
        return self.origin_secret is not None or (self.public_url or "").startswith("https://")

    def named_secrets(self) -> dict[str, str]:
        """Field → ARN, for secrets that are kept in AWS Secrets Manager and only named here."""
        secrets = (
            (field, value.get_secret_value())
            for field in type(self).model_fields
            if isinstance(value := getattr(self, field), SecretStr)
        )
        return {field: text for field, text in secrets if _SECRET_ARN.match(text)}

    def given(self, values: Mapping[str, str]) -> Self:
        """These settings, with other values for some fields.

        Raises ``ValueError``, naming the variables and the rules they break.
        """
        return self._validated(
            {**self.model_dump(exclude_unset=True), **values},
            {field: PREFIX + field.upper() for field in values},
        )

    @classmethod
    def variables(cls, environment: Mapping[str, str]) -> dict[str, str]:
        """Field → the variable that sets it: its own before its aliases; an empty one is unset."""
        found = (
            (field, next(filter(environment.get, names), None))
            for field in cls.model_fields
            for names in [(PREFIX + field.upper(), *ALIASES.get(field, ()))]
        )
        return {field: name for field, name in found if name is not None}

    @classmethod
    def load(cls, environment: Mapping[str, str]) -> Self:
        """Settings from environment variables.

        Raises ``UnknownSetting`` for a stray CANVAS_ name and ``ValueError``, naming the
        variables and the rules they break, for bad or missing values. Values are not repeated.
        """
        known = {PREFIX + field.upper() for field in cls.model_fields}
        stray = sorted(n for n in environment if n.startswith(PREFIX) and n not in known)
        if stray:
            raise UnknownSetting(f"no such setting: {', '.join(stray)}")
        came_from = cls.variables(environment)
        return cls._validated({f: environment[name] for f, name in came_from.items()}, came_from)

    @classmethod
    def _validated(cls, values: Mapping[str, object], came_from: Mapping[str, str]) -> Self:
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise ValueError(
                "; ".join(
                    f"{came_from[str(e['loc'][0])]}: {e['msg']}"
                    for e in error.errors(include_input=False)
                )
            ) from None
