"""API keys in memory."""

from shared.adapters.memory.round_trip import round_trip
from shared.keys import ApiKey


class MemoryKeys:
    def __init__(self) -> None:
        self._keys: dict[str, ApiKey] = {}

    async def add(self, key: ApiKey) -> None:
        async with round_trip():
            self._keys[key.hash] = key

    async def find(self, key_hash: str) -> ApiKey | None:
        async with round_trip():
            return self._keys.get(key_hash)
