"""The tasks that make a new picture: from words, along lines, in colours, after other pictures."""

import re
from functools import partial
from typing import Annotated, Any, Literal, Self

from PIL import Image
from pydantic import AfterValidator, Field, model_validator

from local.bedrock import editing
from local.bedrock.dialect import Order
from local.bedrock.nova.fields import SizedConfig, Style, Words, check_count, ordered
from local.bedrock.painting.brief import Brief
from local.bedrock.painting.scene import paint
from local.bedrock.pictures import Given, NovaPicture, NovaPictureOrNone
from local.bedrock.rules import WireModel, broken, checked

ControlMode = Literal["CANNY_EDGE", "SEGMENTATION"]
_CONTROLS: dict[ControlMode, editing.Control] = {
    "CANNY_EDGE": "canny",
    "SEGMENTATION": "segmentation",
}


class TextToImageParams(WireModel):
    """``textToImageParams``. An empty string stands for a field that was not sent."""

    text: Words
    negativeText: Words = ""
    style: Style = ""
    conditionImage: NovaPictureOrNone = None
    controlMode: ControlMode = "CANNY_EDGE"
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
    imageGenerationConfig: SizedConfig = SizedConfig()


def text_image(model: str, body: dict[str, Any]) -> Order:
    request = checked(TextImageRequest, body)
    params, config = request.textToImageParams, request.imageGenerationConfig
    brief = partial(
        Brief,
        params.text,
        config.width,
        config.height,
        negative=params.negativeText,
        style=params.style,
    )
    control = params.conditionImage

    def drawn(seed: int) -> Image.Image:
        if control is None:
            return paint(brief(seed=seed))
        mode = _CONTROLS[params.controlMode]
        return editing.follow(control.rgb(), mode, params.controlStrength, brief(seed=seed))

    inputs = () if control is None else (control,)
    return ordered(model, params.text, inputs, config.seeds, drawn)


_HEX = re.compile(r"#[0-9A-Fa-f]{6}")


def _colours(codes: list[str]) -> list[str]:
    check_count(len(codes), 1, 10)
    for code in codes:
        if not _HEX.fullmatch(code):
            raise broken(f"string [{code}] does not match pattern ^#[0-9A-Fa-f]{{6}}$")
    return codes


class ColorGuidedParams(WireModel):
    """``colorGuidedGenerationParams``."""

    colors: Annotated[list[str], AfterValidator(_colours)]
    referenceImage: NovaPictureOrNone = None
    text: Words
    negativeText: Words = ""


class ColorGuidedRequest(WireModel):
    """The body of a ``COLOR_GUIDED_GENERATION`` request."""

    taskType: Literal["COLOR_GUIDED_GENERATION"]
    colorGuidedGenerationParams: ColorGuidedParams
    imageGenerationConfig: SizedConfig = SizedConfig()


def color_guided(model: str, body: dict[str, Any]) -> Order:
    request = checked(ColorGuidedRequest, body)
    params, config = request.colorGuidedGenerationParams, request.imageGenerationConfig
    reference = params.referenceImage

    def drawn(seed: int) -> Image.Image:
        brief = Brief(params.text, config.width, config.height, seed, params.negativeText)
        shown = reference.rgb() if reference else None
        return editing.paint_in_colours(brief, params.colors, shown)

    inputs = () if reference is None else (reference,)
    return ordered(model, params.text, inputs, config.seeds, drawn)


def _one_to_five(pictures: list[Given]) -> list[Given]:
    check_count(len(pictures), 1, 5)
    return pictures


class VariationParams(WireModel):
    """``imageVariationParams``. AWS's pages differ on whether the text is required."""

    images: Annotated[list[NovaPicture], AfterValidator(_one_to_five)]
    similarityStrength: Annotated[float, Field(ge=0.2, le=1)] = 0.7
    text: Words = ""
    negativeText: Words = ""


class VariationRequest(WireModel):
    """The body of an ``IMAGE_VARIATION`` request."""

    taskType: Literal["IMAGE_VARIATION"]
    imageVariationParams: VariationParams
    imageGenerationConfig: SizedConfig = SizedConfig()


def variation(model: str, body: dict[str, Any]) -> Order:
    request = checked(VariationRequest, body)
    params, config = request.imageVariationParams, request.imageGenerationConfig

    def drawn(seed: int) -> Image.Image:
        brief = Brief(params.text, config.width, config.height, seed, params.negativeText)
        shown = [picture.rgb() for picture in params.images]
        return editing.vary(shown, brief, params.similarityStrength)

    return ordered(model, params.text, tuple(params.images), config.seeds, drawn)
