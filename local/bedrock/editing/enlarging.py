"""Making a picture larger."""

from typing import Literal

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from local.bedrock.painting import mark

Enlargement = Literal["fast", "conservative", "creative"]


def enlarge(
    image: Image.Image,
    size: tuple[int, int],
    kind: Enlargement,
    *,
    creativity: float = 0.3,
    seed: int = 0,
) -> Image.Image:
    """The picture in a larger size; the creative kind invents some detail."""
    if kind != "fast":
        image = image.filter(ImageFilter.UnsharpMask(1.2, 70, 2))
    large = image.resize(size, Image.Resampling.LANCZOS)
    if kind == "creative":
        large = _detailed(large, creativity, seed)
    mark.sign(large)
    return large


def _detailed(image: Image.Image, creativity: float, seed: int) -> Image.Image:
    """Fine brush marks, the same for the same seed."""
    side = 512
    rng = np.random.default_rng(seed)
    noise = Image.fromarray(
        rng.normal(128, 12 + 24 * creativity, (side, side)).clip(0, 255).astype(np.uint8)
    )
    marks = noise.filter(ImageFilter.GaussianBlur(1.6)).rotate(20, Image.Resampling.BICUBIC)
    tile = np.asarray(marks.crop((96, 96, 416, 416)))
    tile = np.concatenate([tile, tile[::-1]])
    tile = np.concatenate([tile, tile[:, ::-1]], axis=1)
    rows, columns = -(-image.height // tile.shape[0]), -(-image.width // tile.shape[1])
    relief = Image.fromarray(np.tile(tile, (rows, columns))[: image.height, : image.width])
    return ImageChops.add(image, Image.merge("RGB", (relief,) * 3), scale=1, offset=-128)
