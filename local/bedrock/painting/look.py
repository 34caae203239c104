"""What a style changes: how shapes are made while painting, and how the sheet is finished."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from local.bedrock.painting.colour import Colour

Finish = Callable[[Image.Image, np.random.Generator, float], Image.Image]
"""The whole picture, random numbers and the unit length in; the treated picture out."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a style paints."""

    finish: Finish
    flat: bool = False
    """One colour a shape and bands in the sky, instead of gradients."""
    ink: float = 0.0
    """Width of the outlines, in unit lengths; none at 0."""
    smooth: bool = False
    """Round hills and shaded balls instead of crags and discs."""
    angular: bool = False
    """Straight edges: hills become triangles, the sun gets rings."""
    ornate: bool = False
    """Every surface carries a pattern."""
    crisp_clouds: bool = False
    """Clouds have an outline instead of a haze."""
    chroma: float = 1.0
    """How colourful, against the palette."""
    swatch: str = ""
    """The palette that takes the place of daylight."""
    cream: Colour | None = None
    """A colour that everything is mixed with a little, like old paper."""
