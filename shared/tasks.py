"""Tasks: what can be asked for, with every limit written once.

The form, the API schema, the client and the validation all read these models. Limits are those of
the Nova Canvas request reference (Nova user guide, image-gen-req-resp-structure) unless a field
says otherwise; what a particular model adds or lacks is in the catalogue.
"""

from enum import StrEnum
from random import Random
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

SIDE_MIN, SIDE_MAX, SIDE_STEP = 320, 4096, 16
PIXELS_MAX = 4_194_304
"""The user guide says both "less than" this and "2048 × 2048"; AWS prices a band up to 2048²."""
RATIO_MAX = 4
SEED_MAX = 2_147_483_646
IMAGES_MAX = 5

Prompt = Annotated[str, Field(min_length=1, max_length=1024)]
"""1,024 characters is Nova Canvas's limit for each text field."""
Side = Annotated[int, Field(ge=SIDE_MIN, le=SIDE_MAX, multiple_of=SIDE_STEP)]


Count = Annotated[int, Field(ge=1, le=IMAGES_MAX, title="Pictures")]
"""How many pictures to make; one job makes them all."""
Seed = Annotated[
    int | None,
    Field(
        ge=0,
        le=SEED_MAX,
        title="Seed",
        description="The same seed and settings give the same picture. "
        "Left out, one is drawn and recorded.",
        json_schema_extra={"x-group": "advanced"},
    ),
]


class Quality(StrEnum):
    """How much the model takes pains; `premium` costs more and counts twice in the rate limit."""

    STANDARD = "standard"
    PREMIUM = "premium"


class Style(StrEnum):
    """A look that the whole picture takes on (Nova Canvas visual styles)."""

    ANIMATED_3D = "3d_animated_family_film"
    DESIGN_SKETCH = "design_sketch"
    FLAT_VECTOR = "flat_vector_illustration"
    GRAPHIC_NOVEL = "graphic_novel_illustration"
    MAXIMALISM = "maximalism"
    MIDCENTURY_RETRO = "midcentury_retro"
    PHOTOREALISM = "photorealism"
    SOFT_PAINTING = "soft_digital_painting"


class TaskModel(BaseModel):
    """Base of every task: immutable, trimmed, and closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class TextToImage(TaskModel):
    """Paint a picture from words alone."""

    kind: Literal["text_to_image"] = "text_to_image"
    prompt: Annotated[
        Prompt,
        Field(
            title="Prompt",
            description="Describe the picture as a caption: subject, surroundings, light, medium.",
            json_schema_extra={"x-lines": 4},
        ),
    ]
    negative_prompt: Annotated[
        Prompt | None,
        Field(
            title="Leave out",
            description="What should not appear. Name the things; “no” and “without” do not help.",
            json_schema_extra={"x-lines": 2},
        ),
    ] = None
    width: Annotated[Side, Field(title="Width")] = 1024
    height: Annotated[Side, Field(title="Height")] = 1024
    quality: Annotated[Quality, Field(title="Quality")] = Quality.STANDARD
    style: Annotated[Style | None, Field(title="Style")] = None
    guidance: Annotated[
        float,
        Field(
            ge=1.1,
            le=10,
            title="Prompt strength",
            description="Low is free, high keeps to the words.",
            json_schema_extra={"x-group": "advanced"},
        ),
    ] = 6.5
    n: Count = 1
    seed: Seed = None

    @field_validator("negative_prompt", mode="before")
    @classmethod
    def _blank_is_absent(cls, value: object) -> object:
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("height")
    @classmethod
    def _fits_the_canvas(cls, height: int, info: ValidationInfo) -> int:
        width = info.data.get("width")
        if width is None:
            return height
        if width * height > PIXELS_MAX:
            raise PydanticCustomError(
                "pixels",
                "Width × height should be at most {most} pixels, not {pixels}",
                {"most": f"{PIXELS_MAX:,}", "pixels": f"{width * height:,}"},
            )
        if max(width, height) > RATIO_MAX * min(width, height):
            raise PydanticCustomError(
                "ratio",
                "One side should be at most {most} times the other",
                {"most": RATIO_MAX},
            )
        return height


Task = TextToImage
"""Any task, told apart by ``kind``."""

TASKS: dict[str, type[TaskModel]] = {"text_to_image": TextToImage}
"""The kinds of task, in the order in which they are offered."""

_task = TypeAdapter[Task](Task)


def seeded(task: Task, random: Random) -> Task:
    """The task with its seed made explicit, so that the job can be run again exactly."""
    if task.seed is not None:
        return task
    return task.model_copy(update={"seed": random.randint(0, SEED_MAX)})


def parse_task(document: object) -> Task:
    """A task from its JSON form. Raises ``pydantic.ValidationError``."""
    return _task.validate_python(document)


def unusual(task: TaskModel) -> dict[str, Any]:
    """The fields of a task that differ from their defaults."""
    fields = type(task).model_fields
    return {name: value for name, value in task if name != "kind" and value != fields[name].default}
