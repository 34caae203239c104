"""Files: what a browser is sent, with the compressed copies of it."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
"""A list of our own, so that no machine's decides."""
PACKABLE = frozenset({".css", ".html", ".js", ".json", ".svg", ".txt"})
CODINGS = {"br": ".br", "gzip": ".gz"}
"""How a file may be compressed, best first, and how the name of such a copy ends."""


@dataclass(frozen=True)
class File:
    """The content of a file, and its compressed copies by their content coding."""

    content: bytes
    copies: Mapping[str, bytes] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:32]


def pack(name: str, content: bytes, *, thoroughly: bool = False) -> File:
    """A file with the copies that are smaller than it. Thoroughly takes thirty times as long.

    Raises ``ValueError`` if we have no media type for it.
    """
    # Not installed where a frozen page is served.
    import brotli

    media_type(name)
    if PurePosixPath(name).suffix not in PACKABLE:
        return File(content)
    copies = {
        "br": brotli.compress(content, mode=brotli.MODE_TEXT, quality=11 if thoroughly else 6),
        "gzip": gzip.compress(content, 9 if thoroughly else 6, mtime=0),
    }
    return File(
        content, {coding: copy for coding, copy in copies.items() if len(copy) < len(content)}
    )


def media_type(name: str) -> str:
    """What a file is, by the end of its name. Raises ``ValueError``."""
    suffix = PurePosixPath(name).suffix
    if suffix not in MEDIA_TYPES:
        raise ValueError(f"{name}: there is no media type for “{suffix}” yet")
    return MEDIA_TYPES[suffix]
