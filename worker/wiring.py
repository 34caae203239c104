"""Wiring of the worker: settings in, a worker on AWS adapters out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import SystemRandom

from shared.adapters.aws import AwsClients
from shared.adapters.bedrock_models import BedrockModels
from shared.adapters.dynamo_jobs import DynamoJobStore
from shared.adapters.dynamo_meters import DynamoMeters
from shared.adapters.dynamo_pools import DynamoPools
from shared.adapters.dynamo_spending import DynamoSpending
from shared.adapters.dynamo_uploads import DynamoUploads
from shared.adapters.pillow_darkroom import PillowDarkroom
from shared.adapters.pillow_inputs import PREPARING_BYTES
from shared.adapters.s3_pictures import S3Pictures
from shared.adapters.sqs_queue import SqsQueue
from shared.catalog import Catalog
from shared.clock import system_clock
from shared.limits import Limits
from shared.settings import Settings
from worker.assembly import Surroundings, Worker, assemble


@asynccontextmanager
async def open_worker(settings: Settings) -> AsyncIterator[Worker]:
    """A worker on AWS, or on whatever endpoints the settings name; closed at the end."""
    async with AwsClients.open(settings) as aws:
        meters = DynamoMeters(aws.dynamodb, settings.ledger_table)
        spending = DynamoSpending(aws.dynamodb, settings.ledger_table)
        yield assemble(
            Surroundings(
                jobs=DynamoJobStore(aws.dynamodb, settings.jobs_table),
                queue=SqsQueue(
                    aws.sqs, settings.normal_queue, settings.low_queue, settings.dead_queue
                ),
                pictures=S3Pictures(aws.s3, settings.bucket),
                pools=DynamoPools(aws.dynamodb, settings.ledger_table),
                uploads=DynamoUploads(aws.dynamodb, settings.ledger_table),
                meters=meters,
                models=BedrockModels(aws),
                darkroom=PillowDarkroom(),
            ),
            limits=Limits.of(settings, meters, spending),
            catalog=Catalog.of(settings),
            memory=settings.worker_memory_mb * 1_000_000 - PREPARING_BYTES,
            clock=system_clock,
            random=SystemRandom(),
        )
