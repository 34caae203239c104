"""What the SDK raises, translated once: a store that cannot be asked is ``StoreUnavailable``."""

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
from botocore.exceptions import (
    ClientError,
    ConnectionError,
    CredentialRetrievalError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    PartialCredentialsError,
    SSOError,
    TokenRetrievalError,
)

from shared.errors import StoreUnavailable

NOT_REACHED = (
    ConnectionError,
    HTTPClientError,
    IncompleteReadError,
    # While a body is read, aiobotocore lets some of aiohttp's own errors through.
    aiohttp.ClientError,
    TimeoutError,
)
NO_CREDENTIALS = (
    NoCredentialsError,
    PartialCredentialsError,
    CredentialRetrievalError,
    # A sign-in that has ended.
    SSOError,
    TokenRetrievalError,
)

_BUSY = {
    "LimitExceededException",
    "OverLimit",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestTimeout",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TransactionConflictException",
}
_GARBLED = {
    # What came is not what was sent.
    "BadDigest",
    "IncompleteBody",
    "XAmzContentSHA256Mismatch",
}
_REFUSED = {
    # The answer to a HEAD has no body, so its status is all that is said.
    "403",
    "AccessDenied",
    "AccessDeniedException",
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
_NOT_THERE = {
    "AWS.SimpleQueueService.NonExistentQueue",
    "NoSuchBucket",
    "QueueDoesNotExist",
    "ResourceNotFoundException",
}


@contextmanager
def store_errors() -> Iterator[None]:
    """Raises ``StoreUnavailable`` for what may pass or an operator can mend; bugs go through."""
    try:
        yield
    except ClientError as error:
        if not unavailable(error):
            raise
        raise StoreUnavailable(
            f"AWS did not do {error.operation_name}: {code(error)}: {words(error)}"
        ) from error
    except (*NOT_REACHED, *NO_CREDENTIALS) as error:
        raise StoreUnavailable(f"AWS could not be asked: {error}") from error


def unavailable(error: ClientError) -> bool:
    """Whether AWS turned the request away for no fault of the request itself."""
    return status(error) >= 500 or code(error) in _BUSY | _GARBLED | _REFUSED | _NOT_THERE


def code(error: ClientError) -> str:
    """AWS's name for what went wrong."""
    return str(error.response.get("Error", {}).get("Code", ""))


def words(error: ClientError) -> str:
    """AWS's sentence about it, or at least its name."""
    return str(error.response.get("Error", {}).get("Message") or code(error))


def status(error: ClientError) -> int:
    """The HTTP status of the answer."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
