"""A darkroom with Pillow, in threads of its own."""

import asyncio
import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from shared.darkroom import PictureUnreadable, Print

MEGAPIXELS_MAX = 64
THUMBNAIL_SIDE = 512


@dataclass(frozen=True)
class _Format:
    content_type: str
    extension: str


_FORMATS = {
    "PNG": _Format("image/png", "png"),
    "JPEG": _Format("image/jpeg", "jpg"),
    "WEBP": _Format("image/webp", "webp"),
}


class PillowDarkroom:
    """Decodes at most ``at_once`` pictures at a time: each may take 4 bytes a pixel."""

    def __init__(self, at_once: int = 2) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="darkroom")

    async def develop(self, original: bytes) -> Print:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, develop, original)

    def close(self) -> None:
        """Let the threads go, once they are done."""
        self._threads.shutdown()


def develop(original: bytes) -> Print:
    """A print of the picture. Raises ``PictureUnreadable``."""
    try:
        return _develop(original)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large() from None
    except UnidentifiedImageError:
        raise PictureUnreadable("The bytes are not a PNG, JPEG or WebP picture.") from None
    # Pillow's readers say so in many ways when a file is cut short or broken.
    except (OSError, SyntaxError, ValueError, EOFError) as broken:
        if isinstance(broken, PictureUnreadable):
            raise
        raise PictureUnreadable(f"The picture is broken: {broken}") from broken


def _develop(original: bytes) -> Print:
    with Image.open(BytesIO(original), formats=tuple(_FORMATS)) as image:
        known = _FORMATS[image.format or ""]
        width, height = image.size
        if width * height > MEGAPIXELS_MAX * 1_000_000:
            raise _too_large()
        # Loading stops at the last pixel; only this sees that the end of the file is missing.
        image.verify()
    with Image.open(BytesIO(original), formats=tuple(_FORMATS)) as image:
        thumbnail = _thumbnail(image)
    return Print(
        original=original,
        content_type=known.content_type,
        extension=known.extension,
        width=width,
        height=height,
        sha256=hashlib.sha256(original).hexdigest(),
        thumbnail=thumbnail,
    )


def _thumbnail(image: Image.Image) -> bytes:
    image.load()
    small = image.convert("RGBA" if image.has_transparency_data else "RGB")
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    saved = BytesIO()
    small.save(saved, "WEBP", quality=80, icc_profile=image.info.get("icc_profile"))
    return saved.getvalue()


def _too_large() -> PictureUnreadable:
    return PictureUnreadable(f"The picture has more than {MEGAPIXELS_MAX} megapixels.")
