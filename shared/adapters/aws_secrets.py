"""Secrets that settings only name: read from AWS Secrets Manager, once, when a process starts."""

import asyncio
from contextlib import AsyncExitStack

from shared.adapters.aws import secrets_client
from shared.adapters.aws_errors import store_errors
from shared.errors import StoreUnavailable
from shared.settings import PREFIX, Settings


async def with_secrets(settings: Settings) -> Settings:
    """The settings with each secret in place of its ARN.

    Raises ``ValueError`` naming the variable whose secret cannot be read, or breaks its rule.
    """
    named = settings.named_secrets()
    if not named:
        return settings
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(secrets_client(settings))

        async def read(field: str, arn: str) -> str:
            try:
                with store_errors():
                    reply = await client.get_secret_value(SecretId=arn)
            except StoreUnavailable as error:
                raise ValueError(
                    f"{PREFIX}{field.upper()}: the secret it names could not be read: {error}"
                ) from error
            return str(reply["SecretString"])

        values = await asyncio.gather(*(read(field, arn) for field, arn in named.items()))
    return settings.given(dict(zip(named, values, strict=True)))
