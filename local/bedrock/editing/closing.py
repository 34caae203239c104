"""Closing a hole in a picture from its surroundings: colours flow in, texture is borrowed."""

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from local.bedrock.painting.colour import Bools, Floats

_COARSE = 320
"""Colours flow in at this size, since what flows in is smooth."""
_LEVEL = 4
"""They flow so many times more easily across than down, as landscapes do."""


def close_in(image: Image.Image, hole: Image.Image) -> Image.Image:
    """The picture with the hole filled; only inside the hole is it meant to be looked at."""
    scale = min(1.0, _COARSE / max(image.size))
    size = max(1, round(image.width * scale / _LEVEL)), max(1, round(image.height * scale))
    known = np.asarray(hole.resize(size, Image.Resampling.BOX)) == 0
    small = np.asarray(image.resize(size, Image.Resampling.BOX), np.float32)
    flowed = Image.fromarray((_flow(small, known.astype(np.float32)) + 0.5).astype(np.uint8))
    filled = flowed.resize(image.size, Image.Resampling.BICUBIC)
    return _textured(filled, image, hole, known)


def _flow(colours: Floats, weight: Floats) -> Floats:
    """Known colours are averaged up a pyramid and flow back down into what is unknown."""
    height, width = weight.shape
    if (height == 1 and width == 1) or weight.min() > 0:
        return colours
    tall, wide = height + height % 2, width + width % 2
    padding = ((0, tall - height), (0, wide - width))
    weights = np.pad(weight, padding).reshape(tall // 2, 2, wide // 2, 2)
    weighted = np.pad(colours * weight[..., None], (*padding, (0, 0)))
    total = weights.sum(axis=(1, 3))
    mean = weighted.reshape(tall // 2, 2, wide // 2, 2, 3).sum(axis=(1, 3))
    mean /= np.maximum(total, 1e-6)[..., None]
    coarse = _flow(mean, np.minimum(total, 1))
    channels = [Image.fromarray(np.ascontiguousarray(coarse[..., k])) for k in range(3)]
    finer = np.stack(
        [
            np.asarray(c.resize((wide, tall), Image.Resampling.BILINEAR))[:height, :width]
            for c in channels
        ],
        axis=2,
    )
    return np.asarray(colours * weight[..., None] + finer * (1 - weight[..., None]), np.float32)


def _textured(
    filled: Image.Image, image: Image.Image, hole: Image.Image, known: Bools
) -> Image.Image:
    """Give the filled hole the fine grain of the nearest place that is known."""
    box = hole.getbbox()
    if box is None:
        return filled
    shift = _donor(~known, (image.width / known.shape[1], image.height / known.shape[0]), box)
    if shift is None:
        return filled
    radius = max(2.0, min(image.size) / 160)
    grain = ImageChops.subtract(
        image, image.filter(ImageFilter.BoxBlur(radius)), scale=1, offset=128
    )
    source = (box[0] + shift[0], box[1] + shift[1], box[2] + shift[0], box[3] + shift[1])
    patch = ImageChops.add(filled.crop(box), grain.crop(source), scale=1, offset=-128)
    filled.paste(patch, box[:2])
    return filled


def _donor(
    hole: Bools,
    scale: tuple[float, float],
    box: tuple[int, int, int, int],
) -> tuple[int, int] | None:
    """By how much to move the hole's box so that it lies on what is known, if that is possible."""
    height, width = hole.shape
    wide, high = box[2] - box[0], box[3] - box[1]
    for step in (1.0, 0.7, 0.5):
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            shift = round(dx * wide * step * 1.1), round(dy * high * step * 1.1)
            left, top = box[0] + shift[0], box[1] + shift[1]
            if left < 0 or top < 0:
                continue
            a, b = int(left / scale[0]), int(top / scale[1])
            c, d = int((left + wide) / scale[0]), int((top + high) / scale[1])
            if c > width or d > height:
                continue
            there = hole[b : max(b + 1, d), a : max(a + 1, c)]
            if not there.any():
                return shift
    return None
