"""Pictures: what keeps bytes by key."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Blob:
    """A stored object."""

    body: bytes
    content_type: str


class Pictures(Protocol):
    """Keeps bytes by key: pictures, thumbnails, cards."""

    async def put(
        self, key: str, body: bytes, *, content_type: str, sha256: str | None = None
    ) -> None:
        """Store, or replace, an object; it is durable when this returns.

        Bytes that changed on the way, so that they have not the hash ``sha256`` (in hexadecimal),
        are not stored: ``StoreUnavailable``.
        """

    async def get(self, key: str) -> Blob | None:
        """The object, or None."""

    async def size(self, key: str) -> int | None:
        """Bytes of the object, or None if there is none."""

    async def stored(self, prefix: str) -> list[str]:
        """The keys of all objects that begin with it, in no particular order."""

    async def delete(self, keys: Sequence[str]) -> None:
        """Remove objects; a key that is not there is no error."""
