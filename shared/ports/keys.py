"""Keys: what knows the API keys."""

from typing import Protocol

from shared.keys import ApiKey


class Keys(Protocol):
    """Knows API keys by their hash."""

    async def add(self, key: ApiKey) -> None:
        """Keep a key; one with the same hash is replaced."""

    async def find(self, key_hash: str) -> ApiKey | None:
        """The key of that hash, or None."""

    async def all(self) -> list[ApiKey]:
        """Every key, by name."""

    async def remove(self, key_hash: str) -> None:
        """Take a key away for good; one that is not there is no error."""
