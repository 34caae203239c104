"""The task that puts a garment of one picture on the person of another."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from PIL import Image, ImageChops
from pydantic import AfterValidator, BeforeValidator, model_validator
from pydantic_core import PydanticKnownError

from local.bedrock import editing
from local.bedrock.dialect import Order
from local.bedrock.nova.changing import check_found
from local.bedrock.nova.fields import Config, MaskWords, ordered
from local.bedrock.painting.encode import encode
from local.bedrock.pictures import NovaMask, NovaPicture, check_same_size
from local.bedrock.rules import WireModel, broken, checked


def _known_garment(name: str) -> str:
    if name not in editing.CUTS:
        raise broken(f"{name} is not a valid enum value")
    return name


Switch = Literal["ON", "OFF", "DEFAULT"]


class GarmentStyling(WireModel):
    """``garmentStyling``; it has no effect on garments that are not worn on the upper body."""

    longSleeveStyle: Literal["SLEEVE_DOWN", "SLEEVE_UP"] = "SLEEVE_DOWN"
    tuckingStyle: Literal["UNTUCKED", "TUCKED"] = "UNTUCKED"
    outerLayerStyle: Literal["CLOSED", "OPEN"] = "CLOSED"


class GarmentMask(WireModel):
    """``garmentBasedMask``."""

    garmentClass: Annotated[str, AfterValidator(_known_garment)]
    maskShape: editing.MaskShape = "DEFAULT"
    garmentStyling: GarmentStyling = GarmentStyling()

    def region(self, source: Image.Image) -> Image.Image:
        styling = self.garmentStyling
        upper = editing.worn_above(self.garmentClass)
        return editing.garment_region(
            source,
            self.garmentClass,
            self.maskShape,
            sleeves="short" if styling.longSleeveStyle == "SLEEVE_UP" else None,
            tucked=upper and styling.tuckingStyle == "TUCKED",
            opened=upper and styling.outerLayerStyle == "OPEN",
        )


class PromptMask(WireModel):
    """``promptBasedMask``."""

    maskPrompt: MaskWords
    maskShape: editing.MaskShape = "BOUNDING_BOX"

    def region(self, source: Image.Image) -> Image.Image:
        check_found(self.maskPrompt)
        shape = "BOUNDING_BOX" if self.maskShape == "DEFAULT" else self.maskShape
        return editing.worded_region(source, self.maskPrompt, shape)


class ImageMask(WireModel):
    """``imageBasedMask``: black is what changes."""

    maskImage: NovaMask


class Exclusions(WireModel):
    """``maskExclusions``: what stays although the region covers it."""

    preserveBodyPose: Switch = "DEFAULT"
    preserveHands: Switch = "DEFAULT"
    preserveFace: Switch = "DEFAULT"


def _not_null(value: object) -> object:
    if value is None:
        raise PydanticKnownError("model_type", {"class_name": "object"})
    return value


_Sent = BeforeValidator(_not_null)
"""None stands for a field that was not sent; it cannot be sent."""

_MASKS = {"IMAGE": "imageBasedMask", "GARMENT": "garmentBasedMask", "PROMPT": "promptBasedMask"}


class TryOnParams(WireModel):
    """``virtualTryOnParams``."""

    sourceImage: NovaPicture
    referenceImage: NovaPicture
    maskType: Literal["IMAGE", "GARMENT", "PROMPT"]
    imageBasedMask: Annotated[ImageMask | None, _Sent] = None
    garmentBasedMask: Annotated[GarmentMask | None, _Sent] = None
    promptBasedMask: Annotated[PromptMask | None, _Sent] = None
    maskExclusions: Exclusions = Exclusions()
    mergeStyle: editing.MergeStyle = "BALANCED"
    returnMask: bool = False

    @model_validator(mode="after")
    def _the_mask_of_its_type(self) -> Self:
        wanted = _MASKS[self.maskType]
        if wanted not in self.model_fields_set:
            raise broken(f"required key [{wanted}] not found, it goes with {self.maskType}")
        for field in _MASKS.values():
            if field != wanted and field in self.model_fields_set:
                raise broken(
                    f"extraneous key [{field}] is not permitted, {self.maskType} goes with {wanted}"
                )
        if self.imageBasedMask:
            check_same_size(self.sourceImage, self.imageBasedMask.maskImage)
        return self

    @property
    def words(self) -> str:
        """What the content filter reads."""
        return self.promptBasedMask.maskPrompt if self.promptBasedMask else ""

    def region(self) -> Image.Image:
        """White where the garment goes."""
        if self.imageBasedMask:
            return ImageChops.invert(self.imageBasedMask.maskImage.grey())
        source = self.sourceImage.rgb()
        if self.garmentBasedMask:
            return self._spared(source, self.garmentBasedMask.region(source), dressed=True)
        assert self.promptBasedMask
        region = self.promptBasedMask.region(source)
        dressed = editing.names_garment(self.promptBasedMask.maskPrompt)
        return self._spared(source, region, dressed=dressed)

    def _spared(self, source: Image.Image, region: Image.Image, *, dressed: bool) -> Image.Image:
        """The region without what is to be preserved; by default that is so for clothes."""
        wish, given = self.maskExclusions, region
        face, hands = (
            switch == "ON" or (switch == "DEFAULT" and dressed)
            for switch in (wish.preserveFace, wish.preserveHands)
        )
        if face or hands:
            kept = editing.spared(source, face=face, hands=hands)
            region = ImageChops.subtract(region, kept)
        if wish.preserveBodyPose == "ON":
            region = ImageChops.darker(region, editing.silhouette(source))
        return region if region.getbbox() else given


class TryOnRequest(WireModel):
    """The body of a ``VIRTUAL_TRY_ON`` request."""

    taskType: Literal["VIRTUAL_TRY_ON"]
    virtualTryOnParams: TryOnParams
    imageGenerationConfig: Config = Config()


@dataclass(frozen=True, slots=True)
class MaskedOrder(Order):
    """An order whose reply tells the region that was painted."""

    mask: bytes = b""
    """As the mask of a request would show it: black is what changed."""


def virtual_try_on(model: str, body: dict[str, Any]) -> Order:
    request = checked(TryOnRequest, body)
    params, config = request.virtualTryOnParams, request.imageGenerationConfig
    region = params.region()

    def drawn(seed: int) -> Image.Image:
        source, garment = params.sourceImage.rgb(), params.referenceImage.rgb()
        return editing.try_on(source, garment, region, params.mergeStyle, seed)

    inputs = params.sourceImage, params.referenceImage
    order = ordered(model, params.words, inputs, config.seeds, drawn)
    if not params.returnMask:
        return order
    mask = encode(ImageChops.invert(region), "png", model=model, seed=config.seed)
    return MaskedOrder(order.words, order.pictures, order.inputs, mask)
