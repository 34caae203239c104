"""Living things, as simple silhouettes built from a few round shapes."""

from dataclasses import dataclass

import numpy as np

from local.bedrock.painting.canvas import Canvas, Point, Stencil
from local.bedrock.painting.colour import Colour, lighter, mix, of
from local.bedrock.painting.stage import Stage


@dataclass(frozen=True, slots=True)
class Build:
    """How one kind of sitting animal differs from the next; lengths in body heights."""

    ears: str
    ear: float
    head: float
    body: float
    tail: str
    coat: Colour


SITTING: dict[str, Build] = {
    "cat": Build("pointed", 0.2, 0.165, 0.25, "curl", of("#3a3440")),
    "dog": Build("hanging", 0.22, 0.18, 0.26, "up", of("#8a5a35")),
    "fox": Build("pointed", 0.25, 0.165, 0.24, "bush", of("#d2672b")),
    "rabbit": Build("long", 0.46, 0.165, 0.27, "puff", of("#b9a791")),
    "bear": Build("round", 0.085, 0.19, 0.36, "none", of("#5b4032")),
    "owl": Build("tufts", 0.12, 0.24, 0.29, "none", of("#6e5a48")),
}


def sitting(stage: Stage, kind: str, at: Point, size: float) -> None:
    """An animal that sits with its back to us and looks at the view; ``at`` is under it."""
    build = SITTING[kind]
    canvas = stage.canvas
    coat = stage.wish.coat(kind) or mix(build.coat, stage.palette.near, 0.2)
    if stage.dark or stage.wish.hour in ("sunset", "dawn"):
        coat = mix(coat, lighter(stage.palette.near, -0.1), 0.3 if stage.wish.coat(kind) else 0.6)
    x, y = at
    box = (x - size * 0.85, y - size * 1.5, x + size * 0.85, y + size * 0.1)
    _shadow(canvas, at, size)
    tail = canvas.stencil(*box)
    _tail(tail, build, at, size)
    tail.paint(mix(coat, stage.palette.light, 0.06), lighter(coat, -0.04))
    if build.tail == "bush":
        tip = (x + size * 0.62, y - size * 0.34)
        canvas.disc(tip, size * 0.055, mix(coat, (1.0, 1.0, 1.0), 0.75))
    body = canvas.stencil(*box)
    _body(body, build, at, size)
    body.paint(mix(coat, stage.palette.light, 0.16), lighter(coat, -0.05))
    rim = canvas.stencil(*box)
    _body(rim, build, at, size)
    side = -1 if stage.sun[0] > x else 1
    _body(rim, build, (x + side * size * 0.022, y + size * 0.012), size, cut=True)
    rim.paint(mix(coat, stage.palette.light, 0.7), opacity=0.6, blur=size * 0.004)


def _body(stencil: Stencil, build: Build, at: Point, size: float, *, cut: bool = False) -> None:
    x, y = at
    ellipse = stencil.cut_ellipse if cut else stencil.ellipse
    ellipse((x, y - size * 0.26), size * build.body, size * 0.28)
    ellipse((x, y - size * 0.46), size * build.body * 0.74, size * 0.32)
    neck = y - size * 0.83
    ellipse((x, neck), size * build.head * 1.08, size * build.head * 0.95)
    for side in (-1, 1):
        _ear(stencil, build, (x, neck), size, side, cut=cut)
        ellipse((x + side * size * build.body * 0.72, y - size * 0.05), size * 0.11, size * 0.055)


def _ear(stencil: Stencil, build: Build, head: Point, size: float, side: int, *, cut: bool) -> None:
    x, y = head
    ellipse = stencil.cut_ellipse if cut else stencil.ellipse
    r, ear = size * build.head, size * build.ear
    if build.ears in ("pointed", "tufts"):
        lean = 0.95 if build.ears == "pointed" else 0.8
        stencil.polygon(
            [
                (x + side * r * 0.18, y - r * 0.78),
                (x + side * r * lean, y - r * 0.6 - ear),
                (x + side * r * 1.06, y - r * 0.1),
            ],
            cut=cut,
        )
    elif build.ears == "long":
        ellipse((x + side * r * 0.48, y - r * 0.6 - ear * 0.5), r * 0.27, ear * 0.55)
    elif build.ears == "round":
        ellipse((x + side * r * 0.78, y - r * 0.78), ear, ear)
    else:
        ellipse((x + side * r * 1.02, y + r * 0.05), r * 0.34, ear * 0.62)


def _tail(stencil: Stencil, build: Build, at: Point, size: float) -> None:
    x, y = at
    turn = np.linspace(0, 1, 24)
    if build.tail == "curl":
        curve = [
            (x + size * (0.18 + 0.42 * t + 0.1 * np.sin(t * 4)), y - size * (0.07 + 0.42 * t**2.2))
            for t in turn
        ]
        stencil.line(curve, size * 0.075)
    elif build.tail == "up":
        curve = [(x + size * (0.2 + 0.22 * t), y - size * (0.1 + 0.34 * t**1.4)) for t in turn]
        stencil.line(curve, size * 0.08)
    elif build.tail == "bush":
        for t in turn:
            swell = size * (0.05 + 0.085 * float(np.sin(np.pi * min(1.0, t * 0.92 + 0.06))))
            stencil.ellipse(
                (x + size * (0.2 + 0.42 * t), y - size * (0.1 + 0.26 * t**1.6)), swell, swell
            )
    elif build.tail == "puff":
        stencil.ellipse((x, y - size * 0.12), size * 0.1, size * 0.1)


def deer(stage: Stage, at: Point, size: float) -> None:
    """A stag standing sideways."""
    x, y = at
    s = size
    _shadow(stage.canvas, at, size)
    body = stage.canvas.stencil(x - s, y - s * 1.5, x + s, y + s * 0.1)
    body.ellipse((x, y - s * 0.55), s * 0.34, s * 0.155)
    body.ellipse((x + s * 0.2, y - s * 0.57), s * 0.17, s * 0.17)
    for hip, foot in ((-0.27, -0.3), (-0.2, -0.17), (0.2, 0.18), (0.27, 0.32)):
        top, knee, end = (
            (x + hip * s, y - s * 0.5),
            (x + (hip + foot) / 2 * s * 1.04, y - s * 0.25),
            (x + foot * s, y),
        )
        body.line([top, knee], s * 0.062)
        body.line([knee, end], s * 0.036)
    body.polygon(
        [
            (x + s * 0.16, y - s * 0.64),
            (x + s * 0.34, y - s * 0.94),
            (x + s * 0.44, y - s * 0.88),
            (x + s * 0.36, y - s * 0.5),
        ]
    )
    body.ellipse((x + s * 0.43, y - s * 0.93), s * 0.075, s * 0.06)
    body.ellipse((x + s * 0.51, y - s * 0.905), s * 0.06, s * 0.035)
    body.ellipse((x + s * 0.34, y - s * 0.985), s * 0.05, s * 0.022)
    body.ellipse((x - s * 0.34, y - s * 0.62), s * 0.04, s * 0.055)
    for lean in (-0.2, 0.12):
        stem = [
            (x + s * (0.4 + lean * t), y - s * (0.97 + 0.26 * t + 0.06 * t * t))
            for t in np.linspace(0, 1, 9)
        ]
        body.line(stem, s * 0.022)
        for branch in (3, 5, 7):
            bx, by = stem[branch]
            body.line(
                [(bx, by), (bx + s * 0.09 * float(np.sign(lean) or 1), by - s * 0.1)], s * 0.018
            )
    coat = stage.wish.coat("deer") or mix(of("#6b4630"), stage.palette.near, 0.6)
    body.paint(mix(coat, stage.palette.light, 0.1), lighter(coat, -0.05))


def whale(stage: Stage, at: Point, size: float) -> None:
    """A fluke going under, with a ring of foam."""
    x, y = at
    coat = stage.wish.coat("whale") or mix(of("#26384c"), stage.palette.near, 0.4)
    fluke = stage.canvas.stencil(x - size, y - size * 1.2, x + size, y + size * 0.1)
    outline = [
        (x + a * size, y - b * size)
        for a, b in _smooth(
            [
                (0.13, 0.0),
                (0.085, 0.3),
                (0.13, 0.52),
                (0.4, 0.62),
                (0.72, 0.95),
                (0.4, 0.88),
                (0.12, 0.78),
                (0.0, 0.7),
            ]
        )
    ]
    fluke.polygon([*outline, *[(2 * x - a, b) for a, b in reversed(outline)]])
    fluke.paint(mix(coat, stage.palette.light, 0.22), coat)
    foam = stage.canvas.stencil(x - size, y - size * 0.2, x + size, y + size * 0.2)
    for across, wide in ((-0.18, 0.2), (0.16, 0.24), (0.0, 0.34)):
        foam.ellipse((x + across * size, y), wide * size, size * 0.028)
    foam.paint(mix(stage.palette.light, (1.0, 1.0, 1.0), 0.4), opacity=0.75, blur=size * 0.008)


def person(stage: Stage, at: Point, size: float) -> None:
    """A wanderer with a coat, seen from behind."""
    x, y = at
    _shadow(stage.canvas, at, size * 0.5)
    figure = stage.canvas.stencil(x - size * 0.5, y - size * 1.1, x + size * 0.5, y + size * 0.05)
    for side in (-1, 1):
        figure.line(
            [(x + side * size * 0.045, y - size * 0.4), (x + side * size * 0.075, y)], size * 0.075
        )
    coat = [(-0.1, 0.82), (-0.15, 0.74), (-0.19, 0.26), (0.19, 0.24), (0.15, 0.74), (0.1, 0.82)]
    figure.polygon([(x + a * size, y - b * size) for a, b in coat])
    figure.line(
        [(x + size * 0.14, y - size * 0.74), (x + size * 0.24, y - size * 0.46)], size * 0.06
    )
    figure.line([(x + size * 0.27, y - size * 0.62), (x + size * 0.29, y)], size * 0.018)
    figure.ellipse((x, y - size * 0.905), size * 0.075, size * 0.09)
    colour = stage.wish.coat("person") or lighter(stage.palette.near, -0.12)
    figure.paint(mix(colour, stage.palette.light, 0.14), colour)


def flock(stage: Stage) -> None:
    """Birds far off, in a loose line."""
    canvas, rng = stage.canvas, stage.stream("flock")
    colour = stage.wish.coat("bird") or (
        mix(stage.palette.light, stage.palette.mid, 0.3)
        if stage.dark
        else lighter(stage.palette.near, -0.05)
    )
    birds = canvas.stencil(0, 0, canvas.width, stage.horizon)
    x = canvas.width * float(rng.uniform(0.2, 0.45))
    y = stage.horizon * float(rng.uniform(0.3, 0.45))
    for _ in range(int(rng.integers(6, 11))):
        span = canvas.unit * float(rng.uniform(0.012, 0.026))
        lift = float(rng.uniform(0.25, 0.6))
        wing = [
            (t, -lift * float(np.sin(np.pi * min(1, abs(t) * 1.15))))
            for t in np.linspace(-1, 1, 13)
        ]
        birds.line([(x + span * t, y + span * up * 0.9) for t, up in wing], max(1.0, span * 0.13))
        x += canvas.unit * float(rng.uniform(0.03, 0.075))
        y += canvas.unit * float(rng.uniform(-0.04, 0.028))
    birds.paint(colour)


def _shadow(canvas: Canvas, at: Point, size: float) -> None:
    if canvas.look.flat:
        return
    shade = canvas.stencil(at[0] - size, at[1] - size * 0.2, at[0] + size, at[1] + size * 0.2)
    shade.ellipse(at, size * 0.5, size * 0.06)
    shade.paint((0.02, 0.02, 0.05), opacity=0.35, blur=size * 0.03)


def _smooth(points: list[Point], steps: int = 8) -> list[Point]:
    """An open Catmull-Rom curve through the points."""
    ends = [points[0], *points, points[-1]]
    curve: list[Point] = []
    for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        for t in np.linspace(0, 1, steps, endpoint=False).tolist():
            weights = (
                -0.5 * t + t * t - 0.5 * t**3,
                1 - 2.5 * t * t + 1.5 * t**3,
                0.5 * t + 2 * t * t - 1.5 * t**3,
                -0.5 * t * t + 0.5 * t**3,
            )
            curve.append(
                (
                    sum(w * p[0] for w, p in zip(weights, (a, b, c, d), strict=True)),
                    sum(w * p[1] for w, p in zip(weights, (a, b, c, d), strict=True)),
                )
            )
    return [*curve, points[-1]]
