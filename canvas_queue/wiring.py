"""Wiring of the command: settings in, what asks AWS out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared.adapters.aws import AwsClients
from shared.adapters.bedrock_lifecycles import BedrockLifecycles
from shared.adapters.dynamo_api_keys import DynamoKeys
from shared.ports.keys import Keys
from shared.ports.models import ModelLifecycles
from shared.settings import Settings


@asynccontextmanager
async def open_lifecycles(settings: Settings) -> AsyncIterator[ModelLifecycles]:
    """Bedrock, or the endpoint that the settings name instead; closed at the end."""
    async with AwsClients.open(settings) as aws:
        yield BedrockLifecycles(aws)


@asynccontextmanager
async def open_keys(settings: Settings) -> AsyncIterator[Keys]:
    """The keys of the deployment whose ledger the settings name; closed at the end."""
    async with AwsClients.open(settings) as aws:
        yield DynamoKeys(aws.dynamodb, settings.ledger_table)
