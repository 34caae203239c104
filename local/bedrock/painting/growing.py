"""Plants and weather in the foreground: trees, firs, flowers, grass, cacti, rain and snow."""

import numpy as np

from local.bedrock.painting.canvas import Point, ball
from local.bedrock.painting.colour import Colour, Floats, lighter, mix, of
from local.bedrock.painting.stage import Stage

_BLOSSOM = of("#f3b6c8")


def tree(stage: Stage, at: Point, size: float) -> None:
    """A broad tree whose crown is a heap of leaf clouds, lit from the sun's side."""
    canvas, rng = stage.canvas, stage.stream(f"tree {at[0]:.0f}")
    x, y = at
    bark = mix(of("#4a3428"), stage.palette.near, 0.45)
    trunk = canvas.stencil(x - size, y - size, x + size, y + size * 0.05)
    trunk.polygon(
        [
            (x - size * 0.07, y),
            (x - size * 0.035, y - size * 0.5),
            (x + size * 0.035, y - size * 0.5),
            (x + size * 0.07, y),
        ]
    )
    for side in (-1, 1):
        trunk.line([(x, y - size * 0.36), (x + side * size * 0.2, y - size * 0.62)], size * 0.032)
    trunk.paint(bark)
    leaf = stage.wish.coat("tree") or _leaf_colour(stage)
    sunward = -1 if stage.sun[0] < x else 1
    lumps = [
        (float(rng.normal(0, 0.2)), float(rng.normal(0.78, 0.11)), float(rng.uniform(0.1, 0.19)))
        for _ in range(26)
    ]
    for depth, tone in enumerate((-0.1, -0.02, 0.06, 0.12)):
        crown = canvas.stencil(x - size, y - size * 1.3, x + size, y)
        for across, up, puff in lumps[depth * 6 : depth * 6 + 8] if depth else lumps:
            shift = 0.035 * depth
            crown.ellipse(
                (x + (across + shift * sunward) * size, y - (up + shift) * size),
                puff * size * (1 - 0.2 * depth),
                puff * size * (0.9 - 0.2 * depth),
            )
        crown.paint(mix(lighter(leaf, tone), stage.palette.light, 0.06 * depth))


def _leaf_colour(stage: Stage) -> Colour:
    if "cherry" in stage.brief.prompt.lower() or "blossom" in stage.brief.prompt.lower():
        return mix(_BLOSSOM, stage.palette.low, 0.25)
    if stage.has("autumn"):
        return mix(of("#d9772b"), stage.palette.near, 0.2)
    return mix(of("#4f8a4a"), stage.palette.near, 0.45)


def firs(stage: Stage, line: Floats, count: int, size: float) -> None:
    """Single firs standing on a line, near the sides, so that the middle stays open."""
    canvas, rng = stage.canvas, stage.stream("firs")
    colour = lighter(mix(of("#173a30"), stage.palette.near, 0.6), -0.04)
    spots = np.concatenate([rng.uniform(-0.02, 0.3, count), rng.uniform(0.74, 1.02, count)])
    for spot in sorted(spots.tolist()):
        x = spot * canvas.width
        y = float(line[min(canvas.width - 1, max(0, int(x)))]) + size * 0.05
        tall = size * float(rng.uniform(0.6, 1.25))
        shape = canvas.stencil(x - tall * 0.3, y - tall * 1.02, x + tall * 0.3, y + tall * 0.05)
        shape.polygon(
            [
                (x - tall * 0.02, y),
                (x - tall * 0.02, y - tall * 0.2),
                (x + tall * 0.02, y - tall * 0.2),
                (x + tall * 0.02, y),
            ]
        )
        for tier in range(6):
            foot, half = 0.1 + 0.14 * tier, 0.21 * (1 - tier / 6.6)
            shape.polygon(
                [
                    (x - half * tall, y - foot * tall),
                    (x, y - (foot + 0.29) * tall),
                    (x + half * tall, y - foot * tall),
                    (x, y - (foot + 0.035) * tall),
                ]
            )
        snowy = stage.has("snow")
        shape.paint(
            mix(colour, (1.0, 1.0, 1.0), 0.5) if snowy else mix(colour, stage.palette.mid, 0.18),
            colour,
        )


def grass(stage: Stage, line: Floats) -> None:
    canvas, rng = stage.canvas, stage.stream("grass")
    u = canvas.unit
    for tone, blades in ((-0.05, 130), (0.04, 100)):
        tuft = canvas.stencil(0, float(line.min()) - u * 0.06, canvas.width, canvas.height)
        for _ in range(int(blades * canvas.width / u)):
            x = float(rng.uniform(0, canvas.width))
            y = float(line[int(x) % canvas.width]) + u * 0.012
            tall, lean = u * float(rng.uniform(0.012, 0.036)), u * float(rng.normal(0, 0.007))
            tuft.polygon([(x - u * 0.0016, y), (x + lean, y - tall), (x + u * 0.0016, y)])
        tuft.paint(lighter(stage.palette.near, tone))


def flowers(stage: Stage, line: Floats, dense: float = 1.0) -> None:
    """A meadow in bloom: small heads far away, large ones at the lower edge."""
    canvas, rng, palette = stage.canvas, stage.stream("flowers"), stage.palette
    u = canvas.unit
    coat = stage.wish.coat("flower")
    hues = (
        (coat, lighter(coat, 0.08), mix(coat, palette.light, 0.4))
        if coat
        else (palette.accents[0], palette.accents[1], palette.accents[2], palette.accents[3])
    )
    spots = sorted(
        (
            float(rng.random()) ** 1.5,
            float(rng.uniform(0, canvas.width)),
            int(rng.integers(len(hues))),
        )
        for _ in range(int(90 * dense * canvas.width / u))
    )
    stems = canvas.stencil(0, float(line.min()), canvas.width, canvas.height)
    heads: list[tuple[Point, float, Colour]] = []
    for nearness, x, hue in spots:
        ground = float(line[int(x) % canvas.width])
        y = ground + (canvas.height - ground) * (0.04 + 0.88 * nearness)
        head = u * (0.004 + 0.021 * nearness) * float(rng.uniform(0.8, 1.2))
        sway = head * float(rng.normal(0, 0.6))
        stems.line([(x, y + head * 4.5), (x + sway, y)], max(0.8, head * 0.2))
        heads.append(((x + sway, y), head, hues[hue]))
    stems.paint(lighter(mix(of("#3f7a3f"), palette.near, 0.6), 0.03))
    for colour in dict.fromkeys(colour for _, _, colour in heads):
        petals = canvas.stencil(0, float(line.min()), canvas.width, canvas.height)
        for (x, y), head, own in heads:
            if own != colour:
                continue
            if head < u * 0.007:
                petals.ellipse((x, y), head, head * 0.8)
                continue
            turn = x % 1.3
            for petal in range(6):
                angle = turn + petal * np.pi / 3
                petals.ellipse(
                    (
                        x + head * 0.62 * float(np.cos(angle)),
                        y + head * 0.52 * float(np.sin(angle)),
                    ),
                    head * 0.46,
                    head * 0.42,
                )
        shade = colour if not stage.dark else mix(colour, palette.near, 0.35)
        petals.paint(shade)
    hearts = canvas.stencil(0, float(line.min()), canvas.width, canvas.height)
    for (x, y), head, _ in heads:
        if head >= u * 0.007:
            hearts.ellipse((x, y), head * 0.34, head * 0.3)
    hearts.paint(mix(of("#f7c948"), palette.near, 0.1 if not stage.dark else 0.4))


def cacti(stage: Stage, line: Floats) -> None:
    canvas, rng = stage.canvas, stage.stream("cacti")
    colour = stage.wish.coat("cactus") or lighter(
        mix(of("#3f6b4a"), stage.palette.near, 0.35), -0.04
    )
    for spot in (0.18, 0.82, float(rng.uniform(0.6, 0.72))):
        x = spot * canvas.width
        s = canvas.unit * float(rng.uniform(0.12, 0.24))
        y = float(line[int(x)]) + s * 0.06
        plant = canvas.stencil(x - s * 0.5, y - s * 1.1, x + s * 0.5, y + s * 0.1)
        plant.line([(x, y), (x, y - s * 0.92)], s * 0.15)
        for side, low, high in ((-1, 0.36, 0.7), (1, 0.5, 0.82)):
            elbow = x + side * s * 0.26
            plant.line(
                [
                    (x, y - low * s),
                    (elbow - side * s * 0.05, y - low * s),
                    (elbow, y - (low + 0.06) * s),
                    (elbow, y - high * s),
                ],
                s * 0.095,
            )
        plant.paint(mix(colour, stage.palette.light, 0.14), colour)


def rain(stage: Stage) -> None:
    canvas, rng = stage.canvas, stage.stream("rain")
    u = canvas.unit
    drops = canvas.stencil(0, 0, canvas.width, canvas.height)
    for _ in range(int(200 * canvas.width * canvas.height / u**2)):
        x, y = float(rng.uniform(-0.1, 1.1)) * canvas.width, float(rng.random()) * canvas.height
        long = u * float(rng.uniform(0.025, 0.06))
        drops.line([(x, y), (x - long * 0.22, y + long)], max(0.7, 0.0012 * u))
    drops.paint(mix(stage.palette.low, (1.0, 1.0, 1.0), 0.45), opacity=0.3)


def snowfall(stage: Stage) -> None:
    canvas, rng = stage.canvas, stage.stream("snowfall")
    u = canvas.unit
    for radius, count, opacity in ((0.0021, 240, 0.7), (0.0062, 16, 0.5)):
        flakes = canvas.stencil(0, 0, canvas.width, canvas.height)
        for _ in range(int(count * canvas.width * canvas.height / u**2)):
            at = (float(rng.random()) * canvas.width, float(rng.random()) * canvas.height)
            size = max(0.6, radius * u * float(rng.uniform(0.6, 1.3)))
            flakes.ellipse(at, size, size)
        flakes.paint((1.0, 1.0, 1.0), opacity=opacity, blur=u * 0.002 if radius > 0.005 else 0.0)


def bushes(stage: Stage, line: Floats) -> None:
    """Round bushes, shaded like balls, for the smooth style."""
    canvas, rng = stage.canvas, stage.stream("bushes")
    leaf = mix(of("#5aa851"), stage.palette.near, 0.35)
    for _ in range(int(7 * canvas.width / canvas.unit)):
        x = float(rng.uniform(0, canvas.width))
        radius = canvas.unit * float(rng.uniform(0.025, 0.06))
        y = float(line[int(x) % canvas.width]) - radius * 0.5
        ball(
            canvas,
            (x, y),
            radius,
            lighter(leaf, float(rng.uniform(-0.05, 0.06))),
            stage.palette.light,
        )
