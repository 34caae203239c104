"""What the requests of Nova Canvas have in common: their fields, ranges and configurations."""

from collections.abc import Callable
from typing import Annotated, Literal, Protocol, Self

from PIL import Image
from pydantic import AfterValidator, Field, model_validator

from local.bedrock.dialect import Order, Picture
from local.bedrock.painting.encode import encode
from local.bedrock.pictures import Given
from local.bedrock.rules import WireModel, broken

MOST_PIXELS = 4_194_304
"""2048x2048. AWS says both "less than" and "up to" it; what is exactly as large is let through."""
WIDEST_RATIO = 4
GRID = 16

Words = Annotated[str, Field(min_length=1, max_length=1024)]
MaskWords = Annotated[str, Field(min_length=1)]
"""AWS gives no limit for the length of a mask prompt."""

STYLES = (
    "3D_ANIMATED_FAMILY_FILM",
    "DESIGN_SKETCH",
    "FLAT_VECTOR_ILLUSTRATION",
    "GRAPHIC_NOVEL_ILLUSTRATION",
    "MAXIMALISM",
    "MIDCENTURY_RETRO",
    "PHOTOREALISM",
    "SOFT_DIGITAL_PAINTING",
)


def _known_style(name: str) -> str:
    if name not in STYLES:
        raise broken(f"{name} is not a valid enum value")
    return name


Style = Annotated[str, AfterValidator(_known_style)]


def _on_grid(length: int) -> int:
    if length % GRID:
        raise broken(f"{length} is not a multiple of {GRID}")
    return length


Side = Annotated[int, Field(ge=320, le=4096), AfterValidator(_on_grid)]


class Config(WireModel):
    """``imageGenerationConfig`` of the tasks whose result has the size of the given picture."""

    quality: Literal["standard", "premium"] = "standard"
    cfgScale: Annotated[float, Field(ge=1.1, le=10)] = 6.5
    numberOfImages: Annotated[int, Field(ge=1, le=5)] = 1
    seed: Annotated[int, Field(ge=0, le=2_147_483_646)] = 12

    @property
    def seeds(self) -> range:
        """One seed for each picture asked for."""
        return range(self.seed, self.seed + self.numberOfImages)


class SizedConfig(Config):
    """``imageGenerationConfig`` of the tasks that choose their own size."""

    width: Side = 1024
    height: Side = 1024

    @model_validator(mode="after")
    def _frame(self) -> Self:
        wide, high = self.width, self.height
        if max(wide, high) > WIDEST_RATIO * min(wide, high):
            raise broken(f"the aspect ratio of {wide}x{high} is not between 1:4 and 4:1")
        if wide * high > MOST_PIXELS:
            raise broken(f"{wide}x{high} is more than {MOST_PIXELS} pixels")
        return self


class Paint(Protocol):
    """Makes the picture of one seed."""

    def __call__(self, seed: int) -> Image.Image: ...


def ordered(model: str, words: str, inputs: tuple[Given, ...], seeds: range, paint: Paint) -> Order:
    """The order of a request that broke no rule: a picture for every seed."""

    def drawing(seed: int) -> Callable[[], bytes]:
        return lambda: encode(paint(seed), "png", model=model, seed=seed)

    return Order(words, tuple(Picture(seed, drawing(seed)) for seed in seeds), inputs)


def check_count(found: int, least: int, most: int) -> None:
    """The length of a list, in the words of AWS's JSON schema checker."""
    if found < least:
        raise broken(f"expected minimum item count: {least}, found: {found}")
    if found > most:
        raise broken(f"expected maximum item count: {most}, found: {found}")
