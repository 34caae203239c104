"""API keys, remembered for a while: every poll shows one, and asking costs more than the poll."""

from collections import OrderedDict
from datetime import datetime

from shared.clock import Clock
from shared.keys import REMEMBERED_FOR, ApiKey
from shared.ports.keys import Keys

MOST = 1000


class RememberedKeys:
    """Asks ``keys`` for what it has not seen lately. A key that is not known is asked for anew."""

    def __init__(self, keys: Keys, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock
        self._seen: OrderedDict[str, tuple[ApiKey, datetime]] = OrderedDict()

    async def add(self, key: ApiKey) -> None:
        await self._keys.add(key)
        self._seen.pop(key.hash, None)

    async def find(self, key_hash: str) -> ApiKey | None:
        now = self._clock()
        key, until = self._seen.get(key_hash, (None, now))
        if key is not None and now < until:
            return key
        key = await self._keys.find(key_hash)
        self._seen.pop(key_hash, None)
        if key is not None:
            self._seen[key_hash] = (key, now + REMEMBERED_FOR)
            if len(self._seen) > MOST:
                self._seen.popitem(last=False)
        return key

    async def all(self) -> list[ApiKey]:
        return await self._keys.all()

    async def remove(self, key_hash: str) -> None:
        await self._keys.remove(key_hash)
        self._seen.pop(key_hash, None)
