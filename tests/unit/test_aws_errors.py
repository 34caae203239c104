"""What becomes of the SDK's errors at the border."""

import aiohttp
import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    IncompleteReadError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)

from shared.adapters.aws_errors import store_errors
from shared.adapters.dynamo_errors import Refused, dynamo_errors
from shared.errors import StoreUnavailable

URL = "https://dynamodb.us-west-2.amazonaws.com/"


def answer(code: str, status: int, **more: object) -> ClientError:
    response = {
        "Error": {"Code": code, "Message": "in AWS's words"},
        "ResponseMetadata": {"HTTPStatusCode": status},
        **more,
    }
    return ClientError(response, "PutItem")


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ProvisionedThroughputExceededException", 400),
        ("ThrottlingException", 400),
        ("RequestThrottled", 403),
        ("SlowDown", 503),
        ("InternalServerError", 500),
        ("", 502),
        ("BadDigest", 400),
        ("AccessDeniedException", 400),
        ("AccessDenied", 403),
        ("ExpiredTokenException", 400),
        ("UnrecognizedClientException", 400),
        ("ResourceNotFoundException", 400),
        ("NoSuchBucket", 404),
        ("AWS.SimpleQueueService.NonExistentQueue", 400),
    ],
)
def test_what_may_pass_or_be_mended_is_unavailable_and_names_the_action(
    code: str, status: int
) -> None:
    with pytest.raises(StoreUnavailable) as unavailable, store_errors():
        raise answer(code, status)
    assert str(unavailable.value) == f"AWS did not do PutItem: {code}: in AWS's words"


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url=URL),
        ConnectionClosedError(endpoint_url=URL),
        ReadTimeoutError(endpoint_url=URL),
        IncompleteReadError(actual_bytes=1, expected_bytes=2),
        NoCredentialsError(),
        aiohttp.ClientPayloadError("cut off"),
        TimeoutError(),
    ],
)
def test_what_could_not_be_asked_is_unavailable(error: Exception) -> None:
    with pytest.raises(StoreUnavailable, match="could not be asked"), store_errors():
        raise error


@pytest.mark.parametrize(
    "bug",
    [
        answer("ValidationException", 400),
        answer("NoSuchKey", 404),
        ParamValidationError(report="bad"),
        KeyError("body"),
    ],
)
def test_a_bug_goes_through(bug: Exception) -> None:
    with pytest.raises(type(bug)), dynamo_errors():
        raise bug


@pytest.mark.parametrize(("more", "kept"), [({}, {}), ({"Item": {"id": {"S": "x"}}},) * 2])
def test_a_refused_condition_brings_the_row_that_stood_against_it(
    more: dict[str, object], kept: dict[str, object]
) -> None:
    with pytest.raises(Refused) as refused, dynamo_errors():
        raise answer("ConditionalCheckFailedException", 400, **more)
    assert refused.value.kept == kept.get("Item", {})
