"""Putting the style of one picture on another."""

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from local.bedrock.editing.cubes import in_palette, sample
from local.bedrock.editing.varying import bent
from local.bedrock.painting import mark
from local.bedrock.painting.brief import Brief


def restyle(
    image: Image.Image,
    style: Image.Image,
    *,
    seed: int,
    style_strength: float = 1.0,
    composition_fidelity: float = 0.9,
    change_strength: float = 0.9,
) -> Image.Image:
    """The composition of one picture in the colours and the texture of another.

    All three strengths are from 0 to 1. Given a painting as ``image`` this is a style guide.
    """
    freehand = Brief("", *image.size, seed)
    drawn = bent(image, freehand, 0.12 * (1 - composition_fidelity) ** 1.5)
    coloured = in_palette(drawn, sample(style), style_strength)
    styled = _textured(coloured, style, style_strength, seed)
    result = Image.blend(image, styled, 0.2 + 0.8 * change_strength)
    mark.sign(result)
    return result


def _textured(image: Image.Image, style: Image.Image, strength: float, seed: int) -> Image.Image:
    """The fine marks of the style picture laid over the sheet, from a place that the seed picks."""
    scale = max(image.width / style.width, image.height / style.height)
    size = round(style.width * scale), round(style.height * scale)
    large = style.resize((max(size[0], image.width), max(size[1], image.height)))
    marks = ImageChops.subtract(
        large, large.filter(ImageFilter.BoxBlur(max(2.0, min(size) / 200))), scale=1, offset=128
    ).convert("L")
    rng = np.random.default_rng(seed)
    shift = int(rng.integers(large.width)), int(rng.integers(large.height))
    relief = ImageChops.offset(marks, *shift).crop((0, 0, *image.size))
    relief = relief.point([round(128 + (v - 128) * 0.2 * strength) for v in range(256)])
    return ImageChops.add(image, Image.merge("RGB", (relief,) * 3), scale=1, offset=-128)
