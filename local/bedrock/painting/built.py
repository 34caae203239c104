"""Things people made: houses, castles, lighthouses, boats and balloons."""

import numpy as np

from local.bedrock.painting.canvas import Point, Stencil
from local.bedrock.painting.colour import Colour, lighter, mix, of
from local.bedrock.painting.stage import Stage


def house(stage: Stage, at: Point, size: float) -> None:
    """A cottage with a steep roof and lit windows."""
    canvas, palette = stage.canvas, stage.palette
    x, y = at
    y += size * 0.03
    wall = stage.wish.coat("house") or mix(
        of("#e9dcc6"), palette.near, 0.2 if not stage.dark else 0.7
    )
    box = (x - size, y - size * 1.3, x + size, y + size * 0.1)
    chimney = canvas.stencil(*box)
    _block(chimney, x + size * 0.2, y - size * 1.02, x + size * 0.32, y - size * 0.5)
    chimney.paint(mix(of("#7d4f43"), palette.near, 0.35))
    walls = canvas.stencil(*box)
    _block(walls, x - size * 0.45, y - size * 0.52, x + size * 0.45, y)
    walls.paint(lighter(wall, 0.02), mix(wall, palette.near, 0.2))
    roof = canvas.stencil(*box)
    roof.polygon(
        [
            (x - size * 0.57, y - size * 0.48),
            (x - size * 0.26, y - size * 0.94),
            (x + size * 0.26, y - size * 0.94),
            (x + size * 0.57, y - size * 0.48),
        ]
    )
    roof.paint(
        mix(palette.accents[0], palette.near, 0.35 if not stage.dark else 0.7),
        mix(palette.accents[0], palette.near, 0.55),
    )
    door = canvas.stencil(*box)
    _block(door, x - size * 0.07, y - size * 0.27, x + size * 0.07, y)
    door.paint(mix(of("#5a3a2c"), palette.near, 0.4))
    windows = canvas.stencil(*box)
    for side in (-1, 1):
        middle = x + side * size * 0.26
        _block(
            windows, middle - size * 0.075, y - size * 0.38, middle + size * 0.075, y - size * 0.2
        )
    windows.paint(of("#ffd37a"))
    if stage.dark or stage.wish.hour == "sunset":
        canvas.glow((x, y - size * 0.28), size * 0.75, of("#ffc766"), 0.4)


def castle(stage: Stage, at: Point, size: float) -> None:
    canvas, palette = stage.canvas, stage.palette
    x, y = at
    y += size * 0.06
    stone = stage.wish.coat("castle") or mix(
        mix(of("#b7aca0"), palette.low, 0.3), palette.near, 0.5 if stage.dark else 0.16
    )
    box = (x - size, y - size * 2.1, x + size, y + size * 0.1)
    roofs = canvas.stencil(*box)
    walls = canvas.stencil(*box)
    _block(walls, x - size * 0.62, y - size * 0.5, x + size * 0.62, y)
    _battlements(walls, x - size * 0.62, x + size * 0.62, y - size * 0.5, size * 0.07)
    for middle, half, tall in (
        (-0.62, 0.13, 0.92),
        (0.62, 0.13, 0.85),
        (-0.26, 0.11, 1.12),
        (0.3, 0.1, 1.0),
        (0.02, 0.16, 1.4),
    ):
        left, right, top = x + (middle - half) * size, x + (middle + half) * size, y - tall * size
        _block(walls, left, top, right, y)
        _block(walls, left - size * 0.02, top, right + size * 0.02, top + size * 0.05)
        roofs.polygon(
            [
                (left - size * 0.05, top),
                ((left + right) / 2, top - half * 3.4 * size),
                (right + size * 0.05, top),
            ]
        )
    walls.paint(lighter(stone, 0.05), mix(stone, palette.near, 0.3))
    roofs.paint(
        mix(palette.accents[0], palette.near, 0.4), mix(palette.accents[0], palette.near, 0.6)
    )
    windows = canvas.stencil(*box)
    for across, up in (
        (-0.26, 0.82),
        (0.02, 1.1),
        (0.02, 0.78),
        (0.3, 0.72),
        (-0.62, 0.62),
        (0.62, 0.58),
    ):
        windows.ellipse((x + across * size, y - up * size), size * 0.025, size * 0.05)
    windows.ellipse((x + 0.02 * size, y - size * 0.02), size * 0.1, size * 0.2)
    windows.paint(
        of("#ffd58a")
        if stage.dark or stage.wish.hour == "sunset"
        else mix(stone, palette.near, 0.75)
    )


def lighthouse(stage: Stage, at: Point, size: float) -> None:
    canvas, palette = stage.canvas, stage.palette
    x, y = at
    coat = stage.wish.coat("lighthouse") or of("#d7483b")
    box = (x - size * 0.4, y - size * 1.3, x + size * 0.4, y + size * 0.06)
    shade = 0.5 if stage.dark else 0.1
    tower = canvas.stencil(*box)
    tower.polygon(
        [
            (x - size * 0.15, y),
            (x - size * 0.09, y - size * 0.88),
            (x + size * 0.09, y - size * 0.88),
            (x + size * 0.15, y),
        ]
    )
    tower.paint(mix(of("#f7f2e8"), palette.near, shade))
    stripes = canvas.stencil(*box)
    for low in (0.12, 0.44, 0.72):
        high = low + 0.15
        a, b = 0.15 - 0.068 * low, 0.15 - 0.068 * high
        stripes.polygon(
            [
                (x - a * size, y - low * size),
                (x - b * size, y - high * size),
                (x + b * size, y - high * size),
                (x + a * size, y - low * size),
            ]
        )
    stripes.paint(mix(coat, palette.near, shade * 0.7))
    lamp = canvas.stencil(*box)
    _block(lamp, x - size * 0.06, y - size * 1.02, x + size * 0.06, y - size * 0.88)
    lamp.paint(of("#ffe9a6"))
    top = canvas.stencil(*box)
    top.polygon(
        [(x - size * 0.1, y - size * 1.01), (x, y - size * 1.14), (x + size * 0.1, y - size * 1.01)]
    )
    _block(top, x - size * 0.12, y - size * 0.9, x + size * 0.12, y - size * 0.87)
    top.paint(mix(coat, palette.near, 0.45))
    if stage.dark or stage.wish.hour in ("sunset", "storm", "fog"):
        canvas.glow((x, y - size * 0.95), size * 0.8, of("#ffe9a6"), 0.75)


def boat(stage: Stage, at: Point, size: float) -> None:
    """A sailing boat with its mirror image."""
    canvas, palette = stage.canvas, stage.palette
    x, y = at
    coat = stage.wish.coat("boat")
    sail = coat or mix((0.99, 0.97, 0.93), palette.light, 0.3)
    hull = mix(of("#5b3427"), palette.near, 0.45)
    for flip, opacity in ((-0.62, 0.3), (1.0, 1.0)):
        box = (
            x - size,
            min(y, y - size * 1.3 * flip),
            x + size,
            max(y, y - size * 1.3 * flip) + size * 0.16,
        )
        main = canvas.stencil(*box)
        main.polygon(
            [
                (x + size * 0.03, y - size * 0.2 * flip),
                (x + size * 0.03, y - size * 1.2 * flip),
                (x + size * 0.2, y - size * 0.75 * flip),
                (x + size * 0.46, y - size * 0.22 * flip),
            ]
        )
        main.paint(lighter(sail, 0.03), mix(sail, palette.mid, 0.3), opacity=opacity)
        jib = canvas.stencil(*box)
        jib.polygon(
            [
                (x - size * 0.03, y - size * 1.08 * flip),
                (x - size * 0.03, y - size * 0.22 * flip),
                (x - size * 0.4, y - size * 0.24 * flip),
            ]
        )
        jib.paint(mix(sail, palette.accents[0], 0.3), opacity=opacity)
        body = canvas.stencil(*box)
        body.polygon(
            [
                (x - size * 0.52, y - size * 0.17 * flip),
                (x + size * 0.58, y - size * 0.17 * flip),
                (x + size * 0.4, y + size * 0.02 * flip),
                (x - size * 0.36, y + size * 0.02 * flip),
            ]
        )
        body.line([(x, y - size * 0.1 * flip), (x, y - size * 1.24 * flip)], size * 0.022)
        body.paint(lighter(hull, 0.06), hull, opacity=opacity)


def balloons(stage: Stage) -> None:
    """Hot-air balloons, large and near to small and far."""
    canvas, palette, rng = stage.canvas, stage.palette, stage.stream("balloons")
    coat = stage.wish.coat("balloon")
    hues: tuple[Colour, ...] = (coat or palette.accents[0], palette.accents[1], palette.accents[3])
    crowd = 3 + round(canvas.width / canvas.unit)
    for k in reversed(range(crowd)):
        size = canvas.unit * 0.115 * 0.72**k * (1.25 if k == 0 else 1.0)
        place = (0.36, 0.7, 0.16, 0.88, 0.55, 0.28, 0.78, 0.08)[k % 8]
        x = canvas.width * (place + float(rng.uniform(-0.05, 0.05)))
        y = stage.horizon * (0.3 + 0.5 * float(rng.uniform(0, 1)) * (k > 0)) + size * 0.3
        haze = 0.13 * k
        _balloon(
            stage,
            (x, y),
            size,
            [mix(hue, palette.low, haze) for hue in (hues[k % 3], palette.accents[2])],
        )


def _balloon(stage: Stage, at: Point, size: float, hues: list[Colour]) -> None:
    canvas = stage.canvas
    x, y = at
    box = (x - size * 1.2, y - size * 1.2, x + size * 1.2, y + size * 2.2)
    ropes = canvas.stencil(*box)
    for side in (-1, 1):
        ropes.line(
            [(x + side * size * 0.3, y + size * 1.1), (x + side * size * 0.15, y + size * 1.62)],
            max(0.8, size * 0.025),
        )
    ropes.polygon(
        [
            (x - size * 0.19, y + size * 1.58),
            (x + size * 0.19, y + size * 1.58),
            (x + size * 0.15, y + size * 1.86),
            (x - size * 0.15, y + size * 1.86),
        ]
    )
    ropes.paint(mix(of("#6b4a33"), stage.palette.near, 0.3))
    turn = np.linspace(-1, 1, 40)
    for share, colour in ((1.0, hues[0]), (0.66, hues[1]), (0.3, hues[0])):
        gore = canvas.stencil(*box)
        edge = [(_envelope(float(t)) * share, float(t)) for t in turn]
        gore.polygon(
            [(x + a * size, y + (0.1 + 1.1 * t) * size) for a, t in edge]
            + [(x - a * size, y + (0.1 + 1.1 * t) * size) for a, t in reversed(edge)]
        )
        gore.paint(lighter(colour, 0.06), lighter(colour, -0.08))
    sunward = -0.35 if stage.sun[0] < x else 0.35
    canvas.glow((x + sunward * size, y - size * 0.35), size * 0.75, stage.palette.light, 0.4)


def _envelope(t: float) -> float:
    """Half the balloon's width at a height of -1 (crown) to 1 (mouth)."""
    if t < 0:
        return float(np.sqrt(max(0.0, 1 - t * t)))
    return float(1 - 0.68 * t**1.7)


def _block(stencil: Stencil, left: float, top: float, right: float, bottom: float) -> None:
    stencil.polygon([(left, top), (right, top), (right, bottom), (left, bottom)])


def _battlements(stencil: Stencil, left: float, right: float, top: float, tooth: float) -> None:
    for x in np.arange(left, right, tooth * 1.7).tolist():
        _block(stencil, x, top - tooth, x + tooth, top)
