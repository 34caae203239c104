"""The sheet: antialiased shapes and misty ridges painted onto a Pillow image."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from local.bedrock.painting.colour import Colour, Floats, bytes_of, mix, ramp
from local.bedrock.painting.look import Look

Point = tuple[float, float]

INK: Colour = (0.08, 0.07, 0.11)

_NEAR_HALF = [round(255 * min(1.0, max(0.0, 2.0 - abs(v - 127.5) / 50))) for v in range(256)]
"""Where a blurred mask is half full there is an edge: this turns it into a line."""


class Canvas:
    """A picture in the making. ``unit`` is the length that motifs are measured in."""

    def __init__(self, image: Image.Image, look: Look) -> None:
        self.image = image
        self.look = look
        self.width, self.height = image.size
        self.unit: float = min((self.width * self.height) ** 0.5, 1.45 * min(image.size))

    @property
    def ink(self) -> float:
        """Width of an outline in pixels."""
        return self.look.ink * self.unit

    def ridge(self, line: Floats, top: Colour, bottom: Colour) -> None:
        """Fill everything below a line that gives one height for each column."""
        steep = np.sqrt(1 + np.gradient(line) ** 2)
        reach = 2 + int(self.ink)
        first = max(0, int(line.min()) - reach)
        if first >= self.height:
            return
        edge = max(first, min(self.height, int(line.max() + steep.max() / 2) + reach))
        rows = np.arange(first, edge, dtype=np.float32)[:, None] + np.float32(0.5)
        inside = (rows - line) / steep.astype(np.float32)
        fill = self.gradient(top, bottom, (self.width, self.height - first))
        if edge > first:
            cover = _mask(np.clip(inside + 0.5, 0, 1))
            self.image.paste(fill.crop((0, 0, self.width, edge - first)), (0, first), cover)
            if self.ink:
                stroke = _mask(np.clip(self.ink / 2 + 0.5 - np.abs(inside), 0, 1))
                self.image.paste(bytes_of(INK), (0, first), stroke)
        if edge < self.height:
            rest = fill.crop((0, edge - first, self.width, self.height - first))
            self.image.paste(rest, (0, edge))

    def wash(self, cover: Floats, colour: Colour) -> None:
        """Tint the whole sheet where a coarse field (0 to 1, any size) says so."""
        mask = _mask(np.clip(cover, 0, 1))
        if mask.size != self.image.size:
            mask = mask.resize(self.image.size, Image.Resampling.BICUBIC)
        self.image.paste(bytes_of(colour), (0, 0), mask)

    def glow(self, at: Point, radius: float, colour: Colour, strength: float) -> None:
        """Light that fades out around a point."""
        box = _clipped((at[0] - radius, at[1] - radius, at[0] + radius, at[1] + radius), self.image)
        if box is None:
            return
        step = max(1.0, radius / 48)
        x = np.arange(box[0], box[2] + step, step, dtype=np.float32) - np.float32(at[0])
        y = np.arange(box[1], box[3] + step, step, dtype=np.float32) - np.float32(at[1])
        away = np.sqrt(x[None, :] ** 2 + y[:, None] ** 2) / np.float32(radius)
        cover = np.asarray(np.clip(1 - away, 0, 1) ** 2.2 * strength, np.float32)
        size = (box[2] - box[0], box[3] - box[1])
        mask = _mask(cover).resize(size, Image.Resampling.BICUBIC)
        self.image.paste(bytes_of(colour), box[:2], mask)

    def stencil(self, left: float, top: float, right: float, bottom: float) -> "Stencil":
        """Shapes that will be painted together, inside a box."""
        return Stencil(self, (left, top, right, bottom))

    def disc(self, at: Point, radius: float, colour: Colour, bottom: Colour | None = None) -> None:
        edge = radius + 2 + self.ink
        box = (at[0] - edge, at[1] - edge, at[0] + edge, at[1] + edge)
        stencil = self.stencil(*box)
        stencil.ellipse(at, radius, radius)
        stencil.paint(colour, bottom)

    def gradient(self, top: Colour, bottom: Colour, size: tuple[int, int]) -> Image.Image:
        if self.look.flat or top == bottom:
            return Image.new("RGB", size, bytes_of(mix(top, bottom, 0.45)))
        column = ramp([(0.0, top), (1.0, bottom)], max(2, min(size[1], 256)))
        strip = Image.fromarray((column[:, None, :] * 255 + 0.5).astype(np.uint8))
        tall = strip.resize((1, size[1]), Image.Resampling.BILINEAR)
        return tall.resize(size, Image.Resampling.NEAREST)


class Stencil:
    """Shapes cut into one mask, drawn larger than life so that their edges come out smooth."""

    def __init__(self, canvas: Canvas, box: tuple[float, float, float, float]) -> None:
        self._canvas = canvas
        self._box = _clipped(box, canvas.image)
        left, top, right, bottom = self._box or (0, 0, 1, 1)
        self._scale = 4 if (right - left) * (bottom - top) < 260_000 else 2
        self._origin = (left, top)
        size = ((right - left) * self._scale, (bottom - top) * self._scale)
        self._shapes = Image.new("L", size)
        self._draw = ImageDraw.Draw(self._shapes)

    def polygon(self, points: Sequence[Point], *, cut: bool = False) -> None:
        """Add a polygon, or take it out of what was drawn before."""
        self._draw.polygon([self._place(point) for point in points], fill=0 if cut else 255)

    def ellipse(self, at: Point, across: float, down: float) -> None:
        left, top = self._place((at[0] - across, at[1] - down))
        right, bottom = self._place((at[0] + across, at[1] + down))
        self._draw.ellipse((left, top, max(left, right), max(top, bottom)), fill=255)

    def line(self, points: Sequence[Point], width: float) -> None:
        """A stroke with round ends."""
        places = [self._place(point) for point in points]
        thick = max(1, round(width * self._scale))
        self._draw.line(places, fill=255, width=thick, joint="curve")
        for x, y in (places[0], places[-1]):
            self._draw.ellipse(
                (x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=255
            )

    def cut_ellipse(self, at: Point, across: float, down: float) -> None:
        """Take an ellipse out of what was drawn before."""
        left, top = self._place((at[0] - across, at[1] - down))
        right, bottom = self._place((at[0] + across, at[1] + down))
        self._draw.ellipse((left, top, max(left, right), max(top, bottom)), fill=0)

    def paint(
        self,
        colour: Colour,
        bottom: Colour | None = None,
        *,
        opacity: float = 1.0,
        blur: float = 0.0,
    ) -> None:
        """Put the shapes on the sheet, in one colour or fading to another at the bottom."""
        mask = self._shapes.reduce(self._scale)
        used = mask.getbbox()
        if self._box is None or used is None:
            return
        margin = 2 + int(blur + self._canvas.ink)
        left, top = max(0, used[0] - margin), max(0, used[1] - margin)
        mask = mask.crop(
            (left, top, min(mask.width, used[2] + margin), min(mask.height, used[3] + margin))
        )
        corner = (self._origin[0] + left, self._origin[1] + top)
        if blur >= 0.5:
            mask = mask.filter(ImageFilter.BoxBlur(blur))
        if opacity < 1.0:
            mask = mask.point([round(cover * opacity) for cover in range(256)])
        paint = self._canvas.gradient(colour, bottom, mask.size) if bottom else bytes_of(colour)
        self._canvas.image.paste(paint, corner, mask)
        if self._canvas.ink and opacity == 1.0 and not blur:
            soft = mask.filter(ImageFilter.BoxBlur(self._canvas.ink / 2))
            self._canvas.image.paste(bytes_of(INK), corner, soft.point(_NEAR_HALF))

    def _place(self, point: Point) -> Point:
        return (
            (point[0] - self._origin[0]) * self._scale,
            (point[1] - self._origin[1]) * self._scale,
        )


def ball(canvas: Canvas, at: Point, radius: float, colour: Colour, light: Colour) -> None:
    """A disc, shaded like a ball where the style is smooth."""
    canvas.disc(at, radius, colour)
    if not canvas.look.smooth or radius < 2:
        return
    shade = canvas.stencil(at[0] - radius, at[1] - radius, at[0] + radius, at[1] + radius)
    shade.ellipse(at, radius * 0.98, radius * 0.98)
    shade.cut_ellipse((at[0] - radius * 0.22, at[1] - radius * 0.24), radius * 0.86, radius * 0.86)
    shade.paint(mix(colour, INK, 0.55), opacity=0.4, blur=radius * 0.16)
    spot = (at[0] - radius * 0.34, at[1] - radius * 0.38)
    canvas.glow(spot, radius * 0.62, mix(colour, light, 0.85), 0.75)


def _mask(cover: Floats) -> Image.Image:
    return Image.fromarray((cover * np.float32(255) + np.float32(0.5)).astype(np.uint8))


def _clipped(
    box: tuple[float, float, float, float], image: Image.Image
) -> tuple[int, int, int, int] | None:
    left, top = max(0, int(box[0])), max(0, int(box[1]))
    right, bottom = min(image.width, int(box[2]) + 1), min(image.height, int(box[3]) + 1)
    return (left, top, right, bottom) if right > left and bottom > top else None
