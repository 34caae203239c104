"""Opening bytes with Pillow: three formats, a limit on pixels, and one error for what is broken."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from shared.darkroom import PictureUnfit, PictureUnreadable

MEGAPIXELS_MAX = 64


@dataclass(frozen=True)
class Format:
    """How a kind of picture is called."""

    content_type: str
    extension: str


_JPEG = Format("image/jpeg", "jpg")
FORMATS = {
    "PNG": Format("image/png", "png"),
    "JPEG": _JPEG,
    "WEBP": Format("image/webp", "webp"),
}
"""By Pillow's names."""


def format_of(image: Image.Image) -> Format:
    """A phone's JPEG with a second picture behind the first calls itself MPO."""
    return FORMATS.get(image.format or "", _JPEG)


@contextmanager
def opened(original: bytes) -> Iterator[Image.Image]:
    """The picture, of which no pixel is read yet. Raises ``PictureUnreadable``, also in the block.

    Pillow's readers say in many ways that a file is cut short or broken.
    """
    try:
        with Image.open(BytesIO(original), formats=tuple(FORMATS)) as image:
            if image.width * image.height > MEGAPIXELS_MAX * 1_000_000:
                raise too_large(MEGAPIXELS_MAX)
            yield image
    except (PictureUnreadable, PictureUnfit):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise too_large(MEGAPIXELS_MAX) from None
    except UnidentifiedImageError:
        raise PictureUnreadable("The bytes are not a PNG, JPEG or WebP picture.") from None
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error) as broken:
        why = str(broken).rstrip(".") or "it ends too early"
        raise PictureUnreadable(f"The picture is broken: {why}.") from broken


def too_large(megapixels: int) -> PictureUnreadable:
    return PictureUnreadable(f"The picture has more than {megapixels} megapixels.")
