"""New pictures from given ones: variations that keep the colours, and redrawing by degrees."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from local.bedrock.editing import cubes
from local.bedrock.editing.cubes import in_palette
from local.bedrock.editing.repainting import painted
from local.bedrock.painting import fields, mark
from local.bedrock.painting.brief import Brief
from local.bedrock.painting.colour import Floats


def vary(images: Sequence[Image.Image], brief: Brief, similarity: float) -> Image.Image:
    """A variation, in the brief's size and the pictures' colours.

    The higher the similarity (0 to 1), the closer it is to the first picture.
    """
    size = brief.width, brief.height
    freedom = 1 - similarity
    first, *others = [ImageOps.fit(image, size) for image in images]
    palette = np.concatenate([cubes.sample(image) for image in (first, *others)])
    sheet = bent(first, brief, 0.012 + 0.13 * freedom)
    for k, other in enumerate(others):
        patches = _patches(brief, f"picture {k}", size, 0.55 * freedom)
        sheet.paste(bent(other, brief, 0.05 * freedom), (0, 0), patches)
    if brief.prompt.strip():
        scene = in_palette(painted(brief, size), palette)
        sheet.paste(scene, (0, 0), _patches(brief, "scene", size, 0.85 * freedom))
    varied = in_palette(sheet, palette, 0.2 + 0.7 * freedom)
    mark.sign(varied)
    return varied


def redraw(image: Image.Image, brief: Brief, strength: float) -> Image.Image:
    """Image to image, in the brief's size: strength 0 keeps the picture, 1 ignores it."""
    size = brief.width, brief.height
    kept = image if image.size == size else ImageOps.fit(image, size)
    if strength == 0:
        return kept.copy()
    scene = in_palette(painted(brief, size), cubes.sample(kept), 1 - strength)
    sheet = bent(kept, brief, 0.05 * strength)
    sheet.paste(scene, (0, 0), _patches(brief, "scene", size, strength))
    mark.sign(sheet)
    return sheet


def bent(image: Image.Image, brief: Brief, reach: float) -> Image.Image:
    """The picture drawn again by a freer hand; ``reach`` is a share of its shorter side."""
    if not reach:
        return image.copy()
    width, height = image.size
    count = max(1, min(_CELLS, min(image.size) // 8))
    knots = count + 1
    far = reach * min(image.size)
    x = np.round(np.linspace(0, width, knots))[None, :].repeat(knots, axis=0)
    y = np.round(np.linspace(0, height, knots))[:, None].repeat(knots, axis=1)
    from_x = np.clip(x + far * _drift(brief.stream("bend across"), knots), 0.5, width - 1)
    from_y = np.clip(y + far * _drift(brief.stream("bend down"), knots), 0.5, height - 1)
    cells = []
    for row, column in np.ndindex(count, count):
        corners = ((row, column), (row + 1, column), (row + 1, column + 1), (row, column + 1))
        box = (x[0, column], y[row, 0], x[0, column + 1], y[row + 1, 0])
        source = [float(place[corner]) for corner in corners for place in (from_x, from_y)]
        cells.append((tuple(int(side) for side in box), tuple(source)))
    return image.transform(
        image.size, Image.Transform.MESH, cells, resample=Image.Resampling.BILINEAR
    )


_CELLS = 24
"""The net that a picture is bent by has so many meshes on a side, unless they get too small."""


def _drift(rng: np.random.Generator, knots: int) -> Floats:
    """Which way each knot of the net is drawn: the same as its neighbours, more or less."""
    grid = Image.fromarray(rng.uniform(-1, 1, (5, 5)).astype(np.float32))
    return np.asarray(grid.resize((knots, knots), Image.Resampling.BICUBIC))


def _patches(brief: Brief, purpose: str, size: tuple[int, int], share: float) -> Image.Image:
    """A mask of soft islands that grows with the share, from nothing at 0 to all of it at 1."""
    small = max(4, size[0] // 8), max(4, size[1] // 8)
    noise = fields.cloud(brief.stream(f"patches {purpose}"), *small, min(small) * 0.5, 2)
    low, high = float(noise.min()), float(noise.max())
    even = (noise - low) / max(high - low, 1e-6)
    cover = np.clip((share * 1.3 - even) / 0.3, 0, 1)
    mask = Image.fromarray((cover * 255 + 0.5).astype(np.uint8)).filter(ImageFilter.BoxBlur(1))
    return mask.resize(size, Image.Resampling.BICUBIC)
