"""Ways to upload to S3: presigned POSTs, whose policy S3 enforces."""

from datetime import timedelta
from typing import Any

from shared.adapters.aws_errors import store_errors
from shared.settings import Settings
from shared.uploads import Upload, UploadForm


class S3Forms:
    """Signed with this process's credentials, without asking AWS anything.

    A form dies with the credentials that signed it, if those end first.
    """

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    async def form(self, upload: Upload, *, most_bytes: int, lives: timedelta) -> UploadForm:
        content_type = {"Content-Type": upload.content_type}
        with store_errors():
            signed = await self._client.generate_presigned_post(
                self._bucket,
                upload.key,
                Fields=content_type,
                # Bucket and key are conditions already.
                Conditions=[content_type, ["content-length-range", 1, most_bytes]],
                ExpiresIn=int(lives.total_seconds()),
            )
        return UploadForm(signed["url"], signed["fields"])


def upload_origin(settings: Settings) -> str:
    """Where a browser sends its uploads."""
    if settings.aws_endpoint:
        return settings.aws_endpoint
    # S3's first region has kept the name without a region.
    region = "" if settings.region == "us-east-1" else f".{settings.region}"
    return f"https://{settings.bucket}.s3{region}.amazonaws.com"
