"""The AWS clients of a process, all made here: one session, each client built once."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Self

from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession, get_session

from shared.settings import Settings


@dataclass(frozen=True)
class Patience:
    """How long the stores and the queue may take to answer, and how often they are asked."""

    connect: timedelta
    answer: timedelta
    attempts: int
    poll: timedelta = timedelta()
    """How long a receive may wait for a message; a client with less patience would cut it off."""


OF_A_WORKER = Patience(
    connect=timedelta(seconds=3),
    answer=timedelta(seconds=10),
    attempts=3,
    poll=timedelta(seconds=20),
)
OF_A_REQUEST = Patience(connect=timedelta(seconds=1), answer=timedelta(seconds=3), attempts=2)
"""Somebody waits for the answer, and 503 soon is better than one that never comes."""
MODEL_CONNECTS_WITHIN = timedelta(seconds=10)
MODEL_ANSWERS_WITHIN = timedelta(seconds=300)
"""AWS asks for at least this; the SDK's own 60 s are easily exceeded."""
TEXT_CONNECTS_WITHIN = timedelta(seconds=2)
TEXT_ANSWERS_WITHIN = timedelta(seconds=6)
"""A caption is some hundred tokens, and a person is waiting for it."""
KEEPALIVE = timedelta(seconds=60)
"""NAT gateways and load balancers drop a connection that is idle for 350 s."""


@dataclass(frozen=True)
class AwsClients:
    """Clients for the stores and the queue, and those for Bedrock in each region that is asked."""

    dynamodb: Any
    sqs: Any
    s3: Any
    _make: "_ClientMaker"
    _bedrock: dict[tuple[str, str], Any] = field(default_factory=dict)
    _making: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        settings: Settings,
        session: AioSession | None = None,
        *,
        patience: Patience = OF_A_WORKER,
    ) -> AsyncIterator[Self]:
        """The clients, closed at the end. A session may be shared: it holds AWS's API models."""
        async with AsyncExitStack() as stack:
            make = _ClientMaker(settings, session or get_session(), stack)
            polls = replace(patience, answer=patience.answer + patience.poll)
            pictures = replace(patience, answer=patience.answer * 6)
            s3 = await make(
                "s3",
                settings.aws_endpoint,
                _store(
                    settings,
                    pictures,
                    # Forms for uploads are signed the old way otherwise.
                    signature_version="s3v4",
                    s3={"addressing_style": _addressing(settings)},
                ),
            )
            s3.meta.events.register_last("before-call.s3", _ask_no_leave)
            yield cls(
                dynamodb=await make("dynamodb", settings.aws_endpoint, _store(settings, patience)),
                sqs=await make("sqs", settings.aws_endpoint, _store(settings, polls)),
                s3=s3,
                _make=make,
            )

    async def bedrock(self, region: str) -> Any:
        """The client for image models in a region, made when it is first asked for."""
        return await self._once("images", region)

    async def bedrock_text(self, region: str) -> Any:
        """The client for text models in a region: it soon gives up, and never tries again."""
        return await self._once("text", region)

    async def bedrock_control(self, region: str) -> Any:
        """The client that asks about models in a region, and calls none."""
        return await self._once("control", region)

    async def _once(self, purpose: str, region: str) -> Any:
        async with self._making:
            if (purpose, region) not in self._bedrock:
                self._bedrock[purpose, region] = await self._make.bedrock(purpose, region)
        return self._bedrock[purpose, region]


@asynccontextmanager
async def secrets_client(settings: Settings) -> AsyncIterator[Any]:
    """The client that reads secrets; a process needs it once, before it has its settings."""
    async with AsyncExitStack() as stack:
        make = _ClientMaker(settings, get_session(), stack)
        config = _store(settings, OF_A_WORKER)
        yield await make("secretsmanager", settings.aws_endpoint, config)


class _ClientMaker:
    def __init__(self, settings: Settings, session: AioSession, stack: AsyncExitStack) -> None:
        self._settings = settings
        self._session = session
        self._stack = stack

    async def __call__(
        self, service: str, endpoint: str | None, config: AioConfig, region: str | None = None
    ) -> Any:
        key_id, secret = self._settings.aws_access_key_id, self._settings.aws_secret_access_key
        if self._settings.aws_endpoint and not endpoint:
            # The keys are those of stand-ins for AWS; AWS itself is asked with the SDK's chain.
            key_id = secret = None
        return await self._stack.enter_async_context(
            self._session.create_client(
                service,
                region_name=region or self._settings.region,
                endpoint_url=endpoint,
                aws_access_key_id=key_id and key_id.get_secret_value(),
                aws_secret_access_key=secret and secret.get_secret_value(),
                config=config,
            )
        )

    async def bedrock(self, purpose: str, region: str) -> Any:
        service, config = {
            "images": ("bedrock-runtime", _one_attempt(self._settings.concurrency)),
            "text": ("bedrock-runtime", _answers_soon()),
            "control": ("bedrock", _store(self._settings, OF_A_REQUEST)),
        }[purpose]
        return await self(service, self._settings.bedrock_endpoint, config, region)


def _store(settings: Settings, patience: Patience, **more: Any) -> AioConfig:
    return AioConfig(
        connect_timeout=patience.connect.total_seconds(),
        read_timeout=patience.answer.total_seconds(),
        # Each job in hand may save itself and renew its lease at the same time.
        max_pool_connections=max(50, 2 * settings.concurrency),
        retries={"mode": "standard", "total_max_attempts": patience.attempts},
        **more,
    )


def _ask_no_leave(params: dict[str, Any], **_: Any) -> None:
    """Send a body at once, and not only when S3 asks for it (``Expect: 100-continue``).

    aiohttp waits for that without an end, and where a connection breaks just then, nobody fetches
    the exception of its task, so that it is logged as a bug. Besides, it is a round trip.
    """
    params["headers"].pop("Expect", None)


def _one_attempt(concurrency: int) -> AioConfig:
    """A call to a model has no idempotency token: a hidden retry would be a hidden bill."""
    return AioConfig(
        connect_timeout=MODEL_CONNECTS_WITHIN.total_seconds(),
        read_timeout=MODEL_ANSWERS_WITHIN.total_seconds(),
        max_pool_connections=max(10, concurrency),
        retries={"mode": "standard", "total_max_attempts": 1},
        # aiobotocore passes over the SDK's own tcp_keepalive.
        connector_args={"socket_factory": kept_alive},
    )


def _answers_soon() -> AioConfig:
    return AioConfig(
        connect_timeout=TEXT_CONNECTS_WITHIN.total_seconds(),
        read_timeout=TEXT_ANSWERS_WITHIN.total_seconds(),
        retries={"mode": "standard", "total_max_attempts": 1},
    )


def _addressing(settings: Settings) -> str:
    """Left to itself, the SDK signs forms for S3's first region, which redirects from there."""
    return "path" if settings.aws_endpoint else "virtual"


def kept_alive(address: tuple[Any, ...]) -> socket.socket:
    """A socket on which the kernel shows sign of life while a model thinks."""
    family, kind, protocol, _, _ = address
    made = socket.socket(family=family, type=kind, proto=protocol)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if hasattr(socket, "TCP_KEEPIDLE"):
        seconds = int(KEEPALIVE.total_seconds())
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, seconds)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, seconds)
    return made
