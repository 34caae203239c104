"""What is done to pictures once a model made them: looked at, hashed, and made small."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Print:
    """A picture as it will be kept: its original bytes, untouched, and a thumbnail."""

    original: bytes
    content_type: str
    extension: str
    width: int
    height: int
    sha256: str
    thumbnail: bytes
    """WebP, at most 512 pixels on its long side."""


class PictureUnreadable(ValueError):
    """The bytes are not a picture that can be kept."""


class Darkroom(Protocol):
    """Turns a model's bytes into a print, off the event loop."""

    async def develop(self, original: bytes) -> Print:
        """Raises ``PictureUnreadable``; pictures over 64 megapixels are not opened."""
