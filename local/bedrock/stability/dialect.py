"""How Stability's models are spoken to: one picture a call, and a reason where there is none."""

import base64
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from local.bedrock.dialect import Order, Picture, Reply
from local.bedrock.painting.encode import encode
from local.bedrock.stability.fields import StabilityRequest

PROMPT_REFUSED = "Filter reason: prompt"
INPUT_REFUSED = "Filter reason: input image"
OUTPUT_REFUSED = "Filter reason: output image"
FAILED = "Inference error"

Read = Callable[[dict[str, Any]], StabilityRequest]
"""Checks a body; ``ValidationException`` if it breaks a rule."""


class Stability:
    """The dialect of one model. A reply without a picture is no error on the wire."""

    def __init__(self, read: Read, draw_seed: Callable[[], int]) -> None:
        self._read = read
        self._draw_seed = draw_seed

    def order(self, model: str, body: dict[str, Any]) -> Order:
        request = self._read(body)
        seed = request.chosen_seed() or self._draw_seed()
        picture = Picture(seed, partial(_draw, model, request, seed))
        return Order(request.words(), (picture,), request.inputs())

    def prompt_refused(self) -> Reply:
        return {"finish_reasons": [PROMPT_REFUSED]}

    def input_refused(self) -> Reply:
        return {"finish_reasons": [INPUT_REFUSED]}

    def failed(self, model: str) -> Reply:
        return {"finish_reasons": [FAILED]}

    def reply(self, order: Order, drawn: Sequence[bytes | None]) -> Reply:
        kept = [base64.b64encode(picture).decode() for picture in drawn if picture is not None]
        if len(kept) < len(drawn):
            return {"finish_reasons": [OUTPUT_REFUSED]}
        seeds = [picture.seed for picture in order.pictures]
        return {"seeds": seeds, "finish_reasons": [None] * len(kept), "images": kept}


def _draw(model: str, request: StabilityRequest, seed: int) -> bytes:
    return encode(request.paint(seed), request.output_format, model=model, seed=seed)
