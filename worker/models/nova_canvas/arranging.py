"""What Nova Canvas wants of pictures beyond what a task names: masks its way, larger sheets.

Source: Nova user guide, image-gen-access and image-gen-req-resp-structure. In-painting and try-on
want black for what changes; out-painting wants white, as our masks have it.
"""

from shared.darkroom import Darkroom, Margins, PictureUnfit, Sheet
from shared.errors import InputRejected
from shared.models import Model
from shared.tasks import Extend, Inpaint, Task, TryOn
from worker.models.parts import INPUT_BYTES_MOST, Inputs, rules_of

GREY_MASKS = False


async def arrange(task: Task, inputs: Inputs, model: Model, darkroom: Darkroom) -> Inputs:
    match task:
        case Inpaint() if "mask" in inputs:
            return {**inputs, "mask": await darkroom.negative(inputs["mask"])}
        case TryOn() if "region/mask" in inputs:
            mask = await darkroom.negative(inputs["region/mask"])
            return {**inputs, "region/mask": mask}
        case Extend():
            return await _extended(task, inputs["image"], model, darkroom)
        case _:
            return inputs


async def _extended(task: Extend, image: Sheet, model: Model, darkroom: Darkroom) -> Inputs:
    """This model keeps the size of what it is given, so the picture is given on a larger sheet."""
    margins = Margins(
        left=round(task.left * image.scale),
        right=round(task.right * image.scale),
        up=round(task.up * image.scale),
        down=round(task.down * image.scale),
    )
    try:
        sheet, mask = await darkroom.frame(
            image, margins, rules_of(model), most_bytes=INPUT_BYTES_MOST
        )
    except PictureUnfit as unfit:
        raise InputRejected(f"image, extended: {unfit}") from unfit
    return {"image": sheet, "mask": mask}
