"""Land and water: ranges of hills, peaks, dunes, woods and towns, each a line with a mist."""

import numpy as np
from PIL import Image

from local.bedrock.painting import fields
from local.bedrock.painting.colour import Colour, Floats, lighter, mix, of
from local.bedrock.painting.stage import Stage


def hills(stage: Stage, name: str, base: float, rise: float, nearness: float) -> None:
    """One range of soft hills."""
    ground(stage, hill_line(stage, name, base, rise), nearness)


def hill_line(stage: Stage, name: str, base: float, rise: float) -> Floats:
    """The line of a range, to stand things on."""
    rng, canvas = stage.stream(name), stage.canvas
    if stage.look.angular:
        line = fields.crags(rng, canvas.width, canvas.unit * 0.5, octaves=1)
    else:
        octaves = 2 if stage.look.smooth or stage.look.flat else 4
        line = fields.wave(rng, canvas.width, canvas.unit * float(rng.uniform(0.45, 0.7)), octaves)
    return (base - rise * (0.5 + 0.5 * line)).astype(np.float32)


def ground(stage: Stage, line: Floats, nearness: float) -> None:
    """Fill a range: its own colour on the crest, mist or light at its foot."""
    palette = stage.palette
    crest = palette.land(nearness)
    if stage.look.smooth:
        stage.canvas.ridge(
            line, lighter(mix(crest, palette.light, 0.2), 0.05), lighter(crest, -0.07)
        )
        return
    mist = mix(crest, palette.low, 0.62 * (1 - nearness) + 0.06)
    stage.canvas.ridge(line, crest, mist if nearness < 0.8 else lighter(crest, -0.06))


def peaks(stage: Stage, name: str, base: float, rise: float, nearness: float) -> None:
    """A mountain range with light and dark faces, and snow above a line."""
    rng, canvas, palette = stage.stream(name), stage.canvas, stage.palette
    width, u = canvas.width, canvas.unit
    line = (base - rise * _summits(stage, rng)).astype(np.float32)
    rock = palette.land(nearness)
    foot = mix(rock, palette.low, 0.7 - 0.3 * nearness)
    shine = palette.far if stage.dark else palette.low
    snow = mix(mix((0.97, 0.98, 1.0), palette.light, 0.25), shine, 0.42 - 0.3 * nearness)
    canvas.ridge(line, snow, snow)
    fringe = fields.crags(rng, width, u * 0.055, 4) * rise * 0.1
    snow_line = base - rise * (0.26 if stage.has("snow") else 0.52) + fringe
    bare = np.maximum(line, snow_line + 0.3 * (line - snow_line)).astype(np.float32)
    canvas.ridge(bare, rock, foot)
    if not (stage.look.flat or stage.look.smooth):
        _faces(stage, line, base, nearness)


def _summits(stage: Stage, rng: np.random.Generator) -> Floats:
    """Heights of about 0.1 to 1.1 along the sheet: a few tents, roughened."""
    width, u = stage.canvas.width, stage.canvas.unit
    x = np.arange(width, dtype=np.float32)
    height = np.full(width, 0.12, np.float32)
    place = -u * float(rng.uniform(0.0, 0.25))
    while place < width + u * 0.2:
        tall, spread = float(rng.uniform(0.45, 1.0)), u * float(rng.uniform(0.26, 0.44))
        tent = tall * np.clip(1 - np.abs(x - place) / spread, 0, 1) ** 1.12
        height = np.maximum(height, tent.astype(np.float32))
        place += u * float(rng.uniform(0.16, 0.34))
    if stage.look.angular:
        return height
    octaves = 2 if stage.look.flat or stage.look.smooth else 5
    rough = fields.crags(rng, width, u * 0.12, octaves)
    return np.asarray(height + rough * (0.03 + 0.09 * height), np.float32)


def _faces(stage: Stage, line: Floats, base: float, nearness: float) -> None:
    """Shadow on the side that looks away from the sun, slanting down from every peak."""
    canvas = stage.canvas
    step = max(1, canvas.width // 420)
    first = max(0, int(line.min()))
    x = np.arange(0, canvas.width, step)
    y = np.arange(first, max(first + step, min(canvas.height, int(base))), step)[:, None]
    crest = line[x]
    under = np.clip(y - crest, 0, None)
    toward_sun = 1 if stage.sun[0] < canvas.width / 2 else -1
    soft = np.convolve(np.gradient(line[x]), np.ones(5) / 5, mode="same")
    drift = (np.arange(x.size) - toward_sun * (0.42 * under / step)).astype(int)
    slope = soft[np.clip(drift, 0, x.size - 1)] * toward_sun
    shade = (
        np.clip(slope * 1.1 / step, 0, 1)
        * (under > 0)
        * np.clip(1.1 - under / (base - first + 1), 0, 1)
    )
    strength = 0.5 - 0.22 * (1 - nearness)
    mask = Image.fromarray((shade * 255 * strength).astype(np.uint8))
    mask = mask.resize((canvas.width, y.size * step), Image.Resampling.BICUBIC)
    dark = tuple(
        round(255 * part) for part in lighter(stage.palette.land(min(1, nearness + 0.45)), -0.1)
    )
    canvas.image.paste(dark, (0, first), mask)


def dunes(stage: Stage, name: str, base: float, rise: float, nearness: float) -> Floats:
    """A dune with a lit and a shaded side."""
    rng, canvas, palette = stage.stream(name), stage.canvas, stage.palette
    u = canvas.unit
    line = fields.wave(rng, canvas.width, u * float(rng.uniform(0.7, 1.0)), 1)
    line = (base - rise * (0.5 + 0.5 * line)).astype(np.float32)
    sand = palette.land(nearness)
    canvas.ridge(line, mix(sand, palette.light, 0.3), mix(sand, palette.near, 0.25))
    lit = np.clip(fields.wave(rng, canvas.width, u * float(rng.uniform(0.5, 0.8)), 1), 0, 1)
    lee = (line + rise * 1.5 * lit**1.4).astype(np.float32)
    canvas.ridge(lee, lighter(sand, -0.07), mix(sand, palette.near, 0.5))
    return line


def woods(stage: Stage, name: str, base: float, size: float, nearness: float) -> Floats:
    """A line of firs (round crowns where the style is smooth or the season is autumn)."""
    rng, canvas = stage.stream(name), stage.canvas
    floor = base - size * 0.25 * fields.wave(rng, canvas.width, canvas.unit * 0.5, 2)
    line = floor.astype(np.float32)
    x, columns = 0.0, np.arange(canvas.width, dtype=np.float32)
    round_crowns = stage.look.smooth or stage.has("autumn")
    while x < canvas.width + size:
        tall = size * float(rng.uniform(0.55, 1.15))
        half = tall * (0.42 if round_crowns else 0.2)
        first, last = max(0, int(x - half)), min(canvas.width, int(x + half) + 1)
        if last > first:
            away = np.abs(columns[first:last] - x) / half
            foot = line[first:last]
            ground_here = floor[min(canvas.width - 1, max(0, int(x)))]
            if round_crowns:
                crown = ground_here - tall * 0.8 * np.sqrt(np.clip(1 - away**2, 0, 1))
            else:
                tiers = 0.08 * (1 - away) * (np.floor(away * 9) % 2)
                crown = ground_here - tall * np.clip(1 - away - tiers, 0, 1) ** 1.15
            line[first:last] = np.minimum(foot, crown)
        x += size * float(rng.uniform(0.16, 0.42)) * (1.6 if round_crowns else 1.0)
    ground(stage, line, nearness)
    return line


def town(stage: Stage, name: str, base: float, rise: float, nearness: float) -> None:
    """A row of tall houses, with lit windows when they are near."""
    rng, canvas, palette = stage.stream(name), stage.canvas, stage.palette
    u, x = canvas.unit, -10.0
    wall = palette.land(nearness)
    line = np.full(canvas.width, base, np.float32)
    windows = canvas.stencil(0, base - rise * 1.3, canvas.width, base)
    lit = 0.5 if stage.dark or stage.wish.hour in ("sunset", "dawn") else 0.22
    while x < canvas.width:
        wide = u * float(rng.uniform(0.035, 0.085)) * (0.7 + 0.5 * nearness)
        middle = 1 - abs((x + wide / 2) / canvas.width - 0.55) * 0.9
        tall = rise * float(rng.uniform(0.3, 1.0)) * middle
        first, last = max(0, round(x)), min(canvas.width, round(x + wide))
        if last > first:
            line[first:last] = np.minimum(line[first:last], base - tall)
            _roof(line, first, last, tall, rng)
        if nearness > 0.5:
            pitch = max(3.0, u * 0.0125)
            for down in np.arange(pitch, tall - pitch, pitch * 1.25):
                for across in np.arange(x + pitch * 0.7, x + wide - pitch, pitch):
                    if rng.random() < lit:
                        left, top = float(across), float(base - tall + down)
                        right, bottom = left + pitch * 0.5, top + pitch * 0.62
                        windows.polygon(
                            [(left, top), (right, top), (right, bottom), (left, bottom)]
                        )
        x += wide * float(rng.uniform(0.8, 1.25))
    canvas.ridge(line, wall, mix(wall, palette.low, 0.5 * (1 - nearness) + 0.12))
    windows.paint(mix(palette.light, of("#ffc861"), 0.45), opacity=0.95 if stage.dark else 0.7)


def _roof(line: Floats, first: int, last: int, tall: float, rng: np.random.Generator) -> None:
    kind, wide = float(rng.random()), last - first
    middle = (first + last) // 2
    if kind < 0.16 and wide > 6:
        reach = np.abs(np.arange(first, last) - middle) / (wide / 2)
        line[first:last] -= (wide * 0.55 * (1 - reach)).astype(np.float32)
    elif kind < 0.32 and wide > 6:
        line[first + wide // 4 : last - wide // 4] -= wide * 0.3
        line[middle : middle + max(1, wide // 14)] -= tall * 0.16
    elif kind < 0.42:
        line[middle : middle + max(1, wide // 12)] -= tall * 0.14


def water(stage: Stage, shore: float) -> None:
    """From the shore line down: what stands above it, upside down, bluer and in ripples."""
    canvas, palette, rng = stage.canvas, stage.palette, stage.stream("water")
    top = int(shore)
    deep = canvas.height - top
    if deep < 2:
        return
    above = canvas.image.crop((0, max(0, top - int(deep * 1.1)), canvas.width, top))
    mirror = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    mirror = mirror.resize((canvas.width, deep), Image.Resampling.BILINEAR)
    if stage.look.flat:
        mirror = Image.new("RGB", mirror.size, tuple(round(255 * p) for p in palette.mid))
    else:
        mirror = _rippled(mirror, canvas.unit, rng)
    sea = _water_colour(stage)
    tint = canvas.gradient(mix(palette.low, sea, 0.4), lighter(sea, -0.05), mirror.size)
    canvas.image.paste(Image.blend(mirror, tint, 0.62 if stage.has("sea") else 0.4), (0, top))
    _shimmer(stage, top, deep, rng)


def _water_colour(stage: Stage) -> Colour:
    palette = stage.palette
    if stage.wish.colours:
        return lighter(mix(palette.mid, palette.top, 0.75), -0.1)
    clear = of("#2a7f9e") if stage.wish.hour == "day" else mix(palette.top, palette.mid, 0.35)
    return mix(clear, palette.top, 0.35)


def _rippled(mirror: Image.Image, unit: float, rng: np.random.Generator) -> Image.Image:
    pixels = np.asarray(mirror)
    rows = np.arange(pixels.shape[0])
    depth = rows / max(1, pixels.shape[0])
    period = unit * (0.006 + 0.03 * depth)
    phase = np.cumsum(2 * np.pi / period) + float(rng.uniform(0, 6))
    shift = np.sin(phase) * unit * (0.002 + 0.012 * depth)
    columns = np.arange(pixels.shape[1])[None, :] + shift.astype(int)[:, None]
    return Image.fromarray(pixels[rows[:, None], np.clip(columns, 0, pixels.shape[1] - 1)])


def _shimmer(stage: Stage, top: int, deep: int, rng: np.random.Generator) -> None:
    """Short bright strokes, thickest under the sun, and a few dark ones."""
    canvas, palette, u = stage.canvas, stage.palette, stage.canvas.unit
    for colour, count, opacity in (
        (palette.light, 110, 0.62),
        (mix(palette.low, palette.light, 0.4), 60, 0.3),
        (lighter(palette.top, -0.1), 60, 0.2),
    ):
        strokes = canvas.stencil(0, top, canvas.width, canvas.height)
        under_sun = opacity > 0.5
        for _ in range(int(count if under_sun else count * canvas.width / u)):
            depth = float(rng.random()) ** 1.25
            spread = u * (0.05 + 0.12 * depth)
            x = float(
                rng.normal(stage.sun[0], spread) if under_sun else rng.uniform(0, canvas.width)
            )
            y = top + 2 + depth * deep * (0.9 if under_sun else 0.98)
            half = u * (0.004 + 0.03 * depth) * float(rng.uniform(0.4, 1.3))
            strokes.ellipse((x, y), half, max(0.6, u * (0.0008 + 0.0022 * depth)))
        strokes.paint(colour, opacity=opacity)
