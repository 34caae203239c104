"""Pictures in memory."""

import hashlib
from collections.abc import Sequence

from shared.adapters.memory.round_trip import round_trip
from shared.errors import StoreUnavailable
from shared.ports.pictures import Blob


class MemoryPictures:
    def __init__(self) -> None:
        self._blobs: dict[str, Blob] = {}

    @property
    def keys(self) -> frozenset[str]:
        """What is stored."""
        return frozenset(self._blobs)

    async def put(
        self, key: str, body: bytes, *, content_type: str, sha256: str | None = None
    ) -> None:
        async with round_trip():
            if sha256 is not None and hashlib.sha256(body).hexdigest() != sha256:
                raise StoreUnavailable(f"The bytes of {key} did not arrive as they were.")
            self._blobs[key] = Blob(body, content_type)

    async def get(self, key: str) -> Blob | None:
        async with round_trip():
            return self._blobs.get(key)

    async def size(self, key: str) -> int | None:
        async with round_trip():
            blob = self._blobs.get(key)
            return None if blob is None else len(blob.body)

    async def stored(self, prefix: str) -> list[str]:
        async with round_trip():
            return [key for key in self._blobs if key.startswith(prefix)]

    async def delete(self, keys: Sequence[str]) -> None:
        async with round_trip():
            for key in keys:
                self._blobs.pop(key, None)
