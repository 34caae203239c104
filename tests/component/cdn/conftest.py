"""A stand-in for the CDN in front of a real private bucket, and who reads through it."""

from collections.abc import Iterator
from typing import Any

import boto3
import httpx
import pytest

from local.signing_key import make_signing_key
from tests.component.cdn.stand_in import (
    BUCKET,
    CONTENT,
    LARGE,
    LARGE_BYTES,
    PICTURE,
    Cdn,
    running_cdn,
)


@pytest.fixture(scope="session")
def bucket(aws_endpoint: str) -> Iterator[Any]:
    """An S3 client; the bucket has one picture of each size."""
    s3 = boto3.client(
        "s3",
        endpoint_url=aws_endpoint,
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(
        Bucket=BUCKET,
        Key=PICTURE,
        Body=CONTENT,
        ContentType="image/png",
        CacheControl="private, max-age=3600",
        ContentDisposition='inline; filename="picture.png"',
    )
    s3.put_object(Bucket=BUCKET, Key=LARGE, Body=bytes(LARGE_BYTES), ContentType="image/png")
    yield s3
    s3.close()


@pytest.fixture(scope="session")
def cdn(aws_endpoint: str, bucket: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cdn]:
    with running_cdn(make_signing_key(), aws_endpoint, tmp_path_factory.mktemp("cdn")) as cdn:
        yield cdn


@pytest.fixture
def browser() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=10) as client:
        yield client
