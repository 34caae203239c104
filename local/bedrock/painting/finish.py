"""What is done to the whole sheet once it is painted: grain, strokes, pencil, halftone, paper."""

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from local.bedrock.painting import fields
from local.bedrock.painting.colour import Floats

Pixels = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


def plain(image: Image.Image, rng: np.random.Generator, unit: float) -> Image.Image:
    """A breath of grain, so that skies do not show steps."""
    return _grain(image, rng, 0.9)


def photograph(image: Image.Image, rng: np.random.Generator, unit: float) -> Image.Image:
    """A lens: soft detail, darker corners, film grain."""
    soft = image.filter(ImageFilter.BoxBlur(unit * 0.0022))
    image = Image.blend(image, soft, 0.6)
    return _grain(_vignette(image, 0.4), rng, 5.0)


def brushed(image: Image.Image, rng: np.random.Generator, unit: float) -> Image.Image:
    """Brush strokes: every dab takes its colour from one place, and the bristles show."""
    width, height = image.size
    shape = max(4, int(height / unit * 120)), max(4, int(width / unit * 80))
    across, down = (_drift(rng, shape, image.size, unit * reach) for reach in (0.0019, 0.0016))
    x = np.clip(np.arange(width, dtype=np.float32) + across, 0, width - 1).astype(np.int32)
    y = np.clip(np.arange(height, dtype=np.float32)[:, None] + down, 0, height - 1).astype(np.int32)
    dabs = Image.fromarray(np.asarray(image)[y, x])
    return _soft_light(dabs, _bristles(image.size, rng, unit))


def _drift(
    rng: np.random.Generator, shape: tuple[int, int], size: tuple[int, int], reach: float
) -> Floats:
    steps = Image.fromarray(rng.normal(0, reach, shape).astype(np.float32))
    return np.asarray(steps.resize(size, Image.Resampling.BICUBIC))


def _bristles(size: tuple[int, int], rng: np.random.Generator, unit: float) -> Image.Image:
    """The marks of a brush that was drawn across the sheet, a little downhill."""
    small = max(2, round(size[0] / unit * 300)), max(2, round(size[1] / unit * 300))
    side = round(1.5 * max(small))
    marks = Image.fromarray(rng.random((side, side // 9 + 2)).astype(np.float32))
    turned = marks.resize((side, side), Image.Resampling.BICUBIC).rotate(17)
    left, top = (side - small[0]) // 2, (side - small[1]) // 2
    middle = turned.crop((left, top, left + small[0], top + small[1]))
    return _lift(np.clip(np.asarray(middle), 0, 1), size, 121, 135)


def pencil(image: Image.Image, rng: np.random.Generator, unit: float) -> Image.Image:
    """Graphite on paper: outlines, two directions of hatching, a hint of the colours."""
    grey = image.convert("L").filter(ImageFilter.BoxBlur(unit * 0.0014))
    tone = np.asarray(grey, np.float32) / np.float32(255)
    dx = np.abs(np.diff(tone, axis=1, append=tone[:, -1:]))
    dy = np.abs(np.diff(tone, axis=0, append=tone[-1:, :]))
    lines = np.clip((dx + dy) * np.float32(unit * 0.011) - np.float32(0.06), 0, 1)
    x = np.arange(image.width, dtype=np.float32)
    y = np.arange(image.height, dtype=np.float32)[:, None]
    wobble = fields.cloud(rng, image.width // 4 + 1, image.height // 4 + 1, unit * 0.02, 2)
    hand = np.asarray(Image.fromarray(wobble).resize(image.size, Image.Resampling.BILINEAR))
    pitch = np.float32(max(4.0, unit * 0.0075))
    shade = np.zeros_like(tone)
    for level, lean in ((0.62, 0.8), (0.36, -0.55)):
        phase = (x + y * np.float32(lean)) / pitch + hand * np.float32(1.6)
        stroke = np.clip(
            np.float32(1.5) - np.float32(5) * np.abs(phase - np.floor(phase) - np.float32(0.5)),
            0,
            1,
        )
        shade += stroke * np.clip((np.float32(level) - tone) * np.float32(3.2), 0, 1)
    graphite = np.clip(
        lines * np.float32(0.9) + shade * np.float32(0.42) * (np.float32(0.55) + hand), 0, 1
    )
    paper = Image.new("RGB", image.size, (247, 243, 233))
    paper = Image.blend(paper, ImageChops.multiply(paper, image), 0.16)
    paper.paste((58, 56, 64), (0, 0), Image.fromarray((graphite * 255).astype(np.uint8)))
    return _grain(paper, rng, 4.0)


def halftone(image: Image.Image, rng: np.random.Generator, unit: float) -> Image.Image:
    """A printed page: few tones, strong blacks and dots in the half shadows."""
    inked = image.point(_contrast(1.28))
    tone = np.asarray(inked.convert("L"), np.float32) / np.float32(255)
    pitch = np.float32(max(5.0, unit * 0.0095))
    x = np.arange(image.width, dtype=np.float32)
    y = np.arange(image.height, dtype=np.float32)[:, None]
    turn = np.float32(2 * np.pi) / pitch * np.float32(0.7071)
    screen = np.cos((x + y) * turn) * np.cos((x - y) * turn) * np.float32(0.5) + np.float32(0.5)
    dots = np.clip((screen - np.float32(0.34) - tone * np.float32(0.86)) * np.float32(7), 0, 1)
    darker = inked.point([value * 62 // 100 for value in range(256)] * 3)
    return Image.composite(darker, inked, Image.fromarray((dots * 255).astype(np.uint8)))


def poster(image: Image.Image, rng: np.random.Generator, unit: float) -> Image.Image:
    """Old print: rough paper under flat ink."""
    speckle = rng.random((image.height // 2 + 1, image.width // 2 + 1)).astype(np.float32)
    return _soft_light(image, _lift(speckle, image.size, 119, 137))


def clean(image: Image.Image, rng: np.random.Generator, unit: float) -> Image.Image:
    """Nothing at all: flat shapes stay flat."""
    return image


def soft(image: Image.Image, rng: np.random.Generator, unit: float) -> Image.Image:
    """A gentle bloom round everything bright."""
    small = image.reduce(4) if min(image.size) >= 64 else image
    bloom = small.point([max(0, value - 110) * 255 // 145 for value in range(256)] * 3)
    bloom = bloom.filter(ImageFilter.BoxBlur(unit * 0.006)).filter(
        ImageFilter.BoxBlur(unit * 0.006)
    )
    bloom = bloom.resize(image.size, Image.Resampling.BILINEAR)
    lit = ImageChops.screen(image, bloom.point([value * 30 // 100 for value in range(256)] * 3))
    return _grain(lit, rng, 1.2)


def ornate(image: Image.Image, rng: np.random.Generator, unit: float) -> Image.Image:
    """Lace over everything: rosettes and scales of light and dark, as on a printed cloth."""
    x = np.arange(image.width, dtype=np.float32)
    y = np.arange(image.height, dtype=np.float32)[:, None]
    cell = np.float32(max(12.0, unit * 0.1))
    row = np.floor(y / cell)
    u = np.mod(x / cell + np.float32(0.5) * np.mod(row, 2), 1) - np.float32(0.5)
    v = y / cell - row - np.float32(0.5)
    away, angle = np.sqrt(u * u + v * v), np.arctan2(v, u)
    bloom = away + np.float32(0.055) * np.cos(angle * 8)
    rings = np.cos(bloom * np.float32(40))
    lace = np.clip(rings * np.float32(2.5), -1, 1) * np.clip((np.float32(0.52) - away) * 8, 0, 1)
    relief = Image.fromarray((128 + lace * 15).astype(np.uint8))
    return _soft_light(image.point(_contrast(1.08)), relief)


def _grain(image: Image.Image, rng: np.random.Generator, strength: float) -> Image.Image:
    """Fine noise, the same in all three colours; one tile is enough for any size."""
    side = 512
    tile = rng.normal(128, strength, (side, side)).clip(0, 255).astype(np.uint8)
    rows, columns = -(-image.height // side), -(-image.width // side)
    sheet = Image.fromarray(np.tile(tile, (rows, columns))[: image.height, : image.width])
    return ImageChops.add(image, Image.merge("RGB", (sheet,) * 3), scale=1, offset=-128)


def _vignette(image: Image.Image, strength: float) -> Image.Image:
    y, x = np.mgrid[-1:1:64j, -1:1:64j].astype(np.float32)
    dark = np.clip((x * x + y * y - np.float32(0.55)) * np.float32(0.6), 0, 1) * np.float32(
        strength
    )
    mask = Image.fromarray((dark * 255).astype(np.uint8))
    image.paste((6, 6, 12), (0, 0), mask.resize(image.size, Image.Resampling.BICUBIC))
    return image


def _lift(field: Floats, size: tuple[int, int], low: int, high: int) -> Image.Image:
    """A field of 0 to 1 as a grey sheet of the given size, between two greys."""
    sheet = Image.fromarray((low + (high - low) * field).astype(np.uint8))
    return sheet.resize(size, Image.Resampling.BILINEAR)


def _soft_light(image: Image.Image, relief: Image.Image) -> Image.Image:
    """Lighter where the relief is lighter than middle grey, darker where it is darker."""
    return ImageChops.add(image, Image.merge("RGB", (relief,) * 3), scale=1, offset=-128)


def _contrast(factor: float) -> list[int]:
    curve = [round(min(255.0, max(0.0, 128 + (value - 128) * factor))) for value in range(256)]
    return curve * 3
