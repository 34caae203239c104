"""The body of each of Nova Canvas's seven task types.

Source: Nova user guide, image-gen-req-resp-structure and image-gen-vto. What has a documented
default is sent all the same, so that no default of AWS's decides; where AWS leaves the default
undocumented, a field is sent only if the task sets it.
"""

from typing import Any, assert_never

import orjson

from shared.calls import Call
from shared.models import Model
from shared.tasks import (
    ColorGuided,
    Condition,
    Extend,
    Inpaint,
    Outpaint,
    Recolor,
    RemoveBackground,
    StyleTransfer,
    Task,
    TextToImage,
    TryOn,
    Upscale,
    Variation,
)
from shared.tasks.try_on import GarmentRegion, MaskRegion, WordsRegion
from worker.models.parts import Inputs, cannot, given, seed, text

Body = dict[str, Any]


def request(task: Task, model: Model, call: Call, inputs: Inputs) -> bytes:
    """One call makes up to five pictures."""
    del model
    return orjson.dumps(_body(task, call, inputs))


def _body(task: Task, call: Call, inputs: Inputs) -> Body:
    match task:
        case TextToImage() | Condition():
            return {
                "taskType": "TEXT_IMAGE",
                "textToImageParams": _text_to_image(task, inputs),
                "imageGenerationConfig": _sized(task, call),
            }
        case ColorGuided():
            return {
                "taskType": "COLOR_GUIDED_GENERATION",
                "colorGuidedGenerationParams": _color_guided(task, inputs),
                "imageGenerationConfig": _sized(task, call),
            }
        case Variation():
            return {
                "taskType": "IMAGE_VARIATION",
                "imageVariationParams": _variation(task, inputs),
                "imageGenerationConfig": _sized(task, call),
            }
        case Inpaint():
            return {
                "taskType": "INPAINTING",
                "inPaintingParams": _region(task, inputs),
                "imageGenerationConfig": _config(task, call),
            }
        case Outpaint() | Extend():
            return {
                "taskType": "OUTPAINTING",
                "outPaintingParams": _surroundings(task, inputs),
                "imageGenerationConfig": _config(task, call),
            }
        case RemoveBackground():
            return {
                "taskType": "BACKGROUND_REMOVAL",
                "backgroundRemovalParams": {"image": text(inputs["image"])},
            }
        case TryOn():
            return {
                "taskType": "VIRTUAL_TRY_ON",
                "virtualTryOnParams": _try_on(task, inputs),
                "imageGenerationConfig": _config(task, call),
            }
        case Upscale() | Recolor() | StyleTransfer():
            raise cannot(task, "Nova Canvas")
        case _:
            assert_never(task)


Sized = TextToImage | Condition | ColorGuided | Variation
Configured = Sized | Inpaint | Outpaint | Extend | TryOn
Worded = Sized | Inpaint | Outpaint | Extend


def _config(task: Configured, call: Call) -> Body:
    """Where a picture is changed the result has its size, and width and height are forbidden."""
    return {
        "quality": task.quality.value,
        "cfgScale": task.guidance,
        "numberOfImages": call.images,
        "seed": seed(task, call),
    }


def _sized(task: Sized, call: Call) -> Body:
    return {"width": task.width, "height": task.height, **_config(task, call)}


def _words(task: Worded) -> Body:
    return given(text=task.prompt, negativeText=task.negative_prompt)


def _text_to_image(task: TextToImage | Condition, inputs: Inputs) -> Body:
    params = {**_words(task), **given(style=task.style and task.style.upper())}
    if isinstance(task, TextToImage):
        return params
    return {
        **params,
        "conditionImage": text(inputs["image"]),
        "controlMode": task.control.upper(),
        "controlStrength": task.strength,
    }


def _color_guided(task: ColorGuided, inputs: Inputs) -> Body:
    reference = {"referenceImage": text(inputs["reference"])} if "reference" in inputs else {}
    return {**_words(task), "colors": list(task.colors), **reference}


def _variation(task: Variation, inputs: Inputs) -> Body:
    images = [text(inputs[f"images/{number}"]) for number in range(len(task.images))]
    return {**_words(task), "images": images, **given(similarityStrength=task.similarity)}


def _region(task: Inpaint | Outpaint, inputs: Inputs) -> Body:
    where = (
        {"maskPrompt": task.mask_prompt}
        if task.mask_prompt is not None
        else {"maskImage": text(inputs["mask"])}
    )
    return {"image": text(inputs["image"]), **where, **_words(task)}


def _surroundings(task: Outpaint | Extend, inputs: Inputs) -> Body:
    """An extension is ``DEFAULT``: the picture's edge may change a little, so no seam is seen."""
    if isinstance(task, Outpaint):
        return {**_region(task, inputs), "outPaintingMode": task.transition.upper()}
    return {
        "image": text(inputs["image"]),
        "maskImage": text(inputs["mask"]),
        **_words(task),
        "outPaintingMode": "DEFAULT",
    }


def _try_on(task: TryOn, inputs: Inputs) -> Body:
    exclusions = given(
        preserveBodyPose=task.preserve_body_pose and task.preserve_body_pose.upper(),
        preserveHands=task.preserve_hands and task.preserve_hands.upper(),
        preserveFace=task.preserve_face and task.preserve_face.upper(),
    )
    return {
        "sourceImage": text(inputs["image"]),
        "referenceImage": text(inputs["garment"]),
        **_where(task, inputs),
        **given(
            maskExclusions=exclusions or None,
            mergeStyle=task.merge_style and task.merge_style.upper(),
            returnMask=task.return_mask or None,
        ),
    }


def _where(task: TryOn, inputs: Inputs) -> Body:
    """Exactly the mask that ``maskType`` names."""
    match task.region:
        case MaskRegion():
            mask = {"maskImage": text(inputs["region/mask"])}
            return {"maskType": "IMAGE", "imageBasedMask": mask}
        case GarmentRegion() as region:
            return {"maskType": "GARMENT", "garmentBasedMask": _garment(region)}
        case WordsRegion() as region:
            shape = region.mask_shape and region.mask_shape.upper()
            mask = given(maskPrompt=region.words, maskShape=shape)
            return {"maskType": "PROMPT", "promptBasedMask": mask}
        case _:
            assert_never(task.region)


def _garment(region: GarmentRegion) -> Body:
    styling = given(
        longSleeveStyle=region.long_sleeve_style and region.long_sleeve_style.upper(),
        tuckingStyle=region.tucking_style and region.tucking_style.upper(),
        outerLayerStyle=region.outer_layer_style and region.outer_layer_style.upper(),
    )
    return given(
        garmentClass=region.garment_class.upper(),
        maskShape=region.mask_shape and region.mask_shape.upper(),
        garmentStyling=styling or None,
    )
