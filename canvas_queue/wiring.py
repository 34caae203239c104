"""Wiring of the command: settings in, what asks AWS out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared.adapters.aws import AwsClients
from shared.adapters.bedrock_lifecycles import BedrockLifecycles
from shared.ports import ModelLifecycles
from shared.settings import Settings


@asynccontextmanager
async def open_lifecycles(settings: Settings) -> AsyncIterator[ModelLifecycles]:
    """Bedrock, or the endpoint that the settings name instead; closed at the end."""
    async with AwsClients.open(settings) as aws:
        yield BedrockLifecycles(aws)
