"""Bodies of Nova Canvas's tasks with pictures, and what is said of them."""

from functools import cache
from typing import Any

import pytest

from local.bedrock.dialect import Order
from local.bedrock.errors import ValidationException
from local.bedrock.nova.dialect import NovaCanvas
from tests.drawings import a_ball, a_disc, a_person, a_shirt, encoded

MODEL = "amazon.nova-canvas-v1:0"
PARAMS = {
    "COLOR_GUIDED_GENERATION": "colorGuidedGenerationParams",
    "IMAGE_VARIATION": "imageVariationParams",
    "INPAINTING": "inPaintingParams",
    "OUTPAINTING": "outPaintingParams",
    "BACKGROUND_REMOVAL": "backgroundRemovalParams",
    "VIRTUAL_TRY_ON": "virtualTryOnParams",
}
TRY_ON = "VIRTUAL_TRY_ON"
MASKED = ["INPAINTING", "OUTPAINTING"]
SIZED = ["COLOR_GUIDED_GENERATION", "IMAGE_VARIATION"]
UNSIZED = [*MASKED, TRY_ON]
CHOSEN = "#C0FFEE"


@cache
def ball() -> str:
    return encoded(a_ball())


@cache
def disc() -> str:
    return encoded(a_disc())


@cache
def person() -> str:
    return encoded(a_person())


@cache
def shirt() -> str:
    return encoded(a_shirt())


@cache
def valid(task: str) -> dict[str, Any]:
    """The least that a task's parameters must have."""
    return {
        "COLOR_GUIDED_GENERATION": {"colors": [CHOSEN], "text": "a lake"},
        "IMAGE_VARIATION": {"images": [ball()]},
        "INPAINTING": {"image": ball(), "maskImage": disc()},
        "OUTPAINTING": {"image": ball(), "maskImage": disc()},
        "BACKGROUND_REMOVAL": {"image": ball()},
        "VIRTUAL_TRY_ON": {
            "sourceImage": person(),
            "referenceImage": shirt(),
            "maskType": "GARMENT",
            "garmentBasedMask": {"garmentClass": "UPPER_BODY"},
        },
    }[task]


def a_body(
    task: str, changes: dict[str, Any] | None = None, *, without: tuple[str, ...] = ()
) -> dict[str, Any]:
    params = {**valid(task), **(changes or {})}
    kept = {key: value for key, value in params.items() if key not in without}
    return {"taskType": task, PARAMS[task]: kept}


def order(body: dict[str, Any]) -> Order:
    return NovaCanvas().order(MODEL, body)


def complaint(body: dict[str, Any]) -> str:
    with pytest.raises(ValidationException) as caught:
        order(body)
    return caught.value.message
