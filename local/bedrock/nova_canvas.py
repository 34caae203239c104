"""Amazon Nova Canvas on the wire: its request rules and its replies."""

import base64
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from local.bedrock.dialect import Order, Picture, Reply
from local.bedrock.errors import ValidationException
from local.bedrock.painting.brief import Brief
from local.bedrock.painting.encode import encode
from local.bedrock.painting.scene import paint
from local.bedrock.rules import (
    InputPicture,
    WireModel,
    broken,
    check_frame,
    checked,
    json_type,
    malformed,
    on_grid,
)

PROMPT_REFUSED = (
    "This request has been blocked by our content filters. "
    "Please adjust your text prompt to submit a new request."
)
ALL_BLOCKED = "All of the generated images have been blocked by our content filters."
SOME_BLOCKED = "Some of the generated images have been blocked by our content filters."

Words = Annotated[str, Field(min_length=1, max_length=1024)]
Side = Annotated[int, Field(ge=320, le=4096), AfterValidator(on_grid)]
STYLES = (
    "3D_ANIMATED_FAMILY_FILM",
    "DESIGN_SKETCH",
    "FLAT_VECTOR_ILLUSTRATION",
    "GRAPHIC_NOVEL_ILLUSTRATION",
    "MAXIMALISM",
    "MIDCENTURY_RETRO",
    "PHOTOREALISM",
    "SOFT_DIGITAL_PAINTING",
)


def _known_style(name: str) -> str:
    if name not in STYLES:
        raise broken(f"{name} is not a valid enum value")
    return name


Style = Annotated[str, AfterValidator(_known_style)]


class GenerationConfig(WireModel):
    """``imageGenerationConfig`` of the tasks that choose their own size."""

    width: Side = 1024
    height: Side = 1024
    quality: Literal["standard", "premium"] = "standard"
    cfgScale: Annotated[float, Field(ge=1.1, le=10)] = 6.5
    numberOfImages: Annotated[int, Field(ge=1, le=5)] = 1
    seed: Annotated[int, Field(ge=0, le=2_147_483_646)] = 12

    @model_validator(mode="after")
    def _frame(self) -> Self:
        check_frame(self.width, self.height)
        return self


class TextToImageParams(WireModel):
    """``textToImageParams``. An empty string stands for a field that was not sent."""

    text: Words
    negativeText: Words = ""
    style: Style = ""
    conditionImage: InputPicture = ""
    controlMode: Literal["CANNY_EDGE", "SEGMENTATION"] = "CANNY_EDGE"
    controlStrength: Annotated[float, Field(ge=0, le=1)] = 0.7

    @model_validator(mode="after")
    def _control_needs_a_picture(self) -> Self:
        for field in ("controlMode", "controlStrength"):
            if field in self.model_fields_set and not self.conditionImage:
                raise broken(f"required key [conditionImage] not found, it goes with {field}")
        return self


class TextImageRequest(WireModel):
    """The body of a ``TEXT_IMAGE`` request."""

    taskType: Literal["TEXT_IMAGE"]
    textToImageParams: TextToImageParams
    imageGenerationConfig: GenerationConfig = GenerationConfig()


def _text_image(model: str, body: dict[str, Any]) -> Order:
    request = checked(TextImageRequest, body)
    params, config = request.textToImageParams, request.imageGenerationConfig
    briefs = [
        Brief(
            prompt=params.text,
            negative=params.negativeText,
            style=params.style,
            width=config.width,
            height=config.height,
            seed=config.seed + k,
        )
        for k in range(config.numberOfImages)
    ]
    pictures = [Picture(brief.seed, partial(_draw, model, brief)) for brief in briefs]
    return Order(params.text, tuple(pictures))


def _draw(model: str, brief: Brief) -> bytes:
    return encode(paint(brief), "png", model=model, seed=brief.seed)


TASKS: Mapping[str, Callable[[str, dict[str, Any]], Order]] = {"TEXT_IMAGE": _text_image}
"""How each task's body is read."""

NOT_YET = frozenset(
    {
        "COLOR_GUIDED_GENERATION",
        "IMAGE_VARIATION",
        "INPAINTING",
        "OUTPAINTING",
        "BACKGROUND_REMOVAL",
        "VIRTUAL_TRY_ON",
    }
)
"""Tasks that the real model has and the simulator lacks."""


class NovaCanvas:
    """The dialect of Nova Canvas."""

    def order(self, model: str, body: dict[str, Any]) -> Order:
        if "taskType" not in body:
            raise malformed("#", "required key [taskType] not found")
        task = body["taskType"]
        if not isinstance(task, str):
            raise malformed("#/taskType", f"expected type: String, found: {json_type(task)}")
        if task in NOT_YET:
            raise ValidationException(f"The task type {task} is not simulated here.")
        if task not in TASKS:
            raise malformed("#/taskType", f"{task} is not a valid enum value")
        return TASKS[task](model, body)

    def prompt_refused(self) -> Reply:
        raise ValidationException(PROMPT_REFUSED)

    def reply(self, order: Order, drawn: Sequence[bytes | None]) -> Reply:
        kept = [base64.b64encode(picture).decode() for picture in drawn if picture is not None]
        if len(kept) == len(drawn):
            return {"images": kept}
        return {"images": kept, "error": SOME_BLOCKED if kept else ALL_BLOCKED}
