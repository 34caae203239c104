"""Ways to upload, in memory: nothing is signed, and a test stores the picture by itself."""

from datetime import timedelta

from shared.adapters.memory.round_trip import round_trip
from shared.uploads import Upload, UploadForm


class PlainForms:
    async def form(self, upload: Upload, *, most_bytes: int, lives: timedelta) -> UploadForm:
        async with round_trip():
            fields = {
                "key": upload.key,
                "Content-Type": upload.content_type,
                "most-bytes": str(most_bytes),
                "lives": str(int(lives.total_seconds())),
            }
            return UploadForm("memory:///", fields)
