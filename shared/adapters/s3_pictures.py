"""Pictures in an S3 bucket."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from botocore.exceptions import ClientError

from shared.adapters.aws_errors import code, status, store_errors
from shared.errors import StoreUnavailable
from shared.ports.pictures import Blob

FOREVER = "private, max-age=31536000, immutable"
"""A key is written once; only the viewer's own browser may keep what a signed link gave it."""
LISTED_AT_ONCE = 1000
_BATCH = 1000
"""Keys that S3 deletes with one request."""


class S3Pictures:
    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    async def put(
        self, key: str, body: bytes, *, content_type: str, sha256: str | None = None
    ) -> None:
        with store_errors():
            await self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=body,
                ContentType=content_type,
                CacheControl=FOREVER,
                **_to_compare(sha256),
            )

    async def get(self, key: str) -> Blob | None:
        try:
            with store_errors():
                reply = await self._client.get_object(Bucket=self._bucket, Key=key)
                async with reply["Body"] as body:
                    return Blob(body=await body.read(), content_type=reply["ContentType"])
        except ClientError as error:
            if code(error) != "NoSuchKey":
                raise
            return None

    async def size(self, key: str) -> int | None:
        try:
            with store_errors():
                reply = await self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            # The answer to a HEAD has no body, so all that S3 says is the status.
            if status(error) != 404:
                raise
            return None
        size: int = reply["ContentLength"]
        return size

    async def stored(self, prefix: str) -> list[str]:
        keys: list[str] = []
        place: dict[str, str] = {}
        while True:
            with store_errors():
                reply = await self._client.list_objects_v2(
                    Bucket=self._bucket, Prefix=prefix, MaxKeys=LISTED_AT_ONCE, **place
                )
            keys += (found["Key"] for found in reply.get("Contents", ()))
            if not reply["IsTruncated"]:
                return keys
            place = {"ContinuationToken": reply["NextContinuationToken"]}

    async def delete(self, keys: Sequence[str]) -> None:
        for start in range(0, len(keys), _BATCH):
            batch = [{"Key": key} for key in keys[start : start + _BATCH]]
            with store_errors():
                reply = await self._client.delete_objects(
                    Bucket=self._bucket, Delete={"Objects": batch, "Quiet": True}
                )
            for failed in reply.get("Errors", ()):
                raise StoreUnavailable(
                    f"S3 did not delete {failed.get('Key')}: {failed.get('Message')}"
                )


def _to_compare(sha256: str | None) -> dict[str, str]:
    """What S3 is to compare the bytes with; without it, the SDK sends a CRC of them."""
    return {} if sha256 is None else {"ChecksumSHA256": b64encode(bytes.fromhex(sha256)).decode()}
