"""Tasks that change a picture you have."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from shared.tasks.fields import (
    Count,
    Extension,
    GrowMask,
    Guidance,
    NegativePrompt,
    OptionalPrompt,
    Prompt,
    Quality,
    QualityField,
    Seed,
    Share,
    StyleField,
    Words,
    blank_is_absent,
)
from shared.tasks.references import ImageRef, TaskModel

Picture = Annotated[ImageRef, Field(title="Picture")]
Mask = Annotated[
    ImageRef | None,
    Field(title="Mask", description="As large as the picture; white is what changes."),
]


def _one_way_to_say_where(words: str | None, info: ValidationInfo) -> str | None:
    if "mask" not in info.data:
        return words
    if (info.data["mask"] is None) == (words is None):
        raise PydanticCustomError("one_of", "Give a mask or words for it, and not both")
    return words


MaskPrompt = Annotated[
    Words | None,
    BeforeValidator(blank_is_absent),
    AfterValidator(_one_way_to_say_where),
    Field(
        validate_default=True,
        title="Mask in words",
        description="Name the region instead of painting it, such as “the red car”.",
    ),
]
"""Comes after ``mask``: exactly one of the two is given."""


class Inpaint(TaskModel):
    """Paint over a part of a picture; without words, remove what is there."""

    kind: Literal["inpaint"] = "inpaint"
    image: Picture
    mask: Mask = None
    mask_prompt: MaskPrompt = None
    prompt: OptionalPrompt = None
    negative_prompt: NegativePrompt = None
    quality: QualityField = Quality.STANDARD
    guidance: Guidance = 6.5
    grow_mask: GrowMask = None
    n: Count = 1
    seed: Seed = None


class Transition(StrEnum):
    """How the new background meets the subject: softly, or exactly at the mask."""

    DEFAULT = "default"
    PRECISE = "precise"


class Outpaint(TaskModel):
    """Replace what surrounds a subject. In words, name the subject: it is kept."""

    kind: Literal["outpaint"] = "outpaint"
    image: Picture
    mask: Mask = None
    mask_prompt: MaskPrompt = None
    transition: Annotated[Transition, Field(title="Transition")] = Transition.DEFAULT
    prompt: OptionalPrompt = None
    negative_prompt: NegativePrompt = None
    quality: QualityField = Quality.STANDARD
    guidance: Guidance = 6.5
    n: Count = 1
    seed: Seed = None


def _grows(down: int, info: ValidationInfo) -> int:
    sides = [info.data.get(side, 1) for side in ("left", "right", "up")]
    if not any((*sides, down)):
        raise PydanticCustomError("one_of", "Extend the picture on at least one side")
    return down


class Extend(TaskModel):
    """Enlarge the canvas: paint what lies beyond the picture's edges."""

    kind: Literal["extend"] = "extend"
    image: Picture
    left: Annotated[Extension, Field(title="Left")] = 0
    right: Annotated[Extension, Field(title="Right")] = 0
    up: Annotated[Extension, Field(title="Up")] = 0
    down: Annotated[
        Extension, AfterValidator(_grows), Field(title="Down", validate_default=True)
    ] = 0
    prompt: OptionalPrompt = None
    negative_prompt: NegativePrompt = None
    creativity: Annotated[
        float | None,
        Field(ge=0.1, le=1, title="Creativity", json_schema_extra={"x-group": "advanced"}),
    ] = None
    quality: QualityField = Quality.STANDARD
    guidance: Guidance = 6.5
    n: Count = 1
    seed: Seed = None


class RemoveBackground(TaskModel):
    """Cut the subject out: everything else becomes transparent."""

    kind: Literal["remove_background"] = "remove_background"
    image: Picture


class Enlargement(StrEnum):
    """Fast is plain; conservative adds detail that fits; creative invents."""

    FAST = "fast"
    CONSERVATIVE = "conservative"
    CREATIVE = "creative"


def _needed_to_invent(prompt: str | None, info: ValidationInfo) -> str | None:
    mode = info.data.get("mode", Enlargement.FAST)
    if mode is not Enlargement.FAST and prompt is None:
        raise PydanticCustomError("needed", "A {mode} upscale needs a prompt", {"mode": mode.value})
    return prompt


class Upscale(TaskModel):
    """Make a picture larger."""

    kind: Literal["upscale"] = "upscale"
    image: Picture
    mode: Annotated[Enlargement, Field(title="How")] = Enlargement.FAST
    prompt: Annotated[
        OptionalPrompt, AfterValidator(_needed_to_invent), Field(validate_default=True)
    ] = None
    negative_prompt: NegativePrompt = None
    creativity: Annotated[
        float | None,
        Field(ge=0.1, le=0.5, title="Creativity", json_schema_extra={"x-group": "advanced"}),
    ] = None
    seed: Seed = None


class Recolor(TaskModel):
    """Give a thing in a picture another colour."""

    kind: Literal["recolor"] = "recolor"
    image: Picture
    select_prompt: Annotated[
        Words, Field(title="What", description="The thing that changes, such as “the jacket”.")
    ]
    prompt: Prompt
    negative_prompt: NegativePrompt = None
    style: StyleField = None
    grow_mask: GrowMask = None
    n: Count = 1
    seed: Seed = None


class StyleTransfer(TaskModel):
    """Paint a picture in the style of another."""

    kind: Literal["style_transfer"] = "style_transfer"
    image: Picture
    style_image: Annotated[ImageRef, Field(title="Picture with the style")]
    prompt: OptionalPrompt = None
    negative_prompt: NegativePrompt = None
    composition_fidelity: Annotated[Share, Field(title="Keep the composition")] = 0.9
    style_strength: Annotated[Share, Field(title="Strength of the style")] = 1
    change_strength: Annotated[float, Field(ge=0.1, le=1, title="How much changes")] = 0.9
    n: Count = 1
    seed: Seed = None
