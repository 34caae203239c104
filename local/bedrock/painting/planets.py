"""Planets: one large with a ring, one small."""

import numpy as np

from local.bedrock.painting.canvas import Canvas, Point
from local.bedrock.painting.colour import Colour, lighter, mix
from local.bedrock.painting.stage import Stage


def paint(stage: Stage) -> None:
    """Both planets, the large one where the sun would be."""
    canvas, palette, rng = stage.canvas, stage.palette, stage.stream("planets")
    u = canvas.unit
    big = stage.sun
    radius = u * float(rng.uniform(0.15, 0.2))
    colour = palette.accents[int(rng.integers(2))]
    canvas.glow(big, radius * 2.1, mix(colour, palette.low, 0.4), 0.45)
    _ring(canvas, big, radius, mix(colour, palette.light, 0.6), behind=True)
    _planet(canvas, big, radius, colour, palette.top)
    _ring(canvas, big, radius, mix(colour, palette.light, 0.6), behind=False)
    small = (canvas.width - big[0] + u * 0.06, big[1] + u * float(rng.uniform(0.22, 0.34)))
    _planet(canvas, small, u * float(rng.uniform(0.03, 0.055)), palette.accents[3], palette.top)


def _planet(canvas: Canvas, at: Point, radius: float, colour: Colour, shadow: Colour) -> None:
    x, y = at
    canvas.disc(at, radius, lighter(colour, 0.1), mix(colour, shadow, 0.25))
    box = (x - radius, y - radius, x + radius, y + radius)
    belts = canvas.stencil(*box)
    for place, thick in ((-0.5, 0.09), (-0.12, 0.13), (0.3, 0.08), (0.6, 0.1)):
        reach = radius * float(np.sqrt(1 - place**2)) * 0.985
        belts.ellipse((x, y + place * radius), reach, thick * radius)
    belts.paint(mix(colour, shadow, 0.45), opacity=0.4, blur=radius * 0.03)
    night = canvas.stencil(*box)
    night.ellipse(at, radius, radius)
    night.cut_ellipse((x - radius * 0.42, y - radius * 0.3), radius * 1.06, radius * 1.06)
    night.paint(shadow, opacity=0.7, blur=radius * 0.09)


def _ring(canvas: Canvas, at: Point, radius: float, colour: Colour, *, behind: bool) -> None:
    x, y = at
    halves = (np.pi, 2 * np.pi) if behind else (0.0, np.pi)
    ring = canvas.stencil(x - radius * 2.1, y - radius, x + radius * 2.1, y + radius)
    for size in (1.52, 1.78):
        arc = [
            (
                x + radius * size * float(np.cos(a)) - 0.18 * radius * float(np.sin(a)),
                y
                + radius * size * 0.2 * float(np.sin(a))
                - radius * size * 0.16 * float(np.cos(a)),
            )
            for a in np.linspace(*halves, 48)
        ]
        ring.line(arc, radius * (0.1 if size < 1.6 else 0.05))
    ring.paint(colour, opacity=0.85)
