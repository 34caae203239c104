"""Skies: the gradient, the clouds, and whatever shines or flies in front of them."""

import numpy as np
from PIL import Image

from local.bedrock.painting import fields, planets
from local.bedrock.painting.canvas import Canvas, ball
from local.bedrock.painting.colour import Colour, Floats, lighter, mix, of, ramp
from local.bedrock.painting.stage import Stage

_COARSE = 288
"""Longest side, in pixels, that soft things are computed at before they are enlarged."""


def paint(stage: Stage) -> None:
    """The whole sky, from the gradient to the birds."""
    canvas = stage.canvas
    if stage.look.flat:
        _bands(stage)
    else:
        _gradient(stage)
    if stage.dark or stage.has("stars"):
        _stars(stage)
    if stage.has("aurora"):
        _aurora(stage)
    if stage.has("space", "planet"):
        planets.paint(stage)
    elif stage.has("moon") or (stage.dark and not stage.has("aurora")):
        _moon(stage)
    elif stage.wish.hour not in ("storm", "fog") or stage.has("sun"):
        _sun(stage)
    if stage.has("rainbow"):
        _rainbow(canvas, stage.horizon)
    if stage.look.crisp_clouds and not stage.has("space"):
        _crisp_clouds(stage)


def _gradient(stage: Stage) -> None:
    canvas, palette = stage.canvas, stage.palette
    shrink = _COARSE / max(canvas.width, canvas.height)
    size = max(2, round(canvas.width * shrink)), max(2, round(canvas.height * shrink))
    horizon = stage.horizon / canvas.height
    stops = [(0.0, palette.top), (horizon * 0.62, palette.mid), (horizon, palette.low)]
    rows = ramp([*stops, (1.0, palette.low)], size[1])
    sky = np.repeat(rows[:, None, :], size[0], axis=1)
    y, x = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32)
    away = np.hypot(x - stage.sun[0] * shrink, (y - stage.sun[1] * shrink) * 1.25)
    warmth = np.exp(-((away / (canvas.unit * shrink * 0.42)) ** 2)) * (0.3 if stage.dark else 0.62)
    _blend(sky, warmth, mix(palette.low, palette.light, 0.55))
    if stage.has("space"):
        _nebula(stage, sky, shrink)
    else:
        _haze_clouds(stage, sky, shrink, y / (stage.horizon * shrink))
    small = Image.fromarray((np.clip(sky, 0, 1) * 255 + 0.5).astype(np.uint8))
    canvas.image.paste(small.resize(canvas.image.size, Image.Resampling.BICUBIC))


def _haze_clouds(stage: Stage, sky: Floats, shrink: float, height: Floats) -> None:
    """Soft clouds; ``height`` is 0 at the top of the sky and 1 at the horizon."""
    rng, palette = stage.stream("clouds"), stage.palette
    if stage.look.crisp_clouds:
        return
    cell = stage.canvas.unit * shrink * float(rng.uniform(0.4, 0.62))
    lumps = fields.cloud(rng, sky.shape[1], sky.shape[0], cell, octaves=5)
    heavy = stage.has("cloud", "storm") or stage.wish.hour == "storm"
    level = 0.4 if heavy else float(rng.uniform(0.5, 0.58))
    fade = np.clip((1.05 - height) * 2.2, 0, 1) * np.clip(0.35 + height, 0, 1)
    cover = np.clip((lumps - level) / 0.2, 0, 1) * fade
    shade = np.clip((np.roll(lumps, 3, axis=0) - level) / 0.2, 0, 1) * cover
    strength = 0.35 if stage.dark else 0.85
    lit = mix(palette.low, palette.light, 0.25 if stage.dark else 0.6)
    _blend(sky, cover * strength, lit)
    _blend(sky, shade * strength * 0.55, mix(palette.mid, palette.low, 0.35))


def _nebula(stage: Stage, sky: Floats, shrink: float) -> None:
    rng, palette = stage.stream("nebula"), stage.palette
    height, width = sky.shape[:2]
    bend = fields.wave(rng, width, width * 0.9, 2) * 0.16 * height
    y = np.arange(height, dtype=np.float32)[:, None]
    slope = np.linspace(-0.22, 0.22, width, dtype=np.float32) * height * float(rng.choice([-1, 1]))
    band = np.exp(-(((y - height * 0.42 - bend - slope) / (height * 0.26)) ** 2))
    cell = stage.canvas.unit * shrink * 0.42
    hues = (palette.low, palette.accents[0], palette.accents[1], palette.accents[3])
    for hue, weight in zip(hues, (0.95, 0.6, 0.6, 0.5), strict=True):
        lumps = fields.cloud(rng, width, height, cell, octaves=5)
        _blend(sky, np.clip((lumps - 0.44) / 0.3, 0, 1) * band * np.float32(weight), hue)
    dust = fields.cloud(rng, width, height, cell * 0.7, octaves=5)
    _blend(sky, np.clip((dust - 0.55) / 0.16, 0, 1) * band * np.float32(0.7), palette.top)


def _bands(stage: Stage) -> None:
    """Rings of flat colour around the sun."""
    canvas, palette = stage.canvas, stage.palette
    canvas.image.paste(
        tuple(round(255 * part) for part in palette.top), (0, 0, canvas.width, canvas.height)
    )
    reach = float(np.hypot(canvas.width, canvas.height)) * 0.78
    colours = ramp([(0.0, palette.top), (0.55, palette.mid), (1.0, palette.low)], 6)[1:]
    for step, row in enumerate(colours.tolist()):
        radius = reach * (1 - (step + 1) / 6.6) ** 1.15
        canvas.disc(stage.sun, max(radius, canvas.unit * 0.13), (row[0], row[1], row[2]))


def _stars(stage: Stage) -> None:
    canvas, rng = stage.canvas, stage.stream("stars")
    floor = canvas.height if stage.has("space") else stage.horizon
    area = canvas.width * floor / canvas.unit**2
    for count, size, opacity in ((150, 0.0011, 0.55), (70, 0.0016, 0.8), (14, 0.0028, 1.0)):
        stars = canvas.stencil(0, 0, canvas.width, floor)
        for _ in range(int(count * area)):
            at = (float(rng.uniform(0, canvas.width)), floor * float(rng.random()) ** 1.35)
            radius = max(0.55, size * canvas.unit * float(rng.uniform(0.7, 1.4)))
            stars.ellipse(at, radius, radius)
            if opacity == 1.0:
                stars.line([(at[0] - radius * 4, at[1]), (at[0] + radius * 4, at[1])], 0.6)
                stars.line([(at[0], at[1] - radius * 4), (at[0], at[1] + radius * 4)], 0.6)
        stars.paint(mix(stage.palette.light, (1.0, 1.0, 1.0), 0.5), opacity=min(opacity, 0.97))


def _sun(stage: Stage) -> None:
    canvas, palette = stage.canvas, stage.palette
    colour = stage.wish.coat("sun") or palette.light
    radius = canvas.unit * (0.085 if stage.wish.hour in ("sunset", "dawn") else 0.06)
    if stage.look.angular:
        _starburst(stage, radius)
    if not stage.look.flat:
        canvas.glow(stage.sun, radius * 5.5, mix(colour, palette.low, 0.35), 0.5)
        canvas.glow(stage.sun, radius * 2.4, colour, 0.75)
    ball(canvas, stage.sun, radius, colour, (1.0, 1.0, 1.0))


def _starburst(stage: Stage, radius: float) -> None:
    canvas, palette = stage.canvas, stage.palette
    reach = radius * 3.6
    x, y = stage.sun
    rays = canvas.stencil(x - reach, y - reach, x + reach, y + reach)
    for ray in range(16):
        angle = ray * np.pi / 8
        far = reach if ray % 2 else reach * 0.72
        tip = (x + far * float(np.cos(angle)), y + far * float(np.sin(angle)))
        side = (radius * 0.17 * float(np.sin(angle)), -radius * 0.17 * float(np.cos(angle)))
        rays.polygon([tip, (x + side[0], y + side[1]), (x - side[0], y - side[1])])
    rays.paint(palette.accents[1])
    canvas.disc(stage.sun, radius * 1.5, palette.accents[0])
    canvas.disc(stage.sun, radius * 1.24, palette.low)


def _moon(stage: Stage) -> None:
    canvas, palette = stage.canvas, stage.palette
    rng = stage.stream("moon")
    colour = stage.wish.coat("moon") or palette.light
    radius = canvas.unit * 0.07
    x, y = stage.sun
    if not stage.look.flat:
        canvas.glow(stage.sun, radius * 5, mix(palette.low, colour, 0.5), 0.42)
    if rng.random() < 0.45:
        edge = radius + canvas.ink + 2
        moon = canvas.stencil(x - edge, y - edge, x + edge, y + edge)
        moon.ellipse((x, y), radius, radius)
        moon.cut_ellipse((x + radius * 0.5, y - radius * 0.22), radius * 0.9, radius * 0.9)
        moon.paint(colour)
        return
    ball(canvas, (x, y), radius, colour, (1.0, 1.0, 1.0))
    seas = canvas.stencil(x - radius, y - radius, x + radius, y + radius)
    for across, down, size in (
        (-0.3, -0.2, 0.3),
        (0.25, 0.1, 0.22),
        (-0.1, 0.42, 0.2),
        (0.35, -0.4, 0.13),
    ):
        seas.ellipse((x + across * radius, y + down * radius), size * radius, size * radius * 0.9)
    seas.paint(mix(colour, palette.low, 0.6), opacity=0.4, blur=radius * 0.06)


def _aurora(stage: Stage) -> None:
    canvas, rng = stage.canvas, stage.stream("aurora")
    width, height = 192, 160
    y = np.linspace(0, canvas.height / stage.horizon, height, dtype=np.float32)[:, None]
    for hue, base in ((of("#55f0a8"), 0.62), (of("#8d6bff"), 0.42), (of("#35d6c8"), 0.5)):
        foot = base + 0.16 * fields.wave(rng, width, 70, 3)
        rise = np.clip((foot - y) / 0.46, 0, 1)
        curtain = np.where(y < foot, (1 - rise) ** 1.6, np.exp(-((y - foot) / 0.025)))
        folds = 0.35 + 0.65 * np.clip(0.5 + fields.wave(rng, width, 9, 3), 0, 1)
        canvas.wash((curtain * folds * 0.62).astype(np.float32), hue)


def _rainbow(canvas: Canvas, horizon: float) -> None:
    radius = min(canvas.width * 0.62, horizon * 0.95)
    middle = (canvas.width * 0.52, horizon * 1.04)
    for step, code in enumerate(("#e4572e", "#f6a12d", "#f7e05b", "#6cc071", "#4a90d9", "#8a63c7")):
        size = radius * (1 - 0.026 * step)
        arc = [
            (middle[0] - size * float(np.cos(a)), middle[1] - size * float(np.sin(a)))
            for a in np.linspace(0, np.pi, 64)
        ]
        band = canvas.stencil(0, 0, canvas.width, horizon)
        band.line(arc, radius * 0.03)
        band.paint(of(code), opacity=0.42, blur=radius * 0.006)


def _crisp_clouds(stage: Stage) -> None:
    canvas, palette, rng = stage.canvas, stage.palette, stage.stream("clouds")
    u = canvas.unit
    colour = mix(palette.low, palette.light, 0.3 if stage.dark else 0.75)
    for _ in range(2 + round(2.2 * canvas.width / u)):
        x = float(rng.uniform(0, canvas.width))
        y = stage.horizon * float(rng.uniform(0.12, 0.6))
        size = u * float(rng.uniform(0.05, 0.1))
        cloud = canvas.stencil(x - size * 3, y - size * 2, x + size * 3, y + size)
        puffs = ((-1.3, 0.0, 0.5), (-0.6, -0.35, 0.75), (0.25, -0.6, 0.95), (1.1, -0.1, 0.6))
        cloud.line([(x - size * 1.6, y + size * 0.2), (x + size * 1.5, y + size * 0.2)], size * 0.6)
        for across, up, puff in puffs:
            swell = puff * float(rng.uniform(0.85, 1.15))
            cloud.ellipse((x + across * size, y + up * size), size * swell, size * swell * 0.85)
        cloud.paint(lighter(colour, 0.05), mix(colour, palette.mid, 0.4))


def _blend(sky: Floats, cover: Floats, colour: Colour) -> None:
    share = cover[..., None].astype(np.float32)
    sky += share * (np.asarray(colour, np.float32) - sky)
