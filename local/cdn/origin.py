"""The private bucket behind the distribution, read the way origin access control reads it."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

CHUNK_BYTES: Final = 64 * 1024

_PASSED_ON = (
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-length",
    "content-range",
    "content-type",
    "etag",
    "last-modified",
)
_VALIDATORS = ("cache-control", "etag", "last-modified")


class OriginRefused(Exception):
    """The bucket did not give the object; what the viewer is told instead."""

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers or {}


@dataclass(frozen=True)
class Found:
    """An object that is there; ``body`` is absent for HEAD and for a copy that is still good."""

    status: int
    headers: Mapping[str, str]
    body: Any = None

    async def chunks(self) -> AsyncIterator[bytes]:
        async for chunk in self.body.iter_chunks(CHUNK_BYTES):
            yield chunk


class Origin:
    """Reads one bucket with an S3 client."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    async def head(self, key: str, headers: Mapping[str, str]) -> Found:
        return await self._ask(self._s3.head_object, key, _freshness(headers))

    async def get(self, key: str, headers: Mapping[str, str]) -> Found:
        return await self._ask(self._s3.get_object, key, _freshness(headers) | _range(headers))

    async def _ask(self, operation: Any, key: str, conditions: Mapping[str, str]) -> Found:
        try:
            answer = await operation(Bucket=self._bucket, Key=key, **conditions)
        except ClientError as refusal:
            metadata = refusal.response["ResponseMetadata"]
            if metadata["HTTPStatusCode"] == HTTPStatus.NOT_MODIFIED:
                return Found(HTTPStatus.NOT_MODIFIED, _picked(_VALIDATORS, metadata))
            raise _as_viewers_see(refusal) from refusal
        except BotoCoreError as unreachable:
            raise _bad_gateway(unreachable) from unreachable
        metadata = answer["ResponseMetadata"]
        return Found(metadata["HTTPStatusCode"], _picked(_PASSED_ON, metadata), answer.get("Body"))


def _as_viewers_see(refusal: ClientError) -> OriginRefused:
    metadata = refusal.response["ResponseMetadata"]
    match metadata["HTTPStatusCode"]:
        case HTTPStatus.FORBIDDEN | HTTPStatus.NOT_FOUND:
            # Who may not list a bucket is not told which of its objects exist.
            return OriginRefused(HTTPStatus.FORBIDDEN, "AccessDenied", "Access Denied")
        case HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE as status:
            size = _picked(("content-range",), metadata)
            message = "The requested range is not satisfiable"
            return OriginRefused(status, "InvalidRange", message, size)
        case _:
            return _bad_gateway(refusal)


def _bad_gateway(reason: Exception) -> OriginRefused:
    return OriginRefused(HTTPStatus.BAD_GATEWAY, "BadGateway", f"The origin: {reason}")


def _freshness(headers: Mapping[str, str]) -> dict[str, str]:
    return {"IfNoneMatch": headers["if-none-match"]} if "if-none-match" in headers else {}


def _range(headers: Mapping[str, str]) -> dict[str, str]:
    """Several ranges, a foreign unit, or a condition S3 cannot check: the whole object is right."""
    wanted = headers.get("range", "")
    single = wanted.startswith("bytes=") and "," not in wanted and "if-range" not in headers
    return {"Range": wanted} if single else {}


def _picked(names: Iterable[str], metadata: Mapping[str, Any]) -> dict[str, str]:
    headers = metadata["HTTPHeaders"]
    return {name: headers[name] for name in names if name in headers}
