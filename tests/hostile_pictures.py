"""Pictures that no camera made: bombs, lies about their size, EXIF tricks, and no pictures."""

import struct
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO

from PIL import Image

WIDTH, HEIGHT = 640, 400
BOMB = 80_000_000
"""Bytes that a bomb wants to become."""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def _picture() -> Image.Image:
    return Image.linear_gradient("L").resize((WIDTH, HEIGHT)).convert("RGB")


def _saved(kind: str, **options: object) -> bytes:
    saved = BytesIO()
    _picture().save(saved, kind, **options)
    return saved.getvalue()


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _png(width: int, height: int, data: bytes, *chunks: bytes) -> bytes:
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"".join((_SIGNATURE, header, *chunks, _chunk(b"IDAT", data), _chunk(b"IEND", b"")))


def _rows() -> bytes:
    return zlib.compress(bytes((1 + 3 * WIDTH) * HEIGHT))


def _bomb() -> bytes:
    pump = zlib.compressobj(9)
    part = bytes(1_000_000)
    return b"".join([*(pump.compress(part) for _ in range(BOMB // len(part))), pump.flush()])


def _jpeg_that_says(width: int, height: int) -> bytes:
    jpeg = bytearray(_saved("JPEG"))
    start_of_frame = jpeg.find(b"\xff\xc0")
    jpeg[start_of_frame + 5 : start_of_frame + 9] = struct.pack(">HH", height, width)
    return bytes(jpeg)


def _jpeg_with_exif(exif: bytes) -> bytes:
    jpeg, block = _saved("JPEG"), b"Exif\0\0" + exif
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + jpeg[2:]


def _exif(tag: int, kind: int, count: int, value: int) -> bytes:
    return b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHII", tag, kind, count, value) + bytes(4)


def _animation(kind: str, frames: int) -> bytes:
    first, *others = (Image.new("RGB", (WIDTH, HEIGHT), (n % 256, 0, 0)) for n in range(frames))
    saved = BytesIO()
    first.save(saved, kind, save_all=True, append_images=others)
    return saved.getvalue()


BROKEN: Mapping[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "zeros": lambda: bytes(100_000),
    "a PNG's first bytes": lambda: _SIGNATURE,
    "a JPEG's first bytes": lambda: b"\xff\xd8\xff",
    "a WebP's first bytes": lambda: b"RIFF\0\0\0\0WEBP",
    "a PNG cut short": lambda: _saved("PNG")[:-400],
    "a JPEG cut short": lambda: _saved("JPEG")[:-400],
    "a WebP cut short": lambda: _saved("WEBP")[:-400],
    "a GIF": lambda: _saved("GIF"),
    "a TIFF": lambda: _saved("TIFF"),
    "a BMP": lambda: _saved("BMP"),
    "an SVG": lambda: b'<svg width="99999" height="99999"><image href="file:///etc/passwd"/></svg>',
    "a PostScript program": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) run\n",
    "a HEIC": lambda: b"\0\0\0\x18ftypheic" + bytes(100),
    "a web page": lambda: b"<!doctype html><script>alert(1)</script>",
    "a bomb in a text": lambda: _png(
        WIDTH, HEIGHT, _rows(), _chunk(b"zTXt", b"Comment\0\0" + _bomb())
    ),
    "a bomb in an international text": lambda: _png(
        WIDTH, HEIGHT, _rows(), _chunk(b"iTXt", b"Comment\0\1\0\0\0" + _bomb())
    ),
    "a bomb in a colour profile": lambda: _png(
        WIDTH, HEIGHT, _rows(), _chunk(b"iCCP", b"icc\0\0" + _bomb())
    ),
    "a PNG of 2³¹ × 2³¹": lambda: _png(2**31 - 1, 2**31 - 1, _rows()),
    "a PNG of 30,000 × 30,000": lambda: _png(30_000, 30_000, _bomb()),
    "a PNG of nothing": lambda: _png(0, 0, _rows()),
    "a JPEG of 65,535 × 65,535": lambda: _jpeg_that_says(65_535, 65_535),
    "a JPEG of nothing": lambda: _jpeg_that_says(0, 0),
}
"""What no picture can be made of."""
ODD: Mapping[str, Callable[[], bytes]] = {
    "more data than pixels": lambda: _png(WIDTH, HEIGHT, _bomb()),
    "a script behind a JPEG": lambda: _saved("JPEG") + b"<script>alert(1)</script>",
    "an archive behind a PNG": lambda: _saved("PNG") + b"PK\x03\x04" + bytes(100),
    "an animated PNG": lambda: _animation("PNG", 3),
    "a WebP of 200 pictures": lambda: _animation("WEBP", 200),
    "EXIF of nonsense": lambda: _jpeg_with_exif(b"\xff" * 60_000),
    "EXIF cut short": lambda: _jpeg_with_exif(b"II*\0\x08\0\0\0\xff\xff"),
    "EXIF in a circle": lambda: _jpeg_with_exif(_exif(0x8769, 4, 1, 8)),
    "EXIF with four billion values": lambda: _jpeg_with_exif(_exif(0x0112, 3, 0xFFFFFFFF, 8)),
    "an orientation of 0": lambda: _jpeg_with_exif(_exif(0x0112, 3, 1, 0)),
    "an orientation of 9": lambda: _jpeg_with_exif(_exif(0x0112, 3, 1, 9)),
    "an orientation in words": lambda: _jpeg_with_exif(_exif(0x0112, 2, 4, 0x00736579)),
    "an orientation as a fraction": lambda: _jpeg_with_exif(_exif(0x0112, 5, 1, 8)),
}
"""What a picture is in, for all its oddities."""
