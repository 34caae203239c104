"""Pictures that are not landscapes: a portrait before a halo, and abstract compositions."""

import numpy as np

from local.bedrock.painting import fields
from local.bedrock.painting.canvas import Point, ball
from local.bedrock.painting.colour import Colour, lighter, mix, of
from local.bedrock.painting.stage import Stage

_SKINS = ("#f1c9a8", "#d9a37a", "#a86f4a", "#6f4631")
_HAIRS = ("#2b2024", "#5a3524", "#a3592e", "#d3a65c", "#3b3f52")


def portrait(stage: Stage) -> None:
    """A head and shoulders in planes of light and shade, without a face to recognise."""
    canvas, palette, rng = stage.canvas, stage.palette, stage.stream("portrait")
    s = min(canvas.width * 0.92, canvas.height * 0.62)
    x, chin = canvas.width * 0.5, canvas.height * 0.5 + s * 0.2
    skin = mix(of(str(rng.choice(_SKINS))), palette.low, 0.12)
    hair = mix(of(str(rng.choice(_HAIRS))), palette.near, 0.2)
    coat = stage.wish.coat("portrait") or palette.accents[0]
    halo = (x, chin - s * 0.34)
    canvas.disc(
        halo,
        s * 0.62,
        mix(palette.light, palette.low, 0.3),
        mix(palette.accents[1], palette.low, 0.35),
    )
    canvas.disc(
        halo,
        s * 0.5,
        mix(palette.accents[1], palette.light, 0.35),
        mix(palette.accents[0], palette.low, 0.4),
    )
    box = (x - s, chin - s, x + s, canvas.height)
    back = canvas.stencil(*box)
    back.ellipse((x, chin - s * 0.33), s * 0.285, s * 0.33)
    long = bool(rng.random() < 0.6)
    if long:
        back.polygon(
            [
                (x - s * 0.28, chin - s * 0.3),
                (x - s * 0.35, chin + s * 0.26),
                (x + s * 0.35, chin + s * 0.26),
                (x + s * 0.28, chin - s * 0.3),
            ]
        )
        for side in (-1, 1):
            back.ellipse((x + side * s * 0.25, chin + s * 0.24), s * 0.11, s * 0.1)
    back.paint(lighter(hair, 0.03), lighter(hair, -0.05))
    neck = canvas.stencil(*box)
    neck.polygon(
        [
            (x - s * 0.095, chin - s * 0.12),
            (x - s * 0.11, chin + s * 0.24),
            (x + s * 0.11, chin + s * 0.24),
            (x + s * 0.095, chin - s * 0.12),
        ]
    )
    neck.paint(lighter(skin, -0.12), lighter(skin, -0.04))
    torso = canvas.stencil(*box)
    slope = [
        (t, 0.16 + 0.24 * t**1.8 + 0.5 * max(0.0, t - 0.82)) for t in np.linspace(0, 1, 20).tolist()
    ]
    outline = [(x + t * s * 0.62, chin + down * s) for t, down in slope]
    torso.polygon(
        [
            *outline,
            (x + s * 0.64, canvas.height + 9),
            (x - s * 0.64, canvas.height + 9),
            *[(2 * x - a, b) for a, b in reversed(outline)],
        ]
    )
    torso.cut_ellipse((x, chin + s * 0.135), s * 0.125, s * 0.115)
    torso.paint(lighter(coat, 0.03), mix(coat, palette.near, 0.45))
    face = canvas.stencil(*box)
    face.ellipse((x, chin - s * 0.34), s * 0.2, s * 0.22)
    face.polygon(_jaw((x, chin), s))
    face.paint(lighter(skin, 0.04), lighter(skin, -0.03))
    shade = canvas.stencil(*box)
    shade.ellipse((x, chin - s * 0.34), s * 0.199, s * 0.219)
    shade.polygon(_jaw((x, chin), s * 0.995))
    sunward = -1 if stage.sun[0] < x else 1
    shade.cut_ellipse((x + sunward * s * 0.12, chin - s * 0.3), s * 0.21, s * 0.4)
    shade.paint(mix(skin, palette.near, 0.5), opacity=0.34, blur=s * 0.008)
    features(stage, (x, chin), s, skin)
    front = canvas.stencil(*box)
    part = -sunward * 0.07
    front.ellipse((x, chin - s * 0.41), s * 0.228, s * 0.245)
    front.cut_ellipse((x + part * s + s * 0.13, chin - s * 0.24), s * 0.25, s * 0.235)
    front.cut_ellipse((x + part * s - s * 0.13, chin - s * 0.24), s * 0.2, s * 0.21)
    front.cut_ellipse((x, chin - s * 0.1), s * 0.3, s * 0.22)
    front.paint(lighter(hair, 0.08), hair)


def features(stage: Stage, chin: Point, s: float, skin: Colour) -> None:
    """Closed eyes, a nose in one line and a quiet mouth."""
    x, y = chin
    dark = mix(skin, of("#2a1a20"), 0.72)
    lines = stage.canvas.stencil(x - s * 0.25, y - s * 0.5, x + s * 0.25, y)
    for side in (-1, 1):
        eye = [
            (x + side * s * 0.085 + s * 0.042 * t, y - s * 0.29 + s * 0.014 * (1 - t * t))
            for t in np.linspace(-1, 1, 9).tolist()
        ]
        lines.line(eye, s * 0.0085)
        brow = [
            (x + side * s * 0.088 + s * 0.052 * t, y - s * 0.352 - s * 0.012 * (1 - t * t))
            for t in np.linspace(-1, 1, 9).tolist()
        ]
        lines.line(brow, s * 0.01)
    lines.paint(dark)
    nose = stage.canvas.stencil(x - s * 0.25, y - s * 0.5, x + s * 0.25, y)
    nose.line(
        [(x + s * 0.012, y - s * 0.29), (x + s * 0.03, y - s * 0.2), (x + s * 0.002, y - s * 0.19)],
        s * 0.007,
    )
    nose.paint(mix(skin, dark, 0.45))
    lips = stage.canvas.stencil(x - s * 0.2, y - s * 0.2, x + s * 0.2, y)
    lips.ellipse((x, y - s * 0.105), s * 0.052, s * 0.016)
    lips.paint(mix(of("#b5484f"), skin, 0.35))


def _jaw(chin: Point, s: float) -> list[Point]:
    x, y = chin
    side = [(0.2, -0.34), (0.19, -0.2), (0.155, -0.09), (0.085, -0.01), (0.0, 0.012)]
    right = [(x + a * s, y + b * s) for a, b in side]
    return [*right, *[(2 * x - a, b) for a, b in reversed(right)]]


def abstract(stage: Stage) -> None:
    """Overlapping veils and discs in the palette's colours."""
    canvas, palette, rng = stage.canvas, stage.palette, stage.stream("abstract")
    u = canvas.unit
    hues = (*palette.accents, palette.light, palette.far)
    for k in range(7):
        base = canvas.height * (0.1 + 0.14 * k) + u * float(rng.uniform(-0.05, 0.05))
        if stage.look.angular:
            line = base + fields.crags(rng, canvas.width, u * 0.5, 1) * u * 0.14
        else:
            line = (
                base
                + fields.wave(rng, canvas.width, u * float(rng.uniform(0.5, 0.9)), 2) * u * 0.16
            )
        hue = mix(hues[k % len(hues)], mix(palette.top, palette.near, k / 6), 0.45)
        canvas.ridge(line.astype(np.float32), lighter(hue, 0.06), mix(hue, palette.near, 0.35))
        if k in (1, 3, 5):
            x = canvas.width * float(rng.uniform(0.12, 0.88))
            radius = u * float(rng.uniform(0.06, 0.15))
            at = (x, float(line[int(x)]) - radius * 0.2)
            ball(canvas, at, radius, hues[(k + 2) % len(hues)], (1.0, 1.0, 1.0))
            ring = canvas.stencil(
                at[0] - radius * 2, at[1] - radius * 2, at[0] + radius * 2, at[1] + radius * 2
            )
            ring.ellipse(at, radius * 1.5, radius * 1.5)
            ring.cut_ellipse(at, radius * 1.44, radius * 1.44)
            ring.paint(palette.light, opacity=0.8)
