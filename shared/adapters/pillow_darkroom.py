"""A darkroom with Pillow, in threads of its own."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from typing import TypeVar

from PIL import Image

from shared.adapters.pillow_inputs import prepare
from shared.adapters.pillow_masks import frame, inverted, negative, prepare_mask, swatch
from shared.adapters.pillow_opening import format_of, opened
from shared.artifacts import THUMBNAIL_SIDE
from shared.darkroom import Margins, Print, Sheet
from shared.models import InputRules

T = TypeVar("T")


class PillowDarkroom:
    """Decodes ``at_once`` pictures of models at a time, each at 4 bytes a pixel, and one of a user.

    Users' are one at a time in a process, because a small file may hold a huge picture.
    """

    def __init__(self, at_once: int = 2) -> None:
        self._developing = ThreadPoolExecutor(at_once, thread_name_prefix="darkroom")
        self._preparing = ThreadPoolExecutor(1, thread_name_prefix="darkroom-inputs")

    async def develop(self, original: bytes) -> Print:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._developing, develop, original)

    async def prepare(self, original: bytes, rules: InputRules, *, most_bytes: int) -> Sheet:
        return await self._prepared(partial(prepare, original, rules, most_bytes=most_bytes))

    async def prepare_mask(self, original: bytes, picture: Sheet, *, grey: bool) -> Sheet:
        return await self._prepared(partial(prepare_mask, original, picture, grey=grey))

    async def negative(self, mask: Sheet) -> Sheet:
        return await self._prepared(partial(negative, mask))

    async def inverted(self, mask: bytes) -> bytes:
        return await self._prepared(partial(inverted, mask))

    async def frame(
        self, picture: Sheet, margins: Margins, rules: InputRules, *, most_bytes: int
    ) -> tuple[Sheet, Sheet]:
        work = partial(frame, picture, margins, rules, most_bytes=most_bytes)
        return await self._prepared(work)

    async def swatch(self, colors: Sequence[str]) -> Sheet:
        return await self._prepared(partial(swatch, colors))

    async def _prepared(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._preparing, work)

    def close(self) -> None:
        """Let the threads go, once they are done."""
        self._developing.shutdown()
        self._preparing.shutdown()


def develop(original: bytes) -> Print:
    """A print of the picture. Raises ``PictureUnreadable``."""
    with opened(original) as image:
        known, (width, height) = format_of(image), image.size
        # Loading stops at the last pixel; only this sees that the end of the file is missing.
        image.verify()
    with opened(original) as image:
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
