"""How Nova Canvas is spoken to: seven tasks in, pictures or an error out."""

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from local.bedrock.dialect import Order, Reply
from local.bedrock.errors import ModelErrorException, ValidationException
from local.bedrock.nova.changing import background_removal, inpainting, outpainting
from local.bedrock.nova.creating import color_guided, text_image, variation
from local.bedrock.nova.trying_on import MaskedOrder, virtual_try_on
from local.bedrock.rules import json_type, malformed

PROMPT_REFUSED = (
    "This request has been blocked by our content filters. "
    "Please adjust your text prompt to submit a new request."
)
INPUT_REFUSED = (
    "This request has been blocked by our content filters. "
    "Please adjust your input image to submit a new request."
)
ALL_BLOCKED = "All of the generated images have been blocked by our content filters."
SOME_BLOCKED = "Some of the generated images have been blocked by our content filters."

TASKS: Mapping[str, Callable[[str, dict[str, Any]], Order]] = {
    "TEXT_IMAGE": text_image,
    "COLOR_GUIDED_GENERATION": color_guided,
    "IMAGE_VARIATION": variation,
    "INPAINTING": inpainting,
    "OUTPAINTING": outpainting,
    "BACKGROUND_REMOVAL": background_removal,
    "VIRTUAL_TRY_ON": virtual_try_on,
}
"""How each task's body is read."""


class NovaCanvas:
    """The dialect of Nova Canvas."""

    def order(self, model: str, body: dict[str, Any]) -> Order:
        if "taskType" not in body:
            raise malformed("#", "required key [taskType] not found")
        task = body["taskType"]
        if not isinstance(task, str):
            raise malformed("#/taskType", f"expected type: String, found: {json_type(task)}")
        if task not in TASKS:
            raise malformed("#/taskType", f"{task} is not a valid enum value")
        return TASKS[task](model, body)

    def prompt_refused(self) -> Reply:
        raise ValidationException(PROMPT_REFUSED)

    def input_refused(self) -> Reply:
        raise ValidationException(INPUT_REFUSED)

    def failed(self, model: str) -> Reply:
        raise ModelErrorException(model=model)

    def reply(self, order: Order, drawn: Sequence[bytes | None]) -> Reply:
        kept = [_base64(picture) for picture in drawn if picture is not None]
        reply: Reply = {"images": kept}
        if len(kept) < len(drawn):
            reply["error"] = SOME_BLOCKED if kept else ALL_BLOCKED
        if isinstance(order, MaskedOrder) and kept:
            reply["maskImage"] = _base64(order.mask)
        return reply


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
