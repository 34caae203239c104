"""Core, Ultra and Stable Diffusion 3.5: pictures from words, and from a picture and words."""

import math
from typing import Annotated, Any, Literal

from PIL import Image
from pydantic import Field

from local.bedrock.editing import redraw
from local.bedrock.painting.brief import Brief
from local.bedrock.painting.scene import paint
from local.bedrock.pictures import Given, Start
from local.bedrock.rules import checked
from local.bedrock.stability.fields import (
    HIGHEST_SEED,
    SIZES,
    AspectRatio,
    PngOrJpeg,
    SeededRequest,
    Share,
    Words,
)

_AREA = 1024 * 1024
_GRID = 64


class _FromWords(SeededRequest):
    prompt: Words
    negative_prompt: Words = ""
    aspect_ratio: AspectRatio = "1:1"

    def words(self) -> str:
        return self.prompt

    def paint(self, seed: int) -> Image.Image:
        width, height = SIZES[self.aspect_ratio]
        return paint(Brief(self.prompt, width, height, seed, self.negative_prompt))


class CoreRequest(_FromWords):
    """The body of a Stable Image Core request."""

    # The page of Core and Ultra prints a limit that is one higher than its siblings'.
    seed: Annotated[int, Field(ge=0, le=HIGHEST_SEED + 1)] = 0
    output_format: PngOrJpeg = "png"


class UltraRequest(CoreRequest):
    """The body of a Stable Image Ultra request; its card says that it takes no pictures."""

    mode: Literal["text-to-image"] = "text-to-image"


class Sd35FromWords(_FromWords):
    """The body of a Stable Diffusion 3.5 Large request that starts from words."""

    mode: Literal["text-to-image"] = "text-to-image"


class Sd35FromPicture(SeededRequest):
    """The body of a Stable Diffusion 3.5 Large request that starts from a picture."""

    prompt: Words
    mode: Literal["image-to-image"]
    image: Start
    strength: Share
    negative_prompt: Words = ""

    def words(self) -> str:
        return self.prompt

    def inputs(self) -> tuple[Given, ...]:
        return (self.image,)

    def paint(self, seed: int) -> Image.Image:
        width, height = _about_a_million(*self.image.size)
        brief = Brief(self.prompt, width, height, seed, self.negative_prompt)
        return redraw(self.image.rgb(), brief, self.strength)


def sd35(body: dict[str, Any]) -> Sd35FromWords | Sd35FromPicture:
    """Read a body by its mode, from words being the default."""
    if body.get("mode") == "image-to-image":
        return checked(Sd35FromPicture, body)
    return checked(Sd35FromWords, body)


def _about_a_million(width: int, height: int) -> tuple[int, int]:
    """A size with the picture's ratio; AWS documents none for image to image."""
    scale = math.sqrt(_AREA / (width * height))
    sides = (max(1, round(side * scale / _GRID)) * _GRID for side in (width, height))
    wide, high = sides
    return wide, high
