"""Wiring of the frontend: settings in, the API's parts on AWS adapters and the studio out."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from random import SystemRandom
from urllib.parse import urlsplit

from fastapi import FastAPI

from frontend.api.context import Frontend
from frontend.api.cursors import Cursors
from frontend.api.identity import Identity
from frontend.studio.site.frozen import read
from frontend.studio.site.headers import NOBODY, Origins
from frontend.studio.site.live import Studio
from frontend.studio.site.server import Server
from shared.adapters.aws import OF_A_REQUEST, AwsClients
from shared.adapters.aws_probes import BucketProbe, QueueProbe, TableProbe
from shared.adapters.aws_secrets import with_secrets
from shared.adapters.bedrock_lifecycles import BedrockLifecycles
from shared.adapters.bedrock_text import BedrockText
from shared.adapters.cloudfront import CloudFrontLinks
from shared.adapters.dynamo_api_keys import DynamoKeys
from shared.adapters.dynamo_jobs import DynamoJobStore
from shared.adapters.dynamo_meters import DynamoMeters
from shared.adapters.dynamo_pools import DynamoPools
from shared.adapters.dynamo_shares import DynamoShares
from shared.adapters.dynamo_spending import DynamoSpending
from shared.adapters.dynamo_submissions import DynamoSubmissions
from shared.adapters.dynamo_uploads import DynamoUploads
from shared.adapters.remembered_keys import RememberedKeys
from shared.adapters.s3_forms import S3Forms, upload_origin
from shared.adapters.s3_pictures import S3Pictures
from shared.adapters.sqs_queue import SqsQueue
from shared.annotation import Annotator
from shared.cancellation import Canceler
from shared.catalog import Catalog
from shared.clock import system_clock
from shared.closing import Closer
from shared.deletion import Deleter
from shared.erasure import Eraser
from shared.estimates import Estimator
from shared.lifecycle import LifecycleWatch
from shared.limits import Limits
from shared.naming import Namer
from shared.prompting import PromptHelper
from shared.refusals import RefusalWatch
from shared.settings import Settings
from shared.shares import Sharer
from shared.submission import Submitter
from shared.uploads import Uploader


def settings_of(environment: Mapping[str, str]) -> Settings:
    """The settings of this process, with what they only name read from AWS Secrets Manager.

    Raises ``ValueError``.
    """
    settings = Settings.load(environment)
    return asyncio.run(with_secrets(settings)) if settings.named_secrets() else settings


@asynccontextmanager
async def open_frontend(settings: Settings) -> AsyncIterator[Frontend]:
    """The API's parts on AWS, or on whatever endpoints the settings name; closed at the end.

    Raises ``ValueError`` if a setting that only the frontend needs is missing.
    """
    secrets = settings.trusted("secret")
    random = SystemRandom()
    async with (
        AwsClients.open(settings, patience=OF_A_REQUEST) as aws,
        AsyncExitStack() as stack,
    ):
        jobs = DynamoJobStore(aws.dynamodb, settings.jobs_table)
        uploads = DynamoUploads(aws.dynamodb, settings.ledger_table)
        limits = Limits.of(
            settings,
            DynamoMeters(aws.dynamodb, settings.ledger_table),
            DynamoSpending(aws.dynamodb, settings.ledger_table),
        )
        lifecycles = LifecycleWatch(Catalog.of(settings), BedrockLifecycles(aws), random)
        pictures = S3Pictures(aws.s3, settings.bucket)
        pools = DynamoPools(aws.dynamodb, settings.ledger_table)
        catalog = RefusalWatch(lifecycles, pools, system_clock, random)
        eraser = Eraser(jobs, uploads, pictures, system_clock)
        closer = Closer(jobs, pools, limits, eraser)
        for watch in (lifecycles, catalog):
            await stack.enter_async_context(_running(watch))
        yield Frontend(
            jobs=jobs,
            submitter=Submitter(
                jobs=jobs,
                queue=SqsQueue(
                    aws.sqs, settings.normal_queue, settings.low_queue, settings.dead_queue
                ),
                submissions=DynamoSubmissions(aws.dynamodb, settings.ledger_table),
                pools=pools,
                limits=limits,
                namer=Namer(jobs, uploads, pictures),
                catalog=catalog,
                clock=system_clock,
                random=random,
            ),
            uploader=Uploader(
                uploads, S3Forms(aws.s3, settings.bucket), limits, system_clock, random
            ),
            canceler=Canceler(jobs, closer, system_clock),
            deleter=Deleter(jobs, closer, system_clock),
            estimator=Estimator(pools, catalog, system_clock),
            annotator=Annotator(jobs),
            limits=limits,
            sharer=Sharer(
                jobs,
                DynamoShares(aws.dynamodb, settings.ledger_table),
                limits,
                system_clock,
                random,
            ),
            catalog=catalog,
            prompts=PromptHelper(
                BedrockText(aws, settings.region),
                asked=(settings.prompt_model, settings.prompt_fallback),
                limits=limits,
                clock=system_clock,
            ),
            identity=Identity.of(
                settings,
                RememberedKeys(DynamoKeys(aws.dynamodb, settings.ledger_table), system_clock),
                secrets,
            ),
            cursors=Cursors(secrets),
            links=CloudFrontLinks(
                settings.require("cdn_url"),
                settings.require("cdn_key_id"),
                settings.require("cdn_private_key").encode(),
            ),
            probes=(
                TableProbe(aws.dynamodb, settings.jobs_table),
                TableProbe(aws.dynamodb, settings.ledger_table),
                QueueProbe(aws.sqs, settings.normal_queue),
                BucketProbe(aws.s3, settings.bucket),
            ),
            clock=system_clock,
            random=random,
            secure_cookies=settings.reached_by_https,
            framed=bool(settings.framed_by),
        )


@asynccontextmanager
async def _running(watch: LifecycleWatch | RefusalWatch) -> AsyncIterator[None]:
    task = asyncio.create_task(watch.run(), name=type(watch).__name__)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def mount_studio(app: FastAPI, settings: Settings) -> Studio | None:
    """Mount the page at ``/``; the studio, if it has yet to be drawn.

    Raises ``ValueError`` if the page is to be frozen and is not.
    """
    if settings.studio == "off":
        return None
    origins = Origins(
        pictures=_origin(settings.require("cdn_url")),
        uploads=_origin(upload_origin(settings)),
        frames=" ".join(sorted(settings.framed_by)) or NOBODY,
    )
    if settings.studio == "frozen":
        app.mount("/", Server(read(settings.frozen_studio, origins)), name="studio")
        return None
    studio = Studio(origins=origins)
    app.mount("/", studio, name="studio")
    return studio


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
