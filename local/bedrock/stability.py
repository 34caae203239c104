"""Stability AI's text-to-image models on the wire: their request rules and their replies."""

import base64
from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from local.bedrock.dialect import Order, Picture, Reply
from local.bedrock.errors import ValidationException
from local.bedrock.painting.brief import Brief
from local.bedrock.painting.encode import Format, encode
from local.bedrock.painting.scene import paint
from local.bedrock.rules import WireModel, checked

PROMPT_REFUSED = "Filter reason: prompt"
OUTPUT_REFUSED = "Filter reason: output image"

HIGHEST_SEED = 4_294_967_294

AspectRatio = Literal["16:9", "1:1", "21:9", "2:3", "3:2", "4:5", "5:4", "9:16", "9:21"]
SIZES: dict[str, tuple[int, int]] = {
    "16:9": (1344, 768),
    "1:1": (1024, 1024),
    "21:9": (1536, 640),
    "2:3": (832, 1216),
    "3:2": (1216, 832),
    "4:5": (896, 1088),
    "5:4": (1088, 896),
    "9:16": (768, 1344),
    "9:21": (640, 1536),
}
"""About a million pixels for each aspect ratio. AWS does not document the sizes."""

Words = Annotated[str, Field(max_length=10_000)]


def _lower(value: object) -> object:
    """Formats are documented in capitals for one model and in small letters for another."""
    return value.lower() if isinstance(value, str) else value


class CoreRequest(WireModel):
    """The body of a Stable Image Core request."""

    prompt: Words
    negative_prompt: Words = ""
    aspect_ratio: AspectRatio = "1:1"
    # The page of Core and Ultra prints a limit that is one higher than its siblings'.
    seed: Annotated[int, Field(ge=0, le=HIGHEST_SEED + 1)] = 0
    output_format: Annotated[Literal["png", "jpeg"], BeforeValidator(_lower)] = "png"


class UltraRequest(CoreRequest):
    """The body of a Stable Image Ultra request."""

    mode: Literal["text-to-image"] = "text-to-image"


class Sd35Request(WireModel):
    """The body of a Stable Diffusion 3.5 Large request that starts from words."""

    prompt: Words
    mode: Literal["text-to-image"] = "text-to-image"
    negative_prompt: Words = ""
    aspect_ratio: AspectRatio = "1:1"
    seed: Annotated[int, Field(ge=0, le=HIGHEST_SEED)] = 0
    output_format: Annotated[Literal["png", "jpeg", "webp"], BeforeValidator(_lower)] = "png"


TextToImage = CoreRequest | UltraRequest | Sd35Request


class StabilityTextToImage:
    """The dialect of one text-to-image model: one picture a call."""

    def __init__(self, request: type[TextToImage], draw_seed: Callable[[], int]) -> None:
        self._request = request
        self._draw_seed = draw_seed

    def order(self, model: str, body: dict[str, Any]) -> Order:
        if body.get("mode") == "image-to-image" and "mode" in self._request.model_fields:
            raise ValidationException("The mode image-to-image is not simulated here.")
        request = checked(self._request, body)
        width, height = SIZES[request.aspect_ratio]
        brief = Brief(
            prompt=request.prompt,
            negative=request.negative_prompt,
            width=width,
            height=height,
            seed=request.seed or self._draw_seed(),
        )
        draw = partial(_draw, model, brief, request.output_format)
        return Order(request.prompt, (Picture(brief.seed, draw),))

    def prompt_refused(self) -> Reply:
        return {"finish_reasons": [PROMPT_REFUSED]}

    def reply(self, order: Order, drawn: Sequence[bytes | None]) -> Reply:
        kept = [base64.b64encode(picture).decode() for picture in drawn if picture is not None]
        if len(kept) < len(drawn):
            return {"finish_reasons": [OUTPUT_REFUSED]}
        seeds = [picture.seed for picture in order.pictures]
        return {"seeds": seeds, "finish_reasons": [None] * len(kept), "images": kept}


def _draw(model: str, brief: Brief, wanted: Format) -> bytes:
    return encode(paint(brief), wanted, model=model, seed=brief.seed)
