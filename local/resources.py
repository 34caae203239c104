"""The tables, queues and bucket that the service needs: what they are, and how they are made.

The descriptions are plain data in the words of the AWS APIs, so that a deployment's template can be
compared with them.
"""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

from shared.adapters.aws import AwsClients
from shared.adapters.aws_errors import code
from shared.adapters.dynamo_keys import DUE_ENTRY, DUE_INDEX, OWNER_INDEX, TTL_ATTRIBUTE
from shared.records import RETENTION
from shared.settings import Settings
from shared.uploads import OUTLIVED

VISIBILITY = timedelta(seconds=60)
"""As long as a lease: a worker renews both every 20 s, and what it no longer renews comes back."""
MAX_RECEIVES = 10
"""Above the attempts a job has, so that the job's own count ends it first."""
DEAD_RETENTION = timedelta(days=14)
LONG_POLL = timedelta(seconds=20)
UNFINISHED_UPLOADS_LIVE = timedelta(days=1)
ARTIFACTS_OUTLIVED = RETENTION + timedelta(days=2)
"""A picture is never older than its job, so at this age no job shows it any more."""

_QUEUE_EXISTS = {"QueueAlreadyExists", "QueueNameExists"}
"""SQS's older protocol has the second name for it."""


def tables(settings: Settings) -> list[dict[str, Any]]:
    """``CreateTable``, for each table."""
    return [jobs_table(settings), ledger_table(settings)]


def jobs_table(settings: Settings) -> dict[str, Any]:
    return {
        "TableName": settings.jobs_table,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": "S"}
            for name in ("id", "owner", "listed", "due_shard", "due_at")
        ],
        "KeySchema": _keys("id"),
        "GlobalSecondaryIndexes": [
            _index(OWNER_INDEX, "owner", "listed"),
            _index(DUE_INDEX, "due_shard", "due_at", only=DUE_ENTRY),
        ],
    }


def ledger_table(settings: Settings) -> dict[str, Any]:
    return {
        "TableName": settings.ledger_table,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": "S"}
            for name in ("pk", "sk", "due_shard", "due_at")
        ],
        "KeySchema": _keys("pk", "sk"),
        "GlobalSecondaryIndexes": [_index(DUE_INDEX, "due_shard", "due_at")],
    }


def _keys(partition: str, sort: str | None = None) -> list[dict[str, str]]:
    keys = [{"AttributeName": partition, "KeyType": "HASH"}]
    return keys + ([{"AttributeName": sort, "KeyType": "RANGE"}] if sort else [])


def _index(
    name: str, partition: str, sort: str, *, only: tuple[str, ...] | None = None
) -> dict[str, Any]:
    """An index with whole rows; or with their keys and ``only`` these attributes besides, which
    costs less wherever rows are written more often than they are looked for."""
    projection: dict[str, Any] = {"ProjectionType": "ALL"}
    if only is not None:
        projection = {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(only)}
    return {"IndexName": name, "KeySchema": _keys(partition, sort), "Projection": projection}


def time_to_live() -> dict[str, Any]:
    """``UpdateTimeToLive``, the same for both tables."""
    return {"Enabled": True, "AttributeName": TTL_ATTRIBUTE}


def dead_queue() -> dict[str, str]:
    """Attributes of the queue of dead letters."""
    return {"MessageRetentionPeriod": _seconds(DEAD_RETENTION)}


def lane_queue(dead_arn: str) -> dict[str, str]:
    """Attributes of a lane's queue."""
    return {
        "VisibilityTimeout": _seconds(VISIBILITY),
        "ReceiveMessageWaitTimeSeconds": _seconds(LONG_POLL),
        "RedrivePolicy": json.dumps(
            {"deadLetterTargetArn": dead_arn, "maxReceiveCount": MAX_RECEIVES}
        ),
    }


def _seconds(span: timedelta) -> str:
    return str(int(span.total_seconds()))


def bucket_cors(settings: Settings) -> dict[str, Any]:
    """``PutBucketCors``: pages of the frontends send uploads and read pictures.

    Without a public URL these are the frontends of this machine, of which there may be several.
    """
    own = [f"http://{host}:*" for host in ("127.0.0.1", "localhost")]
    return {
        "CORSRules": [
            {
                "AllowedOrigins": [settings.public_origin] if settings.public_origin else own,
                "AllowedMethods": ["GET", "POST"],
                "AllowedHeaders": ["*"],
                "ExposeHeaders": ["ETag"],
                "MaxAgeSeconds": 3600,
            }
        ]
    }


def bucket_lifecycle() -> dict[str, Any]:
    """``PutBucketLifecycleConfiguration``: the net under the reconciler.

    It deletes what belongs to a job in time. S3 knows no jobs, so it takes only what is so old that
    none can need it: what a crash or a late worker left behind.
    """
    days = UNFINISHED_UPLOADS_LIVE.days
    return {
        "Rules": [
            _expiry("forgotten-uploads", "uploads/", OUTLIVED),
            _expiry("forgotten-artifacts", "artifacts/", ARTIFACTS_OUTLIVED),
            {
                "ID": "unfinished-uploads",
                "Status": "Enabled",
                "Filter": {"Prefix": ""},
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": days},
            },
        ]
    }


def _expiry(name: str, prefix: str, age: timedelta) -> dict[str, Any]:
    return {
        "ID": name,
        "Status": "Enabled",
        "Filter": {"Prefix": prefix},
        "Expiration": {"Days": age.days},
    }


def bucket_access() -> dict[str, bool]:
    """``PutPublicAccessBlock``: the bucket is private; pictures are read by signed links."""
    return dict.fromkeys(
        ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
    )


async def make(settings: Settings, clients: AwsClients) -> None:
    """Make whatever is not there yet, and set the rest right; nothing that is kept is touched."""
    await asyncio.gather(
        make_tables(settings, clients.dynamodb),
        make_queues(settings, clients.sqs),
        make_bucket(settings, clients.s3),
    )


async def make_tables(settings: Settings, dynamodb: Any) -> None:
    await asyncio.gather(*(make_table(table, dynamodb) for table in tables(settings)))


async def make_table(table: dict[str, Any], dynamodb: Any) -> None:
    name = table["TableName"]
    await _unless({"ResourceInUseException"}, lambda: dynamodb.create_table(**table))
    await dynamodb.get_waiter("table_exists").wait(
        TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    await _add_missing_indexes(table, dynamodb)
    expiry = (await dynamodb.describe_time_to_live(TableName=name))["TimeToLiveDescription"]
    if expiry["TimeToLiveStatus"] not in ("ENABLED", "ENABLING"):
        await dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=time_to_live())


async def _add_missing_indexes(table: dict[str, Any], dynamodb: Any) -> None:
    """A table that was made by an earlier release may lack one."""
    name = table["TableName"]
    described = (await dynamodb.describe_table(TableName=name))["Table"]
    there = {index["IndexName"] for index in described.get("GlobalSecondaryIndexes", ())}
    for index in table.get("GlobalSecondaryIndexes", ()):
        if index["IndexName"] not in there:
            await dynamodb.update_table(
                TableName=name,
                AttributeDefinitions=table["AttributeDefinitions"],
                GlobalSecondaryIndexUpdates=[{"Create": index}],
            )


async def make_queues(settings: Settings, sqs: Any) -> None:
    dead_url = await _make_queue(sqs, settings.dead_queue, dead_queue())
    dead = await sqs.get_queue_attributes(QueueUrl=dead_url, AttributeNames=["QueueArn"])
    lane = lane_queue(dead["Attributes"]["QueueArn"])
    for name in (settings.normal_queue, settings.low_queue):
        await _make_queue(sqs, name, lane)


async def _make_queue(sqs: Any, name: str, attributes: dict[str, str]) -> str:
    # A queue of that name with other attributes is no reason to fail: they are set right below.
    await _unless(_QUEUE_EXISTS, lambda: sqs.create_queue(QueueName=name))
    url: str = (await sqs.get_queue_url(QueueName=name))["QueueUrl"]
    await sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
    return url


async def make_bucket(settings: Settings, s3: Any) -> None:
    place: dict[str, Any] = {}
    if settings.region != "us-east-1":
        # S3's first region is the one that may not be named.
        place = {"CreateBucketConfiguration": {"LocationConstraint": settings.region}}
    bucket = settings.bucket
    await _unless({"BucketAlreadyOwnedByYou"}, lambda: s3.create_bucket(Bucket=bucket, **place))
    await s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=bucket_access())
    await s3.put_bucket_cors(Bucket=bucket, CORSConfiguration=bucket_cors(settings))
    await s3.put_bucket_lifecycle_configuration(
        Bucket=bucket, LifecycleConfiguration=bucket_lifecycle()
    )


async def _unless(there_already: set[str], create: Callable[[], Any]) -> None:
    try:
        await create()
    except ClientError as error:
        if code(error) not in there_already:
            raise
