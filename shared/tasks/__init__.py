"""Tasks: what can be asked for. Form, API schema, client and validation all read these models."""

from random import Random
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from shared.tasks.creating import ColorGuided, Condition, Control, TextToImage, Variation
from shared.tasks.editing import (
    Enlargement,
    Extend,
    Inpaint,
    Outpaint,
    Recolor,
    RemoveBackground,
    StyleTransfer,
    Transition,
    Upscale,
)
from shared.tasks.fields import (
    IMAGES_MAX,
    PIXELS_MAX,
    RATIO_MAX,
    SEED_MAX,
    SIDE_MAX,
    SIDE_MIN,
    SIDE_STEP,
    WORDS_MAX,
    Quality,
    Style,
    Words,
)
from shared.tasks.references import (
    ArtifactRef,
    DataRef,
    ImageRef,
    Reference,
    TaskModel,
    UploadRef,
)
from shared.tasks.try_on import GarmentRegion, MaskRegion, TryOn, WordsRegion

__all__ = [
    "IMAGES_MAX",
    "PIXELS_MAX",
    "RATIO_MAX",
    "SEED_MAX",
    "SIDE_MAX",
    "SIDE_MIN",
    "SIDE_STEP",
    "TASKS",
    "WORDS_MAX",
    "ArtifactRef",
    "ColorGuided",
    "Condition",
    "Control",
    "DataRef",
    "Enlargement",
    "Extend",
    "GarmentRegion",
    "ImageRef",
    "Inpaint",
    "MaskRegion",
    "Outpaint",
    "Quality",
    "Recolor",
    "Reference",
    "RemoveBackground",
    "Style",
    "StyleTransfer",
    "Task",
    "TaskModel",
    "TextToImage",
    "Transition",
    "TryOn",
    "UploadRef",
    "Upscale",
    "Variation",
    "Words",
    "WordsRegion",
    "images_wanted",
    "is_premium",
    "parse_task",
    "pixels_wanted",
    "seeded",
    "unseeded",
    "unusual",
]

Task = Annotated[
    TextToImage
    | Condition
    | ColorGuided
    | Variation
    | Inpaint
    | Outpaint
    | Extend
    | RemoveBackground
    | TryOn
    | Upscale
    | Recolor
    | StyleTransfer,
    Field(discriminator="kind"),
]
"""Any task, told apart by ``kind``."""

_MODELS: tuple[type[TaskModel], ...] = (
    TextToImage,
    Condition,
    ColorGuided,
    Variation,
    Inpaint,
    Outpaint,
    Extend,
    RemoveBackground,
    TryOn,
    Upscale,
    Recolor,
    StyleTransfer,
)
TASKS: dict[str, type[TaskModel]] = {m.model_fields["kind"].default: m for m in _MODELS}
"""The kinds of task, in the order in which they are offered."""

_task = TypeAdapter[Task](Task)


def parse_task(document: object) -> Task:
    """A task from its JSON form. Raises ``pydantic.ValidationError``."""
    return _task.validate_python(document)


def seeded(task: Task, random: Random) -> Task:
    """The task with its seed made explicit, so that the job can be run again exactly."""
    if getattr(task, "seed", 0) is not None:
        return task
    return task.model_copy(update={"seed": random.randint(0, SEED_MAX)})


def unseeded(task: Task) -> Task:
    """The task as if nobody had chosen its seed, if it has one."""
    return task.model_copy(update={"seed": None}) if hasattr(task, "seed") else task


def images_wanted(task: Task) -> int:
    """How many pictures the task asks for; some kinds always make one."""
    return getattr(task, "n", 1)


def pixels_wanted(task: Task) -> int | None:
    """Pixels of each picture, or None where the size follows a picture that is given."""
    width, height = getattr(task, "width", None), getattr(task, "height", None)
    return None if width is None or height is None else width * height


def is_premium(task: Task) -> bool:
    return getattr(task, "quality", None) is Quality.PREMIUM


def unusual(task: TaskModel) -> dict[str, Any]:
    """The fields of a task that differ from their defaults."""
    fields = type(task).model_fields
    return {name: value for name, value in task if name != "kind" and value != fields[name].default}
