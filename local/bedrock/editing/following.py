"""Painting along the lines of a given picture."""

from dataclasses import replace
from typing import Literal

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from local.bedrock.editing.repainting import painted
from local.bedrock.painting import mark
from local.bedrock.painting.brief import Brief
from local.bedrock.painting.colour import Floats, bytes_of, lighter, ramp
from local.bedrock.painting.palette import Palette
from local.bedrock.painting.scene import colours

Control = Literal["canny", "segmentation", "sketch", "structure"]

_WORKING = 1_100_000
"""Lines and tones are found at no more pixels than this."""


def follow(image: Image.Image, mode: Control, strength: float, brief: Brief) -> Image.Image:
    """Paint the brief, in its size, along the lines of a picture; strength is from 0 to 1."""
    size = brief.width, brief.height
    scale = min(1.0, (_WORKING / (size[0] * size[1])) ** 0.5)
    working = max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
    control = image.resize(working, Image.Resampling.LANCZOS)
    scene = painted(brief, working)
    palette = colours(replace(brief, width=working[0], height=working[1]))
    drawing = _is_drawing(control)
    if drawing:
        form = Image.blend(
            scene.filter(ImageFilter.BoxBlur(min(working) / 90)), _paper(palette, working), 0.35
        )
    elif mode in ("segmentation", "structure"):
        form = _toned(_flattened(control) if mode == "segmentation" else control, palette)
        form = Image.blend(form, scene, 0.12)
    else:
        form = Image.blend(_toned(control.filter(ImageFilter.BoxBlur(2)), palette), scene, 0.25)
    dark = _brightness(form) > 88
    lines = _strokes(control) if drawing else _edges(control, mode, dark=dark)
    sheet = Image.blend(scene, form, strength**0.5)
    ink = lighter(palette.near, -0.2) if dark else lighter(palette.light, 0.1)
    weight = 1.0 if drawing or mode in ("canny", "sketch") else 0.55
    sheet.paste(
        bytes_of(ink), (0, 0), lines.point([round(v * weight * strength**0.5) for v in range(256)])
    )
    if working != size:
        sheet = sheet.resize(size, Image.Resampling.LANCZOS)
    mark.sign(sheet)
    return sheet


def _is_drawing(control: Image.Image) -> bool:
    """Whether the picture is lines on an empty sheet, light or dark, rather than tones."""
    grey = np.asarray(control.convert("L").resize((96, 96), Image.Resampling.BOX), np.float32)
    sheet = float(np.median(grey))
    return bool((np.abs(grey - sheet) < 14).mean() > 0.62 and (sheet > 200 or sheet < 40))


def _strokes(control: Image.Image) -> Image.Image:
    """The lines of a drawing, whatever its ink and its paper."""
    grey = np.asarray(control.convert("L"), np.float32)
    away = np.abs(grey - np.median(grey))
    return Image.fromarray(np.clip(away * 1.6 - 24, 0, 255).astype(np.uint8))


def _edges(control: Image.Image, mode: Control, *, dark: bool) -> Image.Image:
    """Lines where the picture's tones or colours change, for dark ink or for light."""
    soft = control.filter(ImageFilter.GaussianBlur(1.2 if mode == "canny" else 2.0))
    pixels = np.asarray(soft, np.float32)
    total: Floats = np.zeros(pixels.shape[:2], np.float32)
    for k in range(3):
        plane = pixels[..., k]
        dx = np.zeros_like(plane)
        dy = np.zeros_like(plane)
        dx[:, 1:-1] = plane[:, 2:] - plane[:, :-2]
        dy[1:-1] = plane[2:] - plane[:-2]
        total = np.maximum(total, np.hypot(dx, dy))
    strong = max(18.0, float(np.quantile(total, 0.97)))
    lines = np.clip(total / np.float32(strong) * 1.25 - 0.25, 0, 1)
    return Image.fromarray((lines * _side(soft, dark=dark) * 255).astype(np.uint8))


def _side(image: Image.Image, *, dark: bool) -> Floats:
    """The darker side of the edges, or the lighter: ink makes a step steeper, it is no wall."""
    grey = image.convert("L")
    around = grey.filter(ImageFilter.BoxBlur(4))
    away = np.asarray(around, np.float32) - np.asarray(grey, np.float32)
    return np.asarray(np.clip(away / 6 if dark else away / -6, 0, 1), np.float32)


def _flattened(control: Image.Image) -> Image.Image:
    """A few flat areas, as on a map of what is where."""
    small = control.reduce(2).filter(ImageFilter.BoxBlur(1))
    flat = small.quantize(8, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).convert("RGB")
    return flat.filter(ImageFilter.MedianFilter(3)).resize(control.size, Image.Resampling.BICUBIC)


def _toned(control: Image.Image, palette: Palette) -> Image.Image:
    """The light and shade of one picture in the colours of another."""
    stops = sorted(
        [palette.near, palette.far, palette.top, palette.mid, palette.low, palette.light], key=sum
    )
    darkest, *_ = stops
    scale = [(0.0, lighter(darkest, -0.12)), *((0.1 + 0.18 * k, c) for k, c in enumerate(stops))]
    table = (ramp(scale, 256) * 255 + 0.5).astype(np.uint8).T.ravel()
    grey = ImageOps.autocontrast(control.convert("L"), cutoff=1)
    return grey.convert("RGB").point([int(v) for v in table])


def _paper(palette: Palette, size: tuple[int, int]) -> Image.Image:
    return Image.new("RGB", size, bytes_of(lighter(palette.low, 0.05)))


def _brightness(form: Image.Image) -> float:
    return float(np.asarray(form.convert("L").resize((16, 16))).mean())
