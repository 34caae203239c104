"""Tasks that paint a new picture: from words, edges, colours, or other pictures."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from shared.tasks.fields import (
    COLORS_MAX,
    IMAGES_MAX,
    Color,
    Count,
    Guidance,
    Height,
    NegativePrompt,
    OptionalPrompt,
    Prompt,
    Quality,
    QualityField,
    Seed,
    Share,
    StyleField,
    Width,
)
from shared.tasks.references import ImageRef, TaskModel


class TextToImage(TaskModel):
    """Paint a picture from words alone."""

    kind: Literal["text_to_image"] = "text_to_image"
    prompt: Prompt
    negative_prompt: NegativePrompt = None
    width: Width = 1024
    height: Height = 1024
    style: StyleField = None
    quality: QualityField = Quality.STANDARD
    n: Count = 1
    guidance: Guidance = 6.5
    seed: Seed = None


class Control(StrEnum):
    """What of a picture is followed: its edges, or the layout of its regions."""

    CANNY_EDGE = "canny_edge"
    SEGMENTATION = "segmentation"


class Condition(TaskModel):
    """Paint a picture that follows the lines or the layout of another."""

    kind: Literal["condition"] = "condition"
    image: Annotated[ImageRef, Field(title="Picture to follow")]
    control: Annotated[Control, Field(title="Follow")] = Control.CANNY_EDGE
    strength: Annotated[
        Share, Field(title="How closely", description="Low is free, high keeps to the picture.")
    ] = 0.7
    prompt: Prompt
    negative_prompt: NegativePrompt = None
    width: Width = 1024
    height: Height = 1024
    style: StyleField = None
    quality: QualityField = Quality.STANDARD
    n: Count = 1
    guidance: Guidance = 6.5
    seed: Seed = None


class ColorGuided(TaskModel):
    """Paint a picture in the colours you choose."""

    kind: Literal["color_guided"] = "color_guided"
    prompt: Prompt
    negative_prompt: NegativePrompt = None
    colors: Annotated[
        tuple[Color, ...],
        Field(min_length=1, max_length=COLORS_MAX, title="Colours", examples=[["#1d3557"]]),
    ]
    reference: Annotated[
        ImageRef | None,
        Field(title="Reference picture", description="Its colours are mixed in, too."),
    ] = None
    width: Width = 1024
    height: Height = 1024
    quality: QualityField = Quality.STANDARD
    n: Count = 1
    guidance: Guidance = 6.5
    seed: Seed = None


class Variation(TaskModel):
    """Paint variations of one to five pictures."""

    kind: Literal["variation"] = "variation"
    images: Annotated[
        tuple[ImageRef, ...], Field(min_length=1, max_length=IMAGES_MAX, title="Pictures to vary")
    ]
    similarity: Annotated[
        float | None,
        Field(
            ge=0.2,
            le=1,
            title="Similarity",
            description="Low is free, high keeps to the pictures. Left out, the model decides.",
        ),
    ] = None
    prompt: OptionalPrompt = None
    negative_prompt: NegativePrompt = None
    width: Width = 1024
    height: Height = 1024
    quality: QualityField = Quality.STANDARD
    n: Count = 1
    guidance: Guidance = 6.5
    seed: Seed = None
