"""Wiring of the worker: settings in, a processor on AWS adapters out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
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
from shared.closing import Closer
from shared.erasure import Eraser
from shared.limits import Limits
from shared.pacing import Pacer
from shared.ports.queue import Queue
from shared.settings import Settings
from worker.bookkeeper import Bookkeeper
from worker.budget import ByteBudget
from worker.caller import Caller
from worker.census import Census
from worker.inputs import Gatherer
from worker.mailbox import Mailbox
from worker.processor import Processor
from worker.reconciler import Reconciler
from worker.runner import Runner
from worker.undertaker import Undertaker


@dataclass(frozen=True)
class Worker:
    """A processor, the queue it works from, and what sweeps up behind it."""

    processor: Processor
    queue: Queue
    reconciler: Reconciler


@asynccontextmanager
async def open_worker(settings: Settings) -> AsyncIterator[Worker]:
    """A worker on AWS, or on whatever endpoints the settings name; closed at the end."""
    random = SystemRandom()
    catalog = Catalog.of(settings)
    async with AwsClients.open(settings) as aws:
        jobs = DynamoJobStore(aws.dynamodb, settings.jobs_table)
        queue = SqsQueue(aws.sqs, settings.normal_queue, settings.low_queue, settings.dead_queue)
        pictures = S3Pictures(aws.s3, settings.bucket)
        meters = DynamoMeters(aws.dynamodb, settings.ledger_table)
        pools = DynamoPools(aws.dynamodb, settings.ledger_table)
        uploads = DynamoUploads(aws.dynamodb, settings.ledger_table)
        limits = Limits.of(settings, meters, DynamoSpending(aws.dynamodb, settings.ledger_table))
        eraser = Eraser(jobs, uploads, pictures, system_clock)
        closer = Closer(jobs, pools, limits, eraser)
        pacer = Pacer(pools, system_clock, random)
        darkroom = PillowDarkroom()
        caller = Caller(
            models=BedrockModels(aws),
            pictures=pictures,
            darkroom=darkroom,
            pacer=pacer,
            catalog=catalog,
            clock=system_clock,
        )
        mailbox = Mailbox(queue, random)
        runner = Runner(
            jobs=jobs,
            mailbox=mailbox,
            closer=closer,
            gatherer=Gatherer(jobs, pictures, darkroom, catalog),
            caller=caller,
            catalog=catalog,
            clock=system_clock,
            random=random,
        )
        processor = Processor(
            jobs=jobs,
            mailbox=mailbox,
            closer=closer,
            pacer=pacer,
            runner=runner,
            catalog=catalog,
            budget=ByteBudget(settings.worker_memory_mb * 1_000_000 - PREPARING_BYTES),
            clock=system_clock,
        )
        reconciler = Reconciler(
            jobs=jobs,
            uploads=uploads,
            queue=queue,
            closer=closer,
            eraser=eraser,
            bookkeeper=Bookkeeper(jobs, limits, system_clock),
            undertaker=Undertaker(jobs, mailbox, closer, system_clock),
            meters=meters,
            census=Census(jobs, pools, catalog, system_clock),
            clock=system_clock,
            random=random,
        )
        yield Worker(processor=processor, queue=queue, reconciler=reconciler)
