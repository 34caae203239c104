"""Composition: which parts a wish is made of, and in which order they are painted."""

from dataclasses import replace

import numpy as np
from PIL import Image

from local.bedrock.painting import (
    built,
    fields,
    figures,
    growing,
    land,
    lexicon,
    mark,
    palette,
    sky,
    studies,
    styles,
)
from local.bedrock.painting.brief import Brief
from local.bedrock.painting.canvas import Canvas
from local.bedrock.painting.colour import Floats
from local.bedrock.painting.stage import Stage

_PLACES: tuple[frozenset[str], ...] = tuple(
    frozenset(place.split())
    for place in ("mountain lake", "tree meadow", "hill house", "forest lake", "sea boat")
)
"""Where a picture is set when the prompt names no place that the painter knows."""

_PLACELESS = frozenset(
    ["night", "sunset", "dawn", "storm", "fog", "day", "sun", "moon", "stars", "cloud", "autumn"]
)


def paint(brief: Brief) -> Image.Image:
    """The picture of a brief, signed: an RGB image of exactly the size asked for."""
    image = compose(brief)
    mark.sign(image)
    return image


def compose(brief: Brief, own: palette.Palette | None = None) -> Image.Image:
    """The picture of a brief without the mark, to be worked on; in its own palette, if given."""
    stage = _stage(brief)
    if own:
        stage = replace(stage, palette=own)
    sky.paint(stage)
    if stage.has("portrait"):
        studies.portrait(stage)
    elif stage.has("abstract"):
        studies.abstract(stage)
    else:
        _landscape(stage)
    return stage.look.finish(stage.canvas.image, stage.stream("finish"), stage.canvas.unit)


def colours(brief: Brief) -> palette.Palette:
    """The colours that the picture of a brief is mixed from."""
    return _stage(replace(brief, width=64, height=64)).palette


def _stage(brief: Brief) -> Stage:
    wish = _settled(lexicon.read(brief.prompt, brief.negative), brief)
    look = styles.look(brief.style, brief.prompt)
    rng = brief.stream("composition")
    canvas = Canvas(Image.new("RGB", (brief.width, brief.height)), look)
    low = wish.hour in ("sunset", "dawn") and not wish.tags & {"space", "moon"}
    horizon = brief.height * (0.56 if wish.tags & {"sea", "lake", "forest", "city"} else 0.64)
    if wish.tags & {"portrait", "abstract", "space"}:
        horizon = brief.height * 1.0
    side = float(rng.choice([0.27, 0.34, 0.64, 0.72]))
    lift = float(rng.uniform(0.7, 0.8) if low else rng.uniform(0.26, 0.4))
    sun = (brief.width * side, horizon * lift)
    mixed = styles.graded(palette.choose(wish, brief.stream("palette"), look.swatch), look)
    return Stage(brief, wish, mixed, look, canvas, horizon, sun)


def _settled(wish: lexicon.Wish, brief: Brief) -> lexicon.Wish:
    """The wish with everything decided that the prompt leaves open."""
    rng = brief.stream("open")
    hours = [hour for hour in ("day", "day", "dawn", "sunset") if hour not in wish.unwanted]
    hour = wish.hour or str(rng.choice(hours or ["day"]))
    tags = wish.tags
    if tags <= _PLACELESS:
        places = [place for place in _PLACES if wish.unwanted.isdisjoint(place)]
        if places:
            tags |= places[int(rng.integers(len(places)))]
    return replace(wish, hour=hour, tags=tags)


def _landscape(stage: Stage) -> None:
    canvas, u = stage.canvas, stage.canvas.unit
    span = min(canvas.height * 0.5, u * 0.62)
    """Height that the land may take, so that a tall sheet is not all mountain."""
    if stage.has("space") and not stage.has("mountain", "desert", "city", "person", "sea"):
        return
    horizon = stage.horizon if not stage.has("space") else canvas.height * 0.84
    if not stage.has("sea", "lake"):
        horizon = max(horizon, canvas.height - u * 0.24 - span * 0.62)
    if stage.has("bird"):
        figures.flock(stage)
    _distance(stage, horizon, span)
    if stage.has("balloon"):
        built.balloons(stage)
    wet = stage.has("sea", "lake")
    if wet:
        land.water(stage, horizon)
        _afloat(stage, horizon)
    if wet and stage.has("sea") and not _stands_on_land(stage):
        _weather(stage)
        return
    front = canvas.height - (0.16 if wet else 0.2) * min(canvas.height, u * 1.1)
    if not wet:
        _middle(stage, horizon, front, span)
    line = _foreground(stage, front, span)
    _subjects(stage, line)
    _weather(stage)


def _distance(stage: Stage, horizon: float, span: float) -> None:
    """What stands at the horizon."""
    if stage.has("mountain"):
        land.peaks(stage, "peaks far", horizon + span * 0.04, span * 0.62, 0.12)
        land.peaks(stage, "peaks near", horizon + span * 0.1, span * 0.46, 0.42)
    if stage.has("city"):
        land.town(stage, "town far", horizon + span * 0.02, span * 0.75, 0.2)
        if stage.has("sea", "lake"):
            land.town(stage, "town mid", horizon + span * 0.06, span * 0.62, 0.5)
            land.town(stage, "town near", horizon + 1, span * 0.4, 0.8)
    if stage.has("forest") and stage.has("lake", "mountain"):
        land.woods(stage, "woods shore", horizon + 1, span * 0.16, 0.5)
    if stage.has("mountain", "city", "desert", "sea"):
        return
    land.hills(stage, "hills far", horizon + span * 0.02, span * 0.3, 0.08)
    land.hills(stage, "hills farther", horizon + span * 0.1, span * 0.24, 0.26)


def _middle(stage: Stage, horizon: float, front: float, span: float) -> None:
    """Between the horizon and the foreground, in three steps coming nearer."""
    for step in range(3):
        nearness = 0.34 + 0.18 * step
        base = horizon + (front - horizon) * (0.42 + 0.3 * step)
        if stage.has("desert"):
            land.dunes(stage, f"dune {step}", base, span * 0.2, nearness)
        elif stage.has("forest"):
            land.woods(stage, f"woods {step}", base, span * (0.2 + 0.09 * step), nearness)
        elif stage.has("city"):
            rise = span * (0.62 - 0.1 * step)
            land.town(stage, f"town {step}", base + span * 0.1, rise, 0.4 + 0.25 * step)
        else:
            land.hills(stage, f"hills {step}", base, span * 0.16, nearness)


def _foreground(stage: Stage, front: float, span: float) -> Floats:
    """The near ground, with what stands behind its edge and what grows on it."""
    if stage.has("desert"):
        line = land.dunes(stage, "front", front + span * 0.06, span * 0.14, 0.92)
        _buildings(stage, line)
        growing.cacti(stage, line)
        return line
    line = land.hill_line(stage, "front", front + span * 0.06, span * 0.12)
    if stage.has("forest", "snow") and not stage.has("city"):
        growing.firs(stage, line, 3 + round(stage.canvas.width / stage.canvas.unit), span * 0.5)
    _buildings(stage, line)
    if stage.look.smooth:
        growing.bushes(stage, line)
    land.ground(stage, line, 0.9)
    if not stage.has("snow", "city"):
        growing.grass(stage, line)
    lip = land.hill_line(stage, "lip", stage.canvas.height - span * 0.02, span * 0.14)
    land.ground(stage, np.maximum(lip, line + span * 0.06), 1.0)
    if stage.has("flower", "meadow") or stage.look.ornate:
        growing.flowers(stage, line, 1.6 if stage.look.ornate else 1.0)
    elif not stage.has("snow", "city", "forest", "lake"):
        growing.flowers(stage, line, 0.22)
    return line


def _afloat(stage: Stage, horizon: float) -> None:
    canvas, u = stage.canvas, stage.canvas.unit
    rng = stage.stream("afloat")
    deep = canvas.height - horizon
    away = 1 - stage.sun[0] / canvas.width
    if stage.has("lighthouse"):
        rock = canvas.width * (0.82 if away > 0.5 else 0.18)
        x = np.arange(canvas.width)
        swell = np.clip(1 - ((x - rock) / (u * 0.3)) ** 2, -1, 1)
        rough = 1 + 0.16 * fields.crags(rng, canvas.width, u * 0.08, 3)
        line = np.where(
            swell > 0, horizon + deep * 0.12 - u * 0.1 * swell * rough, canvas.height + 9
        )
        canvas.ridge(line.astype(np.float32), stage.palette.land(0.75), stage.palette.land(0.95))
        land.water(stage, horizon + deep * 0.12)
        built.lighthouse(stage, (rock, horizon + deep * 0.12 - u * 0.09), u * 0.34)
    if stage.has("boat"):
        built.boat(stage, (canvas.width * (0.25 + 0.5 * away), horizon + deep * 0.3), u * 0.17)
    if stage.has("whale"):
        figures.whale(stage, (canvas.width * (0.3 + 0.4 * away), horizon + deep * 0.42), u * 0.2)


def _stands_on_land(stage: Stage) -> bool:
    return stage.has(
        "tree", "house", "castle", "person", "deer", "flower", "forest", *figures.SITTING
    )


def _away(stage: Stage) -> float:
    """The side of the sheet where the sun is not."""
    return 0.3 if stage.sun[0] > stage.canvas.width / 2 else 0.7


def _on(stage: Stage, line: Floats, place: float) -> tuple[float, float]:
    x = stage.canvas.width * place
    return x, float(line[min(stage.canvas.width - 1, max(0, int(x)))]) + stage.canvas.unit * 0.012


def _buildings(stage: Stage, line: Floats) -> None:
    away, u = _away(stage), stage.canvas.unit
    if stage.has("castle"):
        built.castle(stage, _on(stage, line, 1 - away), u * 0.3)
    if stage.has("house"):
        built.house(stage, _on(stage, line, 1 - away + 0.06), u * 0.24)


def _subjects(stage: Stage, line: Floats) -> None:
    """What the picture is about, on the near ground and away from the sun."""
    u, away = stage.canvas.unit, _away(stage)
    if stage.has("tree"):
        growing.tree(stage, _on(stage, line, away), u * 0.46)
    if stage.has("deer"):
        figures.deer(stage, _on(stage, line, away - 0.04), u * 0.28)
    if stage.has("person"):
        figures.person(stage, _on(stage, line, 0.5), u * 0.22)
    animals = [kind for kind in figures.SITTING if stage.has(kind)]
    for k, kind in enumerate(animals):
        place = away if len(animals) == 1 else (k + 0.7) / (len(animals) + 0.4)
        figures.sitting(stage, kind, _on(stage, line, place), u * 0.34 * 0.93 ** len(animals))


def _weather(stage: Stage) -> None:
    if stage.has("rain"):
        growing.rain(stage)
    if stage.has("snow"):
        growing.snowfall(stage)
