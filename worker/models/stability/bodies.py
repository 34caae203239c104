"""The body for each of Stability's text-to-image models and image services.

Source: Bedrock user guide, model-parameters-diffusion-*-request-response and stable-image-services.
Where one kind of task goes to several services, which one is meant follows from what is set: the
catalogue sends no other. What a service has of its own and a task does not is left at its default.
"""

from typing import Any, assert_never

import orjson

from shared.calls import Call
from shared.darkroom import Sheet
from shared.models import Model
from shared.tasks import (
    ColorGuided,
    Condition,
    Enlargement,
    Extend,
    Inpaint,
    Outpaint,
    Recolor,
    RemoveBackground,
    StyleTransfer,
    Task,
    TextToImage,
    Transition,
    TryOn,
    Upscale,
    Variation,
)
from worker.models.parts import INPUT_BYTES_MOST, Inputs, cannot, given, seed, text
from worker.models.stability.words import coloured, nearest_ratio, preset, styled

Body = dict[str, Any]

SEED_FOR_ZERO = 4_294_967_294
"""Sent for seed 0, which to these models means "draw one". No task can ask for it."""
SIMILARITY = 0.5
"""Where a task leaves it to the model."""
SOFT_EDGE = 8
"""Pixels by which a mask is grown for a soft transition."""
PICTURE_AGAIN = "The same picture again, in another version"
"""Said for a variation without a prompt: the model asks for one."""
FAST_FACTOR = 4


def request(task: Task, model: Model, call: Call, inputs: Inputs) -> bytes:
    """One call makes one picture."""
    del model
    return orjson.dumps(_body(task, call, inputs))


def _body(task: Task, call: Call, inputs: Inputs) -> Body:
    match task:
        case TextToImage() | ColorGuided() | Condition() | Variation():
            return _new(task, call, inputs)
        case Inpaint() | Outpaint() | Extend():
            return _painted(task, call, inputs)
        case Recolor():
            return {
                "image": text(inputs["image"]),
                "select_prompt": task.select_prompt,
                **preset(task),
                **given(negative_prompt=task.negative_prompt, grow_mask=task.grow_mask),
                **_seeded(task, call),
                "output_format": _format(inputs["image"].pixels),
            }
        case StyleTransfer():
            return {
                "init_image": text(inputs["image"]),
                "style_image": text(inputs["style_image"]),
                **given(prompt=task.prompt, negative_prompt=task.negative_prompt),
                "composition_fidelity": task.composition_fidelity,
                "style_strength": task.style_strength,
                "change_strength": task.change_strength,
                **_seeded(task, call),
                "output_format": _format(inputs["image"].pixels),
            }
        case Upscale():
            return _upscaled(task, call, inputs["image"])
        case RemoveBackground():
            image = inputs["image"]
            wanted = _format(image.pixels, transparent=True)
            return {"image": text(image), "output_format": wanted}
        case TryOn():
            raise cannot(task, "Stability's models")
        case _:
            assert_never(task)


def _new(
    task: TextToImage | ColorGuided | Condition | Variation, call: Call, inputs: Inputs
) -> Body:
    """Words make it; a picture, if there is one, only leads."""
    ending = {**given(negative_prompt=task.negative_prompt), **_seeded(task, call)}
    match task:
        case TextToImage():
            return {
                "prompt": styled(task),
                "aspect_ratio": nearest_ratio(task.width, task.height),
                **ending,
                "output_format": "png",
            }
        case ColorGuided():
            return {
                "prompt": coloured(task),
                "image": text(inputs["reference"]),
                "aspect_ratio": nearest_ratio(task.width, task.height),
                **ending,
                "output_format": "png",
            }
        case Condition():
            return {
                **preset(task),
                "image": text(inputs["image"]),
                "control_strength": task.strength,
                **ending,
                "output_format": _format(inputs["image"].pixels),
            }
        case Variation():
            similarity = SIMILARITY if task.similarity is None else task.similarity
            return {
                "mode": "image-to-image",
                "prompt": task.prompt or PICTURE_AGAIN,
                "image": text(inputs["images/0"]),
                "strength": round(1 - similarity, 6),
                **ending,
                "output_format": _format(inputs["images/0"].pixels),
            }
        case _:
            assert_never(task)


def _painted(task: Inpaint | Outpaint | Extend, call: Call, inputs: Inputs) -> Body:
    image = inputs["image"]
    start, ending = {"image": text(image)}, _seeded(task, call)
    words: Body
    match task:
        case Extend():
            return {**start, **_grown(task, image), **ending}
        case Outpaint():
            edge = SOFT_EDGE if task.transition is Transition.DEFAULT else 0
            where = given(mask=text(inputs["mask"]), grow_mask=edge)
            words = given(prompt=task.prompt, negative_prompt=task.negative_prompt)
        case Inpaint(mask_prompt=None, prompt=None):
            where = given(mask=text(inputs["mask"]), grow_mask=task.grow_mask)
            words = {}
        case Inpaint():
            mask = text(inputs["mask"]) if task.mask_prompt is None else None
            where = given(mask=mask, search_prompt=task.mask_prompt, grow_mask=task.grow_mask)
            words = given(prompt=task.prompt, negative_prompt=task.negative_prompt)
        case _:
            assert_never(task)
    return {**start, **where, **words, **ending, "output_format": _format(image.pixels)}


def _grown(task: Extend, image: Sheet) -> Body:
    """Each side in the pixels of the picture as it is sent, at least one where any is asked for."""
    sides = {
        side: max(1, round(pixels * image.scale)) if pixels else 0
        for side, pixels in (
            ("left", task.left),
            ("right", task.right),
            ("up", task.up),
            ("down", task.down),
        )
    }
    width = image.width + sides["left"] + sides["right"]
    height = image.height + sides["up"] + sides["down"]
    return {
        **sides,
        **given(prompt=task.prompt, creativity=task.creativity),
        "output_format": _format(width * height),
    }


def _upscaled(task: Upscale, call: Call, image: Sheet) -> Body:
    if task.mode is Enlargement.FAST:
        wanted = _format(image.pixels * FAST_FACTOR * FAST_FACTOR)
        return {"image": text(image), "output_format": wanted}
    return {
        "image": text(image),
        **given(
            prompt=task.prompt, negative_prompt=task.negative_prompt, creativity=task.creativity
        ),
        **_seeded(task, call),
        # Their pictures are 4K: as PNG they might not fit into a reply.
        "output_format": "jpeg",
    }


def _seeded(task: Task, call: Call) -> Body:
    return {"seed": seed(task, call) or SEED_FOR_ZERO}


def _format(pixels: int, *, transparent: bool = False) -> str:
    """PNG if a picture of so many pixels is sure to fit into a reply."""
    if pixels * (4 if transparent else 3) <= INPUT_BYTES_MOST:
        return "png"
    return "webp" if transparent else "jpeg"
