"""Pictures in given colours: a painting in a palette, a region in a new hue."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PIL import Image

from local.bedrock.editing import cubes
from local.bedrock.editing.cubes import Labs
from local.bedrock.painting import lexicon, mark
from local.bedrock.painting.brief import Brief
from local.bedrock.painting.colour import Colour, from_lab, lighter, mix
from local.bedrock.painting.palette import Palette
from local.bedrock.painting.scene import colours as scene_colours
from local.bedrock.painting.scene import compose


def paint_in_colours(
    brief: Brief, colours: Sequence[str], reference: Image.Image | None = None
) -> Image.Image:
    """Paint the brief in the colours given (``#rrggbb``), mixed with those of a reference."""
    wanted = cubes.hexes(colours)
    if reference is not None:
        wanted = np.concatenate([wanted, cubes.dominant(cubes.sample(reference), 3)])
    # Colour words of the prompt would argue with the palette.
    image = compose(replace(brief, prompt=_colourless(brief.prompt)), _palette(wanted))
    light = 0.25 + 0.35 / len(wanted)
    favours = cubes.fair(cubes.sample(image), wanted)
    painted = cubes.changed(image, cubes.gathered(wanted, light, 0.12, favours))
    mark.sign(painted)
    return painted


def _colourless(prompt: str) -> str:
    return " ".join(word for word in prompt.split() if not lexicon.colours(word))


def _palette(wanted: Labs) -> Palette:
    """Light colours go to the sky and dark ones to the land, as many of them as there is room."""
    order = sorted(range(len(wanted)), key=lambda k: -float(wanted[k][0]))
    shades = [from_lab(wanted[k]) for k in order]
    if len(shades) == 1:
        (own,) = shades
        return Palette(
            lighter(own, -0.06),
            own,
            lighter(own, 0.1),
            lighter(own, 0.22),
            mix(own, lighter(own, -0.2), 0.4),
            lighter(own, -0.24),
            (own, lighter(own, 0.14), lighter(own, -0.14), own),
        )

    def at(share: float) -> Colour:
        place = share * (len(shades) - 1)
        below = min(int(place), len(shades) - 2)
        return mix(shades[below], shades[below + 1], place - below)

    accents = shades[1:-1] if len(shades) > 3 else shades
    return Palette(
        top=at(0.4),
        mid=at(0.2),
        low=at(0.1),
        light=at(0.0),
        far=at(0.65),
        near=at(1.0),
        accents=tuple(accents[(2 * k + 1) % len(accents)] for k in range(4)),
    )


def recolour(image: Image.Image, region: Image.Image, brief: Brief) -> Image.Image:
    """Give the region the colour that the brief names; light and shade stay, so does the rest."""
    named = lexicon.colours(brief.prompt)
    goal = named[0] if named else scene_colours(brief).accents[0]
    dyed = image.convert("L").convert("RGB").point(_dye(goal))
    mark.sign_within(dyed, region)
    return Image.composite(dyed, image, region)


def _dye(goal: Colour) -> list[int]:
    """For each grey the same light in another hue: toward black below it, toward white above."""
    weights = np.array([0.299, 0.587, 0.114])
    own = float(np.dot(goal, weights))
    grey = np.linspace(0, 1, 256)[:, None]
    colour = np.array(goal)
    darker = colour * grey / max(own, 1e-6)
    lighter_ = colour + (1 - colour) * (grey - own) / max(1 - own, 1e-6)
    shades = np.where(grey <= own, darker, lighter_).clip(0, 1)
    return [int(v) for v in (shades.T * 255 + 0.5).astype(np.uint8).ravel()]
