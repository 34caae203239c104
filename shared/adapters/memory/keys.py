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

    async def all(self) -> list[ApiKey]:
        async with round_trip():
            return sorted(self._keys.values(), key=lambda key: key.name)

    async def remove(self, key_hash: str) -> None:
        async with round_trip():
            self._keys.pop(key_hash, None)
