"""Painting inside a mask, and beyond the edges of a picture."""

from dataclasses import replace

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from local.bedrock.editing.closing import close_in
from local.bedrock.painting import fields, mark
from local.bedrock.painting.brief import Brief
from local.bedrock.painting.colour import Floats
from local.bedrock.painting.scene import compose

_SMALLEST = 256
"""Scenes smaller than this are painted larger and made smaller, or their motifs get lost."""
_MOST_PIXELS = 1_600_000
"""Larger scenes are painted smaller and made larger."""


def repaint(
    image: Image.Image, mask: Image.Image, brief: Brief, *, soft: bool = True
) -> Image.Image:
    """Paint the brief inside the mask; where the mask is 0 every pixel stays as it is.

    Grey is partial. Without words the masked object is removed: what surrounds it closes in.
    ``soft`` lets the new blend into the old just inside the edge of the mask.
    """
    box = mask.getbbox()
    if box is None:
        return image.copy()
    surrounded = mask.getextrema()[0] == 0
    fresh = close_in(image, mask) if surrounded else image.copy()
    if brief.prompt.strip() or not surrounded:
        patch = painted(brief, (box[2] - box[0], box[3] - box[1]))
        cover = inward(mask, box) if soft else mask.crop(box).point(_FULL)
        fresh.paste(patch, box[:2], cover)
    mark.sign_within(fresh, mask)
    return Image.composite(fresh, image, mask)


_FULL = [0] + [255] * 255


def inward(mask: Image.Image, box: tuple[int, int, int, int]) -> Image.Image:
    """How far inside the mask each pixel of the box lies: 0 at the edge, 255 well inside.

    The edge of the sheet is no edge of the mask.
    """
    filled = float(np.asarray(mask.crop(box)).mean()) / 255
    thickness = filled * (box[2] - box[0]) * (box[3] - box[1])
    thickness /= max(box[2] - box[0], box[3] - box[1])
    radius = max(1.0, min(16.0, 0.04 * thickness))
    margin = int(2 * radius) + 1
    around = (
        max(0, box[0] - margin),
        max(0, box[1] - margin),
        min(mask.width, box[2] + margin),
        min(mask.height, box[3] + margin),
    )
    full = mask.crop(around).point(_FULL)
    ramp = full.filter(ImageFilter.BoxBlur(radius)).point([max(0, 2 * v - 255) for v in range(256)])
    left, top = box[0] - around[0], box[1] - around[1]
    inner = left, top, left + box[2] - box[0], top + box[3] - box[1]
    return ImageChops.darker(ramp, full).crop(inner)


def painted(brief: Brief, size: tuple[int, int]) -> Image.Image:
    """The scene of a brief in any size, without a mark."""
    scale = max(1.0, _SMALLEST / min(size))
    scale = min(scale, (_MOST_PIXELS / (size[0] * size[1])) ** 0.5)
    wide, high = max(64, round(size[0] * scale)), max(64, round(size[1] * scale))
    scene = compose(replace(brief, width=wide, height=high))
    return scene if scene.size == size else scene.resize(size, Image.Resampling.LANCZOS)


def extend(
    image: Image.Image,
    left: int,
    right: int,
    up: int,
    down: int,
    brief: Brief,
    *,
    freedom: float = 0.5,
) -> Image.Image:
    """Enlarge the sheet by so many pixels on each side; the picture inside stays as it is.

    ``freedom`` (0 to 1): how soon the brief takes over from the colours at the picture's edge.
    """
    size = image.width + left + right, image.height + up + down
    scale = min(1.0, (_MOST_PIXELS / (size[0] * size[1])) ** 0.5)
    small = image.resize(
        (max(1, round(image.width * scale)), max(1, round(image.height * scale))),
        Image.Resampling.BOX,
    )
    sides = [round(side * scale) for side in (left, right, up, down)]
    sheet = _continued(small, sides, brief.stream("beyond the edge"))
    away = _distance(sheet.size, small.size, (sides[0], sides[2]))
    reach = max(8.0, float(max(sides)))
    haze = sheet.filter(ImageFilter.BoxBlur(reach * 0.05))
    sheet.paste(haze, (0, 0), _ramp(away, reach * 0.4, 255, sheet.size))
    if brief.prompt.strip():
        scene = painted(brief, sheet.size)
        soon = reach * (1.25 - freedom)
        sheet.paste(scene, (0, 0), _ramp(away, soon, round(170 + 85 * freedom), sheet.size))
    if sheet.size != size:
        sheet = sheet.resize(size, Image.Resampling.BICUBIC)
    outside = Image.new("L", size, 255)
    outside.paste(0, (left, up, left + image.width, up + image.height))
    mark.sign_within(sheet, outside)
    sheet.paste(image, (left, up))
    return sheet


def _continued(image: Image.Image, sides: list[int], rng: np.random.Generator) -> Image.Image:
    """The picture with its edges drawn outward, waving more the farther they go."""
    left, right, up, down = sides
    width, height = image.width + left + right, image.height + up + down
    x = np.arange(width) - left
    y = np.arange(height) - up
    far_x = np.maximum(-x, x - image.width + 1).clip(0)
    far_y = np.maximum(-y, y - image.height + 1).clip(0)
    period = max(image.size) * 0.5
    rise = fields.wave(rng, width, period) * np.minimum(far_x * 0.3, image.height * 0.08)
    lean = fields.wave(rng, height, period) * np.minimum(far_y * 0.3, image.width * 0.08)
    rows = (y[:, None] + rise.astype(np.float32)).clip(0, image.height - 1).astype(np.int32)
    columns = (x + lean.astype(np.float32)[:, None]).clip(0, image.width - 1).astype(np.int32)
    return Image.fromarray(np.asarray(image)[rows, columns])


def _distance(size: tuple[int, int], inner: tuple[int, int], at: tuple[int, int]) -> Floats:
    """How far each pixel lies outside the inner rectangle, on a grid four times as coarse."""
    x = np.arange(0, size[0], 4, dtype=np.float32)[None, :]
    y = np.arange(0, size[1], 4, dtype=np.float32)[:, None]
    across = np.maximum(at[0] - x, x - (at[0] + inner[0])).clip(0)
    down = np.maximum(at[1] - y, y - (at[1] + inner[1])).clip(0)
    return np.asarray(np.hypot(across, down), np.float32)


def _ramp(
    away: Floats,
    reach: float,
    most: int,
    size: tuple[int, int],
) -> Image.Image:
    """A mask that rises from nothing at the picture's edge to ``most`` at ``reach``."""
    share = np.clip(away / np.float32(reach), 0, 1)
    share = share * share * (3 - 2 * share)
    coarse = Image.fromarray((share * most + 0.5).astype(np.uint8))
    return coarse.resize(size, Image.Resampling.BILINEAR)
