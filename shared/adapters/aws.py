"""The AWS clients of a process, all made here: one session, each client built once."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Self

from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession, get_session

from shared.settings import Settings

CONNECT_WITHIN = timedelta(seconds=3)
STORE_ATTEMPTS = 3
LONGEST_POLL = timedelta(seconds=20)
"""What SQS allows; a client that waits less long for an answer would cut its own poll off."""
MODEL_CONNECTS_WITHIN = timedelta(seconds=10)
MODEL_ANSWERS_WITHIN = timedelta(seconds=300)
"""AWS asks for at least this; the SDK's own 60 s are easily exceeded."""
KEEPALIVE = timedelta(seconds=60)
"""NAT gateways and load balancers drop a connection that is idle for 350 s."""


@dataclass(frozen=True)
class AwsClients:
    """Clients for the stores and the queue, and one for Bedrock in each region that is asked."""

    dynamodb: Any
    sqs: Any
    s3: Any
    _make: "_ClientMaker"
    _bedrock: dict[str, Any] = field(default_factory=dict)
    _making: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    @asynccontextmanager
    async def open(
        cls, settings: Settings, session: AioSession | None = None
    ) -> AsyncIterator[Self]:
        """The clients, closed at the end. A session may be shared: it holds AWS's API models."""
        async with AsyncExitStack() as stack:
            make = _ClientMaker(settings, session or get_session(), stack)
            yield cls(
                dynamodb=await make("dynamodb", settings.aws_endpoint, _store(settings, 10)),
                sqs=await make(
                    "sqs",
                    settings.aws_endpoint,
                    _store(settings, LONGEST_POLL.total_seconds() + 10),
                ),
                s3=await make(
                    "s3",
                    settings.aws_endpoint,
                    _store(settings, 60, s3={"addressing_style": _addressing(settings)}),
                ),
                _make=make,
            )

    async def bedrock(self, region: str) -> Any:
        """The client for models in a region, made when it is first asked for."""
        async with self._making:
            if region not in self._bedrock:
                self._bedrock[region] = await self._make.bedrock(region)
        return self._bedrock[region]


class _ClientMaker:
    def __init__(self, settings: Settings, session: AioSession, stack: AsyncExitStack) -> None:
        self._settings = settings
        self._session = session
        self._stack = stack

    async def __call__(
        self, service: str, endpoint: str | None, config: AioConfig, region: str | None = None
    ) -> Any:
        key_id, secret = self._settings.aws_access_key_id, self._settings.aws_secret_access_key
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

    async def bedrock(self, region: str) -> Any:
        endpoint = self._settings.bedrock_endpoint
        return await self(
            "bedrock-runtime", endpoint, _one_attempt(self._settings.concurrency), region
        )


def _store(settings: Settings, read_timeout: float, **more: Any) -> AioConfig:
    return AioConfig(
        connect_timeout=CONNECT_WITHIN.total_seconds(),
        read_timeout=read_timeout,
        # Each job in hand may save itself and renew its lease at the same time.
        max_pool_connections=max(50, 2 * settings.concurrency),
        retries={"mode": "standard", "total_max_attempts": STORE_ATTEMPTS},
        **more,
    )


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


def _addressing(settings: Settings) -> str:
    return "path" if settings.aws_endpoint else "auto"


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
