"""Models on Bedrock: one InvokeModel, its failures told apart by who may be billed and why."""

from collections.abc import Mapping
from typing import Any

import aiohttp
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ProxyConnectionError,
    SSLError,
)

from shared.adapters.aws import AwsClients
from shared.adapters.aws_errors import NO_CREDENTIALS, NOT_REACHED, code, status, words
from shared.errors import (
    CallFailed,
    InputRejected,
    ModelBroken,
    ModelBusy,
    ModelTimeout,
    ModelUnavailable,
    ReplyUnusable,
    StoreUnavailable,
)
from shared.ports.models import BODY_MOST

_MEANS: Mapping[str, type[CallFailed]] = {
    "ThrottlingException": ModelBusy,
    "ServiceQuotaExceededException": ModelBusy,
    "ModelNotReadyException": ModelBusy,
    "ModelTimeoutException": ModelTimeout,
    "ModelErrorException": ModelBroken,
    "InternalServerException": ModelBroken,
    "ServiceUnavailableException": ModelBroken,
    "AccessDeniedException": ModelUnavailable,
    "ResourceNotFoundException": ModelUnavailable,
    # Credentials are renewed, and then it goes on.
    "UnrecognizedClientException": ModelBroken,
    "ExpiredTokenException": ModelBroken,
    "ValidationException": InputRejected,
}
_JSON = "application/json"
_CHUNK = 262_144


class BedrockModels:
    def __init__(self, clients: AwsClients) -> None:
        self._clients = clients

    async def invoke(self, model_id: str, region: str, body: bytes) -> bytes:
        if len(body) > BODY_MOST:
            raise InputRejected(
                f"The request has {len(body):,} bytes; a model takes at most {BODY_MOST:,}."
            )
        client = await self._clients.bedrock(region)
        try:
            reply = await client.invoke_model(
                modelId=model_id, body=body, contentType=_JSON, accept=_JSON
            )
            async with reply["body"] as stream:
                return await _read(stream)
        except ClientError as error:
            failure = answered(error)
            if failure is None:
                raise
            raise failure from error
        except NO_CREDENTIALS as error:
            raise StoreUnavailable(f"Bedrock could not be asked: {error}") from error
        except NOT_REACHED as error:
            raise unanswered(error) from error


async def _read(stream: Any) -> bytes:
    """A reply's body, of which no more is read than a reply may have."""
    parts: list[bytes] = []
    left = BODY_MOST
    while part := await stream.read(_CHUNK):
        parts.append(part)
        left -= len(part)
        if left < 0:
            raise ReplyUnusable(f"The model's reply has more than {BODY_MOST:,} bytes.")
    return b"".join(parts)


def answered(error: ClientError) -> CallFailed | None:
    """What Bedrock's answer means, in its own words; None for an answer we do not know."""
    if code(error) in _MEANS:
        return _MEANS[code(error)](words(error))
    if status(error) == 429:
        return ModelBusy(words(error))
    if status(error) >= 500:
        return ModelBroken(words(error))
    return None


def unanswered(error: Exception) -> CallFailed:
    """A request that may have arrived may be billed; one that found no connection cannot be."""
    if _never_sent(error):
        return ModelBroken("The model could not be reached.")
    return ModelTimeout("The connection to the model ended before it answered.")


def _never_sent(error: Exception) -> bool:
    if isinstance(error, EndpointConnectionError):
        # aiobotocore raises this for a connection that was reset half-way, too.
        return isinstance(_cause(error), aiohttp.ClientConnectorError)
    return isinstance(error, ConnectTimeoutError | ProxyConnectionError | SSLError)


def _cause(error: BotoCoreError) -> object:
    return error.kwargs.get("error")
