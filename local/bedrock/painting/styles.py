"""The styles by name, and the looks they stand for."""

import re
from dataclasses import replace

from local.bedrock.painting import finish
from local.bedrock.painting.colour import mix, of, vivid
from local.bedrock.painting.look import Look
from local.bedrock.painting.palette import Palette

_LOOKS: dict[str, Look] = {
    "": Look(finish.plain),
    "3D_ANIMATED_FAMILY_FILM": Look(finish.soft, smooth=True, crisp_clouds=True, chroma=1.3),
    "DESIGN_SKETCH": Look(finish.pencil, ink=0.0022, chroma=0.9),
    "FLAT_VECTOR_ILLUSTRATION": Look(finish.clean, flat=True, crisp_clouds=True, chroma=1.12),
    "GRAPHIC_NOVEL_ILLUSTRATION": Look(
        finish.halftone, flat=True, ink=0.0042, crisp_clouds=True, chroma=1.15
    ),
    "MAXIMALISM": Look(finish.ornate, ornate=True, crisp_clouds=True, chroma=1.5),
    "MIDCENTURY_RETRO": Look(
        finish.poster, flat=True, angular=True, chroma=0.85, swatch="retro", cream=of("#e8cf9c")
    ),
    "PHOTOREALISM": Look(finish.photograph, chroma=0.94),
    "SOFT_DIGITAL_PAINTING": Look(finish.brushed, chroma=1.06),
}

_WORDS: tuple[tuple[str, str], ...] = (
    (r"sketch|pencil|line.art|charcoal", "DESIGN_SKETCH"),
    (r"flat vector|vector (art|illustration)|flat design", "FLAT_VECTOR_ILLUSTRATION"),
    (r"graphic novel|comic|manga", "GRAPHIC_NOVEL_ILLUSTRATION"),
    (r"mid.?century|retro|vintage poster", "MIDCENTURY_RETRO"),
    (r"maximalis", "MAXIMALISM"),
    (r"\b3d\b|animated|pixar", "3D_ANIMATED_FAMILY_FILM"),
    (r"photo", "PHOTOREALISM"),
    (r"painting|painterly|watercolou?r|impressionis", "SOFT_DIGITAL_PAINTING"),
)
"""Models without a style field are told the style in the prompt."""


def look(style: str, prompt: str) -> Look:
    """The look of a style, or of the style that the prompt asks for in words."""
    if not style:
        words = prompt.lower()
        style = next((name for pattern, name in _WORDS if re.search(pattern, words)), "")
    return _LOOKS[style]


def graded(palette: Palette, look: Look) -> Palette:
    """The palette as this look shows it."""

    def grade(colour: tuple[float, float, float]) -> tuple[float, float, float]:
        shown = vivid(colour, look.chroma)
        return mix(shown, look.cream, 0.1) if look.cream else shown

    return replace(
        palette,
        top=grade(palette.top),
        mid=grade(palette.mid),
        low=grade(palette.low),
        far=grade(palette.far),
        near=grade(palette.near),
        accents=tuple(grade(accent) for accent in palette.accents),
    )
