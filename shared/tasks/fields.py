"""What tasks are made of: each field's type, limits and words, written once.

Limits are those of the Nova Canvas request reference (Nova user guide, page
image-gen-req-resp-structure) or, where only Stability's models have the field, of the Bedrock user
guide's page stable-image-services.
What a particular model adds or lacks is in the catalogue.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

SIDE_MIN, SIDE_MAX, SIDE_STEP = 320, 4096, 16
PIXELS_MAX = 4_194_304
"""The user guide says both "less than" this and "2048 × 2048"; AWS prices a band up to 2048²."""
RATIO_MAX = 4
SEED_MAX = 2_147_483_646
IMAGES_MAX = 5
COLORS_MAX = 10
COLOR_PATTERN = "^#[0-9A-Fa-f]{6}$"
WORDS_MAX = 1024
"""Characters of each text field: Nova Canvas's limit."""
EXTEND_MAX = 2000
"""Pixels that a side may grow by (stable-image-services, outpaint)."""

_ADVANCED = {"x-group": "advanced"}


class Quality(StrEnum):
    """How much the model takes pains; `premium` costs more and counts twice in the rate limit."""

    STANDARD = "standard"
    PREMIUM = "premium"


class Style(StrEnum):
    """A look that the whole picture takes on (Nova Canvas visual styles)."""

    ANIMATED_3D = "3d_animated_family_film"
    DESIGN_SKETCH = "design_sketch"
    FLAT_VECTOR = "flat_vector_illustration"
    GRAPHIC_NOVEL = "graphic_novel_illustration"
    MAXIMALISM = "maximalism"
    MIDCENTURY_RETRO = "midcentury_retro"
    PHOTOREALISM = "photorealism"
    SOFT_PAINTING = "soft_digital_painting"


def blank_is_absent(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _fits_the_canvas(height: int, info: ValidationInfo) -> int:
    width = info.data.get("width")
    if width is None:
        return height
    if width * height > PIXELS_MAX:
        raise PydanticCustomError(
            "pixels",
            "Width × height should be at most {most} pixels, not {pixels}",
            {"most": f"{PIXELS_MAX:,}", "pixels": f"{width * height:,}"},
        )
    if max(width, height) > RATIO_MAX * min(width, height):
        raise PydanticCustomError(
            "ratio",
            "One side should be at most {most} times the other",
            {"most": RATIO_MAX},
        )
    return height


Words = Annotated[str, Field(min_length=1, max_length=WORDS_MAX)]
Prompt = Annotated[
    Words,
    Field(
        title="Prompt",
        description="Describe the picture as a caption: subject, surroundings, light, medium.",
        json_schema_extra={"x-lines": 4},
    ),
]
OptionalPrompt = Annotated[
    Words | None,
    BeforeValidator(blank_is_absent),
    Field(
        title="Prompt",
        description="Describe what should be there, as a caption.",
        json_schema_extra={"x-lines": 4},
    ),
]
NegativePrompt = Annotated[
    Words | None,
    BeforeValidator(blank_is_absent),
    Field(
        title="Leave out",
        description="What should not appear. Name the things; “no” and “without” do not help.",
        json_schema_extra={"x-lines": 2},
    ),
]
Side = Annotated[int, Field(ge=SIDE_MIN, le=SIDE_MAX, multiple_of=SIDE_STEP)]
Width = Annotated[Side, Field(title="Width")]
Height = Annotated[Side, AfterValidator(_fits_the_canvas), Field(title="Height")]
"""Checked against the width before it: pixels and ratio."""
QualityField = Annotated[Quality, Field(title="Quality")]
StyleField = Annotated[Style | None, Field(title="Style")]
Guidance = Annotated[
    float,
    Field(
        ge=1.1,
        le=10,
        title="Prompt strength",
        description="Low is free, high keeps to the words.",
        json_schema_extra=_ADVANCED,
    ),
]
Count = Annotated[int, Field(ge=1, le=IMAGES_MAX, title="How many")]
"""How many pictures to make; one job makes them all."""
Seed = Annotated[
    int | None,
    Field(
        ge=0,
        le=SEED_MAX,
        title="Seed",
        description="The same seed and settings give the same picture. "
        "Left out, one is drawn and recorded.",
        json_schema_extra={**_ADVANCED, "x-unset": "Drawn for you"},
    ),
]
Color = Annotated[str, Field(pattern=COLOR_PATTERN)]
Share = Annotated[float, Field(ge=0, le=1)]
Extension = Annotated[int, Field(ge=0, le=EXTEND_MAX)]
GrowMask = Annotated[
    int | None,
    Field(
        ge=0,
        le=20,
        title="Grow the mask",
        description="Pixels by which the mask's edge is widened and softened.",
        json_schema_extra=_ADVANCED,
    ),
]
