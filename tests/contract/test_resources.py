"""What the bootstrap makes, and that it can be run again."""

import json
from collections.abc import AsyncIterator

import pytest
from aiobotocore.session import AioSession

from local.resources import bucket_access, bucket_cors, ledger_table, make, make_table
from shared.adapters.aws import AwsClients
from shared.adapters.dynamo_jobs import DynamoJobStore
from shared.adapters.dynamo_uploads import DynamoUploads
from tests.builders import a_job, an_upload
from tests.contract.conftest import Aws
from tests.local_settings import own_settings


@pytest.fixture(params=["aws_endpoint", "moto_endpoint"])
async def aws(request: pytest.FixtureRequest, aws_session: AioSession) -> AsyncIterator[Aws]:
    settings = own_settings(request.getfixturevalue(request.param))
    async with AwsClients.open(settings, aws_session) as clients:
        await make(settings, clients)
        yield Aws(settings, clients)


async def test_made_again_nothing_that_is_kept_is_lost(aws: Aws) -> None:
    job = a_job()
    store = DynamoJobStore(aws.clients.dynamodb, aws.settings.jobs_table)
    await store.add(job)
    await aws.clients.s3.put_object(Bucket=aws.settings.bucket, Key="k", Body=b"x")
    await make(aws.settings, aws.clients)
    assert await store.get(job.id) == job
    await aws.clients.s3.head_object(Bucket=aws.settings.bucket, Key="k")


async def test_rows_die_by_their_time_to_live(aws: Aws) -> None:
    for table in (aws.settings.jobs_table, aws.settings.ledger_table):
        reply = await aws.clients.dynamodb.describe_time_to_live(TableName=table)
        assert reply["TimeToLiveDescription"] == {
            "TimeToLiveStatus": "ENABLED",
            "AttributeName": "ttl",
        }


async def test_the_jobs_table_has_a_list_for_owners_and_one_for_what_is_due(aws: Aws) -> None:
    reply = await aws.clients.dynamodb.describe_table(TableName=aws.settings.jobs_table)
    indexes = {
        index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]]
        for index in reply["Table"]["GlobalSecondaryIndexes"]
    }
    assert indexes == {"owner-created": ["owner", "listed"], "due": ["due_shard", "due_at"]}


async def test_both_lanes_send_their_dead_to_one_queue(aws: Aws) -> None:
    sqs = aws.clients.sqs

    async def attributes(name: str) -> dict[str, str]:
        url = (await sqs.get_queue_url(QueueName=name))["QueueUrl"]
        reply = await sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
        return dict(reply["Attributes"])

    dead = await attributes(aws.settings.dead_queue)
    assert dead["MessageRetentionPeriod"] == str(14 * 24 * 3600)
    for lane in (aws.settings.normal_queue, aws.settings.low_queue):
        made = await attributes(lane)
        assert made["VisibilityTimeout"] == "60"
        redrive = json.loads(made["RedrivePolicy"])
        assert redrive["deadLetterTargetArn"] == dead["QueueArn"]
        assert int(redrive["maxReceiveCount"]) == 10


async def test_a_queue_that_was_made_otherwise_is_set_right(aws: Aws) -> None:
    sqs, name = aws.clients.sqs, aws.settings.normal_queue
    url = (await sqs.get_queue_url(QueueName=name))["QueueUrl"]
    await sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "5"})
    await make(aws.settings, aws.clients)
    reply = await sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
    assert reply["Attributes"]["VisibilityTimeout"] == "60"


async def test_the_bucket_is_private_and_lets_only_the_frontends_pages_in(aws: Aws) -> None:
    s3, bucket = aws.clients.s3, aws.settings.bucket
    access = await s3.get_public_access_block(Bucket=bucket)
    assert access["PublicAccessBlockConfiguration"] == bucket_access()
    cors = await s3.get_bucket_cors(Bucket=bucket)
    [rule] = cors["CORSRules"]
    assert rule["AllowedOrigins"] == ["http://127.0.0.1:*", "http://localhost:*"]
    assert sorted(rule["AllowedMethods"]) == ["GET", "POST"]


async def test_what_was_forgotten_goes_when_no_job_can_need_it_any_more(aws: Aws) -> None:
    s3, bucket = aws.clients.s3, aws.settings.bucket
    rules = (await s3.get_bucket_lifecycle_configuration(Bucket=bucket))["Rules"]
    expiries = {rule["Filter"]["Prefix"]: rule.get("Expiration") for rule in rules}
    # A job may name an upload for 60 days, and is kept for 30; a picture is younger than its job.
    assert expiries == {"uploads/": {"Days": 92}, "artifacts/": {"Days": 32}, "": None}


async def test_a_table_that_was_made_without_an_index_gets_it(
    aws_endpoint: str, aws_session: AioSession
) -> None:
    settings = own_settings(aws_endpoint)
    async with AwsClients.open(settings, aws_session) as clients:
        table = ledger_table(settings)
        older = {name: value for name, value in table.items() if "Indexes" not in name}
        older["AttributeDefinitions"] = [
            part for part in table["AttributeDefinitions"] if part["AttributeName"] in ("pk", "sk")
        ]
        await make_table(older, clients.dynamodb)
        uploads = DynamoUploads(clients.dynamodb, settings.ledger_table)
        upload = an_upload()
        await uploads.add(upload)
        await make_table(table, clients.dynamodb)
        assert await uploads.due(upload.look_at, limit=1) == [upload]


def test_a_public_url_is_the_only_origin() -> None:
    cors = bucket_cors(own_settings("http://aws", public_url="https://App.example.com:443/"))
    assert cors["CORSRules"][0]["AllowedOrigins"] == ["https://app.example.com"]
