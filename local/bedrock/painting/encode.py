"""Pictures as bytes: PNG, JPEG or WebP, each saying in its metadata that it is simulated."""

import io
import struct
import zlib
from typing import Literal

import numpy as np
from PIL import Image

Format = Literal["png", "jpeg", "webp"]

SOFTWARE = "canvas-queue Bedrock simulator"
_EXIF_SOFTWARE = 0x0131
_EXIF_DESCRIPTION = 0x010E


def encode(image: Image.Image, wanted: Format, *, model: str, seed: int) -> bytes:
    """The bytes of a picture, with its origin written inside."""
    origin = f"simulated picture; model {model}; seed {seed}"
    if wanted == "png":
        return _png(image, {"Software": SOFTWARE, "Comment": origin})
    exif = Image.Exif()
    exif[_EXIF_SOFTWARE] = SOFTWARE
    exif[_EXIF_DESCRIPTION] = origin
    sink = io.BytesIO()
    if wanted == "jpeg":
        image.save(sink, "JPEG", quality=92, exif=exif.tobytes(), comment=origin.encode())
    else:
        image.save(sink, "WEBP", quality=85, method=1, exif=exif.tobytes())
    return sink.getvalue()


def _png(image: Image.Image, texts: dict[str, str]) -> bytes:
    """A PNG with one filter for every row and the quickest deflate.

    Half the time of Pillow's writer, which tries five filters on each row.
    """
    colour_types = {"L": 0, "RGB": 2, "RGBA": 6}
    pixels = np.atleast_3d(np.asarray(image))
    height, width, channels = pixels.shape
    rows = pixels.reshape(height, width * channels)
    up = np.empty((height, 1 + width * channels), np.uint8)
    up[:, 0] = 2  # the filter "up": each byte as the difference from the one above it
    up[0, 1:] = rows[0]
    np.subtract(rows[1:], rows[:-1], out=up[1:, 1:])
    header = struct.pack(">IIBBBBB", width, height, 8, colour_types[image.mode], 0, 0, 0)
    chunks = [_chunk(b"IHDR", header)]
    for key, text in texts.items():
        chunks.append(_chunk(b"iTXt", key.encode() + b"\0\0\0\0\0" + text.encode()))
    chunks.append(_chunk(b"IDAT", zlib.compress(up.data, 1)))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
