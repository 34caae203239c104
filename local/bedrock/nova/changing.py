"""The tasks that change a given picture: inside a mask, behind a subject, down to the subject."""

from typing import Any, Literal, Self

from PIL import Image, ImageChops
from pydantic import model_validator

from local.bedrock import editing
from local.bedrock.dialect import Order
from local.bedrock.errors import ValidationException
from local.bedrock.nova.fields import Config, MaskWords, Words, ordered
from local.bedrock.painting.brief import Brief
from local.bedrock.pictures import Given, NovaMaskOrNone, NovaPicture, check_same_size
from local.bedrock.rules import WireModel, broken, checked

MASK_NOT_FOUND = (
    "400 Bad Request: Unable to auto-generate mask image with given input image and mask prompt."
)
NOTHING = "nothing-there"
"""A mask prompt with this word stands for one that finds nothing in the picture."""


def check_found(mask_words: str) -> None:
    if NOTHING in mask_words.lower():
        raise ValidationException(MASK_NOT_FOUND)


class MaskedParams(WireModel):
    """What inpainting and outpainting share. An empty string stands for a field not sent."""

    image: NovaPicture
    maskPrompt: MaskWords = ""
    maskImage: NovaMaskOrNone = None
    text: Words = ""
    negativeText: Words = ""

    @model_validator(mode="after")
    def _one_mask(self) -> Self:
        if self.maskPrompt and self.maskImage:
            raise broken("only one of the keys [maskPrompt] and [maskImage] is permitted")
        if not self.maskPrompt and not self.maskImage:
            raise broken("required key [maskPrompt] or [maskImage] not found")
        if self.maskImage:
            check_same_size(self.image, self.maskImage)
        return self

    @property
    def words(self) -> str:
        """What the content filter reads."""
        return f"{self.text}\n{self.maskPrompt}"

    def black(self) -> Image.Image:
        """White where the mask is black, or where the mask prompt points."""
        if self.maskImage:
            return ImageChops.invert(self.maskImage.grey())
        check_found(self.maskPrompt)
        return editing.subject_mask(self.image.rgb(), self.maskPrompt)


class InpaintingRequest(WireModel):
    """The body of an ``INPAINTING`` request."""

    taskType: Literal["INPAINTING"]
    inPaintingParams: MaskedParams
    imageGenerationConfig: Config = Config()


def inpainting(model: str, body: dict[str, Any]) -> Order:
    """Black is what changes; without a text the masked object goes away."""
    request = checked(InpaintingRequest, body)
    params = request.inPaintingParams
    change = params.black()

    def drawn(seed: int) -> Image.Image:
        brief = _brief(params.image, params.text, params.negativeText, seed)
        return editing.repaint(params.image.rgb(), change, brief)

    seeds = request.imageGenerationConfig.seeds
    return ordered(model, params.words, (params.image,), seeds, drawn)


class OutpaintingParams(MaskedParams):
    """``outPaintingParams``."""

    outPaintingMode: Literal["DEFAULT", "PRECISE"] = "DEFAULT"


class OutpaintingRequest(WireModel):
    """The body of an ``OUTPAINTING`` request."""

    taskType: Literal["OUTPAINTING"]
    outPaintingParams: OutpaintingParams
    imageGenerationConfig: Config = Config()


_ANYWHERE = "an open landscape"
"""What is painted behind a subject when no text says it."""


def outpainting(model: str, body: dict[str, Any]) -> Order:
    """Black, or what the mask prompt names, is what stays: the opposite of inpainting."""
    request = checked(OutpaintingRequest, body)
    params = request.outPaintingParams
    change = ImageChops.invert(params.black())
    soft = params.outPaintingMode == "DEFAULT"

    def drawn(seed: int) -> Image.Image:
        brief = _brief(params.image, params.text or _ANYWHERE, params.negativeText, seed)
        return editing.repaint(params.image.rgb(), change, brief, soft=soft)

    seeds = request.imageGenerationConfig.seeds
    return ordered(model, params.words, (params.image,), seeds, drawn)


class RemovalParams(WireModel):
    """``backgroundRemovalParams``."""

    image: NovaPicture


class RemovalRequest(WireModel):
    """The body of a ``BACKGROUND_REMOVAL`` request, which has no configuration."""

    taskType: Literal["BACKGROUND_REMOVAL"]
    backgroundRemovalParams: RemovalParams


def background_removal(model: str, body: dict[str, Any]) -> Order:
    image = checked(RemovalRequest, body).backgroundRemovalParams.image

    def drawn(seed: int) -> Image.Image:
        return editing.cut_out(image.rgb())

    return ordered(model, "", (image,), range(1), drawn)


def _brief(image: Given, text: str, negative: str, seed: int) -> Brief:
    return Brief(text, *image.size, seed, negative)
